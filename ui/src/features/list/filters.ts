// The filters of a list: each is a menu of checkboxes, and a chip for each option in force.
import type { MenuEntry } from "../../components/overlay/menu";
import { number } from "../../lib/numbers";

export interface Filter {
  title: string;
  options: FilterOption[];
  /** Called when the menu opens, to read the options. */
  onopen?: () => void;
  /** The options are being read. */
  loading?: boolean;
}

export interface FilterOption {
  label: string;
  /** How many rows have it. */
  note?: string;
  chosen: boolean;
  toggle: () => void;
}

/** An option in force, with the title of its filter. */
export interface ChosenOption extends FilterOption {
  title: string;
}

export const chosenOptions = (filters: readonly Filter[]): ChosenOption[] =>
  filters.flatMap(({ title, options }) =>
    options.filter(({ chosen }) => chosen).map((option) => ({ ...option, title })),
  );

/** A list whose filters can be changed. */
interface Filtered<Query> {
  readonly criteria: Omit<Query, "search">;
  ask: (change: Partial<Query>) => unknown;
}

type Criterion<Query> = Exclude<keyof Query, "search">;
type ArrayField<Query> = {
  [Field in Criterion<Query>]: Query[Field] extends readonly unknown[] ? Field : never;
}[Criterion<Query>];
type Item<Values> = Values extends readonly (infer Value)[] ? Value : never;

export interface Choice<Value> {
  value: Value;
  label: string;
  count?: number;
}

/** Returns the values without `value`, or with it. */
export function toggled<Value>(values: readonly Value[], value: Value): Value[] {
  return values.includes(value) ? values.filter((one) => one !== value) : [...values, value];
}

/** Options for a field of the query that holds every chosen value. */
export function valueOptions<Query, Field extends ArrayField<Query>>(
  list: Filtered<Query>,
  field: Field,
  choices: readonly Choice<Item<Query[Field]>>[],
): FilterOption[] {
  const chosen = list.criteria[field] as Item<Query[Field]>[];
  return choices.map(({ value, label, count }) => ({
    label,
    ...(count !== undefined && { note: number(count) }),
    chosen: chosen.includes(value),
    toggle: () => void list.ask({ [field]: toggled(chosen, value) } as Partial<Query>),
  }));
}

/** Returns an option for a field of the query that holds one value, or null. */
export function option<Query, Field extends Criterion<Query>>(
  list: Filtered<Query>,
  field: Field,
  value: Query[Field],
  label: string,
  count?: number,
): FilterOption {
  const chosen = list.criteria[field] === value;
  return {
    label,
    ...(count !== undefined && { note: number(count) }),
    chosen,
    toggle: () => void list.ask({ [field]: chosen ? null : value } as Partial<Query>),
  };
}

/** Choices for values with their names. */
export const choicesOf = <Value extends string>(labels: Record<Value, string>): Choice<Value>[] =>
  (Object.keys(labels) as Value[]).map((value) => ({ value, label: labels[value] }));

/** Choices for the values that occur, and for those in force that do not. `found` is null until they were counted. */
export function countedChoices<Value extends string>(
  found: readonly { value: Value; count: number }[] | null | undefined,
  chosen: readonly Value[],
  labelOf: (value: Value) => string = (value) => value,
): Choice<Value>[] {
  const missing = chosen.filter((value) => !found?.some((one) => one.value === value));
  return [
    ...(found ?? []).map(({ value, count }) => ({ value, label: labelOf(value), count })),
    ...missing.map((value) => ({ value, label: labelOf(value), ...(found && { count: 0 }) })),
  ];
}

export function menuOf(filter: Filter): MenuEntry[] {
  if (filter.options.length === 0) {
    return [{ kind: "heading", label: filter.loading ? "Counting…" : "No options yet" }];
  }
  return filter.options.map(({ label, note, chosen, toggle }) => ({
    kind: "check",
    label,
    ...(note !== undefined && { note }),
    checked: chosen,
    onselect: toggle,
  }));
}
