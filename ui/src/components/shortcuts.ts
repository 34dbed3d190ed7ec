// Every shortcut, with the words that Help has for it. Key handlers, buttons and Help read them here.
import { keyOf } from "./keys";
import { isCommand, platform } from "./platform";

interface Shortcut {
  where: "Everywhere" | "Lists" | "Selected rows" | "Allocate Account" | "Other";
  /** What Help says that it does. */
  does: string;
  /** As in "Mod+Shift+z": Mod is Command on macOS, where Ctrl moves the cursor, and Ctrl elsewhere. */
  keys: readonly string[];
  mac?: readonly string[];
  /** It goes on while the keys are held. */
  held?: boolean;
}

export const shortcuts = {
  search: { where: "Everywhere", does: "Search everything, and find actions", keys: ["Mod+k"] },
  undo: { where: "Everywhere", does: "Undo the last change", keys: ["Mod+z"] },
  redo: {
    where: "Everywhere",
    does: "Redo the last undo",
    keys: ["Mod+Shift+z", "Mod+y"],
    mac: ["Mod+Shift+z"],
  },
  // Option+← moves the cursor on macOS.
  back: { where: "Everywhere", does: "Go back", keys: ["Alt+ArrowLeft"], mac: ["Mod+["] },
  forward: { where: "Everywhere", does: "Go forward", keys: ["Alt+ArrowRight"], mac: ["Mod+]"] },
  zoomIn: { where: "Everywhere", does: "Make everything larger", keys: ["Mod++", "Mod+="], held: true },
  zoomOut: { where: "Everywhere", does: "Make everything smaller", keys: ["Mod+-", "Mod+_"], held: true },
  zoomReset: { where: "Everywhere", does: "Usual size", keys: ["Mod+0"] },
  help: { where: "Everywhere", does: "Show the keyboard shortcuts", keys: ["Mod+/"] },
  find: { where: "Lists", does: "Search the list", keys: ["/", "Mod+f"] },
  selectFound: { where: "Lists", does: "Select everything found, in the search", keys: ["Shift+Enter"] },
  next: { where: "Lists", does: "Next row", keys: ["ArrowDown"], held: true },
  previous: { where: "Lists", does: "Previous row", keys: ["ArrowUp"], held: true },
  nextPage: { where: "Lists", does: "Next page", keys: ["PageDown"], held: true },
  previousPage: { where: "Lists", does: "Previous page", keys: ["PageUp"], held: true },
  first: { where: "Lists", does: "First row", keys: ["Home"] },
  last: { where: "Lists", does: "Last row", keys: ["End"] },
  open: { where: "Lists", does: "Open the row", keys: ["Enter"] },
  rowMenu: { where: "Lists", does: "Open the row's menu", keys: ["Shift+F10", "ContextMenu"] },
  select: { where: "Lists", does: "Select the row", keys: [" "] },
  selectRange: { where: "Lists", does: "Select the rows up to this one", keys: ["Shift+ "] },
  selectNext: { where: "Lists", does: "Select the next row too", keys: ["Shift+ArrowDown"], held: true },
  selectPrevious: {
    where: "Lists",
    does: "Select the previous row too",
    keys: ["Shift+ArrowUp"],
    held: true,
  },
  selectAll: { where: "Lists", does: "Select all rows", keys: ["Mod+a"] },
  act: { where: "Selected rows", does: "Press the first button for the selected rows", keys: ["Mod+Enter"] },
  deallocate: { where: "Selected rows", does: "Deallocate or remove", keys: ["Delete"] },
  move: { where: "Selected rows", does: "Move", keys: ["Mod+Shift+m"] },
  expand: { where: "Allocate Account", does: "Show the row's content", keys: ["ArrowRight"] },
  collapse: { where: "Allocate Account", does: "Hide the row's content", keys: ["ArrowLeft"] },
  pays: { where: "Allocate Account", does: "Change who pays", keys: ["p"] },
  selectInside: { where: "Allocate Account", does: "Select everything in the row", keys: ["a"] },
  save: { where: "Other", does: "Save, where a screen has a Save bar", keys: ["Mod+s", "Mod+Enter"] },
  submit: { where: "Other", does: "Press a dialog's main button", keys: ["Enter"] },
  submitText: { where: "Other", does: "The same, from a field with several lines", keys: ["Mod+Enter"] },
  pick: { where: "Other", does: "Select several results of the search over everything", keys: ["Mod+Enter"] },
} satisfies Record<string, Shortcut>;

