// The sections of Settings, which the screen links to and the search finds.
import type { SettingsSection } from "./router.svelte";

/** In the order of the screen. */
export const settingsSections: Record<SettingsSection, string> = {
  partner: "Partner",
  "tiktok-app": "TikTok app",
  "secure-storage": "Secure storage",
  mail: "Mail",
  proxy: "Proxy",
  sync: "Sync schedule",
  backups: "Backup and restore",
  csv: "CSV files",
  profile: "Profile",
  notifications: "Notifications",
  appearance: "Appearance",
};

/** Returns the sections of a partner. The simulator of the practice partner stores its own sign-ins. */
export const sectionsOf = (practice: boolean): SettingsSection[] =>
  (Object.keys(settingsSections) as SettingsSection[]).filter(
    (section) => !practice || section !== "secure-storage",
  );
