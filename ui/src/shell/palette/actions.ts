// The actions of the search palette: those that are available everywhere, and those for the results that are picked.
import Download from "@lucide/svelte/icons/download";
import FolderOpen from "@lucide/svelte/icons/folder-open";
import LifeBuoy from "@lucide/svelte/icons/life-buoy";
import Link2 from "@lucide/svelte/icons/link-2";
import MailPlus from "@lucide/svelte/icons/mail-plus";
import Redo2 from "@lucide/svelte/icons/redo-2";
import RefreshCw from "@lucide/svelte/icons/refresh-cw";
import Sparkles from "@lucide/svelte/icons/sparkles";
import SunMoon from "@lucide/svelte/icons/sun-moon";
import Undo2 from "@lucide/svelte/icons/undo-2";
import X from "@lucide/svelte/icons/x";
import type { Icon } from "../../components/icon";
import { help } from "../../features/app/help.svelte";
import type { Route } from "../../features/app/router.svelte";
import { undoing } from "../../features/decisions/undo.svelte";
import { undoTitleOf } from "../../features/history/labels";
import { requestTitle } from "../../features/requests/labels";
import { syncTitles } from "../../features/sync/labels";
import type { Hit, JobKind, Named, ObjectKind } from "../../ipc";
import { counted, number } from "../../lib/numbers";
import { appearance, type Theme } from "../../lib/preferences.svelte";
import type { Entry, Group } from "./entries";

const kinds = Object.keys(syncTitles) as JobKind[];

const themes: Record<Theme, string> = {
  system: "Theme: system",
  light: "Theme: light",
  dark: "Theme: dark",
};

interface Everywhere {
  go: (route: Route) => void;
  /** Asks which TikTok ad account to sync. */
  onsync: (kind: JobKind) => void;
  onswitch: () => void;
  /** Returns a function that closes the palette and then does something. */
  closeAnd: (act: () => void) => () => void;
}

/** Returns the actions that are available everywhere. */
export const actionEntries = ({ go, onsync, onswitch, closeAnd }: Everywhere): Entry[] => [
  {
    id: "import",
    label: "Import TikTok Account",
    icon: Download,
    run: () => go({ screen: "accounts", opens: "import" }),
  },
  {
    id: "allocate",
    label: "Allocate Account",
    icon: Link2,
    run: () => go({ screen: "accounts", opens: { allocate: [] } }),
  },
  {
    id: "review",
    label: "Review suggestions",
    icon: Sparkles,
    run: () => go({ screen: "accounts", opens: "suggestions" }),
  },
  {
    id: "request",
    label: requestTitle,
    icon: MailPlus,
    run: () => go({ screen: "requests", opens: "form" }),
  },
  ...kinds.map((kind) => ({
    id: `sync ${kind}`,
    label: `${syncTitles[kind]}…`,
    icon: RefreshCw,
    run: () => onsync(kind),
  })),
  {
    id: "undo",
    // Names in the change are left out, so that a search for a name finds objects and not this action.
    label: "Undo the last change",
    note: undoing.next.undo ? undoTitleOf(undoing.next.undo) : "",
    icon: Undo2,
    disabled: undoing.next.undo === null,
    run: closeAnd(() => void undoing.top("undo")),
  },
  {
    id: "redo",
    label: "Redo the last undo",
    note: undoing.next.redo ? undoTitleOf(undoing.next.redo) : "",
    icon: Redo2,
    disabled: undoing.next.redo === null,
    run: closeAnd(() => void undoing.top("redo")),
  },
  {
    id: "report",
    label: "Save a report for support",
    icon: LifeBuoy,
    run: closeAnd(() => (help.reporting = true)),
  },
  { id: "switch", label: "Switch partner", icon: FolderOpen, run: closeAnd(onswitch) },
  ...(Object.keys(themes) as Theme[])
    .filter((theme) => theme !== appearance.theme)
    .map((theme) => ({
      id: `theme ${theme}`,
      label: themes[theme],
      icon: SunMoon,
      run: closeAnd(() => appearance.choose(theme)),
    })),
];

interface Picked {
  go: (route: Route) => void;
  /** Asks the admin to confirm a sync of TikTok ad accounts. */
  onsync: (kind: JobKind, accounts: Named[]) => void;
  onclear: () => void;
}

/** Returns what can be done with the results that are picked, if there are any. */
export function pickedGroups(picked: readonly Hit[], { go, onsync, onclear }: Picked): Group[] {
  const of = (kind: ObjectKind) => picked.filter(({ named }) => named.kind === kind);
  const [accounts, campaigns, audiences] = [of("ad_account"), of("campaign"), of("audience")];
  const named = accounts.map((hit) => hit.named);
  const listed = (hits: Hit[]) => ({
    adAccounts: [...new Set(hits.flatMap(({ inside }) => inside?.id ?? []))],
    search: hits.map((hit) => hit.named.id).join("\n"),
  });
  const entry = (label: string, icon: Icon, count: string, run: () => void): Entry => ({
    id: `picked ${label}`,
    label,
    icon,
    note: count,
    run,
  });
  const entries: Entry[] = [];
  if (accounts.length > 0) {
    const count = counted(accounts.length, "TikTok ad account");
    const allocate = named.map(({ id }) => id);
    entries.push(
      entry("Allocate Account", Link2, count, () => go({ screen: "accounts", opens: { allocate } })),
      ...kinds.map((kind) => entry(syncTitles[kind], RefreshCw, count, () => onsync(kind, named))),
    );
  }
  if (campaigns.length > 0) {
    const count = counted(campaigns.length, "campaign");
    const run = () => go({ screen: "campaigns", tab: "available", ...listed(campaigns) });
    entries.push(entry("Allocate Campaigns", Link2, count, run));
  }
  if (audiences.length > 0) {
    const count = counted(audiences.length, "audience");
    entries.push(
      entry("Allocate Audiences", Link2, count, () => go({ screen: "audiences", ...listed(audiences) })),
    );
  }
  if (picked.length === 0) return [];
  entries.push(entry("Clear selection", X, "", onclear));
  return [{ title: `With the ${number(picked.length)} selected`, entries }];
}
