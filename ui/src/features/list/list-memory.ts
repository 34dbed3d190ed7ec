// What a list shows, kept for when the admin comes back to it: within a visit of a screen exactly as it was left (Alt+←), and
// otherwise as the list was shown last, also after a restart. Ticks are forgotten with the window.
import { removePreference, storePreference, storedPreference } from "../../lib/preferences.svelte";
import { router, type Route } from "../app/router.svelte";
import { session } from "../app/session.svelte";

export interface Kept {
  query: Record<string, unknown>;
  /** The chosen options of filters that the query does not have. */
  filters: string[];
  /** How far the rows are scrolled, in pixels. */
  top: number;
  ticks: readonly string[];
}

/** How many lists of a partner are stored, from the one that was shown last. */
const MAX_LISTS = 60;
/** A longer search, such as a long pasted list, is kept until the window is closed. */
const MAX_LENGTH = 20_000;

/** Without a search that is too long to store. */
function storable({ query, ...rest }: Kept): Kept {
  const { search = "" } = query;
  return { query: String(search).length < MAX_LENGTH ? query : { ...query, search: "" }, ...rest };
}

const isKept = (value: unknown): value is [string, Kept][] =>
  Array.isArray(value) && value.every((one) => Array.isArray(one) && typeof one[0] === "string");

let file = "";
let lists = new Map<string, Kept>();

function ofPartner(): Map<string, Kept> {
  const current = session.current?.file ?? "";
  if (file !== current || file === "") {
    file = current;
    lists = new Map(file ? storedPreference(`lists.${file}`, isKept, []) : []);
  }
  return lists;
}

/** The fields of queries that are no filters, order or search. */
const SCOPE = ["of", "adAccount", "campaign", "adGroup", "about", "entry"];
const isScope = ([name]: [string, unknown]) => SCOPE.includes(name);

/** Whether a route asks for certain rows, so that the last search must not hide them. */
function asks(route: Route): boolean {
  const parameters = ["query", "search", "states", "suggested", "waiting", "last", "about", "view"];
  return parameters.some((name) => name in route) || (route.screen === "activity" && "adAccount" in route);
}

/** Forgets the lists of a partner that was deleted. */
export function forgetLists(deleted: string): void {
  if (file === deleted) [file, lists] = ["", new Map()];
  removePreference(`lists.${deleted}`);
}

export class ListMemory {
  readonly kept: Kept | undefined;
  readonly #key: string;
  readonly #visit = router.memory;
  readonly #lists = ofPartner();
  readonly #file = file;

  /** `list` identifies the list on its screen. */
  constructor(list: string, query: Record<string, unknown>) {
    const { route } = router;
    const scope = Object.entries(query).filter(isScope);
    this.#key = JSON.stringify([route.screen, "id" in route ? route.id : "", list, scope]);
    const inVisit = this.#visit.get(this.#key) as Kept | undefined;
    this.kept = inVisit ?? (asks(route) ? undefined : this.#lists.get(this.#key));
  }

  keep({ query, ...rest }: Kept): void {
    const filters = Object.entries(query).filter((field) => !isScope(field));
    const kept = { query: Object.fromEntries(filters), ...rest };
    this.#visit.set(this.#key, kept);
    this.#lists.delete(this.#key);
    this.#lists.set(this.#key, kept);
  }

  /** Stores it for the next start. */
  store(): void {
    if (!this.#file) return;
    const stored = [...this.#lists]
      .slice(-MAX_LISTS)
      .map(([key, kept]) => [key, { ...storable(kept), ticks: [] }]);
    storePreference(`lists.${this.#file}`, stored);
  }
}
