// One table for everything that can go wrong: what happened, what to do, and that nothing is lost. Codes come
// from the Rust side; nothing in the UI compares messages.
import type { Tone } from "../components/feedback/tone";
import { plain } from "../components/text/text";
import type { Problem, ProblemCode } from "../ipc";

/** What would help; the screen that shows the problem decides whether it can offer it. */
export type Remedy = "settings" | "mail" | "log_in" | "browser" | "keys" | "unlock" | "retry";

interface Words {
  severity: Tone;
  title: string;
  /** `subject` is made plain already; null when there is none. */
  text: (subject: string | null) => string;
  action?: Remedy;
}

const quoted = (subject: string | null, otherwise: string) => (subject ? `“${subject}”` : otherwise);
const said = (text: string) => () => text;

const words: Record<ProblemCode, Words> = {
  name_empty: {
    severity: "bad",
    title: "A name is missing",
    text: said("Type a name for the partner."),
  },
  name_too_long: {
    severity: "bad",
    title: "This name is too long",
    text: said("Use a shorter name, of at most 100 characters."),
  },
  name_characters: {
    severity: "bad",
    title: "This name cannot be used",
    text: said("Leave out slashes, line breaks and other signs that a name of a file cannot have."),
  },
  name_taken: {
    severity: "bad",
    title: "This name is taken",
    text: (subject) =>
      `There is already a partner named ${quoted(subject, "like this")}. Choose another name, or open that partner.`,
  },
  file_in_use: {
    severity: "wait",
    title: "This partner is open elsewhere",
    text: (subject) =>
      `Another window of XPO Admin has ${quoted(subject, "this partner")} open. Close it there, then open it here. Nothing was changed.`,
    action: "retry",
  },
  file_read_only: {
    severity: "bad",
    title: "This partner's file cannot be written to",
    text: (subject) =>
      `${quoted(subject, "The file")} is read-only. Allow writing to it, then open it again. Nothing was changed.`,
    action: "retry",
  },
  file_newer: {
    severity: "bad",
    title: "This partner was used with a newer XPO Admin",
    text: (subject) =>
      `This version cannot read ${quoted(subject, "the file")} safely, so it left it as it is. Install the newest version of XPO Admin to open it.`,
  },
  file_from_pre_release: {
    severity: "bad",
    title: "This partner was made by a test version of XPO Admin",
    text: (subject) =>
      `Released versions can't open ${quoted(subject, "the file")}, so it was not changed. Create a new partner and import its TikTok accounts.`,
  },
  file_not_partner: {
    severity: "bad",
    title: "This file is not a partner",
    text: (subject) =>
      `${quoted(subject, "The file")} was not made by XPO Admin. It was left as it is; move it out of the folder of partners to hide it here.`,
  },
  file_damaged: {
    severity: "bad",
    title: "This partner's file is damaged",
    text: (subject) =>
      `${quoted(subject, "The file")} can't be read and was not changed. Restore a backup of it.`,
  },
  file_incomplete: {
    severity: "bad",
    title: "Recent changes to this partner are missing",
    text: (subject) =>
      `Some of the last changes saved in ${quoted(subject, "the file")} can't be read, so it was not changed. Restore a backup, or open it without the missing changes.`,
  },
  file_missing: {
    severity: "bad",
    title: "This partner's file is gone",
    text: (subject) =>
      `${quoted(subject, "The file")} was moved or deleted. Put it back, or open another partner.`,
    action: "retry",
  },
  disk_full: {
    severity: "bad",
    title: "The disk is full",
    text: said("Nothing more can be saved. Free some space, then try again. What was saved before is safe."),
    action: "retry",
  },
  folder_unwritable: {
    severity: "bad",
    title: "The folder of partners cannot be written to",
    text: (subject) =>
      `XPO Admin may not write to ${quoted(subject, "its folder")}. Allow it, then try again.`,
    action: "retry",
  },
  backup_of_another: {
    severity: "bad",
    title: "This backup is of another partner",
    text: (subject) =>
      `${quoted(subject, "The backup")} does not belong to this partner. Nothing was changed. Choose a backup of this partner.`,
  },
  backup_here: {
    severity: "bad",
    title: "A backup cannot be kept there",
    text: said(
      "This is the folder in which the partners themselves are. Choose another folder for the backup.",
    ),
  },
  table_unreadable: {
    severity: "bad",
    title: "This table cannot be read",
    text: (subject) =>
      `${quoted(subject, "The file")} needs a first line of headings, with “XPO account” once among them, and values separated by commas, semicolons or tabs. Nothing was imported.`,
  },
  table_too_large: {
    severity: "bad",
    title: "This table is too large",
    text: said("Nothing was imported. Split the file into parts of at most 64 MB."),
  },
  cancelled: {
    severity: "off",
    title: "Cancelled",
    text: said("Nothing was changed."),
  },
  app_id_invalid: {
    severity: "bad",
    title: "This is not an App ID",
    text: said("An App ID has digits only. Copy it from your app's page in TikTok's developer portal."),
    action: "settings",
  },
  secret_missing: {
    severity: "bad",
    title: "The secret is missing",
    text: said("Copy the secret from your app's page in TikTok's developer portal."),
    action: "settings",
  },
  redirect_url_invalid: {
    severity: "bad",
    title: "This redirect URL cannot be used",
    text: said(
      "Type a whole address that begins with https://, or with http:// on this computer (localhost), and has no part after #.",
    ),
    action: "settings",
  },
  api_address_invalid: {
    severity: "bad",
    title: "This API address cannot be used",
    text: said(
      "Type a whole address that begins with https://, or with http:// on this computer (localhost).",
    ),
    action: "settings",
  },
  login_address_invalid: {
    severity: "bad",
    title: "This log-in address cannot be used",
    text: said(
      "Type a whole address that begins with https://, or with http:// on this computer (localhost).",
    ),
    action: "settings",
  },
  app_not_set_up: {
    severity: "wait",
    title: "TikTok is not set up yet",
    text: said(
      "Enter your TikTok app's ID, secret and redirect URL in Settings. It takes a minute and is done once for this partner.",
    ),
    action: "settings",
  },
  keychain_missing: {
    severity: "wait",
    title: "This computer has no keychain",
    text: said(
      "Log-ins are kept in the computer's keychain, and none is running. Start one and try again, or choose another place for them. Nothing was lost.",
    ),
    action: "keys",
  },
  keychain_locked: {
    severity: "wait",
    title: "The keychain is locked",
    text: said(
      "Log-ins are kept in the computer's keychain. Unlock it and try again, or choose another place for them. Nothing was lost.",
    ),
    action: "keys",
  },
  keychain_failed: {
    severity: "bad",
    title: "The keychain did not answer",
    text: said(
      "Log-ins are kept in the computer's keychain, and it refused. Try again, or choose another place for them. Nothing was lost.",
    ),
    action: "keys",
  },
  keys_sealed: {
    severity: "wait",
    title: "Your saved log-ins are sealed",
    text: said("Unlock them with your passphrase to go on."),
    action: "unlock",
  },
  passphrase_wrong: {
    severity: "bad",
    title: "This is not the passphrase",
    text: said("Check for capital letters and try again. Nothing was changed."),
  },
  passphrase_short: {
    severity: "bad",
    title: "This passphrase is too short",
    text: said("Use a longer one, several words for example."),
  },
  login_in_progress: {
    severity: "wait",
    title: "A log-in is already under way",
    text: said("Finish or cancel it first, then try again."),
    action: "retry",
  },
  login_window_closed: {
    severity: "wait",
    title: "The log-in window was closed",
    text: said("TikTok had not yet confirmed the log-in, so nothing was imported or changed."),
    action: "log_in",
  },
  login_cancelled: {
    severity: "off",
    title: "The log-in was cancelled",
    text: said("Nothing was imported or changed."),
    action: "log_in",
  },
  login_state_mismatch: {
    severity: "bad",
    title: "The answer did not belong to this log-in",
    text: said(
      "Someone or something else may have sent it, so it was not used. Nothing was changed. Start the log-in again.",
    ),
    action: "log_in",
  },
  login_wrong_redirect: {
    severity: "bad",
    title: "TikTok answered to another address",
    text: (subject) =>
      `The log-in ended at ${quoted(subject, "an address")} that is not the redirect URL in Settings, so it was not used. Enter the redirect URL exactly as it is registered with TikTok.`,
    action: "settings",
  },
  login_timed_out: {
    severity: "wait",
    title: "The log-in took too long",
    text: said("The browser did not come back within five minutes. Nothing was changed."),
    action: "log_in",
  },
  browser_needs_loopback: {
    severity: "wait",
    title: "Your browser cannot bring the log-in back",
    text: said(
      "For that the redirect URL has to be an address on this computer, such as http://localhost:3456/callback, registered with TikTok and entered in Settings. The log-in window works with any redirect URL.",
    ),
    action: "settings",
  },
  port_in_use: {
    severity: "wait",
    title: "Another program is in the way",
    text: (subject) =>
      `It uses ${quoted(subject, "the address")} where the log-in should come back. Close that program, or log in with the window instead.`,
    action: "retry",
  },
  browser_missing: {
    severity: "wait",
    title: "No browser could be opened",
    text: (subject) =>
      subject
        ? `Open this address yourself: ${subject}`
        : "Choose a default browser on this computer, then try again.",
    action: "retry",
  },
  offline: {
    severity: "wait",
    title: "You are offline",
    text: said(
      "TikTok could not be reached. Check the connection, then try again. Everything saved is still here.",
    ),
    action: "retry",
  },
  tiktok_timeout: {
    severity: "wait",
    title: "TikTok did not answer in time",
    text: said("Try again in a moment. Nothing was lost."),
    action: "retry",
  },
  tiktok_unavailable: {
    severity: "wait",
    title: "TikTok is not available",
    text: said("It has trouble of its own. Try again in a few minutes. Nothing was lost."),
    action: "retry",
  },
  tiktok_unexpected: {
    severity: "bad",
    title: "TikTok gave an answer that makes no sense",
    text: said("Check the API address in Settings; when it is right, try again later. Nothing was changed."),
    action: "retry",
  },
  throttled: {
    severity: "wait",
    title: "TikTok asks to slow down",
    text: said("Too much was asked of TikTok at once. Wait a minute, then try again. Nothing was lost."),
    action: "retry",
  },
  maintenance: {
    severity: "wait",
    title: "TikTok is under maintenance",
    text: said("Try again later. Nothing was lost."),
    action: "retry",
  },
  app_keys_wrong: {
    severity: "bad",
    title: "TikTok does not accept the App ID and secret",
    text: said("Check both in Settings: they have to be those of the same app, which TikTok has approved."),
    action: "settings",
  },
  auth_code_used: {
    severity: "wait",
    title: "This log-in was already used, or is too old",
    text: said("A log-in at TikTok is good for one import. Log in again. Nothing was changed."),
    action: "log_in",
  },
  login_needed: {
    severity: "wait",
    title: "TikTok asks for a new log-in",
    text: said("The permission was withdrawn or has ended. Log in again; what was imported before stays."),
    action: "log_in",
  },
  no_permission: {
    severity: "bad",
    title: "TikTok does not permit this",
    text: (subject) =>
      `The TikTok user did not grant access${subject ? ` to ${subject}` : ""}. Log in again and leave all permissions ticked.`,
    action: "log_in",
  },
  no_ad_accounts: {
    severity: "wait",
    title: "No ad account was granted",
    text: said(
      "The log-in worked, but no ad account was ticked on TikTok's page, or the user has none. Log in again and tick at least one. Nothing was changed.",
    ),
    action: "log_in",
  },
  country_blocked: {
    severity: "bad",
    title: "TikTok does not serve this country",
    text: said("TikTok refuses requests from where you are. Try from another network. Nothing was changed."),
  },
  tiktok_refused: {
    severity: "bad",
    title: "TikTok refused",
    text: said("What it said is under Details. Nothing was changed."),
    action: "retry",
  },
  account_lost: {
    severity: "bad",
    title: "No access to this ad account",
    text: (subject) =>
      `No TikTok user of this partner reaches ${quoted(subject, "the ad account")} any more. Log in with a TikTok user who does. What was decided about it stays.`,
    action: "log_in",
  },
  list_incomplete: {
    severity: "wait",
    title: "TikTok's list was not complete",
    text: (subject) =>
      `TikTok's list kept changing, or its numbers do not fit: ${subject ?? "something"} may be missing. Nothing was marked as deleted. Sync again later.`,
    action: "retry",
  },
  rows_unreadable: {
    severity: "wait",
    title: "Some of what TikTok sent cannot be read",
    text: (subject) =>
      `TikTok's answers had entries in a form that is not known${subject ? ` (${subject})` : ""}. They were left as they were; all the others are up to date.`,
    action: "retry",
  },
  mail_host_invalid: {
    severity: "bad",
    title: "No usable mail server is entered",
    text: said("Type its name, such as smtp.example.com, and a port, which is 1 to 65535."),
    action: "mail",
  },
  mail_not_private: {
    severity: "bad",
    title: "Mails could be read on their way",
    text: said(
      "Without encryption only a mail server on this computer (localhost) may be used. Choose STARTTLS or TLS.",
    ),
    action: "mail",
  },
  mail_user_invalid: {
    severity: "bad",
    title: "This user cannot be used",
    text: said("Leave out line breaks and other signs that nobody can see."),
    action: "mail",
  },
  mail_sender_invalid: {
    severity: "bad",
    title: "This sender cannot be used",
    text: said("Type one mail address, such as xpo@example.com."),
    action: "mail",
  },
  mail_reply_to_invalid: {
    severity: "bad",
    title: "This address for answers cannot be used",
    text: said("Type one mail address, such as you@example.com, or leave it empty."),
    action: "mail",
  },
  mail_manager_invalid: {
    severity: "bad",
    title: "This account manager cannot be used",
    text: said("Type one mail address, such as anna@example.com."),
    action: "mail",
  },
  mail_team_invalid: {
    severity: "bad",
    title: "This team cannot be used",
    text: said("Type mail addresses, with commas between them."),
    action: "mail",
  },
  mail_no_recipient: {
    severity: "bad",
    title: "There is nobody to write to",
    text: said("Enter the account manager or the team; one of them is enough."),
    action: "mail",
  },
  mail_password_missing: {
    severity: "bad",
    title: "The mail server's password is missing",
    text: said("Enter the password of the mail server's user in Settings."),
    action: "mail",
  },
  mail_server_unknown: {
    severity: "wait",
    title: "The mail server was not found",
    text: (subject) =>
      `There is no computer called ${quoted(subject, "like this")}, or the connection is broken. Check the name in Settings.`,
    action: "mail",
  },
  mail_server_refused: {
    severity: "wait",
    title: "The mail server took no connection",
    text: (subject) =>
      `Nothing answers at ${quoted(subject, "this address")}. Check server and port in Settings; it may also be down for a while.`,
    action: "mail",
  },
  mail_server_unreachable: {
    severity: "wait",
    title: "The mail server cannot be reached",
    text: said("Check the connection of this computer. Mails wait here and leave as soon as there is one."),
    action: "retry",
  },
  mail_timeout: {
    severity: "wait",
    title: "The mail server did not answer in time",
    text: said("Check server, port and security in Settings; the server may also be busy for a while."),
    action: "mail",
  },
  mail_certificate: {
    severity: "bad",
    title: "The mail server could not prove who it is",
    text: (subject) =>
      `Its certificate is not trusted, or is not that of ${quoted(subject, "this server")}. Nothing was sent. Check the name in Settings, or ask whoever runs the server.`,
    action: "mail",
  },
  mail_starttls_missing: {
    severity: "bad",
    title: "The mail server does not offer STARTTLS",
    text: said(
      "Nothing was sent, as it could be read on its way. Choose TLS with its port, which is 465 as a rule, or ask whoever runs the server.",
    ),
    action: "mail",
  },
  mail_tls_failed: {
    severity: "bad",
    title: "The connection to the mail server could not be made safe",
    text: said(
      "Nothing was sent. The server may expect STARTTLS (port 587 as a rule) where TLS was chosen (465), or the other way round.",
    ),
    action: "mail",
  },
  mail_login_missing: {
    severity: "bad",
    title: "The mail server offers no log-in with a password",
    text: said("Leave user and password empty when it asks for none, or ask whoever runs the server."),
    action: "mail",
  },
  mail_password_wrong: {
    severity: "bad",
    title: "The mail server does not accept user and password",
    text: said("Check both in Settings. Some servers want a password made for this purpose (app password)."),
    action: "mail",
  },
  mail_sender_refused: {
    severity: "bad",
    title: "The mail server does not accept the sender",
    text: (subject) =>
      `It refuses mails from ${quoted(subject, "this address")}. What it said is under Details. Use an address that belongs to the user.`,
    action: "mail",
  },
  mail_recipient_refused: {
    severity: "bad",
    title: "The mail server does not accept a recipient",
    text: (subject) =>
      `It refuses mails to ${quoted(subject, "one of the addresses")}. What it said is under Details. Check account manager and team in Settings.`,
    action: "mail",
  },
  mail_refused: {
    severity: "bad",
    title: "The mail server refused the mail",
    text: said("What it said is under Details. Ask whoever runs the server, then resend."),
    action: "mail",
  },
  mail_deferred: {
    severity: "wait",
    title: "The mail server asks to come back later",
    text: said("What it said is under Details. The mail is kept and tried again."),
    action: "retry",
  },
  mail_unexpected: {
    severity: "wait",
    title: "The mail server gave an answer that makes no sense",
    text: said("Check server and port in Settings: something else than a mail server may be there."),
    action: "mail",
  },
  mail_hung_up: {
    severity: "wait",
    title: "The mail server broke off",
    text: said("Nothing was sent. The mail is kept and tried again."),
    action: "retry",
  },
  mail_uncertain: {
    severity: "wait",
    title: "It is not known whether the mail arrived",
    text: said(
      "The connection broke after the mail was handed over, before the mail server had answered. A second copy is recognised by its number as the same mail.",
    ),
    action: "retry",
  },
  request_ended: {
    severity: "wait",
    title: "This request has ended",
    text: said("It was fulfilled or withdrawn meanwhile, so nothing is sent."),
  },
  partner_not_open: {
    severity: "wait",
    title: "No partner is open",
    text: said("Open a partner first."),
  },
  internal: {
    severity: "bad",
    title: "XPO Admin made a mistake",
    text: said("What was saved before is safe. Try again; when it happens again, restart XPO Admin."),
    action: "retry",
  },
};

export interface ProblemWords {
  severity: Tone;
  title: string;
  text: string;
  action: Remedy | undefined;
}

/** The problem in words for people. */
export function inWords(problem: Problem): ProblemWords {
  const { severity, title, text, action } = words[problem.code] ?? words.internal;
  return { severity, title, text: text(problem.subject === null ? null : plain(problem.subject)), action };
}

/** Every code there is. */
export const problemCodes = Object.keys(words) as ProblemCode[];
