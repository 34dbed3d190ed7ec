// The columns of TikTok Accounts (R10) and what this computer remembers about them.
import type { Column, Widths } from "../../components/columns";
import type { AccountSort } from "../../ipc";
import { remember, remembered } from "../../state/preferences.svelte";

export interface AccountColumn extends Column {
  /** Always shown. */
  fixed?: boolean;
  sort?: AccountSort;
}

const all: AccountColumn[] = [
  { id: "id", title: "TikTok Ad Account ID", width: 184, sort: "id", fixed: true },
  { id: "name", title: "Name", width: 166, grow: 3, sort: "name", fixed: true },
  { id: "user", title: "TikTok user", width: 150, grow: 1, sort: "user" },
  { id: "currency", title: "Currency", width: 92, sort: "currency" },
  { id: "timezone", title: "Timezone", width: 150, sort: "timezone" },
  { id: "country", title: "Country", width: 88 },
  { id: "company", title: "Company", width: 160, grow: 1 },
  { id: "allocated", title: "TikTok Ad account allocated to Advertisers", width: 176, grow: 2, fixed: true },
  { id: "status", title: "Status", width: 196, grow: 1, sort: "status", fixed: true },
  { id: "action", title: "Action", width: 68, align: "end", fixed: true, pinned: true },
];
export const accountColumns = all.map((column) => ({ ...column, sortable: column.sort !== undefined }));
export const optionalColumns = accountColumns.filter(({ fixed }) => !fixed);

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === "string");
const isWidths = (value: unknown): value is Widths =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((width) => typeof width === "number" && Number.isFinite(width));

export class ColumnChoice {
  #extra = $state<string[]>(remembered("accounts.columns", isTexts, []));
  widths = $state.raw<Widths>(remembered("accounts.widths", isWidths, {}));

  get shown(): AccountColumn[] {
    return accountColumns.filter(({ fixed, id }) => fixed || this.#extra.includes(id));
  }

  has(id: string): boolean {
    return this.#extra.includes(id);
  }

  toggle(id: string): void {
    this.#extra = this.has(id) ? this.#extra.filter((one) => one !== id) : [...this.#extra, id];
    remember("accounts.columns", this.#extra);
  }

  resize(id: string, width: number): void {
    this.widths = { ...this.widths, [id]: width };
    remember("accounts.widths", this.widths);
  }

  reset(): void {
    this.#extra = [];
    this.widths = {};
    remember("accounts.columns", []);
    remember("accounts.widths", {});
  }
}
