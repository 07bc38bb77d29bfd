// What Python tells the page of the course.

declare global {
  /** An expression: its tree, and what is changed before it is computed. */
  interface Asked {
    tree: Tree;
    after: [string, "+" | "=", Tree][];
  }

  type Span = string | { code: string } | { strong: Span[] } | { em: Span[] } | { number: Asked };
  type Block = { p: Span[] } | { ul: Span[][] };

  interface Training {
    points: [number, number, number][];
    inputs: string[];
    target: string;
    output: string;
  }

  interface StepContent {
    do: "see" | "predict" | "try" | "judged";
    title: string;
    graph: string;
    show: string[];
    plot: string | null;
    sliders: string[];
    text: Block[];
    because: Block[];
    secant?: number;
    descend?: string[];
    rate?: number;
    train?: Training;
    question?: Block[];
    hint?: Block[];
    hidden?: string[];
    ask?: Asked | null;
    replies?: { to: Asked; text: Block[] }[];
    choices?: { text: Block[]; reply: Block[]; right: boolean }[];
    goal?: Block[];
    until?: Asked;
    hand?: Record<string, Asked>;
  }

  interface LessonContent {
    id: string;
    title: string;
    goal: string;
    language: string;
    steps: StepContent[];
  }

  interface TaskContent {
    id: string;
    title: string;
    language: string;
    text: Block[];
    hints: Block[][];
    steps?: undefined;
    start: string;
    solution: string;
  }

  interface Shelves {
    lessons: LessonContent[];
    gallery: LessonContent[];
    tasks: TaskContent[];
  }

  type Graphs = Record<string, { graph: Snapshot; root: string; inputs: { name: string }[] }>;

  interface CourseContent extends PageWords {
    /** By language. */
    shelves: Record<string, Shelves>;
    graphs: Graphs;
    /** The language to begin with; null for the browser's. */
    language: string | null;
    isServed: boolean;
    playground: string;
    python: PythonSettings | null;
    /** How many seconds the steps of a judgement may take. */
    limits: Record<string, number>;
  }

  /** Who judges the code of tasks. */
  interface Judge {
    canJudge: boolean;
    note(): HTMLElement | null;
    begin(): void;
    judge(task: string, code: string): Promise<Grade>;
  }

  /** What is said of the code of a task. */
  interface Grade {
    ok: boolean;
    findings: { message: string; graph: string; source: string }[];
    error?: string;
  }

  /** What a step tells the page around it. */
  interface StepSetting {
    graphs: Graphs;
    language: string;
    isDark: boolean;
    /** What had been done in its practice or repair. */
    deeds?: Deeds;
    keep(work: KeptWork): void;
    done(): void;
  }

  /** What was done in a practice or repair, and the lines of its graph. */
  interface KeptWork {
    graph: string;
    deeds: Deeds;
  }

  /** Where somebody is: a shelf, what is on it, and the step. */
  interface Spot {
    shelf: "lessons" | "gallery" | "tasks";
    index: number;
    step: number;
  }
}

export {};
