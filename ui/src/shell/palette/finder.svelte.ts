// Searches everything while the admin types. Runs one search at a time; results for an older text are dropped.
import { asProblem, commands, type Hits, type Problem } from "../../ipc";

export class Finder {
  found = $state.raw<Hits[]>([]);
  problem = $state.raw<Problem | null>(null);
  /** The results for the current text have not arrived yet. */
  busy = $state(false);
  #wanted = "";
  #asking = false;

  search(text: string): void {
    this.#wanted = text.trim();
    this.busy = this.#wanted !== "";
    if (!this.busy) {
      this.found = [];
      this.problem = null;
    }
    if (!this.#asking) void this.#ask();
  }

  async #ask(): Promise<void> {
    this.#asking = true;
    while (this.busy) {
      const asked = this.#wanted;
      const [found, problem] = await answer(asked);
      if (asked !== this.#wanted) continue;
      this.found = found;
      this.problem = problem;
      this.busy = false;
    }
    this.#asking = false;
  }
}

async function answer(text: string): Promise<[Hits[], Problem | null]> {
  try {
    return [await commands.search(text), null];
  } catch (thrown) {
    return [[], asProblem(thrown)];
  }
}
