// What the admin ticked and unticked and has not saved: ids, also of rows that are not on screen.

/** A set of ids that a million may be put into: who looks at it is told once, not for each of them. */
export class IdSet {
  #ids = new Set<string>();
  #version = $state(0);

  get size(): number {
    void this.#version;
    return this.#ids.size;
  }

  has(id: string): boolean {
    void this.#version;
    return this.#ids.has(id);
  }

  all(): string[] {
    void this.#version;
    return [...this.#ids];
  }

  change(add: Iterable<string>, remove: Iterable<string>): void {
    for (const id of remove) this.#ids.delete(id);
    for (const id of add) this.#ids.add(id);
    this.#version++;
  }

  replace(ids: Iterable<string>): void {
    this.#ids = new Set(ids);
    this.#version++;
  }
}

export class Edits {
  readonly allocate = new IdSet();
  readonly deallocate = new IdSet();

  get size(): number {
    return this.allocate.size + this.deallocate.size;
  }

  /** Whether it would be allocated after a Save; `has` says whether it is now. */
  ticked(id: string, has: boolean): boolean {
    return has ? !this.deallocate.has(id) : this.allocate.has(id);
  }

  tick(ids: readonly string[], ticked: boolean, has: (id: string) => boolean): void {
    const held = ids.filter(has);
    const free = ids.filter((id) => !has(id));
    if (held.length > 0) this.deallocate.change(ticked ? [] : held, ticked ? held : []);
    if (free.length > 0) this.allocate.change(ticked ? free : [], ticked ? [] : free);
  }

  /** Takes over what is left of them (A14). */
  replace(allocate: Iterable<string>, deallocate: Iterable<string>): void {
    this.allocate.replace(allocate);
    this.deallocate.replace(deallocate);
  }

  clear(): void {
    if (this.size > 0) this.replace([], []);
  }
}
