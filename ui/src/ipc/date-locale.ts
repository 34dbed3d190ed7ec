// The locale whose formats dates have, from src-tauri/shell/region.rs.

/** Returns what Intl knows of a name from the system, which may be none such as "C". */
function known(name: string | null | undefined): string | undefined {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(name ?? [])[0];
  } catch {
    return undefined;
  }
}

/** `undefined` is the locale of the system's language. */
export const dateLocale = known((window as { dateLocale?: string | null }).dateLocale);
