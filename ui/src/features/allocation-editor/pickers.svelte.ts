// The pickers of Allocate Campaigns and Allocate Audiences (R31–R33, R39–R41, A11): their options and what is chosen.
// The choice is kept when the screen is left, also after a restart, and both screens share it.
import { asProblem, commands, onChanged } from "../../ipc";
import type { Named, Problem, Suggestion, TreeAccount, TreeAdvertiser } from "../../ipc";
import { removePreference, storePreference, storedPreference } from "../../lib/preferences.svelte";
import { router, type Picked } from "../app/router.svelte";
import { session } from "../app/session.svelte";

interface Choice {
  /** One, unless the admin chose several. */
  adAccounts: readonly string[];
  xpoAccount: string | null;
  advertiser: string | null;
}

const none: Choice = { adAccounts: [], xpoAccount: null, advertiser: null };
const isChoice = (value: unknown): value is Choice =>
  typeof value === "object" && value !== null && "adAccounts" in value && Array.isArray(value.adAccounts);
/** Where the last choice in a partner is stored. */
const storedAs = (file = session.current?.file ?? "") => `picked.${file}`;

/** Forgets the choice in a partner that was deleted. */
export const forgetChoice = (file: string): void => removePreference(storedAs(file));

const single = <T>(values: readonly T[]): T | undefined => (values.length === 1 ? values[0] : undefined);

export class Pickers {
  #choice: Choice = $state.raw(none);
  /** Every TikTok ad account, by name; null until they are read. */
  accounts: Named[] | null = $state.raw(null);
  /** The XPO accounts and advertisers for the chosen ad accounts; null until they are read. */
  #tree: { of: readonly string[]; accounts: TreeAccount[] } | null = $state.raw(null);
  problem: Problem | null = $state.raw(null);

  #reads = 0;
  #treeReads = 0;
  #suggested: string[] = [];
  /** The XPO account that another screen asked for, which stays chosen without one of the TikTok ad accounts. */
  readonly #asked: string | undefined;
  readonly #memory = router.memory;

  /** The choice of this visit takes precedence over the route's, and that over the last one. */
  constructor(route: Picked) {
    this.#asked = route.xpoAccount;
    const left = this.#memory.get("pickers") as Choice | undefined;
    if (left) {
      this.#choose(left);
      return;
    }
    const before = storedPreference(storedAs(), isChoice, none);
    const asked = route.adAccounts ?? (route.adAccount ? [route.adAccount] : null);
    const adAccounts = asked ?? before.adAccounts;
    const same = asked === null || asked.join() === before.adAccounts.join();
    const { xpoAccount, advertiser } =
      (route.xpoAccount ?? route.advertiser)
        ? { xpoAccount: route.xpoAccount ?? null, advertiser: route.advertiser ?? null }
        : same
          ? before
          : none;
    this.#choose({ adAccounts, xpoAccount, advertiser });
  }

  get adAccounts(): readonly string[] {
    return this.#choice.adAccounts;
  }

  /** The only TikTok ad account that is chosen. */
  get adAccount(): string | null {
    return single(this.adAccounts) ?? null;
  }

  /** The chosen TikTok ad accounts that the chosen advertiser lacks (A11). */
  get lacking(): Named[] {
    const chosen = this.advertisers.find(({ id }) => id === this.advertiser);
    return chosen ? this.lackedBy([chosen]) : [];
  }

  /** The chosen TikTok ad accounts, without those that the chosen advertiser lacks. */
  get listed(): string[] {
    const lacking = new Set(this.adAccounts.length > 1 ? this.lacking.map(({ id }) => id) : []);
    return this.adAccounts.filter((id) => !lacking.has(id));
  }

  /** Returns the chosen TikTok ad accounts that none of the advertisers has. */
  lackedBy(advertisers: readonly TreeAdvertiser[]): Named[] {
    const has = new Set(advertisers.flatMap(({ adAccounts }) => adAccounts));
    return this.withNames(this.adAccounts.filter((id) => !has.has(id)));
  }

  withNames(ids: readonly string[]): Named[] {
    const names = new Map(this.accounts?.map(({ id, name }) => [id, name]));
    return ids.map((id) => ({ kind: "ad_account", id, name: names.get(id) ?? "" }));
  }

  get xpoAccount(): string | null {
    return this.#choice.xpoAccount;
  }

  get advertiser(): string | null {
    return this.#choice.advertiser;
  }

  /** The options are read, so that an empty picker means that there is nothing to choose. */
  get loaded(): boolean {
    return this.adAccounts.length === 0 || this.#tree?.of === this.adAccounts;
  }

