// The book as of a date, a row for each advertiser and for each XPO account that had none.
import { modeWords } from "../../features/xpo-accounts/labels";
import type { Named, XpoAccountAsOf, XpoState } from "../../ipc";

export interface RowThen {
  xpoAccount: Named;
  state: XpoState;
  archived: boolean;
  advertiser: Named | null;
  advertiserArchived: boolean;
  adAccounts: { named: Named; mode: string; isDefault: boolean }[];
  campaigns: number;
  audiences: number;
  goals: number;
}

export function rowsOf(accounts: XpoAccountAsOf[]): RowThen[] {
  return accounts.flatMap<RowThen>(
    ({ xpoAccount, state, archived, default: chosen, adAccounts, advertisers }) => {
      const modes = new Map(adAccounts.map(({ adAccount, mode }) => [adAccount.id, modeWords[mode]]));
      const party = { xpoAccount, state, archived };
      const nobody = {
        advertiser: null,
        advertiserArchived: false,
        adAccounts: [],
        campaigns: 0,
        audiences: 0,
        goals: 0,
      };
      if (advertisers.length === 0) return [{ ...party, ...nobody }];
      return advertisers.map((one) => ({
        ...party,
        advertiser: one.advertiser,
        advertiserArchived: one.archived,
        adAccounts: one.adAccounts.map((named) => ({
          named,
          mode: modes.get(named.id) ?? "",
          isDefault: named.id === chosen?.id,
        })),
        campaigns: one.campaigns,
        audiences: one.audiences,
        goals: one.goals,
      }));
    },
  );
}
