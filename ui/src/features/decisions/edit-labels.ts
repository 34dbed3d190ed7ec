// Edits in words: what kind of decision, and about what.
import { labels, type EditRow, type DecisionKind } from "../../ipc";
import { nameOf } from "../app/objects";

/** What tells its own name before and after. */
const selfNamed: readonly DecisionKind[] = ["xpo_account", "advertiser", "goal"];

/** The object, through which TikTok ad account, for whom. */
export function aboutOf({ kind, object, adAccount, holder, xpoAccount }: EditRow): string {
  const names = [object, adAccount, holder].flatMap((named) => {
    // What is not there any more has no name but that of before and after; an id would tell nobody anything.
    if (!named || (named.name === "" && selfNamed.includes(kind))) return [];
    return [nameOf(named)];
  });
  // Advertisers of several XPO accounts may share a name.
  return `${names.join(" → ") || labels.DecisionKind[kind]}${xpoAccount ? ` (${nameOf(xpoAccount)})` : ""}`;
}
