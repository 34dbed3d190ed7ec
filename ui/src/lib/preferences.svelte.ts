// Preferences of the interface, stored on this computer. The only data of a partner in them are the searches and filters of
// its lists, under `lists.FILE`, the ids that the Allocate screens show, under `picked.FILE`, and whether its setup guide is
// hidden.

import { platform } from "../components/platform";

export type Theme = "system" | "light" | "dark";

/** Returns the stored value, or `otherwise` if there is none or `check` rejects it. */
export function storedPreference<T>(key: string, check: (value: unknown) => value is T, otherwise: T): T {
  try {
    const saved: unknown = JSON.parse(localStorage.getItem(`xpo-admin.${key}`) ?? "null");
    return check(saved) ? saved : otherwise;
  } catch {
    return otherwise;
  }
}

export function storePreference(key: string, value: unknown): void {
  try {
    localStorage.setItem(`xpo-admin.${key}`, JSON.stringify(value));
  } catch {
    // Storage may be full or disabled. The preference then applies until the window is closed.
  }
}

export function removePreference(key: string): void {
  try {
    localStorage.removeItem(`xpo-admin.${key}`);
  } catch {
    // Storage may be disabled. Then nothing was stored.
  }
}

const isTheme = (value: unknown): value is Theme =>
  value === "system" || value === "light" || value === "dark";
const system = () => window.matchMedia("(prefers-color-scheme: dark)");

class Appearance {
  theme = $state<Theme>(storedPreference("theme", isTheme, "system"));

  choose(theme: Theme): void {
    this.theme = theme;
    storePreference("theme", theme);
    this.#apply();
  }

  /** Applies the system's fonts and the theme before the first paint, and the theme again when the system's changes. */
  start(): void {
    if (platform.windows) document.documentElement.dataset.system = "windows";
    this.#apply();
    system().addEventListener("change", () => this.#apply());
  }

  #apply(): void {
    const dark = this.theme === "dark" || (this.theme === "system" && system().matches);
    document.documentElement.dataset.theme = dark ? "dark" : "light";
  }
}

export const appearance = new Appearance();
