import { plain } from "../components/text/text";
import type { Pasted, Problem } from "../ipc";

/** How the rows of a list are identified and named. */
export interface Identity<Row> {
  idOf: (row: Row) => string;
  nameOf: (row: Row) => string;
}

/** Rows with an id and a name. */
export const named: Identity<{ id: string; name: string }> = {
  idOf: ({ id }) => id,
  nameOf: ({ id, name }) => plain(name || id),
};

/** The interface of a list on screen. PagedList and LocalList implement it. */
export interface ListState<Row> {
  readonly identity: Identity<Row>;
  /** Replaced when something else is listed. */
  readonly query: { search: string };
  /** How many rows match. */
  readonly count: number;
  /** How many there are without search and filters. */
  readonly of: number;
  /** The first rows were read. */
  readonly loaded: boolean;
  readonly busy: boolean;
  readonly problem: Problem | null;
  /** The order in force; empty where there is one order only. */
  readonly sort: string;
  readonly descending: boolean;
  rowAt: (index: number) => Row | undefined;
  /** The rows from `first` to `last`; null unless all are loaded and of one reading, so that none between them is missing. */
  rowsFrom: (first: number, last: number) => readonly Row[] | null;
  /** Reports the indexes on screen; `end` is exclusive. */
  show: (first: number, end: number) => void;
  refresh: () => Promise<void>;
  /** What is listed: search, filters and order. */
  snapshot: () => Record<string, unknown>;
  /** Lists again what `snapshot` returned, from the next reading on. */
  restore: (snapshot: Record<string, unknown>) => void;
  search: (text: string) => void;
  /** Searches for a text with several names or ids. */
  paste: (text: string) => Promise<void>;
  /** What was found of a pasted list; null for other searches. */
  readonly pasted: Pasted | null;
  /** Sorts in another order, or the other way round. */
  sortBy: (sort: string) => void;
  /** The ids of all rows that match, in the order of the list. */
  ids: () => Promise<string[]>;
}
