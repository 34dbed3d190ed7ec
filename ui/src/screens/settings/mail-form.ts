import { commands, type MailSecurity, type MailSettings, type MailSetup } from "../../ipc";
import { SettingsForm } from "./settings-form.svelte";

const defaultPorts: Record<MailSecurity, string> = { starttls: "587", tls: "465", none: "25" };

const empty = {
  host: "",
  port: defaultPorts.starttls,
  security: "starttls" as MailSecurity,
  user: "",
  password: "",
  sender: "",
  replyTo: "",
  accountManager: "",
  team: "",
};
type Values = typeof empty;

/** A port that is not a number from 0 to 65535 becomes 0, which is invalid. */
function settingsOf({ password: _, port, ...rest }: Values): MailSettings {
  const number = /^\s*\d{1,5}\s*$/u.test(port) ? Number(port) : 0;
  return { ...rest, port: number > 65_535 ? 0 : number };
}

/** Null keeps the saved password. */
const passwordOf = ({ password }: Values) => (password === "" ? null : password);

/** Returns the form of the mail settings (A26). Its test returns the address that the test email was sent to. */
export const mailForm = () =>
  new SettingsForm<Values, MailSetup, string>({
    empty,
    valuesOf: ({ settings }) => ({ ...settings, port: String(settings.port), password: "" }),
    fieldOf: {
      mail_host_invalid: "host",
      mail_not_private: "security",
      mail_user_invalid: "user",
      mail_password_missing: "password",
      secret_for_other_server: "password",
      mail_sender_invalid: "sender",
      mail_reply_to_invalid: "replyTo",
      mail_manager_invalid: "accountManager",
      mail_no_recipient: "accountManager",
      mail_team_invalid: "team",
    },
    load: commands.mailSettings,
    check: (values) => commands.checkMailSettings(settingsOf(values)),
    save: (values) => commands.saveMailSettings(settingsOf(values), passwordOf(values)),
    test: async (values) => {
      const { replyTo, sender } = values;
      await commands.testMail(settingsOf(values), passwordOf(values));
      return replyTo.trim() || sender.trim();
    },
  });

/** Also changes the port, unless another than the default was entered. */
export function chooseSecurity(form: ReturnType<typeof mailForm>, security: MailSecurity): void {
  if (form.values.port === defaultPorts[form.values.security]) form.values.port = defaultPorts[security];
  form.values.security = security;
  form.touch("security");
  form.changed();
}
