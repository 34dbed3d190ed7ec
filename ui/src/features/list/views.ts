// Saved views: the search, filters, order and columns of a list under a name.
import type { View, ViewQuery } from "../../ipc";
import type { Route } from "../app/router.svelte";

export type ViewedList = ViewQuery["list"];

const screens = {
  accounts: "accounts",
  xpo_accounts: "xpo",
  requests: "requests",
  syncs: "activity",
  history: "history",
} as const satisfies Record<Exclude<ViewedList, "campaigns" | "audiences">, Route["screen"]>;

/** Whether a view of the list has TikTok accounts and an advertiser, too. */
export const hasPickers = (list: ViewedList): list is "campaigns" | "audiences" =>
  list === "campaigns" || list === "audiences";

/** Returns the screen that opens with a view; null if no screen has such a list. */
export function routeOfView({ name: view, query }: View): Route | null {
  if (query.list === "campaigns") {
    const { of } = query.query;
    if (of.of === "available") return { screen: "campaigns", view, tab: of.of, adAccounts: of.adAccounts };
    if (of.of !== "allocated") return null;
    return { screen: "campaigns", view, tab: of.of, adAccounts: of.adAccounts, advertiser: of.advertiser };
  }
  if (query.list === "audiences") {
    const { of } = query.query;
    if (!("adAccounts" in of)) return null;
    const picked = { screen: "audiences", view, adAccounts: of.adAccounts } as const;
    if (of.of !== "allocated") return { ...picked, tab: of.of === "excluded" ? "excluded" : "all" };
    return { ...picked, tab: of.allocated ? "allocated" : "not_allocated", advertiser: of.advertiser };
  }
  return { screen: screens[query.list], view };
}

/** Whether a list shows what a view does. */
export const isShown = (view: View, query: object, columns: readonly string[]): boolean =>
  Object.entries(view.query.query).every(
    ([name, value]) => JSON.stringify(value) === JSON.stringify((query as Record<string, unknown>)[name]),
  ) && [...view.columns].sort().join() === [...columns].sort().join();
