// The message after syncs were requested (R28, A17). It follows them, so that it never promises what cannot happen.
import type { Message } from "../../components/feedback/Toaster.svelte";
import type { Tone } from "../../components/feedback/tone";
import {
  onSyncProgress,
  type Activity,
  type Job,
  type Problem,
  type Requested,
  type WaitsFor,
} from "../../ipc";
import { messages } from "../../lib/messages.svelte";
import { network } from "../../lib/network.svelte";
import { counted } from "../../lib/numbers";
import { textsOf } from "../../problems/problems";
import { syncStall } from "./stall.svelte";

const reasons: Record<WaitsFor, string> = {
  network: "TikTok can't be reached. Syncing starts when it can",
  certificate: "TikTok's certificate isn't trusted. Syncing starts when it is",
  clock: "set this computer's date and time to continue",
  proxy: "check the proxy in Settings to continue",
  quota: "TikTok's rate limit was reached. Syncing continues when it allows",
  maintenance: "TikTok is under maintenance. Syncing continues when it is back",
  sign_in: "sign in again to continue",
  secrets: "unlock secure storage to continue",
  app: "set up the TikTok app to continue",
};

type Followed = Job & { problem?: Problem | null };

const reasonOf = ({ state, waitsFor, onlyMediaLeft }: Job): WaitsFor | null =>
  state === "queued" && !onlyMediaLeft ? (waitsFor ?? (network.online ? null : "network")) : null;

export const alreadyRunning = (count: number): string =>
  `${counted(count, "sync was", "syncs were")} already running.`;

/** `success` returns the text for the syncs that can run. */
function textOf(jobs: Followed[], running: number, success: (jobs: Job[]) => string): [Tone, string] {
  const failed = jobs.filter(({ state }) => state === "failed");
  const able = jobs.filter((job) => job.state !== "failed" && reasonOf(job) === null);
  const stall = able.some(({ state }) => state === "queued") ? syncStall.value : null;
  const started = () => (stall ? `Queued: syncs can't start. ${textsOf(stall).title}.` : success(able));
  const parts = able.length > 0 ? [started()] : [];
  for (const reason of new Set(jobs.map(reasonOf).filter((one) => one !== null))) {
    const count = jobs.filter((job) => reasonOf(job) === reason).length;
    const subject = count === jobs.length ? "Queued" : `${counted(count, "sync is", "syncs are")} queued`;
    parts.push(`${subject}: ${reasons[reason]}.`);
  }
  if (failed[0]) {
    const problem = failed.length === jobs.length && failed[0].problem;
    parts.push(
      problem
        ? `The sync failed: ${textsOf(problem).title}.`
        : `${counted(failed.length, "sync")} failed. Sync activity says why.`,
    );
  }
  if (running > 0) parts.push(alreadyRunning(running));
  const tone = failed.length > 0 ? "bad" : stall || able.length < jobs.length ? "wait" : "ok";
  return [tone, parts.join(" ")];
}

/**
 * Requests syncs and shows the message, which changes when a sync has to wait or fails. Nothing is shown without new syncs.
 *
 * A sync may start, wait or end before its request is answered, so progress is collected from before the request.
 */
export async function requestSyncs(
  request: () => Promise<Requested>,
  success: (jobs: Job[]) => string,
  action?: Message["action"],
): Promise<Requested> {
  let requested: Requested = { queued: [], running: [] };
  let shown: number | null = null;
  const latest = new Map<Job["id"], Activity>();
  const text = () => {
    const jobs = requested.queued.map((job) => latest.get(job.id) ?? job);
    return textOf(jobs, requested.running.length, success);
  };
  const stop = onSyncProgress((syncs) => {
    for (const sync of syncs) latest.set(sync.id, sync);
    if (shown !== null && !messages.update(shown, ...text())) stop();
  });
  try {
    requested = await request();
    if (requested.queued.length > 0) shown = messages.show(...text(), action);
  } finally {
    if (shown === null) stop();
  }
  return requested;
}
