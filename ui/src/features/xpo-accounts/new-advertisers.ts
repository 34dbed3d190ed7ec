// Advertisers typed one per line.
import type { NewAdvertiser } from "../../ipc";

/** Gives each line an id that is stable while the lines before it do not change. */
export class NewAdvertisers {
  readonly #ids: string[] = [];

  of(lines: string, xpoAccount: string): NewAdvertiser[] {
    const names = lines
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean);
    return names.map((name, at) => ({ id: (this.#ids[at] ??= crypto.randomUUID()), xpoAccount, name }));
  }
}
