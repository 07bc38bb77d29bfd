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
    title: string;
    about: string;
    plot: string;
    answer: Answer;
  }

  interface PageSettings {
    /** Whether a server lays out what is typed. */
    isServed: boolean;
    /** The address of the course; missing where there is none. */
    course?: string;
    /** The graph and the state with which a saved page opens. */
    answer?: Answer;
    hash?: string;
  }

  /** What to show: the lines, the state of the view and the input of the curve. */
  interface Wanted {
    text: string;
    view?: string;
    plot?: string;
  }
}

export {};
