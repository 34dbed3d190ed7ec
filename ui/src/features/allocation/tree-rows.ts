// The rows of the tree of XPO accounts and advertisers that are on show.
import { folded } from "../../components/text/text";
import type { TreeAccount, TreeAdvertiser } from "../../ipc";

/** A row of the tree; `place` and `of` are among its like. */
export type TreeRow =
  | { kind: "account"; key: string; account: TreeAccount; open: boolean; place: number; of: number }
  | {
      kind: "advertiser";
      key: string;
      account: TreeAccount;
      advertiser: TreeAdvertiser;
      place: number;
      of: number;
    };

interface Shown {
  search: string;
  /** XPO accounts that are unfolded. */
  open: ReadonlySet<string>;
  /** Lets an advertiser through; an XPO account is shown for its advertisers. */
  only?: ((advertiser: TreeAdvertiser) => boolean) | undefined;
}

const texts = new WeakMap<object, string>();

/** To fold thousands of names at every key would be felt. */
function text(named: TreeAccount | TreeAdvertiser): string {
  const known = texts.get(named);
  if (known !== undefined) return known;
  const found = folded(named.name);
  texts.set(named, found);
  return found;
}

/**
 * An XPO account whose name has every word is shown with all its advertisers; one whose advertisers have those that are
 * missing in its own name is shown unfolded, with these.
 */
export function rowsOf(tree: readonly TreeAccount[], { search, open, only }: Shown): TreeRow[] {
  const words = folded(search).split(/\s+/u).filter(Boolean);
  const shown: { account: TreeAccount; advertisers: readonly TreeAdvertiser[]; unfolded: boolean }[] = [];
  for (const account of tree) {
    const missing = words.filter((word) => !text(account).includes(word));
    const advertisers = account.advertisers.filter(
      (advertiser) =>
        (only?.(advertiser) ?? true) && missing.every((word) => text(advertiser).includes(word)),
    );
    const narrowed = missing.length > 0 || only !== undefined;
    if (narrowed && advertisers.length === 0) continue;
    shown.push({ account, advertisers, unfolded: narrowed || open.has(account.id) });
  }
  return shown.flatMap(({ account, advertisers, unfolded }, index): TreeRow[] => [
    { kind: "account", key: account.id, account, open: unfolded, place: index + 1, of: shown.length },
    ...(unfolded ? advertisers : []).map((advertiser, at) => ({
      kind: "advertiser" as const,
      key: advertiser.id,
      account,
      advertiser,
      place: at + 1,
      of: advertisers.length,
    })),
  ]);
}
