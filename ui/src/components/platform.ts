// What differs between operating systems in the interface.

export const platform = {
  mac: navigator.platform.startsWith("Mac"),
  windows: navigator.platform.startsWith("Win"),
};

/** Whether the key of shortcuts is pressed: Command on macOS, where Ctrl moves the cursor, and Ctrl elsewhere. */
export function isCommand(event: KeyboardEvent | MouseEvent): boolean {
  return platform.mac ? event.metaKey : event.ctrlKey;
}
