/** A set of ids with one signal for all of them: a signal for each of a hundred thousand ids would take seconds. */
export class IdSet {
  #ids = new Set<string>();
  #version = $state(0);

  get size(): number {
    void this.#version;
    return this.#ids.size;
  }

  get all(): string[] {
    void this.#version;
    return [...this.#ids];
  }

  has(id: string): boolean {
    void this.#version;
    return this.#ids.has(id);
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
