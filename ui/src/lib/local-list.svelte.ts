// A list that is wholly here: searched, filtered and sorted where it is. Long ones are for PagedList.
import { folded } from "../components/text/text";
import { asProblem, type Problem } from "../ipc";

interface Shape<R> {
  /** What a search looks through. */
  text: (row: R) => string;
  /** The orders there are, by column. Rows that compare alike keep the order that they came in. */
  orders: Record<string, (a: R, b: R) => number>;
  sort: string;
  /** Where the rows come from; without it they are given. */
  read?: () => Promise<R[]>;
}

export class LocalList<R extends object> {
  query = $state.raw({ search: "" });
  sort = $state("");
  descending = $state(false);
  loaded = $state(false);
  problem = $state.raw<Problem | null>(null);
  /** Null lets every row through. */
  filter = $state.raw<((row: R) => boolean) | null>(null);
  busy = $state(false);

  readonly #shape: Shape<R>;
  readonly #texts = new WeakMap<R, string>();
  #rows: R[] = $state.raw([]);

  readonly #found = $derived.by(() => {
    const words = folded(this.query.search).split(/\s+/u).filter(Boolean);
    const { orders } = this.#shape;
    const has = (row: R) => words.every((word) => this.#text(row).includes(word));
    const rows = this.#rows.filter((row) => (this.filter?.(row) ?? true) && (words.length === 0 || has(row)));
    const order = orders[this.sort];
    return order ? rows.sort(this.descending ? (a, b) => order(b, a) : order) : rows;
  });

  constructor(shape: Shape<R>) {
    this.#shape = shape;
    this.sort = shape.sort;
  }

  get count(): number {
    return this.#found.length;
  }

  get of(): number {
    return this.#rows.length;
  }

  get found(): readonly R[] {
    return this.#found;
  }

  set(rows: R[]): void {
    this.#rows = rows;
    this.problem = null;
    this.loaded = true;
  }

  rowAt(index: number): R | undefined {
    return this.#found[index];
  }

  search(text: string): void {
    if (text !== this.query.search) this.query = { search: text };
  }

  sortBy(column: string): void {
    this.descending = this.sort === column && !this.descending;
    this.sort = column;
    this.query = { ...this.query };
  }

  show(): void {
    // Everything is here.
  }

  async refresh(): Promise<void> {
    const { read } = this.#shape;
    if (!read) return;
    this.busy = true;
    try {
      this.set(await read());
    } catch (thrown) {
      this.problem = asProblem(thrown);
    } finally {
      this.busy = false;
    }
  }

  /** To fold the names of a hundred thousand rows at every key would be felt. */
  #text(row: R): string {
    const known = this.#texts.get(row);
    if (known !== undefined) return known;
    const text = folded(this.#shape.text(row));
    this.#texts.set(row, text);
    return text;
  }
}

const collator = new Intl.Collator(undefined, { numeric: true });
export const byText = (a: string, b: string) => collator.compare(a, b);
