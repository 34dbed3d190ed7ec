// The edits of one history entry, loaded page by page: an entry may have a hundred thousand of them.
import { SvelteMap } from "svelte/reactivity";
import { asProblem, commands, type EditRow, type Problem } from "../../ipc";

/** How many edits the command returns at a time. */
const PAGE = 200;

export class EditPages {
  problem = $state.raw<Problem | null>(null);
  readonly count: number;
  readonly #entry: number;
  readonly #pages = new SvelteMap<number, EditRow[]>();
  readonly #requested = new Set<number>();

  constructor(entry: number, count: number) {
    this.#entry = entry;
    this.count = count;
  }

  rowAt(index: number): EditRow | undefined {
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  show(first: number, end: number): void {
    const last = Math.floor((Math.min(end, this.count) - 1) / PAGE);
    for (let page = Math.floor(first / PAGE); page <= last; page++)
      if (!this.#requested.has(page)) void this.#read(page);
  }

  again(): void {
    this.problem = null;
    this.show(0, 1);
  }

  async #read(page: number): Promise<void> {
    this.#requested.add(page);
    try {
      this.#pages.set(page, await commands.editsOf(this.#entry, page * PAGE));
    } catch (thrown) {
      this.#requested.delete(page);
      this.problem = asProblem(thrown);
    }
  }
}
