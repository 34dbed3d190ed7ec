// States of this screen in words.
import type { Tone } from "../../components/feedback/tone";
import type { UserState } from "../../ipc";
import { number } from "../../lib/numbers";

export const userStateWords: Record<UserState, { label: string; tone: Tone }> = {
  connected: { label: "Connected", tone: "ok" },
  needs_authorization: { label: "Needs re-authorization", tone: "wait" },
  disconnected: { label: "Disconnected", tone: "off" },
};

export const accountsWords = (count: number) =>
  `${number(count)} ${count === 1 ? "ad account" : "ad accounts"}`;
