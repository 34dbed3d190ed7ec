import { modeLabels } from "../../features/xpo-accounts/labels";
import { folded, searchWords } from "../../components/text/text";
import type { Named, XpoAccountAsOf, XpoState } from "../../ipc";

/** An advertiser as of a date, or an XPO account that had none. */
export interface PastRow {
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

export function pastRows(accounts: XpoAccountAsOf[]): PastRow[] {
  return accounts.flatMap<PastRow>(
    ({ xpoAccount, state, archived, default: chosen, adAccounts, advertisers }) => {
      const modes = new Map(adAccounts.map(({ adAccount, mode }) => [adAccount.id, modeLabels[mode]]));
      const party = { xpoAccount, state, archived };
      const nobody = { advertiser: null, advertiserArchived: false, adAccounts: [] };
      if (advertisers.length === 0) return [{ ...party, ...nobody, campaigns: 0, audiences: 0, goals: 0 }];
      return advertisers.map(({ advertiser, archived: advertiserArchived, adAccounts: held, ...counts }) => ({
        ...party,
        advertiser,
        advertiserArchived,
        adAccounts: held.map((named) => ({
          named,
          mode: modes.get(named.id) ?? "",
          isDefault: named.id === chosen?.id,
        })),
        campaigns: counts.campaigns,
        audiences: counts.audiences,
        goals: counts.goals,
      }));
    },
  );
}

/** Returns the ad accounts with those first that match most words of a search. */
export function matchesFirst<Held extends { named: Named }>(held: readonly Held[], search: string): Held[] {
  const words = searchWords(search);
  const matched = ({ named: { name, id } }: Held) => {
    const text = folded(`${name} ${id}`);
    return words.filter((word) => text.includes(word)).length;
  };
  return held
    .map((one) => ({ one, count: matched(one) }))
    .sort((a, b) => b.count - a.count)
    .map(({ one }) => one);
}
