// The form of mail: what is saved, what is typed, what is wrong with it, what the mail server says about it.
import { asProblem, commands } from "../../ipc";
import type { MailSecurity, MailSettings, MailSetup, Problem, ProblemCode } from "../../ipc";
import { inWords } from "../../problems/problems";

interface Values extends Omit<MailSettings, "port"> {
  port: string;
  password: string;
}
export type Field = keyof Values;

/** The usual port of each way to be safe. */
const ports: Record<MailSecurity, string> = { starttls: "587", tls: "465", none: "25" };

/** Milliseconds without a key before the values are checked. */
const TYPING = 150;

const fieldOf: Partial<Record<ProblemCode, Field>> = {
  mail_host_invalid: "host",
  mail_not_private: "security",
  mail_user_invalid: "user",
  mail_password_missing: "password",
  mail_sender_invalid: "sender",
  mail_reply_to_invalid: "replyTo",
  mail_manager_invalid: "accountManager",
  mail_no_recipient: "accountManager",
  mail_team_invalid: "team",
};

const empty: Values = {
  host: "",
  port: ports.starttls,
  security: "starttls",
  user: "",
  password: "",
  sender: "",
  replyTo: "",
  accountManager: "",
  team: "",
};
const fields = Object.keys(empty) as Field[];

const typed = ({ settings }: MailSetup): Values => ({
  ...settings,
  port: String(settings.port),
  password: "",
});

export class MailForm {
  saved = $state.raw<MailSetup | null>(null);
  values: Values = $state({ ...empty });
  wrong = $state.raw<Partial<Record<Field, Problem>>>({});
  /** Fields whose faults are shown: those left or tried to save. */
  touched = $state.raw<ReadonlySet<Field>>(new Set());
  /** What is wrong beyond a field. */
  problem = $state.raw<Problem | null>(null);
  busy = $state<"save" | "test" | null>(null);
  /** To where a test mail with these values went. */
  tested = $state.raw<string | null>(null);
  #checking = 0;
  #typing: ReturnType<typeof setTimeout> | undefined;

  readonly dirty = $derived.by(() => {
    const before = this.saved && typed(this.saved);
    return before !== null && fields.some((field) => this.values[field] !== before[field]);
  });

  async load(): Promise<void> {
    try {
      this.#take(await commands.mailSettings());
    } catch (thrown) {
      this.problem = asProblem(thrown);
    }
  }

  /** The fault of a field in words, once it may be shown. */
  fault(field: Field): string | null {
    const problem = this.wrong[field];
    return problem && this.touched.has(field) ? inWords(problem).text : null;
  }

  touch(field: Field): void {
    this.touched = new Set([...this.touched, field]);
  }

  secure(security: MailSecurity): void {
    if (this.values.port === ports[this.values.security]) this.values.port = ports[security];
    this.values.security = security;
    this.touch("security");
    this.changed();
  }

  /** Checks the values a moment after the last change; what was tested before is no longer true. */
  changed(): void {
    this.tested = null;
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => void this.check(), TYPING);
  }

  /** True when no field is wrong. An answer that is overtaken by a newer one is dropped. */
  async check(): Promise<boolean> {
    clearTimeout(this.#typing);
    const checking = ++this.#checking;
    try {
      const problems = await commands.checkMailSettings(this.#settings());
      if (checking !== this.#checking) return false;
      this.wrong = {};
      for (const problem of problems) this.#blame(problem);
      return problems.length === 0;
    } catch (thrown) {
      this.problem = asProblem(thrown);
      return false;
    }
  }

  /** True when it was saved. */
  save(): Promise<boolean> {
    return this.#work("save", async () => {
      this.#take(await commands.saveMailSettings(this.#settings(), this.#password()));
    });
  }

  test(): Promise<boolean> {
    return this.#work("test", async () => {
      const { replyTo, sender } = this.values;
      await commands.testMail(this.#settings(), this.#password());
      this.tested = replyTo.trim() || sender.trim();
    });
  }

  #settings(): MailSettings {
    const { password: _, port, ...rest } = this.values;
    const number = /^\s*\d{1,5}\s*$/u.test(port) ? Number(port) : 0;
    return { ...rest, port: number > 65_535 ? 0 : number };
  }

  /** The saved password stays when none is typed. */
  #password(): string | null {
    return this.values.password === "" ? null : this.values.password;
  }

  /** Puts a problem beside the field that it is about, if it is about one. */
  #blame(problem: Problem): boolean {
    const field = fieldOf[problem.code];
    if (field) this.wrong = { ...this.wrong, [field]: problem };
    return field !== undefined;
  }

  async #work(busy: "save" | "test", work: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = busy;
    this.problem = null;
    this.tested = null;
    this.touched = new Set(fields);
    try {
      if (!(await this.check())) return false;
      await work();
      return true;
    } catch (thrown) {
      const problem = asProblem(thrown);
      if (!this.#blame(problem)) this.problem = problem;
      return false;
    } finally {
      this.busy = null;
    }
  }

  #take(setup: MailSetup): void {
    this.saved = setup;
    this.values = typed(setup);
    this.touched = new Set();
    this.wrong = {};
    this.problem = null;
  }
}
