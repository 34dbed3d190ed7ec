// The screens visited last, newest first. Cleared when another partner is opened.
import type { Route } from "../../features/app/router.svelte";
import { placeOf } from "../../lib/router.svelte";

const MAX_LISTED = 6;

export interface Recent {
  title: string;
  route: Route;
}

class RecentScreens {
  list = $state.raw<Recent[]>([]);

  /** Adds a screen that was left. */
  left(route: Route, title: string): void {
    if (!title) return;
    const place = placeOf(route);
    const key = JSON.stringify(place);
    const others = this.list.filter((recent) => JSON.stringify(recent.route) !== key);
    this.list = [{ title, route: place }, ...others].slice(0, MAX_LISTED);
  }

  clear(): void {
    this.list = [];
  }
}

export const recent = new RecentScreens();
