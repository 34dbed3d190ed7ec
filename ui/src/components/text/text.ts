// Text that somebody else wrote, such as names. Characters that would move, hide or overwrite other text are made visible.
import { dropped, replaced } from "./folding";

const REPLACEMENT = "\uFFFD";
// Control characters; direction embeddings, overrides and isolates; line and paragraph separators; invisible spaces.
// The joiners U+200C and U+200D stay: Persian words and emoji need them.
const UNPRINTABLE = /[\u0000-\u001F\u007F-\u009F\u200B\u2028-\u202E\u2060\u2066-\u2069\uFEFF]/gu;

/** Replaces every control character and direction override by a visible character ("␇", "�"). */
export function plain(text: string): string {
  return text.replace(UNPRINTABLE, (sign) => {
    const code = sign.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? "\u2421" : REPLACEMENT;
  });
}

const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
/** Keeps its place in the order of the text around it, and makes a text that begins with it left to right. */
const LEFT_TO_RIGHT_MARK = "\u200E";

/**
 * Returns a name for a text of ours. Two names of a right-to-left script with only an arrow or a quotation mark between them
 * would change places, and one at the start would turn the whole text around.
 */
export function inText(name: string): string {
  const shown = plain(name);
  return RIGHT_TO_LEFT.test(shown) ? `${LEFT_TO_RIGHT_MARK}${shown}${LEFT_TO_RIGHT_MARK}` : shown;
}

const replacements = new Map(replaced.split(" ").map(([from = "", ...to]) => [from, to.join("")]));
const foldable = new RegExp(`[${dropped}${[...replacements.keys()].join("")}]`, "gu");
const replaceAll = (text: string) => text.replace(foldable, (sign) => replacements.get(sign) ?? "");

/** Folds text for searches, as the book does: without case, accents, width or apostrophes. */
export const folded = (text: string) => replaceAll(replaceAll(text).normalize("NFKD")).normalize("NFC");

/** Returns the words of a search, each of which a match has to contain. */
export const searchWords = (text: string) => folded(text).split(/\s+/u).filter(Boolean);
