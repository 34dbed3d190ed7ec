// Mail settings, delivery and requests.
import type { ProblemCode } from "../ipc";
import { quoted, type Words } from "./words";

export const mailWords = {
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
      `The certificate isn't trusted, or isn't for ${quoted(subject, "this server")}. Public networks can cause this until you sign in to them. Otherwise check the server name in Settings, or ask the server's administrator. Nothing was sent. Emails are kept and retried.`,
    action: "mail",
  },
  mail_starttls_missing: {
    title: "The mail server doesn't offer STARTTLS",
    text: "Without encryption, others could read the mail, so nothing was sent. Public networks can cause this until you sign in to them. Otherwise choose TLS with its port, usually 465, or ask the server's administrator. Emails are kept and retried.",
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
    text: "It accepted neither this computer's name nor its network address (EHLO). See Details for its message, and ask the server's administrator.",
    action: "mail",
  },
  mail_sign_in_unavailable: {
    title: "The mail server doesn't support signing in with a password",
    text: "If it needs no sign-in, leave user and password empty. Otherwise ask the server's administrator.",
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
    text: "See Details for its message. Ask the server's administrator, then resend.",
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
} satisfies Partial<Record<ProblemCode, Words>>;
