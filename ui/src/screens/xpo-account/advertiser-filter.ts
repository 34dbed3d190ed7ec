// The advertiser filter that the tabs of an XPO account share.
import { plain } from "../../components/text/text";
import { router } from "../../features/app/router.svelte";
import type { Filter } from "../../features/list/filters";
import type { Holder, XpoAccountPage } from "../../ipc";

export interface TabProps {
  account: XpoAccountPage;
  /** Null shows what all advertisers have. */
  advertiser: string | null;
  /** The initial search. */
  search: string;
  /** The keyboard starts in the list. */
  autofocus: boolean;
  onadvertiser: (id: string | null) => void;
}

type Scope = { of: "xpo_account"; xpoAccount: string } | { of: "advertiser"; advertiser: string };

export const scopeOf = ({ account, advertiser }: TabProps): Scope =>
  advertiser ? { of: "advertiser", advertiser } : { of: "xpo_account", xpoAccount: account.id };

/** Whose allocations the tab shows. */
export const holderOf = ({ account, advertiser }: TabProps): Holder =>
  advertiser ? { kind: "advertiser", id: advertiser } : { kind: "xpo_account", id: account.id };

export const nameOfHolder = ({ account, advertiser }: TabProps): string =>
  account.advertisers.find(({ id }) => id === advertiser)?.name ?? account.name;

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

/** Opens the screen where more can be allocated, with this XPO account chosen. */
export function allocateMore(screen: "campaigns" | "audiences", { account, advertiser }: TabProps): void {
  const adAccount = account.holdings.find((holding) => holding.default)?.adAccount.id;
  router.go({
    screen,
    xpoAccount: account.id,
    ...(adAccount && { adAccount }),
    ...(advertiser && { advertiser }),
  });
}
