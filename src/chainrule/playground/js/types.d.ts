// What the server and the page tell the page's script.

declare global {
  /** What `answer.answer` returns. */
  interface Answer {
    text: string;
    graph: Snapshot;
    root: string;
    inputs: { name: string; latex: string }[];
    lines: { name: string; latexName: string; python: string; torch: string; latex: string }[];
    lacking: string;
  }

  /** What is wrong with the lines, and what to do about it. */
  interface Refusal {
    error: string;
    remedy: string;
  }

  interface Example {
    /** Its name in the words, which have its title and what to try with it. */
    name: string;
    plot: string;
    answer: Answer;
  }

  /** What the page can say. */
  interface PageWords {
    /** By language, and by key. */
    languages: Record<string, Record<string, string>>;
    /** Those of the view, by language, and by the English ones. */
    sentences: Record<string, Record<string, string>>;
  }

  interface PageSettings {
    /** Whether a server lays out what is typed. */
    isServed: boolean;
    /** Where Python is that can do it in the page; null where there is none. */
    python: PythonSettings | null;
    /** The language to begin with; null for the browser's. */
    language: string | null;
    /** The address of the course; missing where there is none. */
    course?: string;
    /** The graph and the state with which a saved page opens. */
    answer?: Answer;
    hash?: string;
  }

  /** What `runtime.runtime` says of the files beside an exported page. */
  interface PythonSettings {
    files: Record<string, { path: string; size: number }>;
    lock: object;
  }

  /** Who reads what is typed. */
  interface Reader {
    canRead: boolean;
    note(): HTMLElement | null;
    /** Null: something else was typed meanwhile. */
    read(text: string): Promise<Answer | Refusal | null>;
  }

  /** What to show: the lines, the state of the view and the input of the curve. */
  interface Wanted {
    text: string;
    view?: string;
    plot?: string;
  }

  /** Two coordinates and the class. */
  type Sample = [number, number, number];

  /** A calculation with parameters, operands before their users. */
  interface Calculation {
    nodes: { op: string; operands: number[]; data: number }[];
    /** The nodes of the inputs, of the target, of the answer and of the loss. */
    inputs: number[];
    target: number;
    output: number;
    root: number;
    parameters: number[];
  }

  /** A node to compute, with the numbers of a block of points in each column. */
  interface Step {
    index: number;
    kernel: Kernel;
    /** The operands that get a gradient. */
    slots: { slot: number; operand: number }[];
    operands: Float64Array[];
    out: Float64Array;
  }

  /** A parameter: its node, and where it stands among the parameters. */
  interface Parameter {
    index: number;
    at: number;
  }

  interface Neuron {
    weights: Parameter[];
    bias: Parameter;
    index: number;
  }

  /** The points of each data set. */
  type DataSets = Record<string, Sample[]>;

  /** A graph as it was left: with lines that aren't finished, if there are. */
  interface Left extends Wanted {
    typed: string;
    history: App["memory"]["history"];
  }

  /** What can be pointed at: a neuron, by its layer and its number in it, or a weight, by what it
   *  leads from and to. Inputs are layer 0. */
  interface Part {
    layer: number;
    at: number;
    from?: number;
    to?: number;
  }

  interface Weight extends Part {
    from: number;
    to: number;
  }

  /** How numbers become pixels: the size of the picture, and what its edges stand for. */
  interface Scale {
    wide: number;
    tall: number;
    steps: number;
    loss: number;
  }

  interface TrainSettings {
    data: string;
    /** How many neurons each hidden layer has. */
    hidden: number[];
    activation: string;
    /** From which step on, which learning rate. */
    rates: [number, number][];
    /** How many points a step uses; 0 for all. */
    batch: number;
    seed: number;
  }
}

export {};