export type ShortcutName = keyof typeof shortcuts;

const keysOf = (name: ShortcutName): readonly string[] => {
  const { keys, mac = keys }: Shortcut = shortcuts[name];
  return platform.mac ? mac : keys;
};

/** Splits at each plus sign but the one that is the key. */
const partsOf = (keys: string) => keys.split(/\+(?=.)/u);

/** Whether the shortcut is pressed, and nothing with it. */
export const isPressed = (event: KeyboardEvent, name: ShortcutName): boolean =>
  keysOf(name).some((keys) => {
    const parts = partsOf(keys);
    const key = parts.at(-1) ?? "";
    return (
      keyOf(event) === key &&
      isCommand(event) === parts.includes("Mod") &&
      (event.ctrlKey || event.metaKey) === parts.includes("Mod") &&
      event.altKey === parts.includes("Alt") &&
      // Whether a sign needs Shift depends on the layout.
      (/^[^a-z ]$/u.test(key) || event.shiftKey === parts.includes("Shift"))
    );
  });

/**
 * Does what `actions` has for the shortcut that is pressed, once unless it goes on while the keys are held. Returns whether there
 * was something to do.
 */
export function press(event: KeyboardEvent, actions: Partial<Record<ShortcutName, () => void>>): boolean {
  const name = (Object.keys(actions) as ShortcutName[]).find((one) => isPressed(event, one));
  if (!name) return false;
  event.preventDefault();
  const { held = false }: Shortcut = shortcuts[name];
  if (held || !event.repeat) actions[name]?.();
  return true;
}

const signs: Record<string, string> = {
  Mod: "Ctrl",
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  PageUp: "Page Up",
  PageDown: "Page Down",
  ContextMenu: "Menu",
  " ": "Space",
};
const macSigns: Record<string, string> = { ...signs, Mod: "⌘", Shift: "⇧", Alt: "⌥", Enter: "↩" };

/** The keys of a shortcut, each in the words of `names`. */
const named = (name: ShortcutName, names: Record<string, string>) =>
  keysOf(name).map((keys) =>
    partsOf(keys).map((part) => names[part] ?? (part.length === 1 ? part.toUpperCase() : part)),
  );

/** The keys of a shortcut as this system writes them: "Ctrl+Shift+Z" or "⇧⌘Z". */
export const writtenKeys = (name: ShortcutName): string[] =>
  named(name, platform.mac ? macSigns : signs).map((parts) =>
    platform.mac ? [...parts.slice(0, -1).reverse(), ...parts.slice(-1)].join("") : parts.join("+"),
  );

export const written = (name: ShortcutName): string => writtenKeys(name)[0] ?? "";

/** The same for `aria-keyshortcuts`. */
export const ariaKeys = (...names: ShortcutName[]): string =>
  names
    .flatMap((name) => named(name, { Mod: platform.mac ? "Meta" : "Control", " ": "Space", "+": "Plus" }))
    .map((parts) => parts.join("+"))
    .join(" ");

/** Undo and Redo, while no field has the focus: fields undo typing. */
export function undoOrRedo(event: KeyboardEvent): "undo" | "redo" | null {
  const target = event.target as Element;
  if (target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]"))
    return null;
  return isPressed(event, "undo") ? "undo" : isPressed(event, "redo") ? "redo" : null;
}
