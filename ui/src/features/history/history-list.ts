import { lists, type HistoryQuery, type HistoryRow } from "../../ipc";
import type { Identity } from "../../lib/list-state";
import { PagedList } from "../../lib/paged-list.svelte";
import { titleOf } from "./labels";

const identity: Identity<HistoryRow> = { idOf: ({ entry }) => entry.id, nameOf: titleOf };

export const historyList = (start: Partial<HistoryQuery>) =>
  new PagedList(
    lists.history,
    { search: "", actions: [], actors: [], about: null, from: null, until: null, ...start },
    identity,
  );
