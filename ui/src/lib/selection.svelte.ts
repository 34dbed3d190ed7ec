// Rows that are ticked, also those that are not on screen: a set of ids. A plain one, told of as a whole: a signal for
// each of a hundred thousand ids would take seconds.

export class Selection {
  readonly #ids = new Set<string>();
  #version = $state(0);
  /** Where a range begins. */
  #anchor = -1;

  get ids(): ReadonlySet<string> {
    void this.#version;
    return this.#ids;
  }

  get size(): number {
    return this.ids.size;
  }

  has(id: string): boolean {
    return this.ids.has(id);
  }

  /** Ticks or unticks the row at `index`. */
  toggle(index: number, id: string): void {
    if (!this.#ids.delete(id)) this.#ids.add(id);
    this.#anchor = index;
    this.#version++;
  }

  /**
   * Gives the rows from the last ticked one to `index` the state of that one. `idAt` knows the rows that are here, `all`
   * the ids of every row, in order.
   */
  async extend(
    index: number,
    idAt: (index: number) => string | undefined,
    all: () => Promise<string[]>,
  ): Promise<void> {
    const anchor = this.#anchor < 0 ? index : this.#anchor;
    const [from, to] = [Math.min(anchor, index), Math.max(anchor, index)];
    const known = Array.from({ length: to - from + 1 }, (_, n) => idAt(from + n));
    const ids = known.every((id) => id !== undefined) ? known : (await all()).slice(from, to + 1);
    const first = ids[anchor - from];
    const ticked = this.#anchor < 0 || (first !== undefined && this.#ids.has(first));
    for (const id of ids) {
      if (id === undefined) continue;
      if (ticked) this.#ids.add(id);
      else this.#ids.delete(id);
    }
    this.#version++;
  }

  add(ids: Iterable<string>): void {
    for (const id of ids) this.#ids.add(id);
    this.#version++;
  }

  clear(): void {
    this.#ids.clear();
    this.#anchor = -1;
    this.#version++;
  }
}
