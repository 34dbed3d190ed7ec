// What a key press means. Every key handler reads its event through this module.
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
