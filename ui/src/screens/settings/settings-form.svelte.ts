// A form of the settings: what is saved, what is entered, the errors of its fields, Save and Test.
import { asProblem, type Problem, type ProblemCode } from "../../ipc";
import { inWords } from "../../problems/problems";

/** Milliseconds without a key before the values are checked. */
const TYPING = 150;

export abstract class SettingsForm<Saved, Values extends object> {
  saved = $state.raw<Saved | null>(null);
  values = $state() as Values;
  /** A problem that is not about a field. */
  problem = $state.raw<Problem | null>(null);
  busy = $state<"save" | "test" | null>(null);
  #errors = $state.raw<Partial<Record<keyof Values, Problem>>>({});
  /** Fields whose errors are shown: they were left or submitted. */
  #touched = $state.raw<ReadonlySet<keyof Values>>(new Set());
  #checking = 0;
  #typing: ReturnType<typeof setTimeout> | undefined;

  readonly dirty = $derived.by(() => {
    const before = this.saved && this.valuesOf(this.saved);
    return before !== null && this.#fields.some((field) => this.values[field] !== before[field]);
  });

  constructor(empty: Values) {
    this.values = empty;
  }

  /** The values of the form for what is saved. */
  protected abstract valuesOf(saved: Saved): Values;
  protected abstract read(): Promise<Saved>;
  /** Returns what is wrong with the values. */
  protected abstract validate(): Promise<Problem[]>;
  protected abstract write(): Promise<Saved>;
  protected abstract runTest(): Promise<void>;
  /** Forgets the result of the last test, which was about other values. */
  protected abstract clearTest(): void;
  /** The field that a problem is about. */
  protected abstract readonly fieldOf: Partial<Record<ProblemCode, keyof Values>>;

  async load(): Promise<void> {
    try {
      this.#accept(await this.read());
    } catch (thrown) {
      this.problem = asProblem(thrown);
    }
  }

  /** The error of a field, once it may be shown. */
  error(field: keyof Values): string | null {
    const problem = this.#errors[field];
    return problem && this.#touched.has(field) ? inWords(problem).text : null;
  }

  touch(field: keyof Values): void {
    this.#touched = new Set([...this.#touched, field]);
  }

  /** Checks the values a moment after the last change. */
  changed(): void {
    this.clearTest();
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => void this.check(), TYPING);
  }

  /** Returns whether no field has an error. An answer that a newer check has overtaken is dropped. */
  async check(): Promise<boolean> {
    clearTimeout(this.#typing);
    const checking = ++this.#checking;
    try {
      const problems = await this.validate();
      if (checking !== this.#checking) return false;
      this.#errors = {};
      for (const problem of problems) this.#assign(problem);
      return problems.length === 0;
    } catch (thrown) {
      this.problem = asProblem(thrown);
      return false;
    }
  }

  /** Returns whether it was saved. */
  save(): Promise<boolean> {
    return this.#run("save", async () => this.#accept(await this.write()));
  }

  test(): Promise<boolean> {
    return this.#run("test", () => this.runTest());
  }

  get #fields(): (keyof Values)[] {
    return Object.keys(this.values) as (keyof Values)[];
  }

  /** Shows a problem beside the field that it is about. Returns whether there is one. */
  #assign(problem: Problem): boolean {
    const field = this.fieldOf[problem.code];
    if (field) this.#errors = { ...this.#errors, [field]: problem };
    return field !== undefined;
  }

  async #run(busy: "save" | "test", work: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = busy;
    this.problem = null;
    this.clearTest();
    this.#touched = new Set(this.#fields);
    try {
      if (!(await this.check())) return false;
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

  #accept(saved: Saved): void {
    this.saved = saved;
    this.values = this.valuesOf(saved);
    this.#touched = new Set();
    this.#errors = {};
    this.problem = null;
  }
}
