// What a key press means. Every key handler reads its event through this module.
import { isCommand, platform } from "./platform";

const physical: Record<string, string> = { Slash: "/", Minus: "-", Equal: "=" };

/**
 * Whether an input method uses the key, for example to accept what it composes. WebKit reports the key that ends a composition
 * after the composition, with the key code 229.
 */
const composing = (event: KeyboardEvent) => event.isComposing || event.keyCode === 229;

/** Passed to dialogs and popovers, which close with Escape. */
export function keepWhileComposing(event: KeyboardEvent) {
  if (composing(event)) event.preventDefault();
}

/**
 * The name of a key, or its character: letters in lower case and, on a keyboard whose letters are not Latin, the one that a US
 * keyboard has there. Empty while an input method composes.
 */
export function keyOf(event: KeyboardEvent): string {
  if (composing(event)) return "";
  // Full-width characters become usual ones.
  const key = event.key.normalize("NFKC");
  const us = physical[event.code] ?? /^(?:Key|Digit)(.)$/u.exec(event.code)?.[1];
  const elsewhere = /^[^ -~]/u.test(key) && (!/^\p{Script=Latin}/u.test(key) || /\d/u.test(us ?? ""));
  // Russian and Hebrew keyboards have a full stop where US keyboards have the slash.
  const stop = key === "." && us === "/" && !event.shiftKey;
  const name = us !== undefined && (elsewhere || stop) ? us : key;
  return name.length === 1 ? name.toLowerCase() : name;
}

/** `keyOf` a key that is pressed with Control, or Command on macOS, and nothing else; otherwise empty. */
export const shortcutOf = (event: KeyboardEvent) =>
  isCommand(event) && !event.altKey && !event.shiftKey ? keyOf(event) : "";

const isNavigation = (mac: string, key: string) => (event: KeyboardEvent) =>
  platform.mac ? shortcutOf(event) === mac : event.altKey && keyOf(event) === key;

/** Whether this is the system's shortcut for "back" or "forward". Option+← moves the cursor on macOS. */
export const isBack = isNavigation("[", "ArrowLeft");
export const isForward = isNavigation("]", "ArrowRight");

/** Whether this is the system's shortcut for Undo or Redo, while no field has the focus: fields undo typing. */
export function undoOrRedo(event: KeyboardEvent): "undo" | "redo" | null {
  if (!isCommand(event) || event.altKey) return null;
  const target = event.target as Element;
  if (target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]"))
    return null;
  const key = keyOf(event);
  if (key === "z") return event.shiftKey ? "redo" : "undo";
  return key === "y" && !platform.mac && !event.shiftKey ? "redo" : null;
}
