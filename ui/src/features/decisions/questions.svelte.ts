// The decisions that the dialogs of a screen ask about, one at a time.
import type { Action, Renamed } from "../../ipc";
import { audienceIdOf } from "../audiences/audience-list.svelte";
import type { Question } from "./ConfirmDecision.svelte";
import type { Held } from "./holdings";

/** Returns the ids, in their list, of the rows that a decision is about. */
export function rowsOf(action: Action): string[] {
  switch (action.action) {
    case "deallocate_first":
      return rowsOf(action.then);
    case "deallocate":
    case "move": {
      const { adAccounts, campaigns, audiences } = action.holdings;
      return [...adAccounts, ...campaigns, ...audiences.map(audienceIdOf)];
    }
    case "initialize_campaigns":
      return action.campaigns;
    case "remove_goals":
      return action.goals;
    case "archive":
    case "restore":
      return [...action.accounts, ...action.advertisers];
    case "set_state":
    case "offboard":
      return action.accounts;
    default:
      return [];
  }
}

export class Questions {
  /** The decision to confirm. */
  asked = $state.raw<Question | null>(null);
  /** What is moved to another advertiser. */
  moving = $state.raw<Held | null>(null);
  renaming = $state.raw<{ object: Renamed; name: string } | null>(null);

  readonly ask = (question: Question): void => {
    this.asked = question;
  };

  rename(kind: Renamed["kind"], { id, name }: { id: string; name: string }): void {
    this.renaming = { object: { kind, id }, name };
  }
}
