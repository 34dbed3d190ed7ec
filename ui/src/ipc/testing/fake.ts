// Replaces Rust in tests: answers commands, emits events and records calls.
import { emit } from "@tauri-apps/api/event";
import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { listen, rowsPerPage } from "..";
import type {
  AccountQuery,
  AccountRow,
  Activity,
  Attention,
  Coverage,
  CoverageKind,
  Cursor,
  FileDrag,
  Flow,
  Flows,
  ImportReport,
  ImportStage,
  Job,
  ListQuery,
  Named,
  Problem,
  ProblemCode,
  ScreenChosen,
  Session,
  SyncQuery,
  Topic,
} from "..";

export { clearMocks };

type Answer = (args: never) => unknown;
export type Answers = Record<string, Answer>;

export function problem(code: ProblemCode, more: Partial<Problem> = {}): Problem {
  return { code, subject: null, details: null, canContinue: false, ...more };
}

/** Returns an answer that fails as a command does. */
export function fails(code: ProblemCode, more: Partial<Problem> = {}): () => never {
  return () => {
    throw problem(code, more);
  };
}

export function aSession(more: Partial<Session> = {}): Session {
  return {
    name: "Northwind",
    file: "northwind.xpo",
    practice: false,
    secretStorage: "keychain",
    appReady: true,
    otherServer: null,
    setAside: null,
    ...more,
  };
}

export function anAccount(index: number, more: Partial<AccountRow> = {}): AccountRow {
  return {
    id: `71000000000000${String(index).padStart(5, "0")}`,
    name: `Account ${index}`,
    status: { raw: "STATUS_ENABLE", label: "Approved", tone: "ok" },
    connection: "connected",
    users: [{ id: "1", name: "Maria" }],
    currency: "USD",
    timezone: "Asia/Singapore",
    country: "SG",
    company: null,
    rejectionReason: null,
    seenAt: "2026-03-01T10:00:00Z",
    sync: { state: "never", job: null, waitsFor: null, dueAt: null, done: 0, total: 0, syncedAt: null },
    holdings: [],
    ...more,
  };
}

/** Returns a job that was just requested. */
export function aJob(more: Partial<Job> = {}): Job {
  return {
    id: 1,
    kind: "campaigns",
    adAccount: anAccount(1).id,
    automatic: false,
    state: "queued",
    waitsFor: null,
    waitUntil: null,
    requestedAt: Date.parse("2026-03-01T10:00:00Z"),
    dueAt: Date.parse("2026-03-01T10:30:00Z"),
    startedAt: null,
    endedAt: null,
    onlyMediaLeft: false,
    done: 0,
    total: 0,
    added: 0,
    changed: 0,
    unchanged: 0,
    deleted: 0,
    unreadable: 0,
    ...more,
  };
}

export function aReport(more: Partial<ImportReport> = {}): ImportReport {
  return {
    userId: "1",
    userName: "Maria",
    accounts: 40,
    added: [],
    updated: 0,
    unchanged: 0,
    lost: [],
    expectedUser: null,
    ...more,
  };
}

/** Answers of a list that pages by row number and is searched by name and id. */
export function pages<Q extends { search: string }, R extends { id: string; name: string }>(
  all: (query: Q) => R[],
) {
  const found = (query: Q) =>
    all(query).filter(({ id, name }) => `${id} ${name}`.toLowerCase().includes(query.search.toLowerCase()));
  const page = (rows: R[], from: number) => {
    const some = rows.slice(from, from + rowsPerPage);
    return { rows: some, first: String(from), last: String(from + some.length - 1) };
  };
  return {
    found,
    list: ({ query }: { query: Q }) => ({
      total: found(query).length,
      of: all(query).length,
      page: page(found(query), 0),
    }),
    page: ({ query, cursor }: { query: Q; cursor: Cursor }) => {
      const key = "key" in cursor ? Number(cursor.key) : 0;
      return page(found(query), cursor.at === "after" ? key + 1 : key);
    },
    keys: ({ query }: { query: Q }) =>
      Array.from({ length: Math.ceil(found(query).length / rowsPerPage) }, (_, n) => String(n * rowsPerPage)),
  };
}

