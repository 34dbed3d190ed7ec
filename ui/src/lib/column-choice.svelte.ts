// Which columns of a list are shown and how wide, remembered on this computer.
import type { Column, Widths } from "../components/table/columns";
import { remember, remembered } from "./preferences.svelte";

/** A column that may be left out. */
export interface ChosenColumn extends Column {
  /** Always shown. */
  fixed?: boolean;
  /** Shown until it is left out. */
  shown?: boolean;
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === "string");
const isWidths = (value: unknown): value is Widths =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((width) => typeof width === "number" && Number.isFinite(width));

export class ColumnChoice<C extends ChosenColumn = ChosenColumn> {
  readonly #list: string;
  readonly #all: readonly C[];
  readonly #usual: string[];
  #chosen: string[] = $state.raw([]);
  widths: Widths = $state.raw({});

  /** `list` is what the choice is remembered under. */
  constructor(list: string, all: readonly C[]) {
    this.#list = list;
    this.#all = all;
    this.#usual = all.filter(({ fixed, shown }) => !fixed && shown).map(({ id }) => id);
    this.#chosen = remembered(`${list}.columns`, isTexts, this.#usual);
    this.widths = remembered(`${list}.widths`, isWidths, {});
  }

  get shown(): C[] {
    return this.#all.filter(({ fixed, id }) => fixed || this.#chosen.includes(id));
  }

  get optional(): C[] {
    return this.#all.filter(({ fixed }) => !fixed);
  }

  has(id: string): boolean {
    return this.#chosen.includes(id);
  }

  toggle(id: string): void {
    this.#choose(this.has(id) ? this.#chosen.filter((one) => one !== id) : [...this.#chosen, id]);
  }

  resize(id: string, width: number): void {
    this.widths = { ...this.widths, [id]: width };
    remember(`${this.#list}.widths`, this.widths);
  }

  reset(): void {
    this.#choose(this.#usual);
    this.widths = {};
    remember(`${this.#list}.widths`, this.widths);
  }

  #choose(columns: string[]): void {
    this.#chosen = columns;
    remember(`${this.#list}.columns`, columns);
  }
}
