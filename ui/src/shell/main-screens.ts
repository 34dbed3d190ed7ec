// The screens of the navigation, with their names and icons.
import Activity from "@lucide/svelte/icons/activity";
import Building2 from "@lucide/svelte/icons/building-2";
import ChartPie from "@lucide/svelte/icons/chart-pie";
import History from "@lucide/svelte/icons/history";
import Mail from "@lucide/svelte/icons/mail";
import Megaphone from "@lucide/svelte/icons/megaphone";
import Settings from "@lucide/svelte/icons/settings";
import Target from "@lucide/svelte/icons/target";
import UsersRound from "@lucide/svelte/icons/users-round";
import type { Icon } from "../components/icon";

export type MainScreen =
  | "overview"
  | "accounts"
  | "campaigns"
  | "audiences"
  | "xpo"
  | "requests"
  | "activity"
  | "history"
  | "settings";

export const mainScreens: Record<MainScreen, { label: string; icon: Icon }> = {
  overview: { label: "Overview", icon: ChartPie },
  accounts: { label: "TikTok Accounts", icon: UsersRound },
  campaigns: { label: "Allocate Campaigns", icon: Megaphone },
  audiences: { label: "Allocate Audiences", icon: Target },
  xpo: { label: "XPO Accounts", icon: Building2 },
  requests: { label: "Requests", icon: Mail },
  activity: { label: "Sync activity", icon: Activity },
  history: { label: "Change history", icon: History },
  settings: { label: "Settings", icon: Settings },
};
