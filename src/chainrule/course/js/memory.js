// Progress, kept by the browser where it keeps anything.

const KEY = "chainrule-course";

export class Memory {
  /** @type {{ done: string[], code: Record<string, string>, practice: Record<string, KeptPractice>,
   *    at?: string }} */
  kept = { done: [], code: {}, practice: {} };

  constructor() {
    try {
      const { done, code, practice = {}, at } = JSON.parse(localStorage.getItem(KEY));
      const isKnown = Array.isArray(done) && code && typeof code === "object";
      if (isKnown) this.kept = { done, code, practice, at };
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

  /** What was found in a practice, if its graph is still the same.
   *  @param {string} key @param {string} graph @returns {PracticeState | undefined} */
  practiceOf(key, graph) {
    const kept = this.kept.practice[key];
    return kept?.graph === graph ? kept.state : undefined;
  }

  /** @param {string} key @param {KeptPractice} practice */
  keepPractice(key, practice) {
    this.keep({ practice: { ...this.kept.practice, [key]: practice } });
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
    this.keep({ done: [], code: {}, practice: {}, at: undefined });
  }
}
