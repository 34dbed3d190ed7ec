import { plain } from "../../components/text/text";
import type { Question } from "../../features/decisions/ConfirmDecision.svelte";
import type { AccountRequest } from "../../ipc";

export function withdrawal({ id, form: { name }, state, mail }: AccountRequest): Question {
  // As Rust decides it, which warns then.
  const mayBeSent = state === "sent" || mail?.state === "sending" || (mail?.uncertain ?? 0) > 0;
  return {
    action: { action: "withdraw_request", request: id },
    title: `Withdraw the request for “${plain(name)}”?`,
    lead: mayBeSent ? "It is closed here." : "It is closed and will not be sent.",
    save: "Withdraw",
    danger: true,
    diff: false,
  };
}
