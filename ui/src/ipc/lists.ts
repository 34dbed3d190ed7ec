// The lists of the Rust side, typed: one entry per list, over the four commands that serve them all.
import { commands } from "./bindings";
import type {
  AccountQuery,
  AccountRequest,
  AccountRow,
  Activity,
  AdGroupKey,
  AdGroupQuery,
  AdGroupRow,
  AdKey,
  AdQuery,
  AdRow,
  AudienceKey,
  AudienceQuery,
  AudienceRow,
  CampaignId,
  CampaignQuery,
  CampaignRow,
  Cursor,
  EditQuery,
  EntryEdit,
  Format,
  GoalId,
  GoalQuery,
  GoalRow,
  HistoryQuery,
  HistoryRow,
  ListExport,
  Listing,
  ListQuery,
  ListTurn,
  Page,
  RequestId,
  RequestQuery,
  RowKey,
  SyncQuery,
  XpoAccountId,
  XpoAccountQuery,
  XpoAccountRow,
} from "./bindings";

/** What a paged list reads from. */
export interface Source<Q, R, Id> {
  /** The totals and the first page. Like `page` and `keys`, ends early once a newer `turn` of the list is asked for. */
  list: (query: Q, turn?: ListTurn) => Promise<Listing<R>>;
  page: (query: Q, cursor: Cursor, turn: ListTurn) => Promise<Page<R>>;
  /** The key of the first row of every page. */
  keys: (query: Q, turn: ListTurn) => Promise<RowKey[]>;
  /** The search text for a text that is pasted into the search of this list. */
  paste: (query: Q, text: string) => Promise<string>;
  /** The ids of all rows that match. */
  ids: (query: Q) => Promise<Id[]>;
  /** Writes all rows that match, or those with the ids in `only`. Returns the path, if the admin chose a file. */
  export: (query: Q, only: Id[] | null, format: Format) => Promise<string | null>;
  /** Writes the allocations of these rows into a workbook. */
  exportAllocations: (query: Q, only: Id[] | null) => Promise<string | null>;
}

/** Returns the turn of the first query of a list. */
export const firstTurn = (): ListTurn => ({ list: crypto.randomUUID(), number: 0 });

function listOf<Q, R, Id>(list: ListQuery["list"]): Source<Q, R, Id> {
  // The Rust side answers with the rows and ids of the list that is named.
  const of = (query: Q) => ({ list, query }) as ListQuery;
  return {
    list: (query, turn = firstTurn()) => commands.list(of(query), turn) as Promise<Listing<R>>,
    page: (query, cursor, turn) => commands.listPage(of(query), cursor, turn) as Promise<Page<R>>,
    keys: (query, turn) => commands.listKeys(of(query), turn),
    paste: (query, text) => commands.paste(text, { into: "list", query: of(query) }),
    ids: (query) => commands.listIds(of(query)) as Promise<Id[]>,
    export: (query, only, format) => commands.exportList({ list, query, only } as ListExport, format),
    exportAllocations: (query, only) => commands.exportAllocations({ list, query, only } as ListExport),
  };
}

/** Returns the search text for a text that is pasted into the search of a list with these names and ids. */
export const paste = (text: string, texts: string[]): Promise<string> =>
  commands.paste(text, { into: "known", texts });

export const lists = {
  accounts: listOf<AccountQuery, AccountRow, string>("accounts"),
  campaigns: listOf<CampaignQuery, CampaignRow, CampaignId>("campaigns"),
  adGroups: listOf<AdGroupQuery, AdGroupRow, AdGroupKey>("ad_groups"),
  ads: listOf<AdQuery, AdRow, AdKey>("ads"),
  audiences: listOf<AudienceQuery, AudienceRow, AudienceKey>("audiences"),
  xpoAccounts: listOf<XpoAccountQuery, XpoAccountRow, XpoAccountId>("xpo_accounts"),
  goals: listOf<GoalQuery, GoalRow, GoalId>("goals"),
  requests: listOf<RequestQuery, AccountRequest, RequestId>("requests"),
  syncs: listOf<SyncQuery, Activity, number>("syncs"),
  history: listOf<HistoryQuery, HistoryRow, number>("history"),
  edits: listOf<EditQuery, EntryEdit, string>("edits"),
};
