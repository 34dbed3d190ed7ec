// Marking a request fulfilled, with one click where an ad account is suggested.
import { asProblem, commands, type AccountRequest, type Action, type Named } from "../../ipc";
import { messages } from "../../lib/messages.svelte";
import { savedMessage } from "../decisions/labels";
import { undoing } from "../decisions/undo.svelte";

export const fulfilment = ({ id }: AccountRequest, account: string | null): Action => ({
  action: "fulfil_request",
  request: id,
  account,
});

/** Accepts a suggested account without asking, because it can be undone. Returns false if it is blocked. */
export async function fulfil(row: AccountRequest, account: Named): Promise<boolean> {
  try {
    const { change, outcome } = await commands.commit(fulfilment(row, account.id));
    if (outcome.entry === null) return false;
    undoing.saved(savedMessage(outcome), change);
  } catch (thrown) {
    messages.problem(asProblem(thrown));
  }
  return true;
}
