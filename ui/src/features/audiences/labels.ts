// Labels of audiences.
import type { Tone } from "../../components/feedback/tone";
import { labels } from "../../ipc";
import type { AudienceHolder, AudienceRow, Availability } from "../../ipc";
import { nameOf } from "../app/objects";

const states: Record<Availability, { tone: Tone; note?: string }> = {
  ready: { tone: "ok" },
  too_small: { tone: "wait" },
  not_ready: { tone: "wait", note: "Computing or expired" },
  deleted_on_tiktok: { tone: "off", note: "" },
};

/** Returns whether the audience can be used, and why not. */
export function availabilityOf({ availability, expiring }: AudienceRow) {
  const { tone, note = expiring ? "Expires soon" : "" } = states[availability];
  return { tone, label: labels.Availability[availability], note };
}

export function ownerOf({ own, shared }: AudienceRow): string {
  if (own) return shared ? "Own, shared" : "Own";
  return shared ? "Shared with us" : "–";
}

/** Returns "Brand 1 (Client A)", because advertisers of several XPO accounts may share a name. */
export const holderOf = ({ advertiser, xpoAccount, archived }: AudienceHolder) =>
  `${nameOf(advertiser)} (${nameOf(xpoAccount)}${archived ? ", Archived" : ""})`;
