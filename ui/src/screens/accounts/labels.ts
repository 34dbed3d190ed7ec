import type { Tone } from "../../components/feedback/tone";
import { labels, type UserState } from "../../ipc";

export const userStateLabels: Record<UserState, { label: string; tone: Tone }> = {
  connected: { label: labels.UserState.connected, tone: "ok" },
  needs_authorization: { label: labels.UserState.needs_authorization, tone: "wait" },
  disconnected: { label: labels.UserState.disconnected, tone: "off" },
};
