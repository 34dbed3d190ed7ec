// For which partners the first steps were put away, on this computer.
import { remember, remembered } from "../../lib/preferences.svelte";

const KEY = "first-steps.away";
const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === "string");

class PutAway {
  #files = $state.raw<string[]>(remembered(KEY, isTexts, []));

  away(file: string): boolean {
    return this.#files.includes(file);
  }

  putAway(file: string): void {
    this.#set([...this.#files, file]);
  }

  bringBack(file: string): void {
    this.#set(this.#files.filter((one) => one !== file));
  }

  #set(files: string[]): void {
    this.#files = files;
    remember(KEY, files);
  }
}

export const firstSteps = new PutAway();
