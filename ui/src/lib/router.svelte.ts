// Which screen is shown, and the way back. A screen with unsaved changes may ask before it is left.

export class Router<Route extends { place: string }> {
  route: Route = $state.raw() as Route;
  /** Counts the ways taken, so that going to the same screen with other wishes begins it anew. */
  visit = $state(0);
  /** What waits for the admin's answer about unsaved edits. */
  waiting = $state<(() => void) | null>(null);
  readonly #home: Route;
  #past = $state.raw<Route[]>([]);
  #dirty: (() => boolean) | null = null;

  constructor(home: Route) {
    this.#home = home;
    this.route = home;
  }

  get place(): Route["place"] {
    return this.route.place;
  }

  get canGoBack(): boolean {
    return this.#past.length > 0;
  }

  go(route: Route): void {
    this.leave(() => {
      this.#past = [...this.#past.slice(-49), this.route];
      this.#show(route);
    });
  }

  back(): void {
    const last = this.#past.at(-1);
    if (!last) return;
    this.leave(() => {
      this.#past = this.#past.slice(0, -1);
      this.#show(last);
    });
  }

  /** Starts over at the first screen, with nothing to go back to. */
  restart(): void {
    this.#past = [];
    this.#show({ ...this.#home });
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
    next?.();
  }

  #show(route: Route): void {
    this.route = route;
    this.visit++;
  }
}
