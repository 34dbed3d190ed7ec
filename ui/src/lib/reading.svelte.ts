// Something that a screen shows and reads by itself: it waits for nothing else and holds nothing else back.
import { asProblem, onChanged, type Problem, type What } from "../ipc";
import { throttle } from "./throttle";

export class Reading<T> {
  /** Nothing until the first answer; afterwards the last one. */
  value = $state.raw<T | undefined>();
  problem = $state.raw<Problem | null>(null);
  readonly #ask: () => Promise<T>;

  constructor(ask: () => Promise<T>) {
    this.#ask = ask;
  }

  async read(): Promise<void> {
    try {
      this.value = await this.#ask();
      this.problem = null;
    } catch (thrown) {
      this.problem = asProblem(thrown);
    }
  }

  /** Reads again after a change of `what`, not more often than each `gap` milliseconds; returns what ends it. */
  follow(what: readonly What[], gap: number): () => void {
    return onChanged(
      what,
      throttle(gap, () => this.read()),
    );
  }
}
