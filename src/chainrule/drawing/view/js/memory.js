// What the view remembers: for undo and redo, in the address of its page, and in copies of it.

import { changed } from "./changes.js";
import { History } from "./deeds.js";
import { h } from "./dom.js";
import { readState, stateText } from "./link.js";

/** How long the address waits for more changes, in milliseconds. */
const WAIT = 250;

export class Memory {
  /** @param {App} app @param {() => void} [follow] */
  constructor(app, follow) {
    this.app = app;
    this.follow = follow;
    this.history = new History(app);
  }

  /** Take over the state that a link or a file brings, once the view is complete.
   *  @param {string} [state] */
  begin(state) {
    const { app } = this;
    stateText(app); // what it is at first
    const brought = (app.isAlone && location.hash.slice(1)) || state;
    if (brought) this.restore(brought);
    this.isReady = true;
    if (!app.isAlone) return;
    const follow = () => {
      const text = location.hash.slice(1);
      if (text !== stateText(app)) this.restore(text);
    };
    window.addEventListener("hashchange", follow, { signal: app.lifetime.signal });
  }

  /** Note that something was done. */
  record() {
    this.history.record();
    this.app.showBar();
    this.write();
  }

  /** Undo or redo. @param {1 | -1} by */
  travel(by) {
    const { app } = this;
    app.player.pause();
    if (!this.history.go(by)) return;
    changed(app);
    this.write();
    app.say(by < 0 ? "Undone." : "Redone.");
  }

  /** @param {string} text */
  restore(text) {
    const { app } = this;
    const problem = readState(app, text);
    if (problem) {
      app.hint(problem);
      app.say(problem);
      return;
    }
    app.rebuild();
    changed(app);
    this.history = new History(app);
    app.showBar();
  }

  /** Keep the state in the page's address, so that a reload or a link brings it back, and tell a
   *  page around the view that something changed. */
  write() {
    if (!this.isReady) return;
    this.follow?.();
    if (!this.app.isAlone) return;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this._write(), WAIT);
  }

  _write() {
    const text = stateText(this.app);
    if (text === location.hash.slice(1)) return;
    history.replaceState(null, "", text ? `#${text}` : location.pathname + location.search);
  }

  /** Give the state away: a link to it, or a copy of the page where that has no address. */
  async give() {
    const { app } = this;
    if (app.isAlone) {
      this._write();
      const isCopied = await navigator.clipboard?.writeText(location.href).then(
        () => true,
        () => false,
      );
      const what = isCopied ? "The link is copied" : "Copy the address of this page";
      app.hint(`${what}: it leads back to exactly this.`);
    } else {
      this._save();
      app.hint("Saved as view.html: the file opens in exactly this state.");
    }
    app.say(app.brief.textContent);
  }

  /** Save this page as a file that opens in this state. */
  _save() {
    const state = stateText(this.app);
    const page = /** @type {HTMLElement} */ (document.documentElement.cloneNode(true));
    const settings = page.querySelector("#settings");
    settings.textContent = JSON.stringify({ ...JSON.parse(settings.textContent), state });
    const file = new Blob([`<!DOCTYPE html>\n${page.outerHTML}`], { type: "text/html" });
    const href = URL.createObjectURL(file);
    h("a", { href, download: "view.html" }).click();
    setTimeout(() => URL.revokeObjectURL(href), 10_000);
  }
}
