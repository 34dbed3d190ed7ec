// What can be done with TikTok ad accounts, from the list and from an account's own page. AccountDialogs shows it.
import Copy from "@lucide/svelte/icons/copy";
import CreditCard from "@lucide/svelte/icons/credit-card";
import FolderSync from "@lucide/svelte/icons/folder-sync";
import History from "@lucide/svelte/icons/history";
import RefreshCw from "@lucide/svelte/icons/refresh-cw";
import Share2 from "@lucide/svelte/icons/share-2";
import SquareArrowOutUpRight from "@lucide/svelte/icons/square-arrow-out-up-right";
import Star from "@lucide/svelte/icons/star";
import UsersRound from "@lucide/svelte/icons/users-round";
import type { MenuEntry } from "../../components/overlay/menu";
import { asProblem, commands, type AccountRow, type JobKind } from "../../ipc";
import { copy } from "../../lib/clipboard";
import { messages } from "../../lib/messages.svelte";
import { router } from "../app/router.svelte";
import { syncTitles } from "../sync/labels";

/** An ad account to ask about; the name may be empty where several are meant. */
export interface NamedAccount {
  id: string;
  name: string;
}

const syncIcons = { account: RefreshCw, campaigns: FolderSync, audiences: UsersRound };
const kinds: JobKind[] = ["account", "campaigns", "audiences"];

export async function copyText(value: string): Promise<void> {
  if (await copy(value)) messages.say("ok", `Copied ${value}`);
  else messages.say("wait", "It could not be copied. Select the text and copy it yourself.");
}

export class AccountActions {
  /** Which are to be allocated; none at first: one is to be picked. */
  allocating = $state.raw<readonly string[] | null>(null);
  /** Which is to become a default. */
  defaulting = $state<string | null>(null);
  syncing = $state.raw<{ kind: JobKind; accounts: readonly NamedAccount[] } | null>(null);
  /** Where a payment is added, when no browser was opened. */
  payment = $state<string | null>(null);

  /** The Action menu of a row. */
  entriesOf(row: AccountRow): MenuEntry[] {
    return [
      {
        kind: "action",
        label: "Allocate Account",
        icon: Share2,
        onselect: () => (this.allocating = [row.id]),
      },
      { kind: "action", label: "Set as Default", icon: Star, onselect: () => (this.defaulting = row.id) },
      { kind: "line" },
      ...this.syncEntries([row]),
      { kind: "line" },
      { kind: "action", label: "Add Payment", icon: CreditCard, onselect: () => void this.pay(row.id) },
      { kind: "action", label: "Copy ID", icon: Copy, onselect: () => void copyText(row.id) },
      {
        kind: "action",
        label: "History",
        icon: History,
        onselect: () => router.go({ place: "history", about: { kind: "ad_account", id: row.id } }),
      },
      {
        kind: "action",
        label: "Open",
        icon: SquareArrowOutUpRight,
        onselect: () => router.go({ place: "account", id: row.id }),
      },
    ];
  }

  /** Sync Account, Sync Campaigns, Sync Audiences. */
  syncEntries(accounts: readonly NamedAccount[]): MenuEntry[] {
    return kinds.map((kind) => ({
      kind: "action",
      label: syncTitles[kind],
      icon: syncIcons[kind],
      onselect: () => (this.syncing = { kind, accounts }),
    }));
  }

  /** TikTok's page for payments (R5, A25). */
  async pay(id: string): Promise<void> {
    try {
      const page = await commands.addPayment(id);
      if (page.opened) messages.say("ok", "TikTok's Payments page opened in your browser.");
      else this.payment = page.url;
    } catch (thrown) {
      const problem = asProblem(thrown);
      if (problem.code === "browser_missing" && problem.subject) this.payment = problem.subject;
      else messages.problem(problem);
    }
  }
}
