// States of this screen in words.
import type { Tone } from "../../components/tone";
import type { Connection, UserState } from "../../ipc";

export const connectionWords: Record<Connection, { label: string; tone: Tone }> = {
  connected: { label: "Connected", tone: "ok" },
  needs_authorization: { label: "Needs re-authorization", tone: "wait" },
  no_access: { label: "No access", tone: "off" },
};

export const userStateWords: Record<UserState, { label: string; tone: Tone }> = {
  connected: { label: "Connected", tone: "ok" },
  needs_authorization: { label: "Needs re-authorization", tone: "wait" },
  disconnected: { label: "Disconnected", tone: "off" },
};

export const accountsWords = (count: number) =>
  `${number(count)} ${count === 1 ? "ad account" : "ad accounts"}`;

const numbers = new Intl.NumberFormat();
export const number = (value: number) => numbers.format(value);
