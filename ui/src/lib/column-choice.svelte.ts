// The visible columns of a list and their widths, stored on this computer.
import type { ColumnDef, Widths } from "../components/table/columns";
import { storePreference, storedPreference } from "./preferences.svelte";

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === "string");
const isChoice = (value: unknown): value is string[] | null => value === null || isTexts(value);
const isWidths = (value: unknown): value is Widths =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((width) => typeof width === "number" && Number.isFinite(width));

export class ColumnChoice<Row> {
  readonly #all: readonly ColumnDef<Row>[];
  readonly #initial: string[];
  /** Null until someone chooses. */
  #own: string[] | null = $state.raw(null);
  widths: Widths = $state.raw({});

  /** `list` is the key under which the choice is remembered. */
  constructor(
    readonly list: string,
    all: readonly ColumnDef<Row>[],
  ) {
    this.#all = all;
    this.#initial = this.optional.filter(({ visibility }) => visibility !== "hidden").map(({ id }) => id);
    this.#own = storedPreference(`${list}.columns`, isChoice, null);
    this.widths = storedPreference(`${list}.widths`, isWidths, {});
  }

  /** What someone chose is shown even if it doesn't fit. */
  get shown(): ColumnDef<Row>[] {
    const shown = this.#all.filter(({ visibility, id }) => visibility === "always" || this.has(id));
    return shown.map((one) => (this.#own || one.visibility === "always" ? { ...one, spare: 0 } : one));
  }

  get optional(): ColumnDef<Row>[] {
    return this.#all.filter(({ visibility }) => visibility !== "always");
  }

  has(id: string): boolean {
    return this.chosen.includes(id);
  }

  /** Shows or hides a column. Those that have no room (`left`) stay hidden. */
  toggle(id: string, left: readonly string[]): void {
    const visible = this.chosen.filter((one) => !left.includes(one));
    this.choose(visible.includes(id) ? visible.filter((one) => one !== id) : [...visible, id]);
  }

  resize(id: string, width: number): void {
    this.#setWidths({ ...this.widths, [id]: width });
  }

  /** The ids of the optional columns that are shown. */
  get chosen(): string[] {
    return this.#own ?? this.#initial;
  }

  /** Shows the columns of a saved view. If they are the initial ones, those without room stay hidden. */
  open(columns: string[]): void {
    const isInitial =
      columns.length === this.#initial.length && columns.every((id) => this.#initial.includes(id));
    this.choose(isInitial ? null : columns);
  }

  reset(): void {
    this.choose(null);
    this.#setWidths({});
  }

  choose(columns: string[] | null): void {
    this.#own = columns;
    storePreference(`${this.list}.columns`, columns);
  }

  #setWidths(widths: Widths): void {
    this.widths = widths;
    storePreference(`${this.list}.widths`, widths);
  }
}
