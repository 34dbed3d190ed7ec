// Labels of XPO accounts and what belongs to them.
import type { Tone } from "../../components/feedback/tone";
import { labels, type XpoState } from "../../ipc";

export const stateLabels: Record<XpoState, { label: string; tone: Tone }> = {
  active: { label: labels.XpoState.active, tone: "ok" },
  suspended: { label: labels.XpoState.suspended, tone: "wait" },
  inactive: { label: labels.XpoState.inactive, tone: "off" },
};

export const states = Object.keys(stateLabels) as XpoState[];

export const modeLabels = labels.PaymentMode;

export const modeChoices = (["self", "knorex"] as const).map((value) => ({
  value,
  label: modeLabels[value],
}));
