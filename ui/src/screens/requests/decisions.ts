// Decisions about a request, as ConfirmDecision asks them.
import { plain } from "../../components/text/text";
import type { Action, AccountRequest } from "../../ipc";

export interface Question {
  action: Action;
  title: string;
  lead: string;
  save: string;
  danger?: boolean;
  diff: boolean;
  said: () => string;
}

export function withdrawal({ id, asked: { name }, state }: AccountRequest): Question {
  return {
    action: { action: "withdraw_request", request: id },
    title: `Withdraw the request for “${plain(name)}”?`,
    lead: state === "sent" ? "It is closed here." : "It is closed, and not sent any more.",
    save: "Withdraw",
    danger: true,
    diff: false,
    said: () => `Success: the request for “${plain(name)}” is withdrawn.`,
  };
}
