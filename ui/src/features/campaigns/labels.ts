// Campaigns in words.
import type { CampaignRow } from "../../ipc";
import { number } from "../../lib/numbers";

/** TikTok's `objective_type` (v1.3 `GET /campaign/get/`), where it does not read by itself. */
const objectives: Record<string, string> = {
  APP_INSTALL: "App installs",
  CONVERSIONS: "Conversions",
  RF_APP_INSTALL: "App installs (reservation)",
  RF_ENGAGEMENT: "Engagement (reservation)",
  RF_REACH: "Reach (reservation)",
  RF_TRAFFIC: "Traffic (reservation)",
  RF_VIDEO_VIEW: "Video views (reservation)",
  TOPVIEW_REACH: "Reach (TopView)",
  WEB_CONVERSIONS: "Website conversions",
};

/** "App promotion"; what is no word of TikTok's stays as it is. */
export function objectiveOf(raw: string): string {
  const known = objectives[raw];
  if (known) return known;
  if (!/^[A-Z]+(_[A-Z]+)*$/.test(raw)) return raw;
  const words = raw.replaceAll("_", " ").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** TikTok's `budget_mode`: for how long the sum is. */
const modes: Record<string, string> = {
  BUDGET_MODE_DAY: "a day",
  BUDGET_MODE_DYNAMIC_DAILY_BUDGET: "a day on average",
  BUDGET_MODE_TOTAL: "in total",
};

const formats = new Map<string, Intl.NumberFormat>();

/** A sum in its currency; a plain number where the currency is none that is known. */
export function moneyOf(sum: number, currency: string | null): string {
  if (!currency) return number(sum);
  try {
    let format = formats.get(currency);
    if (!format) {
      format = new Intl.NumberFormat(undefined, { style: "currency", currency });
      formats.set(currency, format);
    }
    return format.format(sum);
  } catch {
    return `${number(sum)} ${currency}`;
  }
}

export interface Budget {
  sum: string;
  /** For how long; TikTok's own word where it is not known. */
  mode: string;
}

export function budgetOf({
  budget,
  budgetMode,
  currency,
}: Pick<CampaignRow, "budget" | "budgetMode" | "currency">): Budget {
  if (budgetMode === "BUDGET_MODE_INFINITE") return { sum: "No limit", mode: "" };
  return { sum: budget === null ? "" : moneyOf(budget, currency), mode: modes[budgetMode] ?? budgetMode };
}
