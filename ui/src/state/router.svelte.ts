// Where the admin is. A screen with unsaved edits may ask before it is left.

export type Place = "accounts" | "settings";

class Router {
  place = $state<Place>("accounts");
  /** What waits for the admin's answer about unsaved edits. */
  waiting = $state<(() => void) | null>(null);
  #dirty: (() => boolean) | null = null;

  go(place: Place): void {
    if (place === this.place) return;
    this.leave(() => (this.place = place));
  }

  /** Does `next` at once, or after the admin has given up unsaved edits. */
  leave(next: () => void): void {
    if (this.#dirty?.()) this.waiting = next;
    else next();
  }

  /** Says when there are unsaved edits. Returns the function that ends it. */
  guard(dirty: () => boolean): () => void {
    this.#dirty = dirty;
    return () => {
      if (this.#dirty === dirty) this.#dirty = null;
      this.waiting = null;
    };
  }

  stay(): void {
    this.waiting = null;
  }

  proceed(): void {
    const next = this.waiting;
    this.waiting = null;
    this.#dirty = null;
    next?.();
  }
}

export const router = new Router();
