// The state of the dialog Allocate Account: the tree as it is saved, the admin's edits to it, and the action that saves them.
// Edits are kept apart from the tree, so that they survive when the tree changes elsewhere.
import {
  asProblem,
  commands,
  type AccountPair,
  type Action,
  type PaymentChoice,
  type PaymentMode,
  type Problem,
  type TreeAccount,
  type TreeAdvertiser,
} from "../../ipc";
import { Draft, type SaveOptions } from "../decisions/draft.svelte";

type CheckState = "on" | "off" | "mixed";

export class Allocation {
  readonly draft: Draft;
  accounts = $state.raw<readonly string[]>([]);
  /** Null until it was read. XPO accounts that have one of the ad accounts come first (R16). */
  tree = $state.raw<readonly TreeAccount[] | null>(null);
  problem = $state.raw<Problem | null>(null);
  /** The tree was changed elsewhere since the last edit. */
  changedElsewhere = $state(false);
  /** The payment mode that was chosen for all rows; null keeps each one's own. */
  #mode = $state<PaymentMode | null>(null);
  #checked = $state.raw<ReadonlyMap<string, boolean>>(new Map());
  #modes = $state.raw<ReadonlyMap<string, PaymentMode>>(new Map());
  #first: ReadonlySet<string> = new Set();
  #reading = 0;

  /** There are unsaved edits. */
  get dirty(): boolean {
    return this.draft.dirty;
  }

