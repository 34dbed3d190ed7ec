import type { Tone } from "../../components/feedback/tone";
import type { UserState } from "../../ipc";

export const userStateLabels: Record<UserState, { label: string; tone: Tone }> = {
  connected: { label: "Connected", tone: "ok" },
  needs_authorization: { label: "Needs re-authorization", tone: "wait" },
  disconnected: { label: "Disconnected", tone: "off" },
};
