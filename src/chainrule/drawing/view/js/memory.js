// What the view remembers: for undo and redo, in the address of its page or in the name of its
// frame, and in copies of it.

import { changed } from "./changes.js";
import { History } from "./deeds.js";
import { h } from "./dom.js";
import { readState, stateText } from "./link.js";
import { spoken } from "./phrasing.js";

/** How long the address waits for more changes, in milliseconds. */
const WAIT = 250;

/** How a frame's name begins that holds a state. */
const KEPT = "chainrule:";

const IN_A_FRAME =
  "The change stays in this cell until it is run, moved or closed. The link button saves a page " +
  "that keeps it.";

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
    const brought = (app.isAlone && location.hash.slice(1)) || this._kept() || state;
    if (brought) this.restore(brought);
    this.isReady = true;
    if (!app.isAlone) return;
    const follow = () => {
      const text = location.hash.slice(1);
      if (text !== stateText(app)) this.restore(text);
    };
    window.addEventListener("hashchange", follow, { signal: app.lifetime.signal });
  }

  /** The state in the frame's name, which outlives a reload of the frame and nothing else: the
   *  frame has no address and no storage. */
  _kept() {
    const isKept = this.app.isFramed && window.name.startsWith(KEPT);
    return isKept ? window.name.slice(KEPT.length) : "";
  }

  /** Note that something was done. */
  record() {
    this.history.record();
    if (this.app.isFramed && !this.isSaid) {
      this.isSaid = true;
      this.app.hint(IN_A_FRAME, 5000);
    }
    this.app.showBar(); // which writes, too
  }

  /** Undo or redo. @param {1 | -1} by */
  travel(by) {
    const { app } = this;
    app.player.pause();
    if (!this.history.go(by)) return;
    changed(app); // which writes, too
    app.say(spoken(by < 0 ? "Undone." : "Redone."));
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

  /** Keep the state where a reload or a link brings it back from, and tell a page around the view
   *  that something changed. */
  write() {
    if (!this.isReady) return;
    this.follow?.();
    if (!this.app.hasPage) return;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this._write(), WAIT);
  }

  _write() {
    const text = stateText(this.app);
    if (!this.app.isAlone) {
      if (!window.name || window.name.startsWith(KEPT)) window.name = text && KEPT + text;
      return;
    }
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
      const what = isCopied ? "The link is copied: it" : "Couldn't copy. This page's address";
      app.hint(`${what} leads back to exactly this.`);
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
