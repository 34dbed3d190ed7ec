// The rows of a list that are selected, also rows that were never on screen. A row may be selected to begin with, such as
// what is allocated already: the selection then holds the difference.
import type { RowSelection } from "../components/table/row-selection";
import { asProblem } from "../ipc";
import { IdSet } from "./id-set.svelte";
import type { ListState } from "./list-state";
import { messages } from "./messages.svelte";

type SelectableList<Row> = Pick<
  ListState<Row>,
  "identity" | "query" | "count" | "rowAt" | "rowsFrom" | "ids"
>;

/** Every row that matches, also those that are not loaded. */
export interface AllRows {
  /** In the order of the list. */
  ids: readonly string[];
  /** Whether a row is selected to begin with. */
  initially?: (id: string) => boolean;
  locked?: (id: string) => boolean;
}

interface Options<Row> {
  list: SelectableList<Row>;
  /** Reads all rows that match, where more than their ids matters; with `everything`, also those that do not match. */
  all?: (everything?: boolean) => Promise<AllRows>;
  /** Which rows are selected to begin with: none unless given. */
  initially?: boolean | ((row: Row) => boolean);
  /** Whether all or none of the unlocked rows are selected to begin with, where `initially` does not say so. */
  atFirst?: "all" | "none";
  /** Why the checkbox of a row cannot be changed. */
  lockedOf?: (row: Row) => string | undefined;
}

/** How many rows are looked at to tell whether all are selected. */
const LOOKED_AT = 500;

/** The ids from `anchor` to `id`, in either direction; only `id` if the list no longer has `anchor`. */
function between(ids: readonly string[], anchor: string, id: string): readonly string[] {
  const [start, end] = [ids.indexOf(anchor), ids.indexOf(id)];
  return start < 0 || end < 0 ? [id] : ids.slice(Math.min(start, end), Math.max(start, end) + 1);
}

export class Selection<Row> implements RowSelection {
  /** Selected by the admin, and not to begin with. */
  readonly added = new IdSet();
  /** Selected to begin with, and deselected by the admin. */
  readonly removed = new IdSet();
  /** The ids of a long list are being read. */
  busy = $state(false);
  readonly #options: Options<Row>;
  /** What "select all" or "deselect all" did, as long as nothing else was toggled since. */
  #whole: { query: object; count: number; selected: boolean } | null = $state.raw(null);
  /** The row where a range begins and its index when it was toggled, in which list, and what the range does. */
  #anchor: { id: string; index: number; query: object; selected: boolean } | null = null;

  constructor(options: Options<Row>) {
    this.#options = options;
  }

  /** The number of changes. */
  get size(): number {
    return this.added.size + this.removed.size;
  }

  /** What was selected in addition to what is selected to begin with. */
  get ids(): string[] {
    return this.added.all;
  }

