// Where the admin was lately, newest first, until another partner is opened.
import type { Route } from "../../features/app/router.svelte";

const MOST = 6;

export interface Recent {
  /** The title that the screen had. */
  title: string;
  route: Route;
}

class RecentPlaces {
  list = $state.raw<Recent[]>([]);

  /** A screen with this title was left. */
  left(route: Route, title: string): void {
    if (!title) return;
    const key = JSON.stringify(route);
    const others = this.list.filter((recent) => JSON.stringify(recent.route) !== key);
    this.list = [{ title, route }, ...others].slice(0, MOST);
  }

  clear(): void {
    this.list = [];
  }
}

export const recent = new RecentPlaces();
