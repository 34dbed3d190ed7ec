// The screens visited last, newest first. Cleared when another partner is opened.
import type { Route } from "../../features/app/router.svelte";
import { placeOf } from "../../lib/router.svelte";

const MAX_LISTED = 6;

export interface Recent {
  title: string;
  route: Route;
}

/** What an admin can distinguish: a screen is listed once, whatever it showed. */
const keyOf = ({ title, route }: Recent) => JSON.stringify([title, route.screen, "id" in route && route.id]);

class RecentScreens {
  list = $state.raw<Recent[]>([]);

  /** Adds a screen that was left. */
  left(route: Route, title: string): void {
    if (!title) return;
    const place = placeOf(route);
    const others = this.list.filter((recent) => keyOf(recent) !== keyOf({ title, route: place }));
    this.list = [{ title, route: place }, ...others].slice(0, MAX_LISTED);
  }

  clear(): void {
    this.list = [];
  }
}

export const recent = new RecentScreens();
