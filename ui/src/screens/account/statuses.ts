// What campaigns, ad groups and ads are filtered by.
import { plain } from "../../components/text/text";
import { toggled, type Filter } from "../../features/list/list-view";
import type { StatusFacet } from "../../ipc";
import { number } from "../../lib/numbers";

/** The labels that ad groups and ads usually have; what nobody knows has none to filter by. */
export const usualStatuses = ["Active", "Inactive", "Not delivering", "Deleted"];

export function statusFilter(
  chosen: readonly string[],
  found: readonly (string | StatusFacet)[],
  ask: (statuses: string[]) => void,
): Filter {
  return {
    title: "Status",
    options: found.map((one) => {
      const { label, count } = typeof one === "string" ? { label: one, count: null } : one;
      return {
        label: plain(label),
        ...(count !== null && { note: number(count) }),
        chosen: chosen.includes(label),
        toggle: () => ask(toggled(chosen, label)),
      };
    }),
  };
}