/** Answers of a partner that has these accounts; lists are searched and not sorted. */
export function withAccounts(accounts: AccountRow[]): Answers {
  const { found, list, page, keys } = pages((_: AccountQuery) => accounts);
  return {
    "list:accounts": list,
    "list_page:accounts": page,
    "list_keys:accounts": keys,
    "list_ids:accounts": ({ query }: { query: AccountQuery }) => found(query).map(({ id }) => id),
    account_rows: ({ ids }: { ids: string[] }) => accounts.filter(({ id }) => ids.includes(id)),
    account_facets: () => ({
      statuses: [{ label: "Approved", tone: "ok", count: accounts.length }],
      connections: [{ connection: "connected", count: accounts.length }],
      users: [{ id: "1", name: "Maria", count: accounts.length }],
      xpoAccounts: [],
      allocated: 0,
      defaults: 0,
    }),
    tiktok_users: () => [
      {
        id: "1",
        name: "Maria",
        email: "m***a@example.com",
        state: "connected",
        accounts: accounts.length,
      },
    ],
  };
}

export function aSync(id: number, more: Partial<Activity> = {}): Activity {
  const account = { kind: "ad_account", id: anAccount(id).id, name: `Account ${id}` } as const;
  return { ...aJob({ id, adAccount: account.id }), account, problem: null, ...more };
}

/** Answers of a partner that has these syncs; the list is searched by name and filtered by state, kind and account. */
export function withSyncs(syncs: Activity[]): Answers {
  const found = ({ search, states, kinds, accounts, waiting }: SyncQuery) =>
    syncs.filter(
      (sync) =>
        sync.account.name.toLowerCase().includes(search.toLowerCase()) &&
        ((waiting === null && states.length === 0) ||
          states.includes(sync.state) ||
          (waiting === true && sync.waitsFor !== null)) &&
        (kinds.length === 0 || kinds.includes(sync.kind)) &&
        (accounts.length === 0 || accounts.includes(sync.adAccount)),
    );
  const count = (state: Activity["state"]) => syncs.filter((sync) => sync.state === state).length;
  return {
    "list:syncs": ({ query }: { query: SyncQuery }) => ({
      total: found(query).length,
      of: syncs.length,
      page: { rows: found(query).slice(0, rowsPerPage), first: "a", last: "b" },
    }),
    "list_page:syncs": () => ({ rows: [], first: null, last: null }),
    "list_keys:syncs": () => [],
    "list_ids:syncs": ({ query }: { query: SyncQuery }) => found(query).map(({ id }) => id),
    sync_counts: () => ({
      running: count("running"),
      queued: count("queued"),
      waiting: syncs.filter(({ waitsFor }) => waitsFor).length,
      overdue: 0,
      failed: count("failed"),
    }),
  };
}

/** Sums up a few flows as the Rust side does. */
export function joined(flows: Flow[]): Flows {
  const distinct = (all: Named[]) => [...new Map(all.map((one) => [one.id, one])).values()];
  const from = distinct(flows.map(({ adAccount }) => adAccount));
  const to = distinct(flows.map(({ xpoAccount }) => xpoAccount));
  return {
    count: flows.length,
    adAccounts: from.length,
    xpoAccounts: to.length,
    from,
    to,
    joined: flows.map(({ adAccount, xpoAccount, advertisers }) => ({
      from: from.findIndex(({ id }) => id === adAccount.id),
      to: to.findIndex(({ id }) => id === xpoAccount.id),
      allocations: advertisers,
    })),
    largest: [...flows].sort((one, other) => other.advertisers - one.advertisers),
  };
}

