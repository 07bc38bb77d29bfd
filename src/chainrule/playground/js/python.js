// Python in a worker, for what only Python can do on a page that no server of ours serves.

/** How many seconds Python may take to start, on a slow phone too. */
const STARTING = 120;

/** Why Python gives no answer.
 *  missing: a file isn't there; unreachable: nothing is; damaged: a file has another content;
 *  old: the browser lacks what is needed; broken: Python doesn't start; slow: it takes too long to;
 *  late: the answer takes too long; quit, deep, ended: the code has ended Python, by exit or a call
 *  within calls or otherwise.
 *  @typedef {"missing" | "unreachable" | "damaged" | "old" | "broken" | "slow" | "late" | "quit" |
 *    "deep" | "ended"} Reason */

/** The reasons that lie in what Python was given: each page has words of its own for them.
 *  @type {Reason[]} */
const OWN = ["late", "quit", "deep", "ended"];

export class Failure extends Error {
  /** @param {Reason} reason @param {Record<string, string | number>} [parts] */
  constructor(reason, parts = {}) {
    super(reason);
    this.reason = reason;
    this.parts = parts;
  }

  /** The key of its words. @param {string} subject what Python was given */
  keyOf(subject) {
    return `${OWN.includes(this.reason) ? subject : "python"}_${this.reason}`;
  }
}

/** What was thrown, as a Failure. @param {any} error @returns {Failure} */
export function asFailure(error) {
  const detail = String(error?.message ?? error);
  return error instanceof Failure ? error : new Failure("broken", { detail });
}

export class Python {
  /** How often something was asked: only the newest of what waits is asked at all. */
  turn = 0;
  /** Settles when Python has nothing to do. @type {Promise<unknown>} */
  idle = Promise.resolve();

  /** @param {PythonSettings} settings @param {string} module the module that is called
   *  @param {(loaded: number, total: number) => void} follow is told how much is loaded; all of it
   *    while Python starts */
  constructor(settings, module, follow) {
    this.settings = settings;
    this.module = module;
    this.follow = follow;
    this.total = totalOf(settings);
  }

  /** Call a function of the module when Python is ready; null if something else is asked meanwhile.
   *  @param {string} name @param {string[]} texts @param {number} seconds @returns {Promise<any>} */
  async ask(name, texts, seconds) {
    this.turn += 1;
    const { turn } = this;
    await this.idle;
    if (turn !== this.turn) return null;
    const answer = this._ask(name, texts, seconds);
    this.idle = answer.catch(() => {});
    return answer;
  }

  async _ask(name, texts, seconds) {
    const worker = await this.begin();
    return JSON.parse((await this._exchange(worker, { name, texts }, seconds, "late")).text);
  }

  /** Load and start Python, unless it runs already; the worker, when it is ready.
   *  @returns {Promise<Worker>} */
  begin() {
    if (!this.starting) {
      this.starting = this._start();
      this.starting.catch(() => {
        this.starting = this.snapshot = null; // the next attempt may succeed
      });
    }
    return this.starting;
  }

  /** End Python with all that it knows. */
  end() {
    this.worker?.terminate();
    this.worker = null;
    this.starting = null;
  }

  async _start() {
    if (!globalThis.DecompressionStream || !globalThis.WebAssembly) throw new Failure("old");
    this.loading ??= this._load();
    this.loading.catch(() => {
      this.loading = null;
    });
    const files = await this.loading;
    this.follow(this.total, this.total);
    const source = URL.createObjectURL(new Blob([files["worker.js"]], { type: "text/javascript" }));
    const worker = new Worker(source);
    this.worker = worker;
    const { module, snapshot } = this;
    const job = { files, lock: this.settings.lock, module, snapshot };
    this.snapshot = (await this._exchange(worker, job, STARTING, "slow")).snapshot;
    URL.revokeObjectURL(source);
    return worker;
  }

  /** Send the worker a message and wait for its answer, but no longer than so many seconds.
   *  @param {Worker} worker @param {object} message @param {number} seconds
   *  @param {Reason} reason why none came in time @returns {Promise<any>} */
  _exchange(worker, message, seconds, reason) {
    return new Promise((resolve, reject) => {
      const fail = (/** @type {Reason} */ why, parts = {}) => {
        clearTimeout(timer);
        if (this.worker === worker) this.end();
        reject(new Failure(why, { seconds, ...parts }));
      };
      const timer = setTimeout(() => fail(reason), seconds * 1000);
      worker.onerror = ({ message: detail }) => fail("broken", { detail });
      worker.onmessage = ({ data }) => {
        clearTimeout(timer);
        if (data.failure === undefined) resolve(data);
        else fail(data.reason, { detail: data.failure, status: data.status });
      };
      worker.postMessage(message);
    });
  }

  /** Fetch all files. @returns {Promise<Record<string, Blob>>} */
  async _load() {
    const { files } = this.settings;
    let loaded = 0;
    const abort = new AbortController();
    /** @type {RequestInit} */
    const options = { cache: "no-cache", signal: abort.signal }; // ask whether a file is the same
    const count = (/** @type {number} */ length) => {
      if (abort.signal.aborted) return;
      loaded += length;
      this.follow(Math.min(loaded, this.total), this.total);
    };
    count(0);
    const pairs = Object.entries(files).map(async ([name, { path }]) => {
      const packed = await fetched(path, options, count);
      return [name, await unpacked(packed, path)];
    });
    try {
      return Object.fromEntries(await Promise.all(pairs));
    } catch (failure) {
      abort.abort(); // the other files are of no use
      throw failure;
    }
  }
}

/** How many bytes are loaded. @param {PythonSettings} settings */
export function totalOf({ files }) {
  return Object.values(files).reduce((sum, { size }) => sum + size, 0);
}

/** A number of bytes in megabytes, as a text. @param {number} bytes */
export function megabytes(bytes) {
  return (bytes / 1e6).toFixed(1);
}

/** The same in whole megabytes: a text that is read out doesn't change all the time.
 *  @param {number} bytes */
export function rounded(bytes) {
  return Math.round(bytes / 1e6);
}

/** @param {string} path @param {RequestInit} options @param {(length: number) => void} count */
async function fetched(path, options, count) {
  const file = path.split("?")[0];
  /** @type {Response} */
  let reply;
  const parts = [];
  try {
    reply = await fetch(path, options);
    if (reply.ok)
      for (const reader = reply.body.getReader(); ; ) {
        const { done, value } = await reader.read();
        if (done) break;
        parts.push(value);
        count(value.length);
      }
  } catch {
    throw new Failure("unreachable", { file });
  }
  if (!reply.ok) throw new Failure("missing", { file, status: reply.status });
  return new Blob(parts);
}

/** What is in a compressed file. A web server may have said that it is compressed, and then the
 *  browser has unpacked it already. @param {Blob} packed @param {string} path */
async function unpacked(packed, path) {
  const [first, second] = new Uint8Array(await packed.slice(0, 2).arrayBuffer());
  if (first !== 0x1f || second !== 0x8b) return packed;
  try {
    return await new Response(packed.stream().pipeThrough(new DecompressionStream("gzip"))).blob();
  } catch {
    throw new Failure("damaged", { file: path.split("?")[0] });
  }
}
