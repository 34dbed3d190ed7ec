// XPO accounts, changes and the change history for tests.
import type {
  AdvertiserRow,
  Blocker,
  EditRow,
  HistoryRow,
  Holding,
  Listing,
  Named,
  ObjectKind,
  Outcome,
  Reason,
  Saved,
  Warning,
  WarningKind,
  XpoAccountPage,
  XpoAccountRow,
} from "..";

export const named = (kind: ObjectKind, id: string, name: string): Named => ({ kind, id, name });

/** Returns a listing with all rows on one page. */
export function listing<R>(rows: R[], of = rows.length): Listing<R> {
  return {
    total: rows.length,
    of,
    page: { rows, first: rows.length > 0 ? "first" : null, last: null },
    pasted: null,
  };
}

export function anAdvertiser(id: string, more: Partial<AdvertiserRow> = {}): AdvertiserRow {
  return { id, name: `Brand ${id}`, archived: false, campaigns: 0, audiences: 0, goals: 0, ...more };
}

export function aHolding(id: string, more: Partial<Holding> = {}): Holding {
  return {
    xpoAccount: named("xpo_account", "x1", "Acme"),
    archived: false,
    adAccount: named("ad_account", id, `Account ${id}`),
    default: false,
    mode: "self",
    advertisers: [],
    ...more,
  };
}

export function anXpoAccount(id: string, more: Partial<XpoAccountRow> = {}): XpoAccountRow {
  return {
    id,
    name: `Client ${id}`,
    state: "active",
    archived: false,
    advertisers: [],
    adAccounts: [],
    audiences: (more.advertisers ?? []).reduce((total, one) => total + one.audiences, 0),
    ...more,
  };
}

export function anXpoAccountPage(id: string, more: Partial<XpoAccountPage> = {}): XpoAccountPage {
  const { adAccounts: _, ...row } = anXpoAccount(id, { advertisers: more.advertisers ?? [] });
  return { ...row, holdings: [], ...more };
}

export function anOutcome(more: Partial<Outcome> = {}): Outcome {
  const counts = Object.entries({ added: more.added, removed: more.removed, changed: more.changed });
  const parts = counts.flatMap(([what, count]) =>
    count ? [`${count.toLocaleString("en-US")} ${what}`] : [],
  );
  return {
    entry: null,
    added: 0,
    removed: 0,
    changed: 0,
    difference: parts.join(", ") || "No changes",
    kinds: [],
    summary: "Changed Acme",
    edits: [],
    warnings: [],
    blockers: [],
    defaultReplacements: [],
    blockedEdits: [],
    ...more,
  };
}

export const aBlocker = (reason: Reason, object: Named, more: Partial<Blocker> = {}): Blocker => ({
  reason,
  text: "",
  object,
  adAccount: null,
  holder: null,
  xpoAccount: null,
  entry: null,
  ...more,
});

export const aWarning = (kind: WarningKind, object: Named, more: Partial<Warning> = {}): Warning => ({
  kind,
  text: "",
  object,
  holder: null,
  xpoAccount: null,
  count: 1,
  kinds: [],
  ...more,
});

export const saved = (more: Partial<Outcome> = {}, change = "change-1"): Saved => ({
  change,
  outcome: anOutcome({ entry: 1, ...more }),
});

export function anEdit(more: Partial<EditRow> = {}): EditRow {
  return {
    kind: "xpo_account",
    object: null,
    adAccount: null,
    holder: named("xpo_account", "x1", "Acme"),
    xpoAccount: null,
    before: null,
    after: "Acme, Active",
    ...more,
  };
}

export function anEntry(seq: number, more: Partial<HistoryRow> = {}): HistoryRow {
  const first = more.first ?? [anEdit()];
  return {
    entry: {
      seq,
      id: `change-${seq}`,
      at: Date.UTC(2026, 2, 1, 10, seq),
      actor: "Maria",
      action: "add_to_directory",
      summary: "Added XPO account Acme",
    },
    edits: first.length,
    first,
    undoes: null,
    undoneBy: null,
    foundBy: "",
    undo: "possible",
    isUndo: false,
    subject: more.entry?.summary ?? "Added XPO account Acme",
    ...more,
  };
}
