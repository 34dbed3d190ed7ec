// Which element of the page shows which row. A row keeps its element while it is on screen; a row that appears takes the element
// of one that disappeared, because changing its texts is much cheaper than creating all its cells.

export class Slots {
  /** By the key of the row. */
  #slots = new Map<string, number>();
  #created = 0;

  /** Returns the slots of the rows with these keys. `held` are slots that a row which disappeared does not hand on. */
  assign(keys: readonly string[], held: () => ReadonlySet<number>): number[] {
    const before = this.#slots;
    const wanted = new Set(keys);
    const gone = [...before].filter(([key]) => !wanted.has(key)).map(([, slot]) => slot);
    const kept = gone.length > 0 && keys.some((key) => !before.has(key)) ? held() : new Set<number>();
    const free = gone.filter((slot) => !kept.has(slot)).values();
    this.#slots = new Map();
    return keys.map((key) => {
      // While rows are inserted elsewhere, two pages may have the same row.
      const own = this.#slots.has(key) ? undefined : before.get(key);
      const slot = own ?? free.next().value ?? this.#created++;
      this.#slots.set(key, slot);
      return slot;
    });
  }
}
