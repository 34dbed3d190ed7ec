// The routes of the application: one for each screen, with its parameters.
import type { About, AccountQuery, JobState, Named, RequestState, XpoAccountQuery } from "../../ipc";
import { Router } from "../../lib/router.svelte";

/** The initial state of a screen with pickers and a list. */
export interface Picked {
  adAccount?: string;
  /** Several TikTok ad accounts, in place of `adAccount`. */
  adAccounts?: string[];
  /** That of the advertiser unless given. */
  xpoAccount?: string;
  advertiser?: string;
  search?: string;
  /** The saved view to begin with. */
  view?: string;
}

export type XpoTab = "advertisers" | "ad_accounts" | "campaigns" | "audiences" | "goals";

export type Route =
  | { place: "overview" }
  | {
      place: "accounts";
      query?: Partial<AccountQuery>;
      allocate?: string[];
      review?: boolean;
      /** The saved view to begin with. */
      view?: string;
      import?: boolean;
    }
  | {
      place: "account";
      id: string;
      tab?: "details" | "campaigns" | "audiences" | "history";
      /** The campaign whose ad groups are shown, or the audience whose fields are. */
      shown?: Named;
    }
  | ({ place: "campaigns"; tab?: "available" | "allocated" } & Picked)
  | ({ place: "audiences"; tab?: "all" | "allocated" | "not_allocated" | "excluded" } & Picked)
  | { place: "xpo"; query?: Partial<XpoAccountQuery>; view?: string }
  | { place: "xpo_account"; id: string; tab?: XpoTab; advertiser?: string; search?: string }
  | {
      place: "requests";
      search?: string;
      states?: RequestState[];
      view?: string;
      /** Lists only requests with, or without, a suggested account. */
      suggested?: boolean;
      /** Opens the dialog for a new request. */
      ask?: boolean;
      /** Asks whether to withdraw this request. */
      withdraw?: string;
    }
  | {
      place: "activity";
      adAccount?: string;
      states?: JobState[];
      waiting?: boolean;
      last?: boolean;
      view?: string;
    }
  | { place: "history"; about?: About; search?: string; at?: number; view?: string }
  | { place: "settings"; section?: "sync" | "mail" | "backups" };

export type Place = Route["place"];

export const router = new Router<Route>({ place: "overview" });
