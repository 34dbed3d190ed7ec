// TikTok ad accounts in words.
import type { Tone } from "../../components/feedback/tone";
import { plain } from "../../components/text/text";
import {
  labels,
  type AccountRow,
  type AccountSync,
  type Activity,
  type Connection,
  type Holding,
} from "../../ipc";
import { number } from "../../lib/numbers";
import { exactly, shortly } from "../../lib/times";
import { nameOf } from "../app/objects";
import { progressOf } from "../sync/labels";
import { modeLabels } from "../xpo-accounts/labels";

interface State {
  label: string;
  tone: Tone;
}

export const connectionLabels: Record<Connection, State> = {
  connected: { label: labels.Connection.connected, tone: "ok" },
  needs_authorization: { label: labels.Connection.needs_authorization, tone: "wait" },
  no_access: { label: labels.Connection.no_access, tone: "off" },
};

/** How the syncs of an ad account stand; past due is told, not only coloured (A17). */
export function syncLabels(sync: AccountSync, now: number): State {
  if (sync.state === "never") return { label: labels.AccountSyncState.never, tone: "off" };
  if (sync.state === "failed") return { label: labels.AccountSyncState.failed, tone: "bad" };
  if (sync.state === "synced") {
    const synced = labels.AccountSyncState.synced;
    return {
      label: sync.syncedAt === null ? synced : `${synced} ${shortly(sync.syncedAt, now)}`,
      tone: "ok",
    };
  }
  const late = sync.dueAt !== null && sync.dueAt < now;
  const doing =
    sync.state === "syncing"
      ? `${labels.AccountSyncState.syncing} ${progressOf(sync)}`.trim()
      : sync.waitsFor
        ? `${labels.AccountSyncState.queued}, ${labels.WaitsFor[sync.waitsFor]}`
        : labels.AccountSyncState.queued;
  const due = sync.dueAt === null ? "" : ` · ${late ? "was due" : "due"} by ${shortly(sync.dueAt, now)}`;
  return { label: doing + due, tone: late || sync.waitsFor ? "wait" : "off" };
}

/** The second line of the status: what keeps it from being synced, or else how its syncs stand. */
export function secondLine({ connection, sync }: AccountRow, now: number): State {
  return connection === "connected" ? syncLabels(sync, now) : connectionLabels[connection];
}

/** Everything about the status, for those who point at it. */
export function statusDetails(row: AccountRow, now: number): string {
  const { status, connection, sync, rejectionReason } = row;
  return [
    plain(status.raw),
    rejectionReason && plain(rejectionReason),
    connectionLabels[connection].label,
    syncLabels(sync, now).label,
    sync.syncedAt !== null && `Last synced ${exactly(sync.syncedAt)}`,
  ]
    .filter(Boolean)
    .join("\n");
}

/** The row's sync once one of its jobs has moved; null when only the book can tell. */
export function movedSync(before: AccountSync, job: Activity): AccountSync | null {
  if (job.endedAt !== null) return null;
  // Of several under way the one that runs is shown.
  if (job.state === "queued" && before.state === "syncing" && before.job !== job.id) return before;
  const { id, waitsFor, dueAt, done, total } = job;
  const state = job.state === "running" ? "syncing" : "queued";
  return { state, job: id, waitsFor, dueAt, done, total, syncedAt: before.syncedAt };
}

/** How many are named one by one on hover. */
const MOST = 20;

function listed(names: readonly string[]): string {
  const more = names.length > MOST ? ` and ${number(names.length - MOST)} more` : "";
  return names.slice(0, MOST).join(", ") + more;
}

/** "Acme (default, Self): Shoes, Hats", a line for each XPO account. */
export function holdingsLabels(holdings: readonly Holding[]): string {
  const lines = holdings.slice(0, MOST).map(({ xpoAccount, default: isDefault, mode, advertisers }) => {
    const marks = isDefault ? `default, ${modeLabels[mode]}` : modeLabels[mode];
    return `${nameOf(xpoAccount)} (${marks}): ${listed(advertisers.map(nameOf))}`;
  });
  if (holdings.length > MOST) lines.push(`and ${number(holdings.length - MOST)} more XPO accounts`);
  return lines.join("\n");
}
