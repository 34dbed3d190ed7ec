// The tree of XPO accounts and advertisers on screen: what is expanded, the row that the keyboard is on, and what keys and
// presses do. The ticks themselves are in `Allocation`.
import { untrack } from "svelte";
import { SvelteSet } from "svelte/reactivity";
import type { ShortcutName } from "../../components/shortcuts";
import { VirtualRows } from "../../components/table/virtual.svelte";
import type { TreeAccount } from "../../ipc";
import type { Allocation } from "./allocation.svelte";
import { rowsOf, type TreeRow } from "./tree-rows";

interface Options {
  allocation: Allocation;
  tree: readonly TreeAccount[];
  search: string;
  selectedOnly: boolean;
}

/** The height of a row in pixels; the styles repeat it. */
const ROW_HEIGHT = 34;

export class TreeView {
  /** The element that scrolls the rows and has the focus. */
  scroller: HTMLElement | undefined = $state();
  /** The index of the row that the keyboard is on. */
  active = $state(0);
  readonly #options: () => Options;
  /** The XPO accounts that are expanded; at first, those with an allocation (R16). */
  readonly #open: SvelteSet<string>;
  readonly rows: readonly TreeRow[] = $derived.by(() => this.#rows());
  readonly virtual: VirtualRows;

  /** Call it while a component is initialized. */
  constructor(options: () => Options) {
    this.#options = options;
    const { tree } = untrack(options);
    this.#open = new SvelteSet(tree.filter(({ modes }) => modes.length > 0).map(({ id }) => id));
    this.virtual = new VirtualRows(() => ({
      count: this.rows.length,
      scroller: this.scroller,
      rowHeight: ROW_HEIGHT,
      headerHeight: 0,
      pinned: this.active,
    }));
  }

  #rows(): TreeRow[] {
    const { allocation, tree, search, selectedOnly } = this.#options();
    return rowsOf(tree, {
      search,
      open: this.#open,
      only: selectedOnly ? (advertiser) => allocation.checkStateOf(advertiser) !== "off" : undefined,
    });
  }

  toTop(): void {
    this.active = 0;
    this.virtual.scrollToTop();
  }

  go(index: number): void {
    if (this.rows.length === 0) return;
    this.active = Math.min(this.rows.length - 1, Math.max(0, index));
    this.virtual.scrollTo(this.active);
  }

  /** Goes to the row of an XPO account or advertiser. */
  goTo(id: string): void {
    this.go(this.rows.findIndex(({ key }) => key === id));
  }

  setExpanded(account: string, expanded: boolean): void {
    if (expanded) this.#open.add(account);
    else this.#open.delete(account);
  }

  toggle(row: TreeRow, index: number): void {
    this.active = index;
    const { allocation } = this.#options();
    if (row.kind === "advertiser") allocation.toggle(row.account, row.advertiser);
    else allocation.toggleAccount(row.account);
  }

  /** Selects the found XPO accounts with their advertisers, or only those of their advertisers that were found. */
  selectFound(): void {
    const { allocation } = this.#options();
    for (const row of this.rows) {
      if (row.kind === "account") allocation.select(row.account, row.found);
    }
  }

  /** What the shortcuts do. */
  get actions(): Partial<Record<ShortcutName, () => void>> {
    const { allocation, search } = this.#options();
    const { active, virtual } = this;
    const row = this.rows[active];
    return {
      next: () => this.go(active + 1),
      previous: () => this.go(active - 1),
      nextPage: () => this.go(active + virtual.page),
      previousPage: () => this.go(active - virtual.page),
      first: () => this.go(0),
      last: () => this.go(this.rows.length - 1),
      ...(search.trim() !== "" && { selectAll: () => this.selectFound() }),
      ...(row && {
        expand: () => this.#expand(row),
        collapse: () => this.#collapse(row),
        select: () => this.toggle(row, active),
        pays: () => allocation.switchModeOf(row.account),
        selectInside: () => allocation.select(row.account),
      }),
    };
  }

  /** Expands an XPO account, or goes to its first advertiser. */
  #expand(row: TreeRow): void {
    if (row.kind === "advertiser") return;
    if (row.open) this.go(this.active + 1);
    else this.setExpanded(row.account.id, true);
  }

  /** Collapses an XPO account, or goes from an advertiser to its XPO account. */
  #collapse(row: TreeRow): void {
    if (row.kind === "account") this.setExpanded(row.account.id, false);
    else this.goTo(row.account.id);
  }
}
