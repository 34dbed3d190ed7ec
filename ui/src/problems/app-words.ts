// The application itself and its updates.
import type { ProblemCode } from "../ipc";
import type { Words } from "./words";

export const appWords = {
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
} satisfies Partial<Record<ProblemCode, Words>>;
