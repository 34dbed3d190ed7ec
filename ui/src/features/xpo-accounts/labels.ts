// Labels of XPO accounts and what belongs to them.
import type { Tone } from "../../components/feedback/tone";
import type { GoalKind, PaymentMode, XpoState } from "../../ipc";

export const stateLabels: Record<XpoState, { label: string; tone: Tone }> = {
  active: { label: "Active", tone: "ok" },
  suspended: { label: "Suspended", tone: "wait" },
  inactive: { label: "Inactive", tone: "off" },
};

export const states = Object.keys(stateLabels) as XpoState[];

export const modeLabels: Record<PaymentMode, string> = { self: "Self", knorex: "Knorex" };

export const modeChoices = (["self", "knorex"] as const).map((value) => ({
  value,
  label: modeLabels[value],
}));

export const goalLabels: Record<GoalKind, string> = {
  conversion_goal: "Conversion goal",
  remarketing_tag: "Remarketing tag",
};
