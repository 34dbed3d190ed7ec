// Labels of syncs: their kind, their state, what they wait for and what they changed.
import type { Tone } from "../../components/feedback/tone";
import { labels, type Activity, type Job, type JobKind, type JobState } from "../../ipc";
import { number } from "../../lib/numbers";
import { formatShort } from "../../lib/times";
import { textsOf } from "../../problems/problems";
import { nameOf } from "../app/objects";

/** The names of the actions (R19, R26, R30). */
export const syncTitles = labels.JobKind;

/** What a sync reads from TikTok (A15). */
export const syncContents: Record<JobKind, string> = {
  account: "details, campaigns, ad groups and ads",
  campaigns: "campaigns",
  audiences: "audiences",
};

export const syncKinds: Record<JobKind, string> = {
  account: "Account",
  campaigns: "Campaigns",
  audiences: "Audiences",
};

const tones: Record<JobState, Tone> = {
  queued: "off",
  running: "off",
  done: "ok",
  partly_done: "wait",
  failed: "bad",
  cancelled: "off",
};

/** Returns text such as "Campaigns of Account 1". */
export const syncName = ({ kind, account }: Activity) => `${syncKinds[kind]} of ${nameOf(account)}`;

/** Returns text such as "120 of 300", or an empty text before TikTok has reported a total. */
export const progressOf = ({ done, total }: { done: number; total: number }) =>
  total > 0 ? `${number(done)} of ${number(total)}` : "";

export const isUnfinished = ({ state }: Pick<Job, "state">) => state === "queued" || state === "running";

/** Said of a sync that has read everything else, and lets others go first (A15). */
const onlyMediaLeft = "only pictures and videos left";

/** Returns the label of an unfinished job: "Syncing 120 of 300, due by 14:20". */
export function jobSentence(job: Job): string {
  const state =
    job.state === "running"
      ? `${labels.JobState.running} ${job.onlyMediaLeft ? "" : progressOf(job)}`.trim()
      : job.waitsFor
        ? `${labels.JobState.queued}, ${labels.WaitsFor[job.waitsFor]}`
        : labels.JobState.queued;
  if (job.onlyMediaLeft) return `${state}, ${onlyMediaLeft}`;
  return job.dueAt === null ? state : `${state}, due by ${formatShort(job.dueAt)}`;
}

/** Returns whether a sync has not read what A15 names by the time at which it was due (A17). */
export const overdue = (sync: Activity, now: number) =>
  isUnfinished(sync) && !sync.onlyMediaLeft && sync.dueAt !== null && sync.dueAt < now;

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Returns when an unfinished sync is or was due: "due by 14:20" or "overdue since 14:20" (A17). */
export const dueText = (dueAt: number, now: number) =>
  `${dueAt < now ? "overdue since" : "due by"} ${formatShort(dueAt, now)}`;

/** Returns the state with `due`. Of a queued sync that is overdue, a narrow column has room for that alone. */
export const doingText = (doing: string, due: string, overdueAndQueued: boolean) =>
  overdueAndQueued ? sentence(due) : [doing, due].filter(Boolean).join(", ");

interface SyncStatus {
  tone: Tone;
  label: string;
  note: string;
  /** Continues the note where there is room. */
  more?: string | undefined;
}

export function statusOf(sync: Activity, now: number): SyncStatus {
  const label = labels.JobState[sync.state];
  if (isUnfinished(sync)) {
    const late = overdue(sync, now);
    const due = sync.onlyMediaLeft ? onlyMediaLeft : sync.dueAt === null ? "" : dueText(sync.dueAt, now);
    const tone = late || sync.waitsFor ? "wait" : tones[sync.state];
    if (!sync.waitsFor) return { tone, label, note: sentence(due) };
    const until = sync.waitUntil === null ? undefined : `until ${formatShort(sync.waitUntil)}`;
    const note = sentence(labels.WaitsFor[sync.waitsFor]);
    return { tone, label: doingText(label, due, late && sync.state === "queued"), note, more: until };
  }
  const reason = sync.problem ? textsOf(sync.problem).title : "";
  const ended = sync.endedAt === null ? "" : formatShort(sync.endedAt);
  return { tone: tones[sync.state], label, note: reason || ended };
}

const counts = ["added", "changed", "deleted", "unreadable", "unchanged"] as const;
const countLabels: Record<(typeof counts)[number], string> = {
  added: "added",
  changed: "changed",
  deleted: "deleted on TikTok",
  unreadable: "unreadable",
  unchanged: "unchanged",
};

/** Returns text such as "12 added, 3 changed", without the counts that are zero. */
export const changesOf = (sync: Activity): string =>
  counts
    .filter((count) => sync[count] > 0)
    .map((count) => `${number(sync[count])} ${countLabels[count]}`)
    .join(", ");
