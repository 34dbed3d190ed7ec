// The time as screens show it: what depends on it is drawn again every few seconds, as long as somebody looks.
import { createSubscriber } from "svelte/reactivity";

const EVERY = 5_000;

class Now {
  readonly #subscribe = createSubscriber((update) => {
    const timer = setInterval(update, EVERY);
    return () => clearInterval(timer);
  });

  /** Milliseconds since 1970, UTC. */
  get at(): number {
    this.#subscribe();
    return Date.now();
  }
}

export const now = new Now();
