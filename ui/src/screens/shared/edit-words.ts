// Edits in words: what kind of decision, and about what.
import type { EditRow, SlotKind } from "../../ipc";
import { nameOf } from "./decisions";

export const slotWords: Record<SlotKind, string> = {
  xpo_account: "XPO account",
  advertiser: "Advertiser",
  allocation: "TikTok ad account",
  link: "Payment mode",
  default: "Default account",
  campaign: "Campaign",
  audience: "Audience",
  exclusion: "Exclusion",
  goal: "Goal or tag",
};

/** The object, through which TikTok ad account, for whom. */
export function aboutOf({ object, adAccount, holder, xpoAccount }: EditRow): string {
  const names = [object, adAccount, holder].flatMap((named) => (named ? [nameOf(named)] : []));
  // Advertisers of several XPO accounts may share a name.
  return `${names.join(" → ")}${xpoAccount ? ` (${nameOf(xpoAccount)})` : ""}`;
}
