// Progress, kept by the browser where it keeps anything.

const KEY = "chainrule-course";

export class Memory {
  /** @type {{ done: string[], code: Record<string, string>, language?: string, at?: string }} */
  kept = { done: [], code: {} };

  constructor() {
    try {
      const { done, code, language, at } = JSON.parse(localStorage.getItem(KEY));
      const isKnown = Array.isArray(done) && code && typeof code === "object";
      if (isKnown) this.kept = { done, code, language, at };
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
    this.keep({ done: [], code: {}, at: undefined });
  }
}