/** Answers of Overview: a partner of `adAccounts` TikTok ad accounts and `xpoAccounts` XPO accounts with these flows. */
export function withOverview(
  adAccounts: Coverage,
  xpoAccounts: Coverage,
  flows: Flow[] = [],
  attention: Partial<Attention> = {},
): Answers {
  const tested = { saved: true, testedAt: Date.UTC(2026, 2, 1, 10), done: true };
  const coverage: Record<CoverageKind, Coverage> = {
    ad_accounts: adAccounts,
    campaigns: { allocated: 406_740, of: 1_000_000 },
    audiences: { allocated: 0, of: 0 },
    xpo_accounts: xpoAccounts,
  };
  return {
    first_steps: () => ({
      app: tested,
      adAccounts: adAccounts.of > 0,
      xpoAccounts: xpoAccounts.of > 0,
      allocated: adAccounts.allocated > 0,
      mail: tested,
    }),
    coverage: ({ of }: { of: CoverageKind }) => coverage[of],
    attention: () => ({
      inaccessible: 0,
      mixedModes: 0,
      suspendedOrDisapproved: 0,
      needsAuthorization: 0,
      ...attention,
    }),
    freshness: () => [
      { age: "hour", count: 3 },
      { age: "never", count: 0 },
    ],
    flows: () => joined(flows),
    deleted_but_allocated: () => [],
    request_counts: () => ({ queued: 0, failed: 0, sent: 0, suggested: 0 }),
    backup_status: () => ({ folder: "/backups", problem: null }),
    sync_counts: () => ({ running: 0, queued: 0, waiting: 0, overdue: 0, failed: 0 }),
  };
}

export class Fake {
  /** The calls so far, oldest first. */
  calls: { command: string; args: unknown }[] = [];
  answers: Answers;

  constructor(answers: Answers) {
    this.answers = {
      window_ready: () => null,
      profile: () => ({ profile: { name: "Ana Admin", email: "" }, asked: true }),
      session: () => null,
      session_news: () => null,
      suggestions: () => ({ found: [], more: false }),
      views: () => [],
      undoable: ({ changes }: { changes: string[] }) => changes,
      partners: () => [],
      this_version: () => ({ version: "0.1.0", updates: null }),
      ...answers,
    };
    mockIPC(
      (name, sent) => {
        const { command, args } = ofList(name, sent);
        this.calls.push({ command, args });
        const answer = this.answers[command];
        if (!answer) throw new Error(`no answer to ${command}`);
        return answer((args ?? {}) as never);
      },
      { shouldMockEvents: true },
    );
    listen();
  }

  argsOf(command: string): unknown[] {
    return this.calls.filter((call) => call.command === command).map(({ args }) => args);
  }

  changed(...topics: Topic[]): Promise<void> {
    return emit("data-changed", { topics });
  }

  /** A click on a notification. */
  screenChosen(screen: ScreenChosen): Promise<void> {
    return emit("screen-chosen", screen);
  }

  closeRequested(): Promise<void> {
    return emit("close-requested", null);
  }

  crashed(): Promise<void> {
    return emit("crashed", { location: "store/book.rs:1" });
  }

  syncsMoved(...syncs: Activity[]): Promise<void> {
    return emit("sync-progress", { syncs });
  }

  fileDrag(drag: FileDrag): Promise<void> {
    return emit("file-drag", drag);
  }

  /** Emits the progress of an export. */
  exported(rows: number): Promise<void> {
    return emit("export-progress", { rows });
  }

  /** Emits the progress of an import. */
  imported(rows: number): Promise<void> {
    return emit("read-progress", { rows });
  }

  linkRefused(address: string): Promise<void> {
    return emit("link-refused", { address });
  }

  signInPage(failed: boolean): Promise<void> {
    return emit("sign-in-page", { failed });
  }

  stage(stage: ImportStage["stage"], done = 0, of = 0): Promise<void> {
    return emit("import-stage", { stage, done, of });
  }
}

/** Names a list command after its list (`list:campaigns`, `list_page:campaigns`, …), unwraps the query, and leaves out its turn. */
function ofList(command: string, args: unknown): { command: string; args: unknown } {
  if (!["list", "list_page", "list_keys", "list_ids"].includes(command)) return { command, args };
  const { query, cursor } = args as { query: ListQuery; cursor?: Cursor };
  return { command: `${command}:${query.list}`, args: { query: query.query, ...(cursor && { cursor }) } };
}

/** An answer that stays pending until the test settles it. */
export class Pending<T> {
  #settle: { resolve: (value: T) => void; reject: (problem: Problem) => void }[] = [];

  answer = (): Promise<T> => new Promise((resolve, reject) => this.#settle.push({ resolve, reject }));

  resolve(value: T): void {
    this.#settle.shift()?.resolve(value);
  }

  reject(problem: Problem): void {
    this.#settle.shift()?.reject(problem);
  }
}
