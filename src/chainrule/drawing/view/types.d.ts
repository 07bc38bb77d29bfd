// What Python sends to the page, and what the modules of the page hand to one another.

import type { App as AppClass } from "./js/app.js";
import type { Brush as BrushClass } from "./js/brush.js";
import type { Graph as GraphClass } from "./js/model.js";
import type { Practice as PracticeClass } from "./js/practice.js";
import type { Scene as SceneClass } from "./js/scene.js";

declare global {
  type App = AppClass;
  type Brush = BrushClass;
  type Graph = GraphClass;
  type Practice = PracticeClass;
  type Scene = SceneClass;

  type Child = globalThis.Node | string | null;
  /** Attributes, which come first where there are any, or what is in an element. */
  type Content = Child | Child[] | Record<string, unknown>;
  type Maker<Elements> = <Name extends keyof Elements & string>(
    selector: Name | `${Name}.${string}`,
    ...content: Content[]
  ) => Elements[Name];

  type Direction = "LR" | "RL" | "TB" | "BT";
  type Point = [number, number];
  /** The fill that the user chose, on a light and on a dark background. */
  type Tint = [string, string];
  type Numbered = number | "nan" | "inf" | "-inf" | null | undefined;

  /** A formula: a number, the name of an operand, or a word and its parts. */
  type Tree = number | string | unknown[];

  /** A row of the table of derivatives, in words and as trees. */
  interface Operation {
    symbol: string;
    reasons: (string | [Tree])[][];
    domain: string;
    formula: Tree;
    partials: Tree[];
    texts: string[];
    written: string;
    whys: string[];
    isGate: boolean;
    isEager: boolean;
    isOwn: boolean;
    kinks: { at: number[]; why: string }[];
  }

  /** The same as functions of numbers; a partial also takes the result, after the operands. */
  interface Kernel {
    value(...operands: number[]): number;
    partials: ((...numbers: number[]) => number)[];
    isGate: boolean;
    isEager: boolean;
  }

  /** A node as Python sends it; what is empty is left out. */
  interface NodeRow {
    label?: string;
    mark?: string;
    name?: string;
    kind: string;
    isRoot?: boolean;
    tint?: Tint;
    symbol?: string;
    operands?: number[];
    remark?: string;
    lines?: string[];
    /** Width, height and the width of the label's column; of a stacked box also the height of the
     *  label's strip, and the length of the straight beginning of its edges. */
    box: [number, number, number, number?, number?];
    circle?: [number, number, number];
    data?: Numbered;
    grad?: Numbered;
    byHand?: boolean;
    op?: string;
    opName?: string;
    partials?: Numbered[];
    ownBackward?: boolean;
    at?: string;
  }

  interface Numbers {
    data: number | null;
    grad: number | null;
    partials: (number | null)[];
  }

  /** A node of the page's own graph: nothing is left out, and its numbers are numbers. */
  interface GraphNode
    extends Required<Omit<NodeRow, keyof Numbers | "byHand" | "circle" | "tint">>,
      Numbers {
    index: number;
    circle?: [number, number, number];
    tint?: Tint;
    /** Who uses the node, and as which operand. */
    users: [number, number][];
    /** The numbers of the snapshot. */
    original: Numbers;
    /** The gradient set by hand, and as it was typed. */
    hand: { value: number; text: string } | null;
  }

  /** A use of a node: the local derivative there and the gradient above it. */
  interface Path {
    user: number;
    slot: number;
    partial: number;
    above: number;
  }

  /** A step of the pass: what a node adds to the gradient of an operand. */
  interface PassEvent {
    user: number;
    slot: number;
    /** Null where the node's own `_backward` decides. */
    operand: number | null;
  }

  /** A scope that can be collapsed. */
  interface Area {
    path: string[];
    parent: number;
    nodes: number[];
    lines: string[];
  }

  /** Source, target, which operand, the last track, the arrow's tip, and the label beside it. */
  type EndRow = [
    number,
    number,
    number,
    number,
    number,
    number,
    number?,
    number?,
    number?,
    string?,
  ];

  /** Where an edge arrives: its arrowhead, and where the local derivative stands beside it. */
  interface End {
    source: number;
    target: number;
    slot: number;
    track: number;
    x: number;
    y: number;
    label: { x: number; y: number; anchor: string; prefix: string } | null;
  }

  /** The layout with some scopes collapsed. */
  interface State {
    collapsed: number[];
    size: Point;
    boxes: (Point | 0)[];
    copies: [number, number, number, number, number][];
    areas: [number, number, number, number, number][];
    stacks: [number, number, number, number, number][];
    tracks: number[];
    ends: EndRow[];
  }

  /** What `scene.snapshot` returns. */
  interface Snapshot {
    title: string;
    note: string;
    direction: Direction;
    local: boolean;
    root: number;
    summary: boolean;
    nodes: NodeRow[];
    ops: Record<string, Operation>;
    areas: Area[];
    states: State[];
    /** The layout from top to bottom, for narrow windows; null where there is none. */
    upright: {
      sizes: Pick<NodeRow, "name" | "box" | "circle">[];
      areas: Area[];
      states: State[];
    } | null;
    /** The graph as lines, each a name, the index of its node and its expression, which an input
     *  lacks; missing where the playground can't hold it. */
    program?: { address: string; lines: [string, number, string][]; isExact: boolean } | null;
  }

  interface Settings {
    theme?: "auto" | "light" | "dark";
    height?: number;
    page?: boolean;
    /** 'figure' leaves out what an article has no use for, 'bare' all but the picture, and 'still'
     *  also the panel of a node, so that nothing says more than the picture. */
    frame?: "figure" | "bare" | "still";
    /** Whether a verdict leaves out the right number, which is to be found. */
    isRepair?: boolean;
    /** Whether the graph runs from top to bottom; by default the window's shape decides. */
    isUpright?: boolean;
    /** What to begin with, as a link has it. */
    state?: string;
    /** What is called after a change, if a page around the view follows it. */
    follow?: () => void;
  }

  /** What an edge is traced with: a canvas, or a writer of SVG paths. */
  type Pen = Pick<CanvasPath, "moveTo" | "lineTo" | "bezierCurveTo">;

  interface Box {
    x: number;
    y: number;
    w: number;
    h: number;
    isLarge?: boolean;
  }

  /** Something to draw: a box, a text, a line, an area, or the way of an edge. */
  interface Shape {
    kind: "box" | "text" | "line" | "area" | "way";
    role: string;
    points?: Point[];
    x?: number;
    y?: number;
    w?: number;
    h?: number;
    r?: number;
    cut?: boolean;
    tint?: Tint;
    text?: string;
    size?: number;
    anchor?: string;
    bold?: boolean;
    halo?: boolean;
    part?: string;
  }

  type Phase = "forward" | "backward";

  /** What was done at a node in practice: answers as typed, hints given, and how it ended. */
  interface Attempt {
    tries: string[];
    hints: number;
    done: "" | "right" | "shown";
    /** An answer of too few digits, which doesn't count. */
    unclear: string;
  }

  interface PracticeState {
    phase: Phase;
    forward: Record<string, Attempt>;
    backward: Record<string, Attempt>;
  }

  /** What somebody did to the graph; undo and redo go from one of these to another. */
  interface Deeds {
    /** The numbers of edited leaves, as they can be typed. */
    data: Record<string, string>;
    /** Gradients set by hand, as they were typed. */
    hand: Record<string, string>;
    practice: PracticeState | null;
  }

  /** Everything that a link reproduces. */
  interface Saved extends Deeds {
    /** A sum of the graph that it belongs to, and how that was laid out. */
    graph: string;
    direction: Direction;
    at: number | null;
    chosen: number | null;
    collapsed: number[];
    /** The point in the middle of the window, and the scale; null for the view at first. */
    camera: [number, number, number] | null;
  }

  /** The verdict on a gradient that was set by hand. */
  interface Verdict {
    status: string;
    found: number;
    expected: number;
    mistake: string;
    why: string;
    /** The kind of the mistake, by which there are hints. */
    kind?: string;
    /** Those of the two sides of a kink. */
    slopes?: number[] | null;
  }
}