  /** The payment mode of the existing allocations; null when they have both. */
  readonly #usualMode = $derived.by((): PaymentMode | null => {
    const modes = new Set(this.tree?.flatMap((account) => account.modes));
    if (modes.size > 1) return null;
    return [...modes][0] ?? "self";
  });

  constructor(options: SaveOptions) {
    this.draft = new Draft(() => options);
  }

  /** What the control for all rows shows (A9). */
  get mode(): PaymentMode | null {
    return this.#mode ?? (this.#modes.size > 0 ? null : this.#usualMode);
  }

  /** Starts again with other ad accounts. */
  about(accounts: readonly string[]): Promise<void> {
    this.accounts = accounts;
    this.tree = null;
    this.changedElsewhere = false;
    this.#mode = null;
    this.#checked = new Map();
    this.#modes = new Map();
    this.#first = new Set();
    this.draft.set(null);
    return this.read();
  }

  /** Reads the tree. */
  async read(): Promise<void> {
    if (this.accounts.length === 0) return;
    const reading = ++this.#reading;
    try {
      const found = await commands.xpoTree({ adAccounts: [...this.accounts], search: "" });
      if (reading !== this.#reading) return;
      const before = this.tree;
      if (!before) this.#first = new Set(found.filter(({ modes }) => modes.length > 0).map(({ id }) => id));
      // The order is kept, so that rows do not move under the pointer.
      const tree = [
        ...found.filter(({ id }) => this.#first.has(id)),
        ...found.filter(({ id }) => !this.#first.has(id)),
      ];
      this.problem = null;
      if (before && JSON.stringify(before) === JSON.stringify(tree)) return;
      this.tree = tree;
      if (before) {
        this.edited();
        this.changedElsewhere = true;
      }
    } catch (thrown) {
      if (reading === this.#reading) this.problem = asProblem(thrown);
    }
  }

  checkStateOf(advertiser: TreeAdvertiser): CheckState {
    const own = this.#checked.get(advertiser.id);
    if (own !== undefined) return own ? "on" : "off";
    return this.#baseOf(advertiser);
  }

  /** Returns whether all, none or some of an XPO account's advertisers are selected. */
  stateOf({ advertisers }: TreeAccount): CheckState {
    let [on, off] = [0, 0];
    for (const advertiser of advertisers) {
      const state = this.checkStateOf(advertiser);
      if (state === "on") on++;
      // An archived advertiser cannot be selected, so it does not count as missing.
      else if (state === "off" && !advertiser.archived) off++;
      else if (state === "mixed") return "mixed";
    }
    if (on === 0) return "off";
    return off === 0 ? "on" : "mixed";
  }

  /** Returns why a row cannot be selected. An existing allocation can always be removed. */
  lockOf(account: TreeAccount, advertiser?: TreeAdvertiser): string | undefined {
    if (advertiser) {
      if (this.checkStateOf(advertiser) !== "off" || advertiser.allocated > 0) return undefined;
      return advertiser.archived || account.archived ? "Archived" : undefined;
    }
    if (this.stateOf(account) !== "off" || account.modes.length > 0) return undefined;
    if (account.archived) return "Archived";
    return account.advertisers.some(({ archived }) => !archived) ? undefined : "No advertisers yet";
  }

  toggle(account: TreeAccount, advertiser: TreeAdvertiser): void {
    if (this.lockOf(account, advertiser)) return;
    const state = this.checkStateOf(advertiser);
    const base = this.#baseOf(advertiser);
    // With several ad accounts, the third state keeps each one's allocations.
    if (state === "off" && base === "mixed") this.#own([advertiser], undefined);
    else this.#own([advertiser], state !== "on");
    this.edited();
  }

  /** Selects all advertisers of an XPO account (A10), deselects them, or restores what some of them have. */
  toggleAccount(account: TreeAccount): void {
    if (this.lockOf(account)) return;
    const { advertisers } = account;
    const state = this.stateOf(account);
    const all = advertisers.every((one) => one.archived || this.#baseOf(one) === "on");
    if (state === "on" || (state === "mixed" && account.archived)) this.#own(advertisers, false);
    else if (state === "off" && account.modes.length > 0 && !all) this.#own(advertisers, undefined);
    else this.select(account);
    this.edited();
  }

  /** Selects advertisers of an XPO account. */
  select(account: TreeAccount, advertisers: readonly TreeAdvertiser[] = account.advertisers): void {
    const isFree = (one: TreeAdvertiser) => !account.archived && !one.archived;
    this.#own(advertisers.filter(isFree), true);
    this.#own(
      advertisers.filter((one) => !isFree(one)),
      undefined,
    );
    this.edited();
  }

  /** Returns the payment mode of an XPO account; null if it has both, undefined if it has none of the ad accounts. */
  modeOf(account: TreeAccount): PaymentMode | null | undefined {
    if (this.stateOf(account) === "off") return undefined;
    const chosen = this.#modes.get(account.id) ?? this.#mode;
    if (chosen) return chosen;
    if (account.modes.length > 1) return null;
    return account.modes[0] ?? this.#usualMode ?? "self";
  }

  setMode(mode: PaymentMode): void {
    this.#mode = mode;
    this.#modes = new Map();
    this.edited();
  }

  setModeOf(account: TreeAccount, mode: PaymentMode): void {
    this.#modes = new Map(this.#modes).set(account.id, mode);
    this.edited();
  }

  /** Changes Self to Knorex and the other way round, where the XPO account has a payment mode. */
  switchModeOf(account: TreeAccount): void {
    const mode = this.modeOf(account);
    if (mode !== undefined) this.setModeOf(account, mode === "self" ? "knorex" : "self");
  }

  /** Previews the edits. */
  edited(): void {
    this.changedElsewhere = false;
    this.draft.set(this.#action());
  }

  /** Returns whether an advertiser has all, none or some of the ad accounts, without the edits. */
  #baseOf({ allocated }: TreeAdvertiser): CheckState {
    if (allocated === 0) return "off";
    return allocated === this.accounts.length ? "on" : "mixed";
  }

  #own(advertisers: readonly TreeAdvertiser[], checked: boolean | undefined): void {
    const all = new Map(this.#checked);
    for (const advertiser of advertisers) {
      if (checked === undefined || this.#baseOf(advertiser) === (checked ? "on" : "off"))
        all.delete(advertiser.id);
      else all.set(advertiser.id, checked);
    }
    this.#checked = all;
  }

  /** Returns the action that saves the edits; null without edits. */
  #action(): (Action & { action: "allocate_accounts" }) | null {
    const allocate: AccountPair[] = [];
    const deallocate: AccountPair[] = [];
    const modes: PaymentChoice[] = [];
    for (const account of this.tree ?? []) {
      let more = false;
      for (const advertiser of account.advertisers) {
        const own = this.#checked.get(advertiser.id);
        if (own === undefined || this.#baseOf(advertiser) === (own ? "on" : "off")) continue;
        more ||= own;
        const pairs = this.accounts.map((adAccount) => ({ adAccount, advertiser: advertiser.id }));
        (own ? allocate : deallocate).push(...pairs);
      }
      const mode = this.#choiceOf(account, more);
      if (mode)
        modes.push(...this.accounts.map((adAccount) => ({ adAccount, xpoAccount: account.id, mode })));
    }
    if (allocate.length + deallocate.length + modes.length === 0) return null;
    return { action: "allocate_accounts", allocate, deallocate, modes, defaultReplacements: [] };
  }

  /**
   * Returns the payment mode to save for an XPO account, if any. `more`: it gets a new allocation, whose mode is Self
   * unless saved.
   */
  #choiceOf(account: TreeAccount, more: boolean): PaymentMode | null {
    const mode = this.modeOf(account);
    if (!mode) return null;
    const [only, ...others] = account.modes;
    const has = others.length === 0 && only === mode;
    if (more) return mode === "self" && (has || account.modes.length === 0) ? null : mode;
    return has ? null : mode;
  }
}
