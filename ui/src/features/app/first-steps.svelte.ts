// For which partners the setup guide is hidden on this computer.
import { storePreference, storedPreference } from "../../lib/preferences.svelte";

const KEY = "first-steps.away";
const isStrings = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === "string");

class FirstSteps {
  #files = $state.raw<string[]>(storedPreference(KEY, isStrings, []));

  hidden(file: string): boolean {
    return this.#files.includes(file);
  }

  hide(file: string): void {
    this.#set([...this.#files, file]);
  }

  show(file: string): void {
    this.#set(this.#files.filter((one) => one !== file));
  }

  #set(files: string[]): void {
    this.#files = files;
    storePreference(KEY, files);
  }
}

export const firstSteps = new FirstSteps();
