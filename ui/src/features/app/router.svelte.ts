// The routes of the application: one for each screen, with its parameters.
import { openDialogs } from "../../components/overlay/open-dialogs.svelte";
import type { HistorySubject, AccountQuery, JobState, Named, RequestState, XpoAccountQuery } from "../../ipc";
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

/** The ids of the sections' titles. */
export type SettingsSection =
  | "partner"
  | "tiktok-app"
  | "secure-storage"
  | "mail"
  | "proxy"
  | "sync"
  | "backups"
  | "csv"
  | "profile"
  | "notifications"
  | "appearance";

export type Route =
  | { screen: "overview" }
  | {
      screen: "accounts";
      query?: Partial<AccountQuery>;
      /** The saved view to begin with. */
      view?: string;
      opens?: "import" | "suggestions" | { allocate: string[] };
    }
  | {
      screen: "account";
      id: string;
      tab?: "details" | "campaigns" | "audiences" | "history";
      /** The campaign whose ad groups are shown, or the audience whose fields are. */
      shown?: Named;
    }
  | ({ screen: "campaigns"; tab?: "available" | "allocated" } & Picked)
  | ({ screen: "audiences"; tab?: "all" | "allocated" | "not_allocated" | "excluded" } & Picked)
  | { screen: "xpo"; query?: Partial<XpoAccountQuery>; view?: string }
  | { screen: "xpo_account"; id: string; tab?: XpoTab; advertiser?: string; search?: string }
  | {
      screen: "requests";
      search?: string;
      states?: RequestState[];
      view?: string;
      /** Lists only requests with, or without, a suggested account. */
      suggested?: boolean;
      /** The form for a new request, or the question whether to withdraw one. */
      opens?: "form" | { withdraw: string };
    }
  | {
      screen: "activity";
      adAccount?: string;
      states?: JobState[];
      waiting?: boolean;
      last?: boolean;
      view?: string;
    }
  | { screen: "history"; about?: HistorySubject; search?: string; at?: number; view?: string }
  | { screen: "settings"; section?: SettingsSection };

export type ScreenName = Route["screen"];

export const router = new Router<Route>({ screen: "overview" });

/** Calls `next` immediately, or after the admin has decided about unsaved changes of the open dialogs and of the screen. */
export const leaveAll = (next: () => void): void => openDialogs.leave(() => router.leave(next));

/** Whether `leaveAll` asks before it calls `next`. */
export const leavingAsks = (): boolean => openDialogs.guarded || router.dirty;
