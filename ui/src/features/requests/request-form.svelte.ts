// The form of a request: what was chosen, and which of it is shown as wrong.
import type { Option } from "../../components/form/combobox";
import type { Action, Blocker, Reason, RequestChoices } from "../../ipc";
import { reasonOf } from "../decisions/labels";

export type Field = "name" | "industry" | "country" | "currency" | "timezone" | "note";
export type Values = Record<Field, string>;

/** Everything but the defaults of R47 is to be chosen. */
const fresh: Values = {
  name: "",
  industry: "",
  country: "",
  currency: "USD",
  timezone: "Asia/Singapore",
  note: "",
};

/** What was typed when the dialog was left for something that was in the way. */
let kept: Values | null = null;

const fieldOf: Partial<Record<Reason, Field>> = {
  name_invalid: "name",
  industry_unknown: "industry",
  country_unknown: "country",
  currency_unknown: "currency",
  timezone_unknown: "timezone",
  note_invalid: "note",
};

export class RequestForm {
  values: Values = $state({ ...(kept ?? fresh) });
  /** What is shown as wrong, by field. */
  faults = $state.raw<Partial<Record<Field, string>>>({});
  /** Fields that were left with something in them, or tried to submit. */
  #touched: ReadonlySet<Field> = $state.raw(new Set());

  readonly dirty = $derived.by(() =>
    (Object.keys(fresh) as Field[]).some((field) => this.values[field].trim() !== fresh[field]),
  );

  get action(): Action {
    const { name, note, ...chosen } = this.values;
    return { action: "request_account", name: name.trim(), note: note.trim(), ...chosen };
  }

  leave(field: Field): void {
    if (this.values[field].trim() !== "") this.#touched = new Set([...this.#touched, field]);
  }

  touchAll(): void {
    this.#touched = new Set(Object.keys(fresh) as Field[]);
  }

  /** Whether a blocker is told beside the field that it is about. */
  isOfField = ({ reason }: Blocker): boolean => fieldOf[reason] !== undefined;

  /**
   * Shows beside their fields what is wrong with those that were left or submitted. Only with an answer to what is there now: one to
   * what was there before would push the button away from under the pointer.
   */
  blame(blockers: readonly Blocker[]): void {
    const faults: Partial<Record<Field, string>> = {};
    for (const blocker of blockers) {
      const field = fieldOf[blocker.reason];
      if (field && this.#touched.has(field)) faults[field] = reasonOf(blocker);
    }
    this.faults = faults;
  }

  /** Keeps what was typed for the next time that the dialog is opened. */
  keep(): void {
    kept = { ...this.values };
  }

  forget(): void {
    kept = null;
  }
}

/** What the pickers choose from. */
export function optionsOf(choices: RequestChoices | null): Record<Exclude<Field, "name" | "note">, Option[]> {
  return {
    industry: (choices?.industries ?? []).map((name) => ({ id: name, name })),
    country: (choices?.countries ?? []).map(({ code, name }) => ({ id: code, name, note: code })),
    currency: (choices?.currencies ?? []).map(({ code, name }) => ({ id: code, name: code, note: name })),
    timezone: (choices?.timezones ?? []).map(({ name, offset, accepted }) => ({
      id: name,
      name,
      note: accepted ? offset : `${offset}, not on TikTok`,
    })),
  };
}
