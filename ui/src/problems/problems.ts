// The texts of all problems: what happened, what to do, and whether anything is lost. The codes come from Rust; nothing
// in the interface compares messages.
import type { Tone } from "../components/feedback/tone";
import { plain } from "../components/text/text";
import type { Problem, ProblemCode } from "../ipc";

/** The remedy. The screen that shows the problem decides whether it can offer it. */
export type Remedy = "settings" | "mail" | "sign_in" | "popup" | "secret_storage" | "unlock" | "retry";

interface Words {
  /** "bad" unless given. */
  severity?: Tone;
  title: string;
  /** `subject` is safe to show; null if the problem has none. */
  text: string | ((subject: string | null) => string);
  action?: Remedy;
}

const quoted = (subject: string | null, otherwise: string) => (subject ? `“${subject}”` : otherwise);

const words: Record<ProblemCode, Words> = {
  name_empty: {
    title: "A name is required",
    text: "Enter a name for the partner.",
  },
  name_too_long: {
    title: "This name is too long",
    text: "Use at most 100 characters.",
  },
  name_characters: {
    title: "This name can't be used",
    text: "Remove slashes, line breaks and other characters that aren't allowed in file names.",
  },
  name_taken: {
    title: "This name is already taken",
    text: (subject) =>
      `A partner named ${quoted(subject, "like this")} already exists. Choose another name, or open that partner.`,
  },
  email_invalid: {
    title: "Enter a valid email address",
    text: "Enter one email address, such as you@example.com, or leave the field empty.",
  },
  file_in_use: {
    severity: "wait",
    title: "This partner is already open",
    text: (subject) =>
      `Another window of XPO Admin has ${quoted(subject, "this partner")} open. Close it there, then try again. Nothing was changed.`,
    action: "retry",
  },
  file_read_only: {
    title: "This partner's file is read-only",
    text: (subject) =>
      `XPO Admin can't write to ${quoted(subject, "the file")}. Allow writing to it, then try again. Nothing was changed.`,
    action: "retry",
  },
  file_newer: {
    title: "This partner needs a newer version of XPO Admin",
    text: (subject) =>
      `A newer version saved ${quoted(subject, "the file")}, and this version can't read it safely. Install the latest version to open it. Nothing was changed.`,
  },
  file_from_pre_release: {
    title: "This partner was made by a test version of XPO Admin",
    text: (subject) =>
      `Released versions can't open ${quoted(subject, "the file")}, so it was not changed. Create a new partner and import its TikTok accounts.`,
  },
  file_not_partner: {
    title: "This file isn't a partner",
    text: (subject) =>
      `XPO Admin didn't create ${quoted(subject, "the file")} and left it unchanged. To hide it here, move it out of the partners folder.`,
  },
  file_damaged: {
    title: "This partner's file is damaged",
    text: (subject) =>
      `${quoted(subject, "The file")} can't be read and was left unchanged. Restore a backup of it.`,
  },
  file_incomplete: {
    title: "Recent changes to this partner are missing",
    text: (subject) =>
      `Some of the last changes saved in ${quoted(subject, "the file")} can't be read, so it was left unchanged. Restore a backup, or open it without the missing changes.`,
  },
  file_missing: {
    title: "This partner's file is missing",
    text: (subject) =>
      `${quoted(subject, "The file")} was moved or deleted. Move it back, or open another partner.`,
    action: "retry",
  },
  disk_full: {
    title: "The disk is full",
    text: "Your last change wasn't saved. Free up some space, then try again. Earlier changes are safe.",
    action: "retry",
  },
  file_copied: {
    severity: "wait",
    title: "This file is a copy",
    text: (subject) =>
      `${quoted(subject, "Another file")} has the same partner. A file sync or a backup program may have made this copy. Details compare the two. Open the copy only if it has changes that you miss; nothing is merged.`,
  },
  folder_unsupported: {
    title: "Partners can't be stored in this folder",
    text: (subject) =>
      `File locks or shared memory don't work in ${quoted(subject, "the folder")}, as on many network and cloud drives. Partners must be on a local disk: move XPO Admin's data folder to one. Nothing was changed.`,
    action: "retry",
  },
  folder_unwritable: {
    title: "Can't write to this folder",
    text: (subject) =>
      `XPO Admin isn't allowed to write to ${quoted(subject, "its folder")}. Change the folder's permissions, then try again.`,
    action: "retry",
  },
  export_folder: {
    title: "Can't save to this folder",
    text: (subject) =>
      `${quoted(subject, "The folder")} is missing, or XPO Admin isn't allowed to write to it. Make it available again, or save to another folder. Nothing is lost.`,
  },
  backup_of_another: {
    title: "This backup is from another partner",
    text: (subject) =>
      `${quoted(subject, "The backup")} doesn't belong to this partner. Choose one that does. Nothing was changed.`,
  },
  backup_here: {
    title: "Backups can't be saved in this folder",
    text: "XPO Admin stores the partners themselves here. Choose another folder for the backup.",
  },
  table_unreadable: {
    title: "This table can't be read",
    text: (subject) =>
      `${quoted(subject, "The file")} needs headings in its first line, with “XPO account” exactly once, and values separated by commas, semicolons or tabs. Nothing was imported.`,
  },
  file_unreadable: {
    title: "This file can't be read",
    text: (subject) =>
      `${quoted(subject, "The file")} is a folder, is gone, or may not be read by you. Choose another one. Nothing was imported.`,
  },
  table_quote_open: {
    title: "A quotation mark is never closed",
    text: (subject) =>
      `The quotation mark opened in line ${subject ?? "1"} is never closed, so the rows after it can't be told apart. Close or remove it, then choose the file again. Nothing was imported.`,
  },
  table_too_large: {
    title: "This table is too large",
    text: "Split the file into parts of at most 64 MB. Nothing was imported.",
  },
  cancelled: {
    severity: "off",
    title: "Cancelled",
    text: "Nothing was changed.",
  },
  app_id_invalid: {
    title: "This isn't an App ID",
    text: "An App ID has only digits. Copy it from your app's page in TikTok's developer portal.",
    action: "settings",
  },
  secret_missing: {
    title: "The app secret is required",
    text: "Copy it from your app's page in TikTok's developer portal.",
    action: "settings",
  },
  secret_for_other_server: {
    title: "This was entered for another server",
    text: (subject) =>
      `What is saved was entered for ${quoted(subject, "another server")} and is never sent anywhere else. If you trust the server in Settings, enter it again.`,
    action: "settings",
  },
  sign_in_for_other_server: {
    severity: "wait",
    title: "The sign-in belongs to another server",
    text: (subject) =>
      `It is for ${quoted(subject, "another server")} and is never sent anywhere else. Check the API address in Settings. If you trust it, sign in again.`,
    action: "settings",
  },
  redirect_url_invalid: {
    title: "This redirect URL can't be used",
    text: "Enter a full address that starts with https://, or with http:// for this computer (localhost), and has no part after #.",
    action: "settings",
  },
  api_address_invalid: {
    title: "This API address can't be used",
    text: "Enter a full address that starts with https://, or with http:// for this computer (localhost).",
    action: "settings",
  },
  sign_in_address_invalid: {
    title: "This sign-in address can't be used",
    text: "Enter a full address that starts with https://, or with http:// for this computer (localhost).",
    action: "settings",
  },
  app_not_set_up: {
    severity: "wait",
    title: "TikTok isn't set up yet",
    text: "Enter your TikTok app's ID, secret and redirect URL in Settings. You only do this once for each partner.",
    action: "settings",
  },
  keychain_missing: {
    severity: "wait",
    title: "No keychain found on this computer",
    text: "XPO Admin stores sign-ins in the system keychain, and none is running. Start one and try again, or choose another place for them. Nothing is lost.",
    action: "secret_storage",
  },
  keychain_locked: {
    severity: "wait",
    title: "The keychain is locked",
    text: "XPO Admin stores sign-ins in the system keychain. Unlock it and try again, or choose another place for them. Nothing is lost.",
    action: "secret_storage",
  },
  keychain_failed: {
    title: "The keychain reported an error",
    text: "XPO Admin stores sign-ins in the system keychain. Try again, or choose another place for them. Nothing is lost.",
    action: "secret_storage",
  },
  secret_storage_sealed: {
    severity: "wait",
    title: "Your saved sign-ins are locked",
    text: "Unlock them with your passphrase to continue.",
    action: "unlock",
  },
  passphrase_wrong: {
    title: "Wrong passphrase",
    text: "Check capital letters and the keyboard layout, then try again. Nothing was changed.",
  },
  passphrase_short: {
    title: "This passphrase is too short",
    text: "Use at least 8 characters, for example several words.",
  },
  sign_in_pending: {
    severity: "wait",
    title: "Another sign-in is in progress",
    text: "Finish or cancel it, then try again.",
    action: "retry",
  },
  sign_in_window_closed: {
    severity: "wait",
    title: "The sign-in window was closed",
    text: "TikTok hadn't confirmed the sign-in yet, so nothing was imported or changed.",
    action: "sign_in",
  },
  sign_in_cancelled: {
    severity: "off",
    title: "Sign-in cancelled",
    text: "Nothing was imported or changed.",
    action: "sign_in",
  },
  sign_in_app_rejected: {
    title: "TikTok doesn't let this app sign users in",
    text: "Check the App ID in Settings. In TikTok's developer portal, the app must be approved and active. Nothing was changed.",
    action: "settings",
  },
  sign_in_permissions_rejected: {
    title: "TikTok rejected the app's permissions",
    text: "Ask whoever manages the app in TikTok's developer portal to check its permissions (scopes), then sign in again. Nothing was changed.",
    action: "sign_in",
  },
  sign_in_request_rejected: {
    title: "TikTok rejected the sign-in request",
    text: "Check the App ID and the redirect URL in Settings. The redirect URL must be exactly as it is registered in TikTok's developer portal. Nothing was changed.",
    action: "settings",
  },
  sign_in_unavailable: {
    severity: "wait",
    title: "TikTok couldn't complete the sign-in",
    text: "The problem is at TikTok. Sign in again in a few minutes. Nothing was changed.",
    action: "sign_in",
  },
  sign_in_failed: {
    title: "TikTok ended the sign-in with an error",
    text: "Sign in again. If that doesn't help, send TikTok's support what Details shows. Nothing was changed.",
    action: "sign_in",
  },
  sign_in_wrong_redirect: {
    title: "TikTok redirected to a different address",
    text: (subject) =>
      `The sign-in ended at ${quoted(subject, "an address")} instead of the redirect URL in Settings, so it was ignored. Enter the redirect URL exactly as it is registered with TikTok.`,
    action: "settings",
  },
  sign_in_timed_out: {
    severity: "wait",
    title: "The sign-in timed out",
    text: "Your browser didn't return within five minutes. Sign in again. Nothing was changed.",
    action: "sign_in",
  },
  browser_needs_loopback: {
    severity: "wait",
    title: "Your browser can't return to XPO Admin",
    text: "The redirect URL must be an address on this computer, such as http://localhost:3456/callback. Register one with TikTok and enter it in Settings, or sign in with the sign-in window, which works with any redirect URL.",
    action: "settings",
  },
  port_in_use: {
    severity: "wait",
    title: "Another program uses the redirect address",
    text: (subject) =>
      `The sign-in returns to ${subject ? `port ${subject}` : "a port"} of this computer, which another program on this computer uses. Close that program, or sign in with the sign-in window instead.`,
    action: "popup",
  },
  port_forbidden: {
    severity: "wait",
    title: "Your browser can't return to XPO Admin",
    text: (subject) =>
      `This computer doesn't let XPO Admin use port ${subject ?? "80"} of the redirect URL. Sign in with the sign-in window instead, which needs no port, or register a redirect URL with a port above 1023 at TikTok and enter it in Settings.`,
    action: "popup",
  },
  browser_missing: {
    severity: "wait",
    title: "Can't open a browser",
    text: (subject) =>
      subject
        ? `Open this address yourself: ${subject}`
        : "Choose a default browser on this computer, then try again.",
    action: "retry",
  },
  offline: {
    severity: "wait",
    title: "You're offline",
    text: "TikTok can't be reached. Check your connection, then try again. Everything you saved is here.",
    action: "retry",
  },
  certificate: {
    severity: "wait",
    title: "TikTok's certificate isn't trusted",
    text: "Something between this computer and TikTok answers in TikTok's place: often a company's security software, an antivirus program or a hotel's sign-in page. Ask your IT department to add its certificate to this computer's trusted certificates, or use another network. Nothing was sent, and nothing is lost.",
    action: "retry",
  },
  clock: {
    severity: "wait",
    title: "Check this computer's date and time",
    text: "By this computer's clock, TikTok's certificate is expired or not valid yet. Set the date and time, then try again. If they're right, use another network. Nothing was sent, and nothing is lost.",
    action: "retry",
  },
  proxy_address_invalid: {
    title: "Enter a valid proxy address",
    text: "Enter an address such as http://proxy.example.com:8080 or socks5h://10.0.0.1:1080. The address of a configuration script (PAC) can't be used: enter the proxy that the script names.",
  },
  proxy_failed: {
    severity: "wait",
    title: "The proxy doesn't connect to TikTok",
    text: "Check the proxy in Settings, or ask your IT department to let business-api.tiktok.com pass. Nothing was sent, and nothing is lost.",
    action: "settings",
  },
  proxy_sign_in: {
    severity: "wait",
    title: "The proxy asks for a user name and password",
    text: "Enter the ones from your IT department in Settings, under Proxy. Nothing was sent, and nothing is lost.",
    action: "settings",
  },
  tiktok_timeout: {
    severity: "wait",
    title: "TikTok didn't respond in time",
    text: "Try again in a moment. Nothing is lost.",
    action: "retry",
  },
  tiktok_unavailable: {
    severity: "wait",
    title: "TikTok is temporarily unavailable",
    text: "Try again in a few minutes. Nothing is lost.",
    action: "retry",
  },
  tiktok_unexpected: {
    title: "TikTok sent an unexpected response",
    text: "Check the API address in Settings. If it's right, try again later. Nothing was changed.",
    action: "retry",
  },
  throttled: {
    severity: "wait",
    title: "TikTok's rate limit was reached",
    text: "Wait a minute, then try again. Nothing is lost.",
    action: "retry",
  },
  maintenance: {
    severity: "wait",
    title: "TikTok is down for maintenance",
    text: "Try again later. Nothing is lost.",
    action: "retry",
  },
  app_credentials_rejected: {
    title: "TikTok rejected the App ID or secret",
    text: "Check both in Settings. They must belong to the same app, and TikTok must have approved it.",
    action: "settings",
  },
  auth_code_used: {
    severity: "wait",
    title: "This sign-in was already used or has expired",
    text: "Each sign-in with TikTok works for one import. Sign in again. Nothing was changed.",
    action: "sign_in",
  },
  sign_in_required: {
    severity: "wait",
    title: "Sign in to TikTok again",
    text: "The permission was withdrawn or has expired. Everything that was imported is still here.",
    action: "sign_in",
  },
  no_permission: {
    title: "TikTok denied access",
    text: (subject) =>
      `The TikTok user didn't grant the required permission${subject ? ` for ${subject}` : ""}. Sign in again and leave all permissions checked.`,
    action: "sign_in",
  },
  no_ad_accounts: {
    severity: "wait",
    title: "No ad account was selected",
    text: "You're signed in, but no ad account was selected on TikTok's page, or the user has none. Sign in again and select at least one. Nothing was changed.",
    action: "sign_in",
  },
  country_blocked: {
    title: "TikTok isn't available in this country",
    text: "TikTok rejects requests from your location. Try another network. Nothing was changed.",
  },
  tiktok_refused: {
    title: "TikTok rejected the request",
    text: "See Details for TikTok's message. Nothing was changed.",
    action: "retry",
  },
  account_lost: {
    title: "No access to this ad account",
    text: (subject) =>
      `None of this partner's TikTok users can access ${quoted(subject, "the ad account")} anymore. Sign in with a TikTok user who can. Its allocations are kept.`,
    action: "sign_in",
  },
  list_incomplete: {
    severity: "wait",
    title: "TikTok's list was incomplete",
    text: (subject) =>
      `The list changed while it was read, or its totals don't add up, so ${subject ?? "some entries"} may be missing. Nothing was marked as deleted. Sync again later.`,
    action: "retry",
  },
  rows_unreadable: {
    severity: "wait",
    title: "Some entries from TikTok can't be read",
    text: (subject) =>
      `TikTok sent some entries in an unknown format${subject ? ` (${subject})` : ""}. They keep their previous values; all others are up to date.`,
    action: "retry",
  },
  mail_host_invalid: {
    title: "Enter a valid mail server",
    text: "Enter a host name, such as smtp.example.com, and a port from 1 to 65535.",
    action: "mail",
  },
  mail_not_private: {
    title: "Encryption is required",
    text: "Without it, others could read the mail on its way. Choose STARTTLS or TLS. Only a mail server on this computer (localhost) works without encryption.",
    action: "mail",
  },
  mail_user_invalid: {
    title: "This user name can't be used",
    text: "Remove line breaks and other invisible characters.",
    action: "mail",
  },
  mail_sender_invalid: {
    title: "Enter a valid From address",
    text: "Enter one email address, such as xpo@example.com.",
    action: "mail",
  },
  mail_reply_to_invalid: {
    title: "Enter a valid Reply-To address",
    text: "Enter one email address, such as you@example.com, or leave the field empty.",
    action: "mail",
  },
  mail_manager_invalid: {
    title: "Enter a valid address for the account manager",
    text: "Enter one email address, such as anna@example.com.",
    action: "mail",
  },
  mail_team_invalid: {
    title: "Enter valid addresses for the team",
    text: "Enter email addresses separated by commas.",
    action: "mail",
  },
  mail_no_recipient: {
    title: "No recipient set",
    text: "Enter the account manager, the team or both.",
    action: "mail",
  },
  mail_password_missing: {
    title: "The mail password is required",
    text: "Enter the password for the mail server in Settings.",
    action: "mail",
  },
  mail_server_unknown: {
    severity: "wait",
    title: "Can't find the mail server",
    text: (subject) =>
      `No server named ${quoted(subject, "like this")} was found. Check the name in Settings and your connection. Emails are kept and sent later.`,
    action: "mail",
  },
  mail_server_refused: {
    severity: "wait",
    title: "Can't connect to the mail server",
    text: (subject) =>
      `${quoted(subject, "The server")} refused the connection. Check server and port in Settings. It may also be down for a while. Emails are kept and sent later.`,
    action: "mail",
  },
  mail_server_unreachable: {
    severity: "wait",
    title: "Can't reach the mail server",
    text: "Check your connection. Emails are kept and sent later.",
    action: "retry",
  },
  mail_timeout: {
    severity: "wait",
    title: "The mail server didn't respond in time",
    text: (subject) =>
      `It stopped responding${subject ? ` while ${subject}` : ""}. Check server, port and security in Settings. It may also be busy for a while. Emails are kept and sent later.`,
    action: "mail",
  },
  mail_certificate: {
    title: "Can't verify the mail server's identity",
    text: (subject) =>
      `The certificate isn't trusted, or isn't for ${quoted(subject, "this server")}. Public networks can cause this until you sign in to them. Otherwise check the server name in Settings, or ask whoever runs the server. Nothing was sent. Emails are kept and retried.`,
    action: "mail",
  },
  mail_starttls_missing: {
    title: "The mail server doesn't offer STARTTLS",
    text: "Without encryption, others could read the mail, so nothing was sent. Public networks can cause this until you sign in to them. Otherwise choose TLS with its port, usually 465, or ask whoever runs the server. Emails are kept and retried.",
    action: "mail",
  },
  mail_tls_failed: {
    title: "Can't encrypt the connection to the mail server",
    text: "Check that security and port match: STARTTLS usually uses port 587, TLS usually 465. Nothing was sent. Emails are kept and retried.",
    action: "mail",
  },
  mail_tampered: {
    title: "The connection to the mail server was tampered with",
    text: "Something between this computer and the mail server added data before encryption started, so nothing was sent. Use another network, or choose TLS instead of STARTTLS. Emails are kept and retried.",
    action: "mail",
  },
  mail_greeting_rejected: {
    title: "The mail server rejected this computer's name",
    text: "It accepted neither this computer's name nor its network address (EHLO). See Details for its message, and ask whoever runs the server.",
    action: "mail",
  },
  mail_sign_in_unavailable: {
    title: "The mail server doesn't support signing in with a password",
    text: "If it needs no sign-in, leave user and password empty. Otherwise ask whoever runs the server.",
    action: "mail",
  },
  mail_sign_in_required: {
    title: "The mail server requires you to sign in",
    text: "Enter user and password in Settings.",
    action: "mail",
  },
  mail_sign_in_disabled: {
    title: "The mail server blocked this sign-in",
    text: "Microsoft 365 answers like this when SMTP sign-in is turned off for the organization or the mailbox, and another password doesn't help. Ask the administrator to turn on Authenticated SMTP, or use another mail server.",
    action: "mail",
  },
  mail_app_password_required: {
    title: "The mail server requires an app password",
    text: "It doesn't accept the password of the account itself. Create an app password in the account's security settings and enter it in Settings.",
    action: "mail",
  },
  mail_password_wrong: {
    title: "The mail server rejected the user or password",
    text: "Check both in Settings. Some providers require an app password instead of your own.",
    action: "mail",
  },
  mail_sender_refused: {
    title: "The mail server rejected the From address",
    text: (subject) =>
      `It doesn't accept mail from ${quoted(subject, "this address")}. Use an address that belongs to the user. See Details for its message.`,
    action: "mail",
  },
  mail_send_as_denied: {
    title: "This user may not send from the From address",
    text: (subject) =>
      `The mail server doesn't let the user send as ${quoted(subject, "another address")}. Use the user's own address, or ask the administrator for permission to send as this one.`,
    action: "mail",
  },
  mail_recipient_refused: {
    title: "The mail server rejected a recipient",
    text: (subject) =>
      `It doesn't accept mail to ${quoted(subject, "one of the addresses")}. Check account manager and team in Settings. See Details for its message.`,
    action: "mail",
  },
  mail_refused: {
    title: "The mail server rejected the mail",
    text: "See Details for its message. Ask whoever runs the server, then resend.",
    action: "mail",
  },
  mail_deferred: {
    severity: "wait",
    title: "The mail server can't accept the mail right now",
    text: "See Details for its message. The email is kept and retried.",
    action: "retry",
  },
  mail_limit_reached: {
    severity: "wait",
    title: "The mail server's sending limit was reached",
    text: "The account has sent as much as its provider allows for now. The email is kept and retried over the next few hours.",
    action: "retry",
  },
  mail_unexpected: {
    severity: "wait",
    title: "The mail server sent an unexpected response",
    text: "Check server and port in Settings. Something other than a mail server may be responding. Emails are kept and retried.",
    action: "mail",
  },
  mail_connection_lost: {
    severity: "wait",
    title: "The mail server closed the connection",
    text: "Nothing was sent. The email is kept and retried.",
    action: "retry",
  },
  mail_uncertain: {
    severity: "wait",
    title: "The mail may not have been delivered",
    text: "The connection ended after the mail was sent and before the mail server confirmed it. If a second copy is sent, it has the same ID, so the recipient's server can recognize it as a duplicate.",
    action: "retry",
  },
  request_ended: {
    severity: "wait",
    title: "This request is closed",
    text: "It was fulfilled or withdrawn, so nothing was sent.",
  },
  partner_not_open: {
    severity: "wait",
    title: "No partner is open",
    text: "Open a partner first.",
  },
  updates_unreachable: {
    severity: "wait",
    title: "Can't reach the release server",
    text: "Check your connection, then look for updates again. You can keep working with this version.",
  },
  updates_unreadable: {
    severity: "wait",
    title: "The release server sent an unexpected answer",
    text: "If this network requires a sign-in, such as in a hotel, sign in and try again. Otherwise try again later. You can keep working with this version.",
  },
  update_missing: {
    severity: "wait",
    title: "The newer version isn't available for this computer",
    text: "There is no installer for this operating system and processor. You can keep working with this version.",
  },
  update_untrusted: {
    title: "The update isn't signed by Knorex",
    text: "It was not installed, and you can keep working with this version. Tell your account manager.",
  },
  update_failed: {
    title: "The update couldn't be installed",
    text: "The installed version is still in place, and nothing is lost. Try again, or download the installer and run it.",
  },
  internal: {
    title: "Something went wrong in XPO Admin",
    text: "Everything that was saved before is safe. Try again. If it keeps happening, restart XPO Admin.",
    action: "retry",
  },
};

export interface ProblemWords {
  severity: Tone;
  title: string;
  text: string;
  action: Remedy | undefined;
}

/** Returns the texts of a problem. */
export function inWords(problem: Problem): ProblemWords {
  const { severity = "bad", title, text, action } = words[problem.code] ?? words.internal;
  const subject = problem.subject === null ? null : plain(problem.subject);
  return { severity, title, text: typeof text === "string" ? text : text(subject), action };
}

export const problemCodes = Object.keys(words) as ProblemCode[];
