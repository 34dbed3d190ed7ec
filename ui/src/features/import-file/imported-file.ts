// Files that are imported: their encodings, their limit and their content.
import type { Option } from "../../components/form/combobox";
import { inText } from "../../components/text/text";
import { number } from "../../lib/numbers";

/** The encodings that a file can be read with, by their names in the Encoding Standard. */
export const encodings: Option[] = [
  ["UTF-8", "Unicode"],
  ["UTF-16LE", "Unicode"],
  ["UTF-16BE", "Unicode"],
  ["windows-1252", "Western European"],
  ["ISO-8859-15", "Western European"],
  ["macintosh", "Western European, Mac"],
  ["windows-1250", "Central European"],
  ["ISO-8859-2", "Central European"],
  ["windows-1257", "Baltic"],
  ["ISO-8859-4", "Baltic"],
  ["ISO-8859-13", "Baltic"],
  ["windows-1251", "Cyrillic"],
  ["ISO-8859-5", "Cyrillic"],
  ["KOI8-U", "Cyrillic"],
  ["IBM866", "Cyrillic, DOS"],
  ["x-mac-cyrillic", "Cyrillic, Mac"],
  ["windows-1253", "Greek"],
  ["ISO-8859-7", "Greek"],
  ["windows-1254", "Turkish"],
  ["windows-1255", "Hebrew"],
  ["ISO-8859-8", "Hebrew"],
  ["windows-1256", "Arabic"],
  ["ISO-8859-6", "Arabic"],
  ["windows-1258", "Vietnamese"],
  ["windows-874", "Thai"],
  ["Shift_JIS", "Japanese"],
  ["EUC-JP", "Japanese"],
  ["ISO-2022-JP", "Japanese"],
  ["GBK", "Simplified Chinese"],
  ["gb18030", "Simplified Chinese"],
  ["Big5", "Traditional Chinese"],
  ["EUC-KR", "Korean"],
].map(([id = "", script]) => ({ id, name: `${script} (${id})` }));

/** Returns the first ten names, in quotation marks. Each is cut after 50 characters. */
export function quoted(names: readonly string[]): string {
  const shown = names.slice(0, 10).map((name) => {
    const characters = [...name];
    return `“${inText(characters.slice(0, 50).join(""))}${characters.length > 50 ? "…" : ""}”`;
  });
  return shown.join(", ") + (names.length > 10 ? ` and ${number(names.length - 10)} more` : "");
}

/** In bytes. Rust refuses larger files too, but reading one here first would block the window. */
export const MAX_FILE_SIZE = 64 * 1024 * 1024;

/** Returns the content of a file. */
export function base64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,?/u, ""));
    reader.onerror = () => reject(reader.error ?? new Error("failed to read the file"));
    reader.readAsDataURL(file);
  });
}
