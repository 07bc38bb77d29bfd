// What Python sends to the page, and what the modules of the page hand to one another.

export type { App } from "./js/app.js";
export type { Brush } from "./js/brush.js";
export type { Graph, Node } from "./js/model.js";
export type { Scene } from "./js/scene.js";

type Child = globalThis.Node | string | null;
/** Attributes, which come first where there are any, or what is in an element. */
export type Content = Child | Child[] | Record<string, unknown>;
export type Maker<Elements> = <Name extends keyof Elements & string>(
  selector: Name | `${Name}.${string}`,
  ...content: Content[]
) => Elements[Name];

export type Direction = "LR" | "RL" | "TB" | "BT";
export type Point = [number, number];
export type Numbered = number | "nan" | "inf" | "-inf" | null | undefined;

/** A formula: a number, the name of an operand, or a word and its parts. */
export type Tree = number | string | unknown[];

/** A row of the table of derivatives, in words and as trees. */
export interface Operation {
  symbol: string;
  reasons: (string | [Tree])[][];
  domain: string;
  formula: Tree;
  partials: Tree[];
  texts: string[];
  isGate: boolean;
  isEager: boolean;
  isOwn: boolean;
  kinks: { at: number[]; why: string }[];
}

/** The same as functions of numbers; a partial also takes the result, after the operands. */
export interface Kernel {
  value(...operands: number[]): number;
  partials: ((...numbers: number[]) => number)[];
  isGate: boolean;
  isEager: boolean;
}

/** A node as Python sends it; what is empty is left out. */
export interface NodeRow {
  label?: string;
  mark?: string;
  name?: string;
  kind: string;
  isRoot?: boolean;
  symbol?: string;
  operands?: number[];
  remark?: string;
  lines?: string[];
  box: [number, number, number];
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

/** A scope that can be collapsed. */
export interface Area {
  path: string[];
  parent: number;
  nodes: number[];
  lines: string[];
}

/** Source, target, which operand, the last track, the arrow's tip, and the label beside it. */
export type EndRow = [
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
export interface End {
  source: number;
  target: number;
  slot: number;
  track: number;
  x: number;
  y: number;
  label: { x: number; y: number; anchor: string; prefix: string } | null;
}

/** The layout with some scopes collapsed. */
export interface State {
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
export interface Snapshot {
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
}

export interface Settings {
  theme?: "auto" | "light" | "dark";
  height?: number;
  page?: boolean;
}

/** What an edge is traced with: a canvas, or a writer of SVG paths. */
export type Pen = Pick<CanvasPath, "moveTo" | "lineTo" | "bezierCurveTo">;

export interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
  isLarge?: boolean;
}

/** Something to draw: a box, a text, a line, an area, or the way of an edge. */
export interface Shape {
  kind: "box" | "text" | "line" | "area" | "way";
  role: string;
  points?: Point[];
  x?: number;
  y?: number;
  w?: number;
  h?: number;
  r?: number;
  cut?: boolean;
  text?: string;
  size?: number;
  anchor?: string;
  bold?: boolean;
  halo?: boolean;
  part?: string;
}

/** The verdict on a gradient that was set by hand. */
export interface Verdict {
  status: string;
  found: number;
  expected: number;
  mistake: string;
  why: string;
  /** Those of the two sides of a kink. */
  slopes?: number[] | null;
}
