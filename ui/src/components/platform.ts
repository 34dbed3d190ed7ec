// What differs between operating systems in the interface.

export const platform = {
  mac: navigator.platform.startsWith("Mac"),
  windows: navigator.platform.startsWith("Win"),
};

/** Whether the key of shortcuts is pressed: Command on macOS, where Ctrl moves the cursor, and Ctrl elsewhere. */
export function isCommand(event: KeyboardEvent | MouseEvent): boolean {
  return platform.mac ? event.metaKey : event.ctrlKey;
}

/** A shortcut as this system writes it: "Ctrl+K" or "⌘K", "Ctrl+Shift+Z" or "⇧⌘Z". */
export function shortcut(key: string): string {
  if (!platform.mac) return `Ctrl+${key}`;
  return key.startsWith("Shift+") ? `⇧⌘${key.slice(6)}` : `⌘${key === "Enter" ? "↩" : key}`;
}

/** The same for `aria-keyshortcuts`. */
export function ariaShortcut(key: string): string {
  return platform.mac ? `Meta+${key}` : `Control+${key}`;
}
