// The pickers of Allocate Campaigns and Allocate Audiences (R31–R33, R39–R41, A11): what can be chosen, and what is.
// The choice outlives the screen, so that both screens and every way back begin where the admin was.
import { asProblem, commands, onChanged } from "../../ipc";
import type { Named, Problem, TreeAccount, TreeAdvertiser } from "../../ipc";
import type { Picked } from "../app/router.svelte";
import { session } from "../app/session.svelte";

interface Choice {
  adAccount: string | null;
  xpoAccount: string | null;
  advertiser: string | null;
}

const none: Choice = { adAccount: null, xpoAccount: null, advertiser: null };
/** The last choice, and in which partner's file. */
let last: Choice & { file: string } = { ...none, file: "" };

const single = <T>(values: readonly T[]): T | undefined => (values.length === 1 ? values[0] : undefined);

export class Picks {
  #choice: Choice = $state.raw(none);
  /** Every TikTok ad account, by name; null until they are here. */
  accounts: Named[] | null = $state.raw(null);
  /** The tree for `adAccount`; null until it is here. */
  #tree: { of: string; accounts: TreeAccount[] } | null = $state.raw(null);
  problem: Problem | null = $state.raw(null);

  /** A jump's own wishes come before what is remembered. */
  constructor(wishes: Picked) {
    const file = session.current?.file ?? "";
    const kept = last.file === file ? last : none;
    const adAccount = wishes.adAccount ?? kept.adAccount;
    const same = wishes.adAccount === undefined || wishes.adAccount === kept.adAccount;
    const { xpoAccount, advertiser } = wishes.xpoAccount
      ? { xpoAccount: wishes.xpoAccount, advertiser: wishes.advertiser ?? null }
      : same
        ? kept
        : none;
    this.#keep({ adAccount, xpoAccount, advertiser });
  }

  get adAccount(): string | null {
    return this.#choice.adAccount;
  }

  get xpoAccount(): string | null {
    return this.#choice.xpoAccount;
  }

  get advertiser(): string | null {
    return this.#choice.advertiser;
  }

  /** The tree is here, so that an empty picker means that there is nothing. */
  get settled(): boolean {
    return this.adAccount === null || this.#tree?.of === this.adAccount;
  }

  /** The XPO accounts that have the TikTok ad account (R32), and the chosen one even when it has lost it meanwhile. */
  get xpoAccounts(): TreeAccount[] {
    if (this.#tree?.of !== this.adAccount) return [];
    return this.#tree.accounts.filter(({ id, modes }) => modes.length > 0 || id === this.xpoAccount);
  }

  /** The advertisers of the chosen XPO account (R33); those with `allocated` 0 cannot be chosen (A11). */
  get advertisers(): TreeAdvertiser[] {
    return this.xpoAccounts.find(({ id }) => id === this.xpoAccount)?.advertisers ?? [];
  }

  nameOf(kind: keyof Choice): string {
    const named =
      kind === "adAccount"
        ? this.accounts?.find(({ id }) => id === this.adAccount)
        : kind === "xpoAccount"
          ? this.xpoAccounts.find(({ id }) => id === this.xpoAccount)
          : this.advertisers.find(({ id }) => id === this.advertiser);
    return named?.name || this.#choice[kind] || "";
  }

  /** Reads what can be chosen, and again whenever it changes; returns the function that ends it. */
  watch(): () => void {
    void this.#read();
    return onChanged(["accounts", "decisions"], () => void this.#read());
  }

  retry(): Promise<void> {
    return this.#read();
  }

  chooseAdAccount(adAccount: string): void {
    this.#keep({ ...none, adAccount });
    void this.#readTree();
  }

  chooseXpoAccount(xpoAccount: string): void {
    this.#keep({ ...this.#choice, xpoAccount, advertiser: null });
    this.#preselect();
  }

  chooseAdvertiser(advertiser: string): void {
    this.#keep({ ...this.#choice, advertiser });
  }

  async #read(): Promise<void> {
    try {
      const accounts = await commands.accountNames();
      this.accounts = accounts;
      this.problem = null;
      const known = accounts.some(({ id }) => id === this.adAccount);
      if (!known) this.#keep({ ...none, adAccount: single(accounts)?.id ?? null });
      await this.#readTree();
    } catch (thrown) {
      this.problem = asProblem(thrown);
    }
  }

  async #readTree(): Promise<void> {
    const of = this.adAccount;
    if (!of) return;
    try {
      const accounts = await commands.xpoTree({ adAccounts: [of], search: "" });
      if (of !== this.adAccount) return;
      const first = this.#tree?.of !== of;
      this.#tree = { of, accounts };
      if (first) this.#forgetUnknown();
      this.#preselect();
    } catch (thrown) {
      if (of === this.adAccount) this.problem = asProblem(thrown);
    }
  }

  /** Drops what was remembered or wished for and cannot be chosen (any more). */
  #forgetUnknown(): void {
    const xpo = this.#tree?.accounts.find(({ id, modes }) => id === this.xpoAccount && modes.length > 0);
    if (!xpo) this.#keep({ ...this.#choice, xpoAccount: null, advertiser: null });
    else if (!xpo.advertisers.some(({ id, allocated }) => id === this.advertiser && allocated > 0)) {
      this.#keep({ ...this.#choice, advertiser: null });
    }
  }

  /** Where there is one choice only, it is made. */
  #preselect(): void {
    if (!this.xpoAccount) {
      const xpoAccount = single(this.xpoAccounts)?.id;
      if (!xpoAccount) return;
      this.#keep({ ...this.#choice, xpoAccount, advertiser: null });
    }
    if (this.advertiser) return;
    const advertiser = single(this.advertisers.filter(({ allocated }) => allocated > 0))?.id;
    if (advertiser) this.#keep({ ...this.#choice, advertiser });
  }

  #keep(choice: Choice): void {
    this.#choice = choice;
    last = { ...choice, file: session.current?.file ?? "" };
  }
}
