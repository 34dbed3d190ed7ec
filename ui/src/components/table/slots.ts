// Which element of the page shows which row. A row keeps its element while it is on screen; a row that appears takes the element
// of one that disappeared, also long before, because changing its texts is much cheaper than creating all its cells.

export class Slots {
  /** By the key of the row. */
  #slots = new Map<string, number>();
  #spare: number[] = [];
  #created = 0;

  /** The slots that show no row and wait for one. */
  get spare(): readonly number[] {
    return this.#spare;
  }

  /** Returns the slots of the rows with these keys. `held` are slots that a row which disappeared does not hand on. */
  assign(keys: readonly string[], held: () => ReadonlySet<number>): number[] {
    const before = this.#slots;
    const wanted = new Set(keys);
    const gone = [...before].filter(([key]) => !wanted.has(key)).map(([, slot]) => slot);
    const kept = gone.length > 0 ? held() : new Set<number>();
    const free = [...gone.filter((slot) => !kept.has(slot)), ...this.#spare];
    this.#slots = new Map();
    const assigned = keys.map((key) => {
      // While rows are inserted elsewhere, two pages may have the same row.
      const own = this.#slots.has(key) ? undefined : before.get(key);
      const slot = own ?? free.shift() ?? this.#created++;
      this.#slots.set(key, slot);
      return slot;
    });
    this.#spare = free;
    return assigned;
  }
}

/** Returns the slots of the rows whose menu is open, or that have the focus inside. */
export function heldSlots(table: HTMLElement | undefined): ReadonlySet<number> {
  const busy = table?.querySelectorAll("[role=row] [aria-expanded=true], [role=row] :focus") ?? [];
  const rows = [...busy].map((element) => element.closest<HTMLElement>("[data-slot]"));
  return new Set(rows.map((row) => Number(row?.dataset.slot)));
}
