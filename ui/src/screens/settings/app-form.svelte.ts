// The form of the TikTok app: what is saved, what is typed, what is wrong with it.
import { asProblem, commands } from "../../ipc";
import type { Problem, ProblemCode, TestStep, TiktokApp, TiktokAppForm } from "../../ipc";
import { inWords } from "../../problems/problems";

export type Field = "appId" | "secret" | "redirectUrl" | "apiAddress" | "loginAddress";

/** TikTok's own addresses: API for Business v1.3 and the authorization page of its developer portal. */
export const TIKTOK = {
  apiAddress: "https://business-api.tiktok.com/open_api/v1.3",
  loginAddress: "https://business-api.tiktok.com/portal/auth",
};

/** Milliseconds without a key before the values are checked. */
const TYPING = 150;

const fieldOf: Partial<Record<ProblemCode, Field>> = {
  app_id_invalid: "appId",
  secret_missing: "secret",
  redirect_url_invalid: "redirectUrl",
  api_address_invalid: "apiAddress",
  sign_in_address_invalid: "loginAddress",
};

export class AppForm {
  saved = $state.raw<TiktokApp | null>(null);
  values = $state({ appId: "", secret: "", redirectUrl: "", apiAddress: "", loginAddress: "" });
  wrong = $state.raw<Partial<Record<Field, Problem>>>({});
  /** Fields whose faults are shown: those left or tried to save. */
  touched = $state.raw<ReadonlySet<Field>>(new Set());
  /** What is wrong beyond a field. */
  problem = $state.raw<Problem | null>(null);
  busy = $state<"save" | "test" | null>(null);
  steps = $state.raw<TestStep[] | null>(null);
  #checking = 0;
  #typing: ReturnType<typeof setTimeout> | undefined;

  readonly dirty = $derived.by(() => {
    const { saved, values } = this;
    if (!saved) return false;
    return (
      values.secret !== "" ||
      values.appId !== saved.appId ||
      values.redirectUrl !== saved.redirectUrl ||
      values.apiAddress !== saved.apiAddress ||
      values.loginAddress !== saved.loginAddress
    );
  });

  async load(): Promise<void> {
    try {
      this.#take(await commands.tiktokApp());
    } catch (thrown) {
      this.problem = asProblem(thrown);
    }
  }

  /** What would be sent: the saved secret stays when none is typed. */
  form(): TiktokAppForm {
    const { secret, ...rest } = this.values;
    const kept = secret === "" && this.saved?.hasSecret === true;
    return { ...rest, secret: kept ? null : secret };
  }

  /** The fault of a field in words, once it may be shown. */
  fault(field: Field): string | null {
    const problem = this.wrong[field];
    return problem && this.touched.has(field) ? inWords(problem).text : null;
  }

  touch(field: Field): void {
    this.touched = new Set([...this.touched, field]);
  }

  useTiktok(): void {
    Object.assign(this.values, TIKTOK);
    this.changed();
  }

  /** Checks the values a moment after the last change; what was tested before is no longer true. */
  changed(): void {
    this.steps = null;
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => void this.check(), TYPING);
  }

  /** True when no field is wrong. An answer that is overtaken by a newer one is dropped. */
  async check(): Promise<boolean> {
    clearTimeout(this.#typing);
    const checking = ++this.#checking;
    try {
      const problems = await commands.checkTiktokApp(this.form());
      if (checking !== this.#checking) return false;
      const wrong: Partial<Record<Field, Problem>> = {};
      for (const problem of problems) {
        const field = fieldOf[problem.code];
        if (field) wrong[field] = problem;
      }
      this.wrong = wrong;
      return problems.length === 0;
    } catch (thrown) {
      this.problem = asProblem(thrown);
      return false;
    }
  }

  /** True when it was saved. */
  async save(): Promise<boolean> {
    return this.#work("save", async () => this.#take(await commands.saveTiktokApp(this.form())));
  }

  async test(): Promise<void> {
    this.steps = null;
    await this.#work("test", async () => {
      this.steps = await commands.testConnection(this.form());
    });
  }

  async #work(busy: "save" | "test", work: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = busy;
    this.problem = null;
    this.touched = new Set<Field>(["appId", "secret", "redirectUrl", "apiAddress", "loginAddress"]);
    try {
      if (!(await this.check())) return false;
      await work();
      return true;
    } catch (thrown) {
      this.problem = asProblem(thrown);
      return false;
    } finally {
      this.busy = null;
    }
  }

  #take(app: TiktokApp): void {
    const { hasSecret: _, ...values } = app;
    this.saved = app;
    this.values = { ...values, secret: "" };
    this.touched = new Set();
    this.wrong = {};
    this.problem = null;
  }
}
