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

/** The requests whose suggested account is being accepted. */
const accepting = new Set<string>();

/** Accepts a suggested account without asking, because it can be undone. Ignores a second click. Returns whether it was saved. */
export async function fulfil(row: AccountRequest, account: Named, onblocked: () => void): Promise<boolean> {
  if (accepting.has(row.id)) return false;
  accepting.add(row.id);
  try {
    const { change, outcome } = await undoing.saving(commands.commit(fulfilment(row, account.id)));
    if (outcome.entry === null) onblocked();
    else undoing.saved(savedMessage(outcome), change);
    return outcome.entry !== null;
  } catch (thrown) {
    messages.problem(asProblem(thrown));
    return false;
  } finally {
    accepting.delete(row.id);
  }
}
