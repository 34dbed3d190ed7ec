// What the dialog Allocate Account is about: the tree as the book has it, the admin's own ticks over it, and the change
// that both come to. Ticks are kept apart from the tree, so that they stay when the book moves on underneath.
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
import { Draft } from "../decisions/draft.svelte";

export type Tick = "on" | "off" | "mixed";

export class Allocation {
  readonly draft = new Draft();
  /** Which TikTok ad accounts. */
  accounts = $state.raw<readonly string[]>([]);
  /** Null until it was read. What has one of them comes first (R16). */
  tree = $state.raw<readonly TreeAccount[] | null>(null);
  problem = $state.raw<Problem | null>(null);
  /** The book changed what is shown here. */
  moved = $state(false);
  /** XPO accounts that were chosen but for which no advertiser is ticked yet (A10). */
  asked = $state.raw<ReadonlySet<string>>(new Set());
  /** Who pays, for all rows; null leaves each as it is. */
  #mode = $state<PaymentMode | null>(null);
  #ticks = $state.raw<ReadonlyMap<string, boolean>>(new Map());
  #modes = $state.raw<ReadonlyMap<string, PaymentMode>>(new Map());
  #first: ReadonlySet<string> = new Set();
  #reading = 0;

  /** Something was edited that is not saved. */
  readonly dirty = $derived(this.#action() !== null || this.asked.size > 0);

  /** Who pays for what is allocated already; null when both do. */
  readonly #usualMode = $derived.by((): PaymentMode | null => {
    const modes = new Set(this.tree?.flatMap((account) => account.modes));
    if (modes.size > 1) return null;
    return [...modes][0] ?? "self";
  });

  /** What the control for all rows shows (A9). */
  get mode(): PaymentMode | null {
    return this.#mode ?? (this.#modes.size > 0 ? null : this.#usualMode);
  }

  /** Begins anew, about these. */
  about(accounts: readonly string[]): Promise<void> {
    this.accounts = accounts;
    this.tree = null;
    this.moved = false;
    this.asked = new Set();
    this.#mode = null;
    this.#ticks = new Map();
    this.#modes = new Map();
    this.#first = new Set();
    this.draft.set(null);
    return this.read();
  }

  /** Reads the tree, also again after the book changed. */
  async read(): Promise<void> {
    if (this.accounts.length === 0) return;
    const reading = ++this.#reading;
    try {
      const found = await commands.xpoTree({ adAccounts: [...this.accounts], search: "" });
      if (reading !== this.#reading) return;
      const before = this.tree;
      if (!before) this.#first = new Set(found.filter(({ modes }) => modes.length > 0).map(({ id }) => id));
      // What came first stays first: rows must not jump under the pointer.
      const tree = [
        ...found.filter(({ id }) => this.#first.has(id)),
        ...found.filter(({ id }) => !this.#first.has(id)),
      ];
      this.problem = null;
      if (before && JSON.stringify(before) === JSON.stringify(tree)) return;
      this.tree = tree;
      this.asked = new Set(tree.map(({ id }) => id).filter((id) => this.asked.has(id)));
      if (before) {
        this.edited();
        this.moved = true;
      }
    } catch (thrown) {
      if (reading === this.#reading) this.problem = asProblem(thrown);
    }
  }

  /** How an advertiser is ticked. */
  tickOf({ id, allocated }: TreeAdvertiser): Tick {
    const own = this.#ticks.get(id);
    if (own !== undefined) return own ? "on" : "off";
    if (allocated === 0) return "off";
    return allocated === this.accounts.length ? "on" : "mixed";
  }

  /** How an XPO account is: all of its advertisers, none, or some. */
  stateOf({ advertisers }: TreeAccount): Tick {
    let [on, off] = [0, 0];
    for (const advertiser of advertisers) {
      const tick = this.tickOf(advertiser);
      if (tick === "on") on++;
      // Who is archived takes nothing new, and is not missed.
      else if (tick === "off" && !advertiser.archived) off++;
      else if (tick === "mixed") return "mixed";
    }
    if (on === 0) return "off";
    return off === 0 ? "on" : "mixed";
  }

  /** Why a row cannot be ticked; what it has can always be taken back. */
  lockOf(account: TreeAccount, advertiser?: TreeAdvertiser): string | undefined {
    if (advertiser) {
      if (this.tickOf(advertiser) !== "off" || advertiser.allocated > 0) return undefined;
      return advertiser.archived || account.archived ? "Archived" : undefined;
    }
    if (this.stateOf(account) !== "off" || account.modes.length > 0) return undefined;
    if (account.archived) return "Archived";
    return account.advertisers.some(({ archived }) => !archived) ? undefined : "No advertisers yet";
  }

  /** Ticks or unticks an advertiser. */
  toggle(account: TreeAccount, advertiser: TreeAdvertiser): void {
    if (this.lockOf(account, advertiser)) return;
    const tick = this.tickOf(advertiser);
    const base = this.#baseOf(advertiser);
    // For many ad accounts the third state is "each as it is".
    if (tick === "off" && base === "mixed") this.#own([advertiser], undefined);
    else this.#own([advertiser], tick !== "on");
    this.#answered(account);
    this.edited();
  }

  /** Ticks or unticks an XPO account (A10). True: it has several advertisers, one of which is to be ticked. */
  toggleAccount(account: TreeAccount): boolean {
    if (this.lockOf(account)) return false;
    const free = account.advertisers.filter(({ archived }) => !archived);
    let asks = false;
    if (this.stateOf(account) !== "off") this.#own(account.advertisers, false);
    else if (account.modes.length > 0) this.#own(account.advertisers, undefined);
    else if (free.length === 1) this.#own(free, true);
    else if (!this.asked.has(account.id)) asks = true;
    this.#answered(account);
    if (asks) this.asked = new Set([...this.asked, account.id]);
    this.edited();
    return asks;
  }

  /** Ticks all advertisers of an XPO account. */
  tickAll(account: TreeAccount): void {
    if (account.archived) return;
    this.#own(
      account.advertisers.filter(({ archived }) => !archived),
      true,
    );
    this.#answered(account);
    this.edited();
  }

  /** Who pays for an XPO account; null when both do, undefined when it has none of the ad accounts. */
  modeOf(account: TreeAccount): PaymentMode | null | undefined {
    if (this.stateOf(account) === "off") return undefined;
    const chosen = this.#modes.get(account.id) ?? this.#mode;
    if (chosen) return chosen;
    if (account.modes.length > 1) return null;
    return account.modes[0] ?? this.#usualMode ?? "self";
  }

  /** For all rows. */
  setMode(mode: PaymentMode): void {
    this.#mode = mode;
    this.#modes = new Map();
    this.edited();
  }

  /** For one XPO account, whatever the others have (A9). */
  setModeOf(account: TreeAccount, mode: PaymentMode): void {
    this.#modes = new Map(this.#modes).set(account.id, mode);
    this.edited();
  }

  /** Asks anew what saving would do. */
  edited(): void {
    this.moved = false;
    this.draft.set(this.#action());
  }

  #baseOf({ allocated }: TreeAdvertiser): Tick {
    if (allocated === 0) return "off";
    return allocated === this.accounts.length ? "on" : "mixed";
  }

  #own(advertisers: readonly TreeAdvertiser[], tick: boolean | undefined): void {
    const ticks = new Map(this.#ticks);
    for (const advertiser of advertisers) {
      if (tick === undefined || this.#baseOf(advertiser) === (tick ? "on" : "off"))
        ticks.delete(advertiser.id);
      else ticks.set(advertiser.id, tick);
    }
    this.#ticks = ticks;
  }

  #answered({ id }: TreeAccount): void {
    if (this.asked.has(id)) this.asked = new Set([...this.asked].filter((one) => one !== id));
  }

  /** What the edits come to; null when there are none. */
  #action(): (Action & { action: "allocate_accounts" }) | null {
    const allocate: AccountPair[] = [];
    const deallocate: AccountPair[] = [];
    const modes: PaymentChoice[] = [];
    for (const account of this.tree ?? []) {
      let more = false;
      for (const advertiser of account.advertisers) {
        const own = this.#ticks.get(advertiser.id);
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
    return { action: "allocate_accounts", allocate, deallocate, modes, handOvers: [] };
  }

  /** Who is to pay for an XPO account, where that has to be said. `more`: it gets something new, which is Self by itself. */
  #choiceOf(account: TreeAccount, more: boolean): PaymentMode | null {
    const mode = this.modeOf(account);
    if (!mode) return null;
    const [only, ...others] = account.modes;
    const has = others.length === 0 && only === mode;
    if (more) return mode === "self" && (has || account.modes.length === 0) ? null : mode;
    return has ? null : mode;
  }
}
