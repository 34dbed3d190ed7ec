// Counts of changes, and links to what blockers are about. The rules are checked on the Rust side, which also says what blocks.
import { plain } from "../../components/text/text";
import { labels } from "../../ipc";
import type { Blocker, DecisionKind, Outcome, Reason } from "../../ipc";
import { counted } from "../../lib/numbers";
import { isOfTiktok, kindLabels, nameOf, routeTo } from "../app/objects";
import type { Route } from "../app/router.svelte";

/** Returns the label of a kind inside a sentence. */
const noun = (label: string) => (/^[TX]/.test(label) ? label : label.toLowerCase());

/** Returns text such as "2 TikTok ad accounts", "1 campaign" or "2 goals and tags". */
function countedKind(count: number, label: string): string {
  const one = noun(label);
  return one === "goal or tag" ? counted(count, one, "goals and tags") : counted(count, one);
}

/** What has several advertisers is counted once for each of them, so its allocations are counted. */
const allocationKinds: Partial<Record<DecisionKind, string>> = {
  account_allocation: "TikTok ad account allocation",
  audience_allocation: "audience allocation",
};

/** Returns what changes by kind, as "2 TikTok ad account allocations, 40 campaigns, 1 XPO account". */
export const kindsOf = ({ kinds }: Outcome): string =>
  kinds
    .map(({ kind, added, removed, changed, moved }) =>
      countedKind(added + removed - moved + changed, allocationKinds[kind] ?? labels.DecisionKind[kind]),
    )
    .join(", ");

/** Returns the text of the button that deallocates and removes what blocks a change with it; empty if nothing can be. */
export function removableOf(blockers: readonly Blocker[]): string {
  const count = (wanted: Reason) => blockers.filter(({ reason }) => reason === wanted).length;
  const [campaigns, goals] = [count("campaign_allocated"), count("goal_created")];
  const these = (number: number, one: string, many: string) =>
    number === 1 ? `this ${one}` : `these ${counted(number, one, many)}`;
  const parts = [
    campaigns > 0 && `deallocate ${these(campaigns, "campaign", "campaigns")}`,
    goals > 0 && `remove ${these(goals, "goal or tag", "goals and tags")}`,
  ].filter((part) => part !== false);
  const text = parts.join(" and ");
  return text && `${text.charAt(0).toUpperCase()}${text.slice(1)} too`;
}

/** Returns the message after a save, with the words and counts of the history. */
export const savedMessage = ({ summary }: Outcome) =>
  `Success: ${summary.charAt(0).toLowerCase()}${plain(summary.slice(1))}.`;

/** Reasons that are about what was entered, or about an object that no screen shows. */
const unlinked: readonly Reason[] = [
  "name_invalid",
  "name_repeated",
  "note_invalid",
  "id_invalid",
  "industry_unknown",
  "country_unknown",
  "currency_unknown",
  "timezone_unknown",
  "unknown",
];

/** Returns the screen where a blocker can be resolved, if one can, with the text and the accessible name of the link to it. */
export function linkOf(blocker: Blocker): { text: string; label: string; route: Route } | null {
  const { reason, object } = blocker;
  if (unlinked.includes(reason)) return null;
  if (reason === "no_recipient") {
    const text = "Open mail settings";
    return { text, label: text, route: { screen: "settings", section: "mail" } };
  }
  const kind = kindLabels[object.kind];
  const text = `Show ${noun(kind)}`;
  return {
    text,
    label: `${text} ${isOfTiktok(object) ? object.id : nameOf(object)}`,
    route: routeTo(object, blocker),
  };
}
