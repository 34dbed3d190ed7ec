// Labels of TikTok ad accounts.
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
import { formatExact, formatShort } from "../../lib/times";
import { nameOf } from "../app/objects";
import { doingText, dueText, progressOf } from "../sync/labels";
import { modeLabels } from "../xpo-accounts/labels";

interface State {
  label: string;
  tone: Tone;
  /** Continues the label where there is room. */
  more?: string | undefined;
}

export const connectionLabels: Record<Connection, State> = {
  connected: { label: labels.Connection.connected, tone: "ok" },
  needs_authorization: { label: labels.Connection.needs_authorization, tone: "wait" },
  no_access: { label: labels.Connection.no_access, tone: "off" },
};

/** The sync state of an ad account. An overdue sync is named, not only colored (A17). */
export function syncLabels(sync: AccountSync, now: number): State {
  if (sync.state === "never") return { label: labels.AccountSyncState.never, tone: "off" };
  if (sync.state === "failed") return { label: labels.AccountSyncState.failed, tone: "bad" };
  if (sync.state === "synced") {
    const synced = labels.AccountSyncState.synced;
    return {
      label: sync.syncedAt === null ? synced : `${synced} ${formatShort(sync.syncedAt, now)}`,
      tone: "ok",
    };
  }
  const late = sync.dueAt !== null && sync.dueAt < now;
  const isSyncing = sync.state === "syncing";
  const doing = isSyncing
    ? `${labels.AccountSyncState.syncing} ${progressOf(sync)}`.trim()
    : labels.AccountSyncState.queued;
  const due = sync.dueAt === null ? "" : dueText(sync.dueAt, now);
  const reason = sync.waitsFor && !isSyncing ? labels.WaitsFor[sync.waitsFor] : undefined;
  const label = doingText(doing, due, late && !isSyncing);
  return { label, more: reason, tone: late || sync.waitsFor ? "wait" : "off" };
}

/** Returns the whole sync state. */
export function syncSentence(sync: AccountSync, now: number): string {
  const { label, more } = syncLabels(sync, now);
  return more ? `${label}, ${more}` : label;
}

/** Returns the second line of the status: why it cannot be synced, or else its sync state. */
export function secondLine({ connection, sync }: AccountRow, now: number): State {
  return connection === "connected" ? syncLabels(sync, now) : connectionLabels[connection];
}

/** Returns the full status, shown on hover. */
export function statusDetails(row: AccountRow, now: number): string {
  const { status, connection, sync, rejectionReason } = row;
  return [
    plain(status.raw),
    rejectionReason && plain(rejectionReason),
    connectionLabels[connection].label,
    syncSentence(sync, now),
    sync.syncedAt !== null && `Last synced ${formatExact(sync.syncedAt)}`,
  ]
    .filter(Boolean)
    .join("\n");
}

/** Returns the sync state of the row after progress of one of its jobs; null if it has to be read from the book. */
export function syncAfterProgress(before: AccountSync, job: Activity): AccountSync | null {
  if (job.endedAt !== null || job.onlyMediaLeft) return null;
  // Of several unfinished syncs, the running one is shown.
  if (job.state === "queued" && before.state === "syncing" && before.job !== job.id) return before;
  const { id, waitsFor, dueAt, done, total } = job;
  const state = job.state === "running" ? "syncing" : "queued";
  return { state, job: id, waitsFor, dueAt, done, total, syncedAt: before.syncedAt };
}

/** The number of allocations that are listed on hover. */
const MAX_LISTED = 20;

function listed(names: readonly string[]): string {
  const more = names.length > MAX_LISTED ? ` and ${number(names.length - MAX_LISTED)} more` : "";
  return names.slice(0, MAX_LISTED).join(", ") + more;
}

/** Returns text such as "Acme (default, Self): Shoes, Hats", a line for each XPO account. */
export function holdingsLabels(holdings: readonly Holding[]): string {
  const lines = holdings
    .slice(0, MAX_LISTED)
    .map(({ xpoAccount, archived, default: isDefault, mode, advertisers }) => {
      const marks = [archived && "Archived", isDefault && "default", modeLabels[mode]]
        .filter(Boolean)
        .join(", ");
      return `${nameOf(xpoAccount)} (${marks}): ${listed(advertisers.map(nameOf))}`;
    });
  if (holdings.length > MAX_LISTED)
    lines.push(`and ${number(holdings.length - MAX_LISTED)} more XPO accounts`);
  return lines.join("\n");
}
