// Labels of edits: the kind of decision and the objects that it is about.
import { labels, type EditRow, type DecisionKind } from "../../ipc";
import { nameInText } from "../app/objects";

/** Kinds whose values before and after contain the name of the object. */
const selfNamed: readonly DecisionKind[] = ["xpo_account", "advertiser", "goal"];

/** Returns the object, its TikTok ad account and its holder, as "Campaign 1 → Account 1 → Brand 1". */
export function aboutOf({ kind, object, adAccount, holder, xpoAccount }: EditRow): string {
  const names = [object, adAccount, holder].flatMap((named) => {
    // A deleted object has a name only in the values before and after. Its id would not help the reader.
    if (!named || (named.name === "" && selfNamed.includes(kind))) return [];
    return [nameInText(named)];
  });
  // Advertisers of several XPO accounts may share a name.
  return `${names.join(" → ") || labels.DecisionKind[kind]}${xpoAccount ? ` (${nameInText(xpoAccount)})` : ""}`;
}
