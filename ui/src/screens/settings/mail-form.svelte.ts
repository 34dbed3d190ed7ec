import { commands, type MailSecurity, type MailSettings, type MailSetup, type Problem } from "../../ipc";
import { SettingsForm } from "./settings-form.svelte";

interface Values extends Omit<MailSettings, "port"> {
  port: string;
  password: string;
}
export type Field = keyof Values;

/** The default port of each kind of connection. */
const ports: Record<MailSecurity, string> = { starttls: "587", tls: "465", none: "25" };

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

/** The settings of the mail server and the recipients. */
export class MailForm extends SettingsForm<MailSetup, Values> {
  /** The recipient of the last test email. */
  tested = $state.raw<string | null>(null);

  protected readonly fieldOf = {
    mail_host_invalid: "host",
    mail_not_private: "security",
    mail_user_invalid: "user",
    mail_password_missing: "password",
    mail_sender_invalid: "sender",
    mail_reply_to_invalid: "replyTo",
    mail_manager_invalid: "accountManager",
    mail_no_recipient: "accountManager",
    mail_team_invalid: "team",
  } as const;

  constructor() {
    super({ ...empty });
  }

  secure(security: MailSecurity): void {
    if (this.values.port === ports[this.values.security]) this.values.port = ports[security];
    this.values.security = security;
    this.touch("security");
    this.changed();
  }

  protected valuesOf({ settings }: MailSetup): Values {
    return { ...settings, port: String(settings.port), password: "" };
  }

  protected read(): Promise<MailSetup> {
    return commands.mailSettings();
  }

  protected validate(): Promise<Problem[]> {
    return commands.checkMailSettings(this.#settings());
  }

  protected write(): Promise<MailSetup> {
    return commands.saveMailSettings(this.#settings(), this.#password());
  }

  protected async runTest(): Promise<void> {
    const { replyTo, sender } = this.values;
    await commands.testMail(this.#settings(), this.#password());
    this.tested = replyTo.trim() || sender.trim();
  }

  protected clearTest(): void {
    this.tested = null;
  }

  #settings(): MailSettings {
    const { password: _, port, ...rest } = this.values;
    const number = /^\s*\d{1,5}\s*$/u.test(port) ? Number(port) : 0;
    return { ...rest, port: number > 65_535 ? 0 : number };
  }

  /** The saved password is kept when none is entered. */
  #password(): string | null {
    return this.values.password === "" ? null : this.values.password;
  }
}
