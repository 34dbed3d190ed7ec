// The routes of the program, one for each screen, with what a screen starts with.
import type { About, AccountQuery, JobState, RequestState, XpoAccountQuery } from "../../ipc";
import { Router } from "../../lib/router.svelte";

/** What a screen of lists and pickers starts with. */
export interface Picked {
  adAccount?: string;
  xpoAccount?: string;
  advertiser?: string;
  search?: string;
}

/** What an XPO account has. */
export type XpoTab = "advertisers" | "ad_accounts" | "campaigns" | "audiences" | "goals";

export type Route =
  | { place: "overview" }
  | { place: "accounts"; query?: Partial<AccountQuery>; allocate?: string[]; import?: boolean }
  | { place: "account"; id: string; tab?: "details" | "campaigns" | "audiences" | "history" }
  | ({ place: "campaigns"; tab?: "available" | "allocated" } & Picked)
  | ({ place: "audiences"; tab?: "all" | "allocated" | "excluded" } & Picked)
  | { place: "xpo"; query?: Partial<XpoAccountQuery> }
  | { place: "xpo_account"; id: string; tab?: XpoTab; advertiser?: string; search?: string }
  | {
      place: "requests";
      search?: string;
      states?: RequestState[];
      /** Only those for which an account arrived, or did not. */
      suggested?: boolean;
      /** Begins with the dialog of a new request. */
      ask?: boolean;
      /** Begins with the question whether to withdraw this one. */
      withdraw?: string;
    }
  | { place: "activity"; adAccount?: string; states?: JobState[]; waiting?: boolean; last?: boolean }
  | { place: "history"; about?: About; search?: string; at?: number }
  | { place: "settings"; section?: "sync" | "mail" | "backups" };

export type Place = Route["place"];

export const router = new Router<Route>({ place: "overview" });
