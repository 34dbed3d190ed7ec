// The campaigns of TikTok ad accounts in the lists Available and Allocated (A4), and what Save changes for one advertiser.
import { CampaignList } from "../../features/campaigns/campaign-list.svelte";
import { rowsOf } from "../../features/decisions/questions.svelte";
import type { Action, CampaignRow } from "../../ipc";
import { Selection } from "../../lib/selection.svelte";

interface Scope {
  adAccounts: string[];
  /** Null while none is chosen: then nothing can be edited. */
  advertiser: string | null;
}

interface Start {
  search: string;
}

export class CampaignEdits {
  readonly advertiser: string | null;
  readonly available: CampaignList;
  readonly toAllocate: Selection<CampaignRow>;
  readonly allocated: CampaignList | null = null;
  /** The ticks of the column Allocated. */
  readonly toKeep: Selection<CampaignRow> | null = null;
  /** On Allocated, selecting is not an edit: the ticks of the column Allocated are. */
  readonly chosen: Selection<CampaignRow> | null = null;
  /** What Save does; null without edits. */
  readonly action = $derived.by((): Action | null => {
    const [allocate, deallocate] = [this.toAllocate.ids, this.toKeep?.removed.all ?? []];
    if (!this.advertiser || allocate.length + deallocate.length === 0) return null;
    return { action: "allocate_campaigns", advertiser: this.advertiser, allocate, deallocate };
  });

  constructor({ adAccounts, advertiser }: Scope, start: { available?: Start; allocated?: Start }) {
    this.advertiser = advertiser;
    this.available = new CampaignList({ of: "available", adAccounts }, start.available);
    this.toAllocate = new Selection({ list: this.available });
    if (!advertiser) return;
    this.allocated = new CampaignList({ of: "allocated", adAccounts, advertiser }, start.allocated);
    this.toKeep = new Selection({
      list: this.allocated,
      initially: true,
      lockedOf: (row: CampaignRow) =>
        row.allocated?.initialized ? "Initialized: it can no longer be deallocated" : undefined,
    });
    this.chosen = new Selection({ list: this.allocated });
  }

  discard(): void {
    this.toAllocate.clear();
    this.toKeep?.clear();
  }

  /** Keeps only the edits that an action has. */
  replace(rest: Action): void {
    if (rest.action !== "allocate_campaigns") return;
    this.toAllocate.replace(rest.allocate, []);
    this.toKeep?.replace([], rest.deallocate);
  }

  /** Forgets the edits that were saved. */
  saved(action: Action): void {
    if (action.action !== "allocate_campaigns") return;
    this.toAllocate.forget(action.allocate, []);
    this.toKeep?.forget([], action.deallocate);
  }

  /** Forgets the edits and ticks of the rows that another action changed. */
  acted(action: Action): void {
    const ids = rowsOf(action);
    this.toKeep?.forget([], ids);
    this.chosen?.forget(ids, []);
  }
}
