// A sync in words: how it stands, what it waits for, what it brought.
import type { Tone } from "../../components/feedback/tone";
import { jobStateWords, waitsForWords } from "../../features/sync/labels";
import type { Activity, JobKind, JobState } from "../../ipc";
import { number } from "../../lib/numbers";
import { shortly } from "../../lib/times";
import { inWords } from "../../problems/problems";

export const kindWords: Record<JobKind, string> = {
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

export const underWay = ({ state }: Activity) => state === "queued" || state === "running";

/** Under way after the time at which it was due (A17). */
export const overdue = (sync: Activity, now: number) =>
  underWay(sync) && sync.dueAt !== null && sync.dueAt < now;

export interface Standing {
  tone: Tone;
  label: string;
  /** The second line. */
  more: string;
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** "Waits for TikTok's limit until 14:20". */
export function waiting({ waitsFor, waitUntil }: Activity): string {
  if (!waitsFor) return "";
  const until = waitUntil === null ? "" : ` until ${shortly(waitUntil)}`;
  return sentence(waitsForWords[waitsFor]) + until;
}

export function standing(sync: Activity, now: number): Standing {
  const label = jobStateWords[sync.state];
  if (underWay(sync)) {
    const late = overdue(sync, now);
    const due = sync.dueAt === null ? "" : `${late ? "was due" : "due"} by ${shortly(sync.dueAt)}`;
    const more = [waiting(sync), due].filter(Boolean).join(", ");
    return { tone: late || sync.waitsFor ? "wait" : tones[sync.state], label, more: sentence(more) };
  }
  const why = sync.problem ? inWords(sync.problem).title : "";
  const ended = sync.endedAt === null ? "" : shortly(sync.endedAt);
  return { tone: tones[sync.state], label, more: why || ended };
}

const parts = ["added", "changed", "deleted", "unreadable", "unchanged"] as const;
const partWords: Record<(typeof parts)[number], string> = {
  added: "added",
  changed: "changed",
  deleted: "deleted on TikTok",
  unreadable: "unreadable",
  unchanged: "unchanged",
};

/** "12 added, 3 changed"; those there are none of are left out. */
export const brought = (sync: Activity): string =>
  parts
    .filter((part) => sync[part] > 0)
    .map((part) => `${number(sync[part])} ${partWords[part]}`)
    .join(", ");
