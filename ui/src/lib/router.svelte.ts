// The current screen and the ones before and after it. A screen with unsaved changes can ask before it is left.

/** A visit of a screen. */
interface Visit<Route> {
  route: Route;
  /** What the screen's parts keep for the case that the admin comes back to this visit. */
  memory: Map<string, unknown>;
}

interface Place {
  screen: string;
  /** What the screen opens when it is shown by this navigation, but not when the admin returns to it. */
  opens?: unknown;
}

/** The route as it is returned to. */
export function placeOf<Route extends Place>(route: Route): Route {
  const place = { ...route };
  delete place.opens;
  return place;
}

export class Router<Route extends Place> {
  /** Counts navigations, so that the same screen with other parameters is created again. */
  visit = $state(0);
  /** The navigation that waits until the admin decides about unsaved changes. */
  waiting = $state<(() => void) | null>(null);
  readonly #home: Route;
  #current: Visit<Route> = $state.raw() as Visit<Route>;
  #past = $state.raw<Visit<Route>[]>([]);
  #future = $state.raw<Visit<Route>[]>([]);
  #dirty = $state.raw<(() => boolean) | null>(null);

  constructor(home: Route) {
    this.#home = home;
    this.#current = { route: home, memory: new Map() };
  }

  get route(): Route {
    return this.#current.route;
  }

  get memory(): Map<string, unknown> {
    return this.#current.memory;
  }

  get screen(): Route["screen"] {
    return this.route.screen;
  }

  get canGoBack(): boolean {
    return this.#past.length > 0;
  }

  go(route: Route): void {
    this.leave(() => {
      this.#past = [...this.#past.slice(-49), this.#left];
      this.#future = [];
      this.#show({ route, memory: new Map() });
    });
  }

  back(): void {
    const last = this.#past.at(-1);
    if (!last) return;
    this.leave(() => {
      this.#past = this.#past.slice(0, -1);
      this.#future = [this.#left, ...this.#future];
      this.#show(last);
    });
  }

  forward(): void {
    const [next, ...later] = this.#future;
    if (!next) return;
    this.leave(() => {
      this.#past = [...this.#past, this.#left];
      this.#future = later;
      this.#show(next);
    });
  }

  /** Returns to the current visit after its screen was hidden without a navigation. */
  resume(): void {
    this.#current = this.#left;
  }

  /** Shows the first screen and forgets the others. */
  restart(): void {
    this.#past = [];
    this.#future = [];
    this.#show({ route: { ...this.#home }, memory: new Map() });
  }

  /** Whether the screen has unsaved changes. */
  get dirty(): boolean {
    return this.#dirty?.() ?? false;
  }

  /** Calls `next` immediately, or after the admin has saved or discarded unsaved changes. */
  leave(next: () => void): void {
    if (this.dirty) this.waiting = next;
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

  get #left(): Visit<Route> {
    return { route: placeOf(this.route), memory: this.memory };
  }

  #show(visit: Visit<Route>): void {
    this.#current = visit;
    this.visit++;
  }
}
