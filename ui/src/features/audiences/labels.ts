// Labels of audiences.
import type { Tone } from "../../components/feedback/tone";
import type { AudienceHolder, AudienceRow } from "../../ipc";
import { nameOf } from "../app/objects";

/** Fewer matched users than this are not enough for TikTok (product.md 4). */
const MIN_USERS = 1_000;

/** Returns whether the audience can be used, and why not. */
export function availabilityOf({ deletedOnTiktok, valid, size, expiring }: AudienceRow): {
  tone: Tone;
  label: string;
  note: string;
} {
  const note = expiring ? "Expires soon" : "";
  if (deletedOnTiktok) return { tone: "off", label: "Deleted on TikTok", note: "" };
  if (!valid) return { tone: "wait", label: "Not ready", note: "Computing or expired" };
  if (size !== null && size < MIN_USERS) return { tone: "wait", label: "Fewer than 1,000", note };
  return { tone: "ok", label: "Ready", note };
}

export function ownerOf({ own, shared }: AudienceRow): string {
  if (own) return shared ? "Own, shared" : "Own";
  return shared ? "Shared with us" : "–";
}

/** Returns "Brand 1 (Client A)", because advertisers of several XPO accounts may share a name. */
export const holderOf = ({ advertiser, xpoAccount, archived }: AudienceHolder) =>
  `${nameOf(advertiser)} (${nameOf(xpoAccount)}${archived ? ", Archived" : ""})`;
