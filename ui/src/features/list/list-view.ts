// What a list hands to ListView.
import type { MenuEntry } from "../../components/overlay/Menu.svelte";
import type { Problem } from "../../ipc";

/** A list as far as it is here: PagedList, or one of its like. */
export interface ListState<Row> {
  readonly query: { search: string };
  /** How many match. */
  readonly count: number;
  /** How many there are without search and filters. */
  readonly of: number;
  readonly loaded: boolean;
  readonly busy: boolean;
  readonly problem: Problem | null;
  rowAt: (index: number) => Row | undefined;
  show: (first: number, end: number) => void;
  refresh: () => Promise<void>;
  search: (text: string) => void;
}

/** A filter: a menu of ticks, and a chip for each that is in force. */
export interface Filter {
  title: string;
  options: FilterOption[];
  /** Given, what there is to choose from is asked for when the menu opens. */
  onopen?: () => void;
  /** It is on its way. */
  loading?: boolean;
}

export interface FilterOption {
  label: string;
  /** How many rows have it. */
  note?: string;
  chosen: boolean;
  toggle: () => void;
}

export function entriesOf(filter: Filter): MenuEntry[] {
  if (filter.options.length === 0) {
    return [{ kind: "heading", label: filter.loading ? "Counting…" : "Nothing to choose from yet" }];
  }
  return filter.options.map(({ label, note, chosen, toggle }) => ({
    kind: "check",
    label,
    ...(note === undefined ? {} : { note }),
    checked: chosen,
    onselect: toggle,
  }));
}

/** The list without `value`, or with it. */
export function toggled<T>(values: readonly T[], value: T): T[] {
  return values.includes(value) ? values.filter((one) => one !== value) : [...values, value];
}
