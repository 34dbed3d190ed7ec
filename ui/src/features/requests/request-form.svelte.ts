// The form of a request: its values, and the errors that it shows.
import type { Option } from "../../components/form/combobox";
import type { Action, Blocker, Reason, RequestChoices } from "../../ipc";
import { session } from "../app/session.svelte";
import type { Draft } from "../decisions/draft.svelte";

export type Field = "name" | "industry" | "country" | "currency" | "timezone" | "note";
type Values = Record<Field, string>;
type Errors = Partial<Record<Field, string>>;

/** The defaults of R47; the admin fills in everything else. */
const initial: Values = {
  name: "",
  industry: "",
  country: "",
  currency: "USD",
  timezone: "Asia/Singapore",
  note: "",
};

const fields = Object.keys(initial) as Field[];

/** The values of a request that was left to fix a blocker, and the file of its partner. */
let unsent: { partner: string | undefined; values: Values } | null = null;

/** Returns the values of the open partner's request that was left; once, so that a discarded request does not return. */
function takeUnsent(): Values | null {
  const kept = unsent;
  unsent = null;
  return kept && kept.partner === session.current?.file ? kept.values : null;
}

const fieldOf: Partial<Record<Reason, Field>> = {
  name_invalid: "name",
  industry_unknown: "industry",
  country_unknown: "country",
  currency_unknown: "currency",
  timezone_unknown: "timezone",
  note_invalid: "note",
};

export class RequestForm {
  values: Values = $state({ ...(takeUnsent() ?? initial) });
  /** Fields that were left with a value, or that were submitted: their errors are shown. */
  #touched: ReadonlySet<Field> = $state.raw(new Set());
  #errors: Errors = {};

  readonly dirty = $derived.by(() => fields.some((field) => this.values[field].trim() !== initial[field]));

  get action(): Action {
    const { name, note, ...chosen } = this.values;
    return { action: "request_account", name: name.trim(), note: note.trim(), ...chosen };
  }

  leave(field: Field): void {
    if (this.values[field].trim() !== "") this.#touched = new Set([...this.#touched, field]);
  }

  touchAll(): void {
    this.#touched = new Set(fields);
  }

  /** Whether a blocker is about a field, which shows it. */
  isOfField = ({ reason }: Blocker): boolean => fieldOf[reason] !== undefined;

  /**
   * Returns the errors of touched fields, as of the last preview. While a newer one is running they stay: errors of the previous values
   * would move the buttons under the pointer.
   */
  errors({ outcome, previewing }: Draft): Errors {
    if (!outcome || previewing) return this.#errors;
    this.#errors = {};
    for (const blocker of outcome.blockers) {
      const field = fieldOf[blocker.reason];
      if (field && this.#touched.has(field)) this.#errors[field] = blocker.text;
    }
    return this.#errors;
  }

  /** Keeps the values for the next time that the dialog is opened. */
  keep(): void {
    unsent = { partner: session.current?.file, values: { ...this.values } };
  }
}

/** Returns the options of the pickers. */
export function optionsOf(
  choices: RequestChoices | undefined,
): Record<Exclude<Field, "name" | "note">, Option[]> {
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
