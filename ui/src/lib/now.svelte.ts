// The current time for what is on screen.
import { createSubscriber } from "svelte/reactivity";

const INTERVAL = 5_000;

class Now {
  readonly #subscribe = createSubscriber((update) => {
    const timer = setInterval(update, INTERVAL);
    return () => clearInterval(timer);
  });

  /** Milliseconds since 1970, UTC. Effects that read it run again every few seconds. */
  get at(): number {
    this.#subscribe();
    return Date.now();
  }
}

export const now = new Now();
