// Progress, kept by the browser where it keeps anything.

const KEY = "chainrule-course";

export class Memory {
  /** @type {{ done: string[], code: Record<string, string>, work: Record<string, KeptWork>,
   *    at?: string }} */
  kept = { done: [], code: {}, work: {} };

  constructor() {
    try {
      const { done, code, work = {}, at } = JSON.parse(localStorage.getItem(KEY));
      const isKnown = Array.isArray(done) && code && typeof code === "object";
      if (isKnown) this.kept = { done, code, work, at };
    } catch {
      // nothing kept, nothing readable, or no storage
    }
  }

  /** @param {string} key */
  isDone(key) {
    return this.kept.done.includes(key);
  }

  /** @param {string} key */
  finish(key) {
    if (!this.isDone(key)) this.kept.done.push(key);
    this.keep();
  }

  /** What was done at a graph, if that is still the same.
   *  @param {string} key @param {string} graph @returns {Deeds | undefined} */
  deedsAt(key, graph) {
    const kept = this.kept.work[key];
    return kept?.graph === graph ? kept.deeds : undefined;
  }

  /** @param {string} key @param {KeptWork} work */
  keepWork(key, work) {
    this.keep({ work: { ...this.kept.work, [key]: work } });
  }

  /** @param {Partial<Memory["kept"]>} [changes] */
  keep(changes) {
    Object.assign(this.kept, changes);
    try {
      localStorage.setItem(KEY, JSON.stringify(this.kept));
    } catch {
      // the page works without storage, until it is left
    }
  }

  forget() {
    this.keep({ done: [], code: {}, work: {}, at: undefined });
  }
}
