// Saved views: the search, filters, order and columns of a list under a name.
import type { View, ViewQuery } from "../../ipc";
import type { Route } from "../app/router.svelte";

/** The lists whose screens offer views. */
export type ViewedList = Exclude<ViewQuery["list"], "campaigns" | "audiences">;

const places = {
  accounts: "accounts",
  xpo_accounts: "xpo",
  requests: "requests",
  syncs: "activity",
  history: "history",
} as const satisfies Record<ViewedList, Route["place"]>;

/** Returns the screen that opens with a view; null if it is of a list without views. */
export function routeOfView({ name, query: { list } }: View): Route | null {
  return list in places ? { place: places[list as ViewedList], view: name } : null;
}

/** Whether a list shows what a view does. */
export const isShown = (view: View, query: object, columns: readonly string[]): boolean =>
  Object.entries(view.query.query).every(
    ([name, value]) => JSON.stringify(value) === JSON.stringify((query as Record<string, unknown>)[name]),
  ) && [...view.columns].sort().join() === [...columns].sort().join();
