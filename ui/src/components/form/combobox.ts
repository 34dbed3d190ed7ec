import { folded, searchWords } from "../text/text";

/** An option of a Combobox. */
export interface Option {
  id: string;
  name: string;
  /** A second text beside the name: an id, a state, or why it is disabled. */
  note?: string | undefined;
  disabled?: boolean | undefined;
}

/** Returns the options whose name, id or note contains every word of `text`. */
export function matching(options: readonly Option[], text: string): readonly Option[] {
  const words = searchWords(text);
  if (words.length === 0) return options;
  return options.filter(({ id, name, note }) => {
    const all = folded(`${name} ${id} ${note ?? ""}`);
    return words.every((word) => all.includes(word));
  });
}

/** Returns the only option that `text` matches, or else the only one with exactly this name. */
export function unambiguous(options: readonly Option[], text: string): Option | undefined {
  const possible = text.trim() === "" ? [] : matching(options, text);
  const exact = possible.filter(({ name }) => folded(name) === folded(text.trim()));
  const [only, ...others] = possible.length === 1 ? possible : exact;
  return others.length === 0 && !only?.disabled ? only : undefined;
}
