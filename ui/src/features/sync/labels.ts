// Syncs in words.
import type { Job, JobKind, JobState, WaitsFor } from "../../ipc";
import { number } from "../../lib/numbers";
import { shortly } from "../../lib/times";

/** The actions' own names (R19, R26, R30). */
export const syncTitles: Record<JobKind, string> = {
  account: "Sync Account",
  campaigns: "Sync Campaigns",
  audiences: "Sync Audiences",
};

/** What a sync brings (A15). */
export const syncBrings: Record<JobKind, string> = {
  account: "details, campaigns, ad groups and ads",
  campaigns: "campaigns",
  audiences: "audiences",
};

export const jobStateWords: Record<JobState, string> = {
  queued: "Queued",
  running: "Syncing",
  done: "Done",
  partly_done: "Partly done",
  failed: "Failed",
  cancelled: "Cancelled",
};

/** What a queued job waits for (A17). */
export const waitsForWords: Record<WaitsFor, string> = {
  network: "waits for the network",
  quota: "waits for TikTok's rate limit",
  sign_in: "paused: sign in again",
};

/** "120 of 300"; nothing before TikTok has told how many there are. */
export const progressOf = ({ done, total }: { done: number; total: number }) =>
  total > 0 ? `${number(done)} of ${number(total)}` : "";

/** A job under way: "Syncing 120 of 300, due by 14:20". */
export function underWay(job: Job): string {
  const state =
    job.state === "running"
      ? `Syncing ${progressOf(job)}`.trim()
      : job.waitsFor
        ? `Queued, ${waitsForWords[job.waitsFor]}`
        : "Queued";
  return job.dueAt === null ? state : `${state}, due by ${shortly(job.dueAt)}`;
}
