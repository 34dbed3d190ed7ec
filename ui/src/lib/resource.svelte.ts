// A value that is read from the Rust side, and read again when it changes there.
import { asProblem, onChanged, type Problem, type Topic } from "../ipc";
import { throttle } from "./throttle";

export class Resource<T> {
  /** Undefined until the first answer; afterwards the last one. */
  value = $state.raw<T | undefined>();
  problem = $state.raw<Problem | null>(null);
  readonly #load: () => Promise<T>;
  #turn = 0;

  constructor(load: () => Promise<T>) {
    this.#load = load;
  }

  /** Reads the value. An answer that arrives after a newer request was sent is dropped. */
  read = async (): Promise<void> => {
    const turn = ++this.#turn;
    try {
      const value = await this.#load();
      if (turn !== this.#turn) return;
      this.accept(value);
      this.problem = null;
    } catch (thrown) {
      if (turn === this.#turn) this.problem = asProblem(thrown);
    }
  };

  protected accept(value: T): void {
    this.value = value;
  }

  /** Reads again after each change of `topics`, at most once in `gap` milliseconds. Returns the function that stops it. */
  follow(topics: readonly Topic[], gap = 0): () => void {
    return onChanged(topics, gap > 0 ? throttle(gap, this.read) : () => void this.read());
  }

  /** Reads now and follows. Returns the function that stops it, for `onMount`. */
  watch(topics: readonly Topic[], gap = 0): () => void {
    void this.read();
    return this.follow(topics, gap);
  }
}
