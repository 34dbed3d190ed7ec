// Labels of requests for new TikTok ad accounts (R46–R48).
import type { Tone } from "../../components/feedback/tone";
import { labels, type AccountRequest, type RequestState } from "../../ipc";
import { formatShort } from "../../lib/times";
import { textsOf } from "../../problems/problems";

/** The label of the button, and the title of the dialog. */
export const requestTitle = "Request New TikTok Account";

export const requestStates: Record<RequestState, { label: string; tone: Tone }> = {
  queued: { label: labels.RequestState.queued, tone: "wait" },
  sent: { label: labels.RequestState.sent, tone: "ok" },
  failed: { label: labels.RequestState.failed, tone: "bad" },
  fulfilled: { label: labels.RequestState.fulfilled, tone: "ok" },
  withdrawn: { label: labels.RequestState.withdrawn, tone: "off" },
};

export const requestStateChoices = (Object.keys(requestStates) as RequestState[]).map((value) => ({
  value,
  label: requestStates[value].label,
}));

/** Returns "Next try 14:20.", or an empty text if none is planned. */
export const nextTry = ({ mail }: AccountRequest) =>
  mail?.dueAt == null ? "" : `Next try ${formatShort(mail.dueAt)}.`;

/** Returns the first line of the state, such as "Queued · next try 14:20". */
export function stateLabelOf({ state, mail, problem }: AccountRequest): string {
  const { label } = requestStates[state];
  const waits = state === "queued" && problem && mail?.state !== "sending";
  return waits && mail?.dueAt != null ? `${label} · next try ${formatShort(mail.dueAt)}` : label;
}

/** Returns the second line of the state: why the request was not sent yet, or when it reached this state. */
export function stateDetailsOf(row: AccountRequest): string {
  const { state, mail, problem, endedAt } = row;
  switch (state) {
    case "queued":
      if (mail?.state === "sending") return "Being sent";
      return problem ? textsOf(problem).title : "Will be sent next";
    case "failed":
      return problem ? textsOf(problem).title : "";
    case "sent":
      return mail?.sentAt == null ? "From another computer" : formatShort(mail.sentAt);
    default:
      return endedAt === null ? "" : formatShort(endedAt);
  }
}
