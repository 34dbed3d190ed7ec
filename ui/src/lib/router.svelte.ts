// The current screen and the ones before it. A screen with unsaved changes can ask before it is left.

export class Router<Route extends { place: string }> {
  route: Route = $state.raw() as Route;
  /** Counts navigations, so that the same screen with other parameters is created again. */
  visit = $state(0);
  /** The navigation that waits until the admin decides about unsaved changes. */
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

  /** Shows the first screen and forgets the previous ones. */
  restart(): void {
    this.#past = [];
    this.#show({ ...this.#home });
  }

  /** Calls `next` immediately, or after the admin has saved or discarded unsaved changes. */
  leave(next: () => void): void {
    if (this.#dirty?.()) this.waiting = next;
    else next();
  }

  /** Registers how to tell that there are unsaved changes. Returns the function that removes it. */
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
