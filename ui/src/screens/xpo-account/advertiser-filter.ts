// A list of what an XPO account has, narrowed to one of its advertisers.
import { plain } from "../../components/text/text";
import type { Filter } from "../../features/list/list-view";
import type { XpoAccountRow } from "../../ipc";

/** What each of the tabs is given. */
export interface TabProps {
  account: XpoAccountRow;
  /** Whose; null for all. */
  advertiser: string | null;
  /** What the search begins with. */
  search: string;
  onadvertiser: (id: string | null) => void;
}

type Of = { of: "xpo_account"; xpoAccount: string } | { of: "advertiser"; advertiser: string };

export const whose = (account: XpoAccountRow, advertiser: string | null): Of =>
  advertiser ? { of: "advertiser", advertiser } : { of: "xpo_account", xpoAccount: account.id };

export function advertiserFilter({ account, advertiser, onadvertiser }: TabProps): Filter {
  return {
    title: "Advertiser",
    options: account.advertisers.map(({ id, name }) => ({
      label: plain(name),
      chosen: id === advertiser,
      toggle: () => onadvertiser(id === advertiser ? null : id),
    })),
  };
}
