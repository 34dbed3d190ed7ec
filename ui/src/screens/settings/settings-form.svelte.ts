// A form whose values are checked while they are typed, and saved or tested with a button.
import { asProblem, type Problem, type ProblemCode, type TestStep } from "../../ipc";
import { textsOf } from "../../problems/problems";

/** Milliseconds after the last keystroke before the values are checked. */
const TYPING = 150;

interface Options<Values, Saved, TestResult> {
  empty: Values;
  /** What the fields show once `saved` is loaded. Secrets stay empty. */
  valuesOf: (saved: Saved) => Values;
  /** The field that a problem is about; other problems are shown below the fields. */
  fieldOf: Partial<Record<ProblemCode, keyof Values & string>>;
  load: () => Promise<Saved>;
  check: (values: Values, saved: Saved | null) => Promise<Problem[]>;
  save: (values: Values, saved: Saved | null) => Promise<Saved>;
  test: (values: Values, saved: Saved | null) => Promise<TestResult>;
  /** Tests what was saved, and returns what is wrong with it. */
  problemOf?: (tested: TestResult) => Problem | null;
  /** Whether what was saved can be tested now. */
  testsSaved?: () => boolean;
}

/** Returns what is wrong with the first step that failed. */
export const problemIn = (steps: readonly TestStep[]): Problem | null =>
  steps.find(({ problem }) => problem !== null)?.problem ?? null;

export class SettingsForm<Values extends Record<string, string>, Saved, TestResult> {
  /** Null until the saved values are loaded. */
  saved: Saved | null = $state.raw(null);
  values: Values = $state() as Values;
  /** A problem that is about no field. */
  problem = $state.raw<Problem | null>(null);
  busy = $state<"save" | "test" | null>(null);
  /** The result of testing these values. */
  tested: TestResult | null = $state.raw(null);
  /** A test is running, or the last one failed: what `saved` says about a successful one is about an earlier test. */
  retested = $state(false);
  /** Why the values that were just saved don't work. */
  fault = $state.raw<Problem | null>(null);
  readonly #options: Options<Values, Saved, TestResult>;
  #problems = $state.raw<Partial<Record<string, Problem>>>({});
  /** Fields whose errors are shown: those that were left, or all of them after an attempt to save. */
  #touched = $state.raw<ReadonlySet<string>>(new Set());
  #checks = 0;
  #edits = 0;
  #typing: ReturnType<typeof setTimeout> | undefined;

  readonly dirty = $derived.by(() => {
    const before = this.saved && this.#options.valuesOf(this.saved);
    return before !== null && Object.keys(before).some((field) => this.values[field] !== before[field]);
  });

  constructor(options: Options<Values, Saved, TestResult>) {
    this.#options = options;
    this.values = { ...options.empty };
  }

  async load(): Promise<void> {
    try {
      this.#show(await this.#options.load());
    } catch (thrown) {
      this.problem = asProblem(thrown);
    }
  }

  errorOf(field: keyof Values & string): string | null {
    const problem = this.#problems[field];
    return problem && this.#touched.has(field) ? textsOf(problem).text : null;
  }

  touch(field: string): void {
    this.#touched = new Set([...this.#touched, field]);
  }

  /** Checks the values soon. A test result no longer applies. */
  changed(): void {
    this.#edits++;
    this.tested = null;
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => void this.#check(), TYPING);
  }

  /** Returns whether the values were saved. `fault` then says why they don't work, if they were tested. */
  save(): Promise<boolean> {
    return this.#run("save", async () => {
      const { save, problemOf, testsSaved, valuesOf } = this.#options;
      const edits = this.#edits;
      const saved = await save(this.values, this.saved);
      // What was typed meanwhile is kept, as unsaved changes.
      if (edits === this.#edits) this.#show(saved);
      else this.saved = saved;
      if (!problemOf || testsSaved?.() === false) return;
      try {
        const tested = await this.#test(valuesOf(saved), saved);
        if (edits === this.#edits) this.tested = tested;
        this.fault = problemOf(tested);
      } catch (thrown) {
        this.problem = this.fault = asProblem(thrown);
      }
      await this.#reread();
    });
  }

  /** Tests the values without saving them. Returns whether there is a result. */
  test(): Promise<boolean> {
    return this.#run("test", async () => {
      const edits = this.#edits;
      const tested = await this.#test(this.values, this.saved);
      // The values may have been edited meanwhile.
      if (edits === this.#edits) this.tested = tested;
      await this.#reread();
    });
  }

  async #test(values: Values, saved: Saved | null): Promise<TestResult> {
    this.retested = true;
    const tested = await this.#options.test(values, saved);
    this.retested = (this.#options.problemOf?.(tested) ?? null) !== null;
    return tested;
  }

  /** Reads what is saved again: the book records a successful test. */
  async #reread(): Promise<void> {
    const saved = await this.#options.load().catch(() => null);
    if (saved) this.saved = saved;
  }

  /** Returns whether every field is valid. Drops an answer that arrives after a newer check was sent. */
  async #check(): Promise<boolean> {
    clearTimeout(this.#typing);
    const check = ++this.#checks;
    try {
      const problems = await this.#options.check(this.values, this.saved);
      if (check !== this.#checks) return false;
      this.#problems = {};
      problems.forEach((problem) => this.#assign(problem));
      return problems.length === 0;
    } catch (thrown) {
      this.problem = asProblem(thrown);
      return false;
    }
  }

  /** Shows a problem beside its field. Returns whether it has one. */
  #assign(problem: Problem): boolean {
    const field = this.#options.fieldOf[problem.code];
    if (field) this.#problems = { ...this.#problems, [field]: problem };
    return field !== undefined;
  }

  async #run(busy: "save" | "test", work: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = busy;
    this.problem = this.fault = null;
    this.tested = null;
    this.#touched = new Set(Object.keys(this.values));
    try {
      if (!(await this.#check())) return false;
      await work();
      return true;
    } catch (thrown) {
      const problem = asProblem(thrown);
      if (!this.#assign(problem)) this.problem = problem;
      return false;
    } finally {
      this.busy = null;
    }
  }

  #show(saved: Saved): void {
    this.saved = saved;
    this.values = this.#options.valuesOf(saved);
    this.#touched = new Set();
    this.#problems = {};
    this.problem = null;
  }
}
