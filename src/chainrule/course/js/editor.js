// The field in which one writes Python: CodeMirror, with the look of the page.

import {
  bracketMatching,
  classHighlighter,
  Decoration,
  defaultKeymap,
  EditorView,
  history,
  historyKeymap,
  indentOnInput,
  indentUnit,
  indentWithTab,
  keymap,
  lineNumbers,
  pythonLanguage,
  StateEffect,
  StateField,
  syntaxHighlighting,
} from "./codemirror.js";

const INDENT = "    ";

/** Mark lines, by their numbers; none are left marked where something is typed.
 *  @type {import("@codemirror/state").StateEffectType<number[]>} */
const marking = StateEffect.define();

const marked = StateField.define({
  create: () => Decoration.none,
  update: (marks, { effects, docChanged, newDoc }) => {
    const effect = effects.find((each) => each.is(marking));
    if (!effect) return docChanged ? Decoration.none : marks;
    const lines = [...new Set(effect.value)].filter((line) => line >= 1 && line <= newDoc.lines);
    return Decoration.set(
      lines
        .sort((one, two) => one - two)
        .map((line) => Decoration.line({ class: "marked" }).range(newDoc.line(line).from)),
    );
  },
  provide: (field) => EditorView.decorations.from(field),
});

export class CodeEditor {
  /** @param {{ text: string, about: Record<string, string>, typed(): void, check(): void }} setting
   *    `about` are attributes of the field */
  constructor({ text, about, typed, check }) {
    const run = () => {
      check();
      return true;
    };
    const checks = ["Ctrl-Enter", "Mod-Enter"].map((key) => ({ key, run })); // Cmd on a Mac
    const plain = { spellcheck: "false", autocorrect: "off", autocapitalize: "off" };
    const field = { ...plain, tabindex: "0", ...about };
    this.view = new EditorView({
      doc: text,
      extensions: [
        keymap.of([...checks, ...defaultKeymap, ...historyKeymap, indentWithTab]),
        lineNumbers(),
        history(),
        indentOnInput(),
        bracketMatching(),
        indentUnit.of(INDENT),
        pythonLanguage,
        syntaxHighlighting(classHighlighter),
        marked,
        EditorView.contentAttributes.of(field),
        EditorView.updateListener.of(({ docChanged }) => docChanged && typed()),
      ],
    });
  }

  get element() {
    return this.view.dom;
  }

  get text() {
    return this.view.state.doc.toString();
  }

  set text(insert) {
    const { length } = this.view.state.doc;
    this.view.dispatch({ changes: { from: 0, to: length, insert } });
  }

  remove() {
    this.view.destroy();
  }

  /** Mark some lines. @param {number[]} lines */
  mark(lines) {
    this.view.dispatch({ effects: marking.of(lines) });
  }
}
