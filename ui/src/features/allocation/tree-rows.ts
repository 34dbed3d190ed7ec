// The visible rows of the tree of XPO accounts and advertisers.
import { folded, plain, searchWords } from "../../components/text/text";
import type { Blocker, TreeAccount, TreeAdvertiser } from "../../ipc";
import { isPasted, pastedTest } from "../../lib/pasted";

/** A row of the tree; `place` is its position among the `of` rows of its level. */
export type TreeRow =
  | {
      kind: "account";
      key: string;
      account: TreeAccount;
      /** Its advertisers that the search and the filter leave. */
      found: readonly TreeAdvertiser[];
      open: boolean;
      place: number;
      of: number;
    }
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
  /** The XPO accounts that are expanded. */
  open: ReadonlySet<string>;
  /** Which advertisers are shown. An XPO account is shown with them. */
  only?: ((advertiser: TreeAdvertiser) => boolean) | undefined;
}

const texts = new WeakMap<object, string>();

/** Folding thousands of names at every key press would be noticeable. */
function text(named: TreeAccount | TreeAdvertiser): string {
  const known = texts.get(named);
  if (known !== undefined) return known;
  const found = folded(named.name);
  texts.set(named, found);
  return found;
}

/**
 * An XPO account whose name has every word of the search is shown with all its advertisers. One whose advertisers have the
 * words that its own name lacks is shown expanded, with these advertisers. A pasted list finds whole names.
 */
export function rowsOf(tree: readonly TreeAccount[], { search, open, only }: Shown): TreeRow[] {
  const words = searchWords(search);
  const isTerm = isPasted(search) ? pastedTest(search) : null;
  const shown: { account: TreeAccount; advertisers: readonly TreeAdvertiser[]; expanded: boolean }[] = [];
  for (const account of tree) {
    const missing = isTerm
      ? [account.id, account.name].some(isTerm)
        ? []
        : [isTerm]
      : words.filter((word) => !text(account).includes(word));
    const advertisers = account.advertisers.filter(
      (advertiser) =>
        (only?.(advertiser) ?? true) &&
        missing.every((word) =>
          typeof word === "string" ? text(advertiser).includes(word) : word(advertiser.name),
        ),
    );
    const narrowed = missing.length > 0 || only !== undefined;
    if (narrowed && advertisers.length === 0) continue;
    shown.push({ account, advertisers, expanded: narrowed || open.has(account.id) });
  }
  return shown.flatMap(({ account, advertisers, expanded }, index): TreeRow[] => [
    {
      kind: "account",
      key: account.id,
      account,
      found: advertisers,
      open: expanded,
      place: index + 1,
      of: shown.length,
    },
    ...(expanded ? advertisers : []).map((advertiser, at) => ({
      kind: "advertiser" as const,
      key: advertiser.id,
      account,
      advertiser,
      place: at + 1,
      of: advertisers.length,
    })),
  ]);
}

export const nameOfRow = (row: TreeRow): string =>
  plain(row.kind === "account" ? row.account.name : row.advertiser.name);

export const isArchived = (row: TreeRow): boolean =>
  row.account.archived || (row.kind === "advertiser" && row.advertiser.archived);

/** Returns the blockers by the key of the row that they are about: an advertiser, an XPO account, or both. */
export function blockersByRow(blockers: readonly Blocker[]): ReadonlyMap<string, Blocker[]> {
  const found = new Map<string, Blocker[]>();
  const add = (key: string | undefined, blocker: Blocker) => {
    if (key) found.set(key, [...(found.get(key) ?? []), blocker]);
  };
  for (const blocker of blockers) {
    const { holder, object, xpoAccount } = blocker;
    add(holder?.kind === "advertiser" ? holder.id : object.id, blocker);
    add(xpoAccount?.id, blocker);
  }
  return found;
}
