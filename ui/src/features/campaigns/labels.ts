// Labels of campaigns.
import type { CampaignRow } from "../../ipc";
import { number } from "../../lib/numbers";

/** Labels of TikTok's `objective_type` (v1.3 `GET /campaign/get/`) that cannot be made from the value itself. */
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

/** Returns a label such as "App promotion". A value that is not in TikTok's format is returned unchanged. */
export function objectiveOf(raw: string): string {
  const known = objectives[raw];
  if (known) return known;
  if (!/^[A-Z]+(_[A-Z]+)*$/.test(raw)) return raw;
  const words = raw.replaceAll("_", " ").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Labels of TikTok's `budget_mode`: the period of the budget. */
const modes: Record<string, string> = {
  BUDGET_MODE_DAY: "a day",
  BUDGET_MODE_DYNAMIC_DAILY_BUDGET: "daily average",
  BUDGET_MODE_TOTAL: "in total",
};

const formats = new Map<string, Intl.NumberFormat>();

/** Formats an amount in its currency, or as a plain number if the currency is unknown. */
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
  /** The period; TikTok's own value if it is unknown. */
  mode: string;
}

export type Budgeted = Pick<CampaignRow, "budget" | "budgetMode" | "currency">;

export function budgetOf({ budget, budgetMode, currency }: Budgeted): Budget {
  if (budgetMode === "BUDGET_MODE_INFINITE") return { sum: "No limit", mode: "" };
  return { sum: budget === null ? "" : moneyOf(budget, currency), mode: modes[budgetMode] ?? budgetMode };
}

/** The statuses that ad groups and ads usually have, to filter by. */
export const usualStatuses = ["Active", "Inactive", "Not delivering", "Deleted"].map((label) => ({
  value: label,
  label,
}));
