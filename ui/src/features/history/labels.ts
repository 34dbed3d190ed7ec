// Labels of changes. The names of actions are those of `Action::name` in Rust.
import { plain } from "../../components/text/text";
import type { Action, EditRow, EntryRef, HistoryRow } from "../../ipc";

/** The history names what was decided after `deallocate_first`, never that itself. */
type ActionName = Exclude<Action["action"], "deallocate_first">;

export const actionLabels: Record<ActionName, string> = {
  add_to_directory: "Added to XPO Accounts",
  rename: "Renamed",
  set_state: "Set the state",
  archive: "Archived",
  restore: "Restored",
  add_goals: "Added goals or tags",
  remove_goals: "Removed goals or tags",
  allocate_accounts: "Account allocations",
  set_defaults: "Set the default account",
  allocate_campaigns: "Campaign allocations",
  initialize_campaigns: "Initialized campaigns",
  allocate_audiences: "Audience allocations",
  exclude_audiences: "Excluded audiences",
  include_audiences: "Included audiences",
  request_account: "Requested an account",
  withdraw_request: "Withdrew a request",
  fulfil_request: "Marked a request fulfilled",
  deallocate: "Deallocated",
  move: "Moved",
  offboard: "Offboarded a client",
  undo: "Undid a change",
};

export const actions = Object.keys(actionLabels) as ActionName[];

/** Returns the label of an action. A name of a newer version is shown as it is. */
export const actionOf = (name: string) =>
  name in actionLabels ? actionLabels[name as ActionName] : plain(name.replaceAll("_", " "));

/** Returns the text with a lower-case first letter, for the middle of a sentence. */
export const small = (sentence: string) => sentence.charAt(0).toLowerCase() + sentence.slice(1);

export function titleOf({ entry, undoes }: Pick<HistoryRow, "entry" | "undoes">): string {
  if (undoes?.action === "undo") return "Redid a change";
  return undoes ? `Undid: ${small(actionOf(undoes.action))}` : actionOf(entry.action);
}

export const numberOf = ({ seq }: EntryRef) => `no. ${seq}`;

/** Returns the values before and after an edit, as "Self → Knorex". */
export function beforeAndAfter({ before, after }: EditRow): string {
  return `${before === null ? "–" : plain(before)} → ${after === null ? "–" : plain(after)}`;
}
