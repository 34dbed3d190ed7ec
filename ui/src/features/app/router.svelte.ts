// Where the admin is, and the way back. A screen with unsaved edits may ask before it is left.
import type { About, AccountQuery, JobState, RequestState, XpoAccountQuery } from "../../ipc";

/** What a screen of lists and pickers starts with. */
export interface Picked {
  adAccount?: string;
  xpoAccount?: string;
  advertiser?: string;
  search?: string;
}

/** What an XPO account has. */
export type XpoTab = "advertisers" | "ad_accounts" | "campaigns" | "audiences" | "goals";

export type Route =
  | { place: "overview" }
  | { place: "accounts"; query?: Partial<AccountQuery>; allocate?: string[]; import?: boolean }
  | { place: "account"; id: string; tab?: "details" | "campaigns" | "audiences" | "history" }
  | ({ place: "campaigns"; tab?: "available" | "allocated" } & Picked)
  | ({ place: "audiences"; tab?: "all" | "allocated" | "excluded" } & Picked)
  | { place: "xpo"; query?: Partial<XpoAccountQuery> }
  | { place: "xpo_account"; id: string; tab?: XpoTab; advertiser?: string; search?: string }
  | {
      place: "requests";
      search?: string;
      states?: RequestState[];
      /** Only those for which an account arrived, or did not. */
      suggested?: boolean;
      /** Begins with the dialog of a new request. */
      ask?: boolean;
      /** Begins with the question whether to withdraw this one. */
      withdraw?: string;
    }
  | { place: "activity"; adAccount?: string; states?: JobState[]; waiting?: boolean; last?: boolean }
  | { place: "history"; about?: About; search?: string; at?: number }
  | { place: "settings"; section?: "sync" | "mail" | "backups" };

export type Place = Route["place"];

class Router {
  route = $state.raw<Route>({ place: "overview" });
  /** Counts the ways taken, so that going to the same screen with other wishes begins it anew. */
  visit = $state(0);
  /** What waits for the admin's answer about unsaved edits. */
  waiting = $state<(() => void) | null>(null);
  #past = $state.raw<Route[]>([]);
  #dirty: (() => boolean) | null = null;

  get place(): Place {
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

  /** Another partner: nothing of the last one's can be gone back to. */
  restart(): void {
    this.#past = [];
    this.#show({ place: "overview" });
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

export const router = new Router();
