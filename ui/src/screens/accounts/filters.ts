// What TikTok Accounts can be filtered by.
import { connectionWords } from "../../features/accounts/labels";
import { toggled, type Filter, type FilterOption } from "../../features/list/list-view";
import type { AccountFacets, AccountQuery, Connection } from "../../ipc";
import { number } from "../../lib/numbers";
import { exactly } from "../../lib/times";

const DAY = 86_400_000;

type Ask = (change: Partial<AccountQuery>) => void;

export function filtersOf(query: AccountQuery, facets: AccountFacets | null, ask: Ask): Filter[] {
  function either(of: "allocated" | "default", value: boolean, label: string, count?: number): FilterOption {
    const chosen = query[of] === value;
    const note = count === undefined ? {} : { note: number(count) };
    return { label, ...note, chosen, toggle: () => ask({ [of]: chosen ? null : value }) };
  }
  function among<K extends "statuses" | "connections" | "users" | "xpoAccounts">(
    of: K,
    found: { value: string; label: string; count: number }[] = [],
    nameOf: (value: string) => string = (value) => value,
  ): FilterOption[] {
    const chosen: readonly string[] = query[of];
    // What is filtered by is shown also when nothing has it any more.
    const gone = chosen.filter((value) => found.every((one) => one.value !== value));
    const options = [...found, ...gone.map((value) => ({ value, label: nameOf(value), count: 0 }))];
    return options.map(({ value, label, count }) => ({
      label,
      note: number(count),
      chosen: chosen.includes(value),
      toggle: () => ask({ [of]: toggled(chosen, value) }),
    }));
  }
  const byId = (found: AccountFacets["users"] | undefined) =>
    found?.map(({ id, name, count }) => ({ value: id, label: name, count }));
  return [
    {
      title: "Status",
      options: among(
        "statuses",
        facets?.statuses.map(({ label, count }) => ({ value: label, label, count })),
      ),
    },
    {
      title: "Connection",
      options: among(
        "connections",
        facets?.connections.map(({ connection, count }) => ({
          value: connection,
          label: connectionWords[connection].label,
          count,
        })),
        (value) => connectionWords[value as Connection].label,
      ),
    },
    {
      title: "Allocated",
      options: [
        either("allocated", true, "Allocated", facets?.allocated),
        either("allocated", false, "Not allocated"),
        {
          label: "With both payment modes",
          chosen: query.mixedModes === true,
          toggle: () => ask({ mixedModes: query.mixedModes ? null : true }),
        },
      ],
    },
    { title: "XPO account", options: among("xpoAccounts", byId(facets?.xpoAccounts)) },
    { title: "TikTok user", options: among("users", byId(facets?.users)) },
    {
      title: "Default",
      options: [
        either("default", true, "Default of an XPO account", facets?.defaults),
        either("default", false, "No default"),
      ],
    },
    { title: "Last synced", options: syncedOptions(query, ask) },
  ];
}

/** Never, and long ago; and whatever span the list was opened with. */
function syncedOptions({ syncedFrom: from, syncedUntil: until }: AccountQuery, ask: Ask): FilterOption[] {
  const set = from !== null || until !== null;
  const never = from === 0 && until === 1;
  const long = from === null && until !== null;
  const clear = () => ask({ syncedFrom: null, syncedUntil: null });
  const span = [
    from !== null && from > 0 && `since ${exactly(from)}`,
    until !== null && `before ${exactly(until)}`,
  ].filter(Boolean);
  return [
    {
      label: "Never",
      chosen: never,
      toggle: () => (never ? clear() : ask({ syncedFrom: 0, syncedUntil: 1 })),
    },
    {
      label: long ? `Never, or before ${exactly(until)}` : "More than a day ago, or never",
      chosen: long,
      toggle: () => (long ? clear() : ask({ syncedFrom: null, syncedUntil: Date.now() - DAY })),
    },
    ...(set && !never && !long ? [{ label: span.join(" and "), chosen: true, toggle: clear }] : []),
  ];
}
