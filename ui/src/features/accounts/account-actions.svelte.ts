// The actions on TikTok ad accounts, for their list and their own pages. AccountDialogs shows the dialogs.
import CreditCard from "@lucide/svelte/icons/credit-card";
import FolderSync from "@lucide/svelte/icons/folder-sync";
import RefreshCw from "@lucide/svelte/icons/refresh-cw";
import Share2 from "@lucide/svelte/icons/share-2";
import SquareArrowOutUpRight from "@lucide/svelte/icons/square-arrow-out-up-right";
import Star from "@lucide/svelte/icons/star";
import UsersRound from "@lucide/svelte/icons/users-round";
import { action, line, type MenuEntry } from "../../components/overlay/menu";
import { asProblem, commands, type AccountRow, type JobKind } from "../../ipc";
import { messages } from "../../lib/messages.svelte";
import { copyIdEntry, historyEntry } from "../app/entries";
import { router } from "../app/router.svelte";
import { syncTitles } from "../sync/labels";

/** An ad account to ask about. The name may be empty where several are meant. */
interface NamedAccount {
  id: string;
  name: string;
}

const syncIcons = { account: RefreshCw, campaigns: FolderSync, audiences: UsersRound };
const kinds: JobKind[] = ["account", "campaigns", "audiences"];

export class AccountActions {
  /** The accounts to allocate; if empty, the dialog asks for one. Null closes the dialog. */
  allocating = $state.raw<readonly string[] | null>(null);
  /** The dialog with the suggestions for all ad accounts is open. */
  reviewing = $state(false);
  /** The account to set as a default. */
  defaulting = $state<string | null>(null);
  syncing = $state.raw<{ kind: JobKind; accounts: readonly NamedAccount[] } | null>(null);
  /** The address of TikTok's Payments page, when no browser was opened. */
  payment = $state<string | null>(null);

  /** Returns the Action menu of a row. */
  rowEntries(row: AccountRow): MenuEntry[] {
    return [
      ...this.#allocationEntries(row),
      action("Add Payment", CreditCard, () => void this.pay(row.id)),
      copyIdEntry(row.id),
      historyEntry("ad_account", row.id),
      action("Open", SquareArrowOutUpRight, () => router.go({ screen: "account", id: row.id })),
    ];
  }

  /** Returns the Action menu of an account's own page. */
  pageEntries(row: AccountRow): MenuEntry[] {
    return [
      ...this.#allocationEntries(row),
      action("Add Payment", CreditCard, () => void this.pay(row.id)),
      historyEntry("ad_account", row.id),
    ];
  }

  syncEntries(accounts: readonly NamedAccount[]): MenuEntry[] {
    return kinds.map((kind) =>
      action(syncTitles[kind], syncIcons[kind], () => (this.syncing = { kind, accounts })),
    );
  }

  /** Opens TikTok's Payments page (R5, A25). */
  async pay(id: string): Promise<void> {
    try {
      const page = await commands.addPayment(id);
      if (page.opened) messages.show("ok", "TikTok's Payments page opened in your browser.");
      else this.payment = page.url;
    } catch (thrown) {
      const problem = asProblem(thrown);
      if (problem.code === "browser_missing" && problem.subject) this.payment = problem.subject;
      else messages.problem(problem);
    }
  }

  #allocationEntries(row: AccountRow): MenuEntry[] {
    return [
      action("Allocate Account", Share2, () => (this.allocating = [row.id])),
      action("Set as Default", Star, () => (this.defaulting = row.id)),
      line,
      ...this.syncEntries([row]),
      line,
    ];
  }
}