  get state(): "none" | "some" | "all" {
    const { list, initially = false, lockedOf } = this.#options;
    const { atFirst = initially === true ? "all" : initially === false ? "none" : null } = this.#options;
    if (list.count === 0) return "none";
    const whole = this.#whole;
    if (this.size > 0 && whole?.query === list.query && whole.count === list.count)
      return whole.selected ? "all" : "none";
    if (atFirst === "all" && this.removed.size === 0) return "all";
    if (atFirst === "none" && this.added.size === 0) return "none";
    let [selected, unlocked] = [0, 0];
    for (let index = 0; index < Math.min(list.count, LOOKED_AT); index++) {
      const row = list.rowAt(index);
      if (!row) return "some";
      if (lockedOf?.(row)) continue;
      unlocked++;
      if (this.#selected(row)) selected++;
    }
    if (list.count > LOOKED_AT) return "some";
    if (selected === 0) return "none";
    return selected === unlocked ? "all" : "some";
  }

  has = (index: number): boolean => {
    const row = this.#options.list.rowAt(index);
    return row !== undefined && this.#selected(row);
  };

  /** What differs from the beginning is highlighted. */
  highlighted = (index: number): boolean => {
    const row = this.#options.list.rowAt(index);
    return row !== undefined && this.changed(row);
  };

  locked = (index: number): string | undefined => {
    const row = this.#options.list.rowAt(index);
    return row && this.#options.lockedOf?.(row);
  };

  name = (index: number): string => {
    const row = this.#options.list.rowAt(index);
    return row ? this.#options.list.identity.nameOf(row) : "";
  };

  /** Whether a row is selected. */
  holds = (row: Row): boolean => this.#selected(row);

  /** Whether a row is not as it is to begin with. */
  changed = (row: Row): boolean => this.#selected(row) !== this.#initially(row);

  /** Why a row cannot be changed. */
  lockOf = (row: Row): string | undefined => this.#options.lockedOf?.(row);

  /** Selects or deselects a row. */
  set(row: Row, selected: boolean): void {
    this.#set([this.#options.list.identity.idOf(row)], selected, () => this.#initially(row));
    this.#whole = null;
  }

  /** Selects or deselects the rows with these ids, also those that do not match the search and the filters. */
  async setSome(ids: readonly string[], selected: boolean): Promise<void> {
    const some = new Set(ids);
    this.#whole = null;
    await this.#setMany(selected, (all) => all.filter((id) => some.has(id)), true);
  }

  toggle = (index: number): void => {
    const { list } = this.#options;
    const row = list.rowAt(index);
    if (!row) return;
    const id = list.identity.idOf(row);
    const selected = !this.#selected(row);
    this.#set([id], selected, () => this.#initially(row));
    this.#whole = null;
    this.#anchor = { id, index, query: list.query, selected };
  };

  extend = (index: number): void => {
    const { list, lockedOf } = this.#options;
    const { idOf } = list.identity;
    const anchor = this.#anchor;
    const row = list.rowAt(index);
    if (!row) return;
    if (anchor?.query !== list.query) {
      this.toggle(index);
      return;
    }
    const rows = list.rowsFrom(Math.min(anchor.index, index), Math.max(anchor.index, index));
    const first = list.rowAt(anchor.index);
    this.#whole = null;
    if (rows && first && idOf(first) === anchor.id) {
      const unlocked = rows.filter((one) => !lockedOf?.(one));
      const initially = new Map(unlocked.map((one) => [idOf(one), this.#initially(one)]));
      this.#set([...initially.keys()], anchor.selected, (id) => initially.get(id) ?? false);
    } else void this.#setMany(anchor.selected, (ids) => between(ids, anchor.id, idOf(row)));
  };

  toggleAll = (): void => {
    void this.setAll(this.state !== "all");
  };

  /** Selects or deselects every row that matches the search and the filters. */
  async setAll(selected: boolean): Promise<void> {
    const { list } = this.#options;
    const { query } = list;
    this.#anchor = null;
    if (await this.#setMany(selected, (ids) => ids)) this.#whole = { query, count: list.count, selected };
  }

  clear(): void {
    this.replace([], []);
    this.#anchor = null;
  }

  replace(added: Iterable<string>, removed: Iterable<string>): void {
    this.added.replace(added);
    this.removed.replace(removed);
    this.#whole = null;
  }

  /** Removes changes that were saved. */
  forget(added: Iterable<string>, removed: Iterable<string>): void {
    this.added.change([], added);
    this.removed.change([], removed);
    this.#whole = null;
    this.#anchor = null;
  }

  #initially(row: Row): boolean {
    const { initially = false } = this.#options;
    return typeof initially === "boolean" ? initially : initially(row);
  }

  #selected(row: Row): boolean {
    const id = this.#options.list.identity.idOf(row);
    return this.#initially(row) ? !this.removed.has(id) : this.added.has(id);
  }

  #set(ids: readonly string[], selected: boolean, initially: (id: string) => boolean): void {
    const held = ids.filter(initially);
    const free = ids.filter((id) => !initially(id));
    if (held.length > 0) this.removed.change(selected ? [] : held, selected ? held : []);
    if (free.length > 0) this.added.change(selected ? free : [], selected ? [] : free);
  }

  async #setMany(
    selected: boolean,
    which: (ids: readonly string[]) => readonly string[],
    everything = false,
  ): Promise<boolean> {
    const { list, initially: every = false } = this.#options;
    const { all = async (): Promise<AllRows> => ({ ids: await list.ids() }) } = this.#options;
    const { query } = list;
    this.busy = true;
    try {
      const { ids, initially = () => every === true, locked = () => false } = await all(everything);
      // The list now shows something else.
      if (query !== list.query && !everything) return false;
      this.#set(
        which(ids).filter((id) => !locked(id)),
        selected,
        initially,
      );
      return true;
    } catch (thrown) {
      messages.problem(asProblem(thrown));
      return false;
    } finally {
      this.busy = false;
    }
  }
}
