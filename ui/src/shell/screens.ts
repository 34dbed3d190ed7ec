// The code that the first paint does not need: a part of the build for each screen and each dialog of the frame.
import { lazy, preload } from "../components/lazy";

export const screens = {
  account: lazy(() => import("../screens/account/AccountScreen.svelte")),
  accounts: lazy(() => import("../screens/accounts/AccountsScreen.svelte")),
  activity: lazy(() => import("../screens/activity/ActivityScreen.svelte")),
  audiences: lazy(() => import("../screens/audiences/AudiencesScreen.svelte")),
  campaigns: lazy(() => import("../screens/campaigns/CampaignsScreen.svelte")),
  history: lazy(() => import("../screens/history/HistoryScreen.svelte")),
  partners: lazy(() => import("../screens/partners/PartnersScreen.svelte")),
  requests: lazy(() => import("../screens/requests/RequestsScreen.svelte")),
  settings: lazy(() => import("../screens/settings/SettingsScreen.svelte")),
  xpo: lazy(() => import("../screens/xpo-accounts/XpoAccountsScreen.svelte")),
  xpo_account: lazy(() => import("../screens/xpo-account/XpoAccountScreen.svelte")),
};

export const dialogs = {
  report: lazy(() => import("../features/app/SupportDialog.svelte")),
  search: lazy(() => import("./palette/SearchPalette.svelte")),
  shortcuts: lazy(() => import("../features/app/ShortcutsDialog.svelte")),
  sync: lazy(() => import("../features/sync/SyncDialog.svelte")),
  undo: lazy(() => import("../features/history/UndoDialogs.svelte")),
  unlock: lazy(() => import("../features/secrets/UnlockDialog.svelte")),
};

/** Loads everything, so that a screen is there at the first click. */
export const preloadScreens = () => preload([...Object.values(screens), ...Object.values(dialogs)]);
