import { folded, searchWords } from "../text/text";

/** An option of a Combobox. */
export interface Option {
  id: string;
  name: string;
  /** A second text beside the name: an id, a state, or why it is disabled. */
  note?: string | undefined;
  disabled?: boolean | undefined;
}

/**
 * Returns the options whose name, id or note contains every word of `text`: first those that have the whole text as their id,
 * name or note, then those that begin with it, then the others.
 */
export function matching(options: readonly Option[], text: string): readonly Option[] {
  const words = searchWords(text);
  if (words.length === 0) return options;
  const whole = words.join(" ");
  const [exact, prefixed, others]: [Option[], Option[], Option[]] = [[], [], []];
  for (const option of options) {
    const texts = folded(`${option.name}\n${option.id}\n${option.note ?? ""}`).split("\n");
    if (!words.every((word) => texts.some((one) => one.includes(word)))) continue;
    if (texts.includes(whole)) exact.push(option);
    else if (texts.some((one) => one.startsWith(whole))) prefixed.push(option);
    else others.push(option);
  }
  return [...exact, ...prefixed, ...others];
}

/** Returns the only option that `text` matches, or else the only one with exactly this name. */
export function unambiguous(options: readonly Option[], text: string): Option | undefined {
  const possible = text.trim() === "" ? [] : matching(options, text);
  const exact = possible.filter(({ name }) => folded(name) === folded(text.trim()));
  const [only, ...others] = possible.length === 1 ? possible : exact;
  return others.length === 0 && !only?.disabled ? only : undefined;
}
