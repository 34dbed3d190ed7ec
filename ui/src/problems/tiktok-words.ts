// The TikTok app, stored secrets, sign-in, the connection, and what TikTok answers.
import type { ProblemCode } from "../ipc";
import { quoted, type Words } from "./words";

export const tiktokWords = {
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
      `The saved value was entered for ${quoted(subject, "another server")} and is sent only there. If you trust the server in Settings, enter it again.`,
    action: "settings",
  },
  sign_in_for_other_server: {
    severity: "wait",
    title: "The sign-in belongs to another server",
    text: (subject) =>
      `It was made for ${quoted(subject, "another server")} and is sent only there. Check the API address in Settings. If you trust it, sign in again.`,
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
    text: "Check the app's permissions (scopes) in TikTok's developer portal, or ask the app's owner to, then sign in again. Nothing was changed.",
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
} satisfies Partial<Record<ProblemCode, Words>>;