  /** The XPO accounts that have one of the TikTok ad accounts (R32), and the chosen one even if it has lost it since. */
  get xpoAccounts(): TreeAccount[] {
    if (!this.#tree || this.#tree.of !== this.adAccounts) return [];
    return this.#tree.accounts.filter(({ id, modes }) => modes.length > 0 || id === this.xpoAccount);
  }

  /** The advertisers of the chosen XPO account (R33); those with `allocated` 0 cannot be chosen (A11). */
  get advertisers(): TreeAdvertiser[] {
    return this.xpoAccounts.find(({ id }) => id === this.xpoAccount)?.advertisers ?? [];
  }

  nameOf(kind: "xpoAccount" | "advertiser"): string {
    const named =
      kind === "xpoAccount"
        ? this.xpoAccounts.find(({ id }) => id === this.xpoAccount)
        : this.advertisers.find(({ id }) => id === this.advertiser);
    return named?.name || this.#choice[kind] || "";
  }

  /** Reads the options, and again when they change. Returns the function that stops it. */
  watch(): () => void {
    void this.read();
    return onChanged(["accounts", "decisions"], () => void this.read());
  }

  /** Keeps the advertiser if it has one of the TikTok ad accounts. */
  chooseAdAccounts(adAccounts: readonly string[]): void {
    // An earlier problem was about the other ad accounts.
    this.problem = null;
    this.#choose(adAccounts.length > 1 ? { ...this.#choice, adAccounts } : { ...none, adAccounts });
    void this.#readTree();
  }

  /** Chooses the advertiser that is suggested for a row, which its editor begins with. */
  chooseSuggested({ xpoAccount, advertiser }: Suggestion, row: string): void {
    this.#suggested = [row];
    this.#choose({ ...this.#choice, xpoAccount: xpoAccount.id, advertiser: advertiser.id });
  }

  /** Returns the rows that a new editor begins with, once. */
  takeSuggested(): string[] {
    const rows = this.#suggested;
    this.#suggested = [];
    return rows;
  }

  chooseXpoAccount(xpoAccount: string): void {
    this.#choose({ ...this.#choice, xpoAccount, advertiser: null });
    this.#preselect();
  }

  chooseAdvertiser(advertiser: string): void {
    this.#choose({ ...this.#choice, advertiser });
  }

  async read(): Promise<void> {
    const read = ++this.#reads;
    try {
      const accounts = await commands.accountNames();
      // A later read may have ended before.
      if (read !== this.#reads) return;
      this.accounts = accounts;
      this.problem = null;
      const all = new Set(accounts.map(({ id }) => id));
      const known = this.adAccounts.filter((id) => all.has(id));
      const only = single(accounts);
      if (known.length === 0) this.#choose(only ? { ...this.#choice, adAccounts: [only.id] } : none);
      else if (known.length < this.adAccounts.length) this.#choose({ ...this.#choice, adAccounts: known });
      await this.#readTree();
    } catch (thrown) {
      if (read === this.#reads) this.problem = asProblem(thrown);
    }
  }

  async #readTree(): Promise<void> {
    const of = this.adAccounts;
    const read = ++this.#treeReads;
    if (of.length === 0) return;
    try {
      const accounts = await commands.xpoTree({ adAccounts: [...of], search: "" });
      if (read !== this.#treeReads) return;
      const first = this.#tree?.of !== of;
      this.#tree = { of, accounts };
      if (first) this.#dropUnknown();
      this.#preselect();
    } catch (thrown) {
      if (read === this.#treeReads) this.problem = asProblem(thrown);
    }
  }

  /** Clears a choice that is not among the options. */
  #dropUnknown(): void {
    const has = ({ id, advertisers }: TreeAccount) =>
      this.xpoAccount ? id === this.xpoAccount : advertisers.some((one) => one.id === this.advertiser);
    const xpo = this.#tree?.accounts.find(
      (account) => (account.modes.length > 0 || account.id === this.#asked) && has(account),
    );
    if (xpo && !this.xpoAccount) this.#choose({ ...this.#choice, xpoAccount: xpo.id });
    if (!xpo) this.#choose({ ...this.#choice, xpoAccount: null, advertiser: null });
    else if (!xpo.advertisers.some(({ id, allocated }) => id === this.advertiser && allocated > 0)) {
      this.#choose({ ...this.#choice, advertiser: null });
    }
  }

  /** Chooses where there is only one option. */
  #preselect(): void {
    if (!this.xpoAccount) {
      const xpoAccount = single(this.xpoAccounts)?.id;
      if (!xpoAccount) return;
      this.#choose({ ...this.#choice, xpoAccount, advertiser: null });
    }
    if (this.advertiser) return;
    const advertiser = single(this.advertisers.filter(({ allocated }) => allocated > 0))?.id;
    if (advertiser) this.#choose({ ...this.#choice, advertiser });
  }

  #choose(choice: Choice): void {
    this.#choice = choice;
    this.#memory.set("pickers", choice);
    storePreference(storedAs(), choice);
  }
}
