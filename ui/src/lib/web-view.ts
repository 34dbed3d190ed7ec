// Turns off what the system's web view does by itself: reloading discards unsaved changes, and printing, finding and the
// menus of a browser show foreign windows.
import { keyOf } from "../components/keys";
import { isCommand } from "../components/platform";
import { isPressed } from "../components/shortcuts";

const KEYS = new Set(["F3", "F5", "F7"]);
const COMMAND_KEYS = new Set(["f", "g", "j", "o", "p", "r", "u"]);

function isForeignKey(event: KeyboardEvent): boolean {
  if (KEYS.has(keyOf(event))) return true;
  return (
    isPressed(event, "back") ||
    isPressed(event, "forward") ||
    (isCommand(event) && COMMAND_KEYS.has(keyOf(event)))
  );
}

/** Text fields offer Cut, Copy and Paste. */
const isText = (event: Event) =>
  event.target instanceof Element &&
  event.target.closest("textarea, input:not([type=checkbox], [type=radio])") !== null;

/** Starts at once and returns the function that stops it. */
export function tameWebView(): () => void {
  const key = (event: KeyboardEvent) => isForeignKey(event) && event.preventDefault();
  const menu = (event: Event) => isText(event) || event.preventDefault();
  window.addEventListener("keydown", key, { capture: true });
  window.addEventListener("contextmenu", menu);
  return () => {
    window.removeEventListener("keydown", key, { capture: true });
    window.removeEventListener("contextmenu", menu);
  };
}
