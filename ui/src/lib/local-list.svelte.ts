// A list whose rows are all loaded: it searches, filters and sorts them itself. PagedList is for long lists.
import { folded, searchWords } from "../components/text/text";
import { asProblem, paste, type Pasted } from "../ipc";
import type { Identity, ListState } from "./list-state";
import { messages } from "./messages.svelte";
import { isPasted, pastedTest, reportPasted } from "./pasted";
import type { Resource } from "./resource.svelte";

export interface LocalOptions<Row> {
  identity: Identity<Row>;
  /** All rows; undefined until they were read. */
  rows: () => readonly Row[] | undefined;
  /** The text that is searched. */
  text: (row: Row) => string;
  /** How each order compares rows. Equal rows keep their order. */
  orders: Record<string, (a: Row, b: Row) => number>;
  sort: string;
  /** Whether a row passes the filters. */
  passes?: (row: Row) => boolean;
  /** What the rows are read with, when that can fail. */
  resource?: Resource<unknown>;
}

export class LocalList<Row extends object> implements ListState<Row> {
  query = $state.raw({ search: "" });
  sort = $state("");
  descending = $state(false);
  readonly busy = false;
  readonly identity: Identity<Row>;

  readonly #options: LocalOptions<Row>;
  /** Folding the names of a hundred thousand rows at every key press would be noticeable. */
  readonly #texts = new WeakMap<Row, string>();

  readonly found = $derived.by((): readonly Row[] => {
    const { search } = this.query;
    const { rows, orders, passes = () => true } = this.#options;
    const words = searchWords(search);
    const isTerm = pastedTest(search);
    const matches = isPasted(search)
      ? (row: Row) => this.#namesOf(row).some(isTerm)
      : (row: Row) => words.every((word) => this.#text(row).includes(word));
    const found = (rows() ?? []).filter((row) => passes(row) && matches(row));
    const order = orders[this.sort];
    return order ? found.sort(this.descending ? (a, b) => order(b, a) : order) : found;
  });

  constructor(options: LocalOptions<Row>) {
    this.#options = options;
    this.identity = options.identity;
    this.sort = options.sort;
  }

  readonly pasted = $derived.by((): Pasted | null => reportPasted(this.query.search, this.#names()));

  get count() {
    return this.found.length;
  }

  get of() {
    return this.#options.rows()?.length ?? 0;
  }

  get loaded() {
    return this.#options.rows() !== undefined;
  }

  get problem() {
    return this.#options.resource?.problem ?? null;
  }

  rowAt(index: number): Row | undefined {
    return this.found[index];
  }

  rowsFrom(first: number, last: number): readonly Row[] {
    return this.found.slice(first, last + 1);
  }

  search(text: string): void {
    if (text !== this.query.search) this.query = { search: text };
  }

  async paste(text: string): Promise<void> {
    try {
      this.search(await paste(text, this.#names()));
    } catch (thrown) {
      messages.problem(asProblem(thrown));
    }
  }

  sortBy(sort: string): void {
    this.descending = this.sort === sort && !this.descending;
    this.sort = sort;
    this.query = { ...this.query };
  }

  snapshot(): Record<string, unknown> {
    return { ...this.query, sort: this.sort, descending: this.descending };
  }

  restore({ search, sort, descending }: Record<string, unknown>): void {
    if (typeof search === "string") this.query = { search };
    if (typeof sort === "string" && sort in this.#options.orders) this.sort = sort;
    this.descending = descending === true;
  }

  show(): void {
    // All rows are here.
  }

  async refresh(): Promise<void> {
    await this.#options.resource?.read();
  }

  ids(): Promise<string[]> {
    return Promise.resolve(this.found.map(this.identity.idOf));
  }

  #names(): string[] {
    return (this.#options.rows() ?? []).flatMap((row) => this.#namesOf(row));
  }

  #namesOf(row: Row): string[] {
    return [this.identity.idOf(row), this.identity.nameOf(row)];
  }

  #text(row: Row): string {
    let text = this.#texts.get(row);
    if (text === undefined) {
      text = folded(this.#options.text(row));
      this.#texts.set(row, text);
    }
    return text;
  }
}

const collator = new Intl.Collator(undefined, { numeric: true });
export const byText = (a: string, b: string) => collator.compare(a, b);
