// The audiences of TikTok ad accounts, and what Save changes for one advertiser (A19).
import {
  AccountAudiences,
  audienceKeyOf,
  choicesOf,
  idsIn,
  type View,
} from "../../features/audiences/audience-list.svelte";
import { rowsOf } from "../../features/decisions/questions.svelte";
import type { Action, AudienceRow } from "../../ipc";
import { number } from "../../lib/numbers";
import { Selection } from "../../lib/selection.svelte";

interface Scope {
  adAccounts: string[];
  /** Null while none is chosen: then nothing can be edited. */
  advertiser: string | null;
}

export class AudienceEdits {
  readonly advertiser: string | null;
  readonly list: AccountAudiences;
  /** The ticks of the column Allocated. */
  readonly allocation: Selection<AudienceRow>;
  /** Selecting is not an edit: the ticks of the column Allocated are. */
  readonly chosen: Selection<AudienceRow>;
  /** What Save does; null without edits. */
  readonly action = $derived.by((): Action | null => {
    if (!this.advertiser || this.allocation.size === 0) return null;
    const accounts = choicesOf(this.allocation.ids, this.allocation.removed.all);
    return { action: "allocate_audiences", advertiser: this.advertiser, accounts };
  });

  constructor({ adAccounts, advertiser }: Scope, view: View, search: string) {
    this.advertiser = advertiser;
    const list = new AccountAudiences(adAccounts, advertiser, view, search);
    this.list = list;
    this.chosen = new Selection({ list });
    this.allocation = new Selection({
      list,
      initially: (row: AudienceRow) => this.isAllocated(row),
      // An excluded audience cannot be allocated.
      lockedOf: (row: AudienceRow) => (row.excluded ? "Excluded from XPO: include it first" : undefined),
      all: (everything) => list.all(everything),
    });
  }

  /** Whether an audience is allocated to the advertiser, without the edits. */
  isAllocated(row: AudienceRow): boolean {
    return row.advertisers.some((holder) => holder.advertiser.id === this.advertiser);
  }

  /** Returns "2 to be allocated, 1 to be deallocated". */
  get summary(): string {
    const { added, removed } = this.allocation;
    return [
      added.size > 0 && `${number(added.size)} to be allocated`,
      removed.size > 0 && `${number(removed.size)} to be deallocated`,
    ]
      .filter(Boolean)
      .join(", ");
  }

  discard(): void {
    this.allocation.clear();
  }

  /** Keeps only the edits that an action has. */
  replace(rest: Action): void {
    if (rest.action === "allocate_audiences") this.allocation.replace(...idsIn(rest.accounts));
  }

  /** Forgets the edits that were saved. */
  saved(action: Action): void {
    if (action.action === "allocate_audiences") this.allocation.forget(...idsIn(action.accounts));
  }

  /** Forgets the edits and the ticks of the rows that another action changed. What was blocked keeps them. */
  acted(action: Action): void {
    const rows = this.#changedBy(action);
    this.allocation.forget(rows, rows);
    this.chosen.forget(rows, []);
  }

  #changedBy(action: Action): string[] {
    if (action.action !== "exclude_audiences" && action.action !== "include_audiences") return rowsOf(action);
    const audiences = new Set(action.audiences);
    const { added, removed } = this.allocation;
    const all = [...this.chosen.ids, ...added.all, ...removed.all];
    return all.filter((id) => audiences.has(audienceKeyOf(id).audience));
  }
}
