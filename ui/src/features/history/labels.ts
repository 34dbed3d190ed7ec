// Labels of changes. The names of actions are those of `Action::name` in Rust.
import { inText, plain } from "../../components/text/text";
import type {
  Action,
  DecisionKind,
  EditRow,
  EntryRef,
  HistoryRow,
  Outcome,
  Remedy,
  UndoState,
} from "../../ipc";
import { number } from "../../lib/numbers";

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
  allocate_to_several: "Allocations to several advertisers",
  exclude_audiences: "Excluded audiences",
  include_audiences: "Included audiences",
  request_account: "Requested an account",
  withdraw_request: "Withdrew a request",
  fulfil_request: "Marked a request fulfilled",
  deallocate: "Deallocated",
  move: "Moved",
  offboard: "Offboarded a client",
  import_allocations: "Imported allocations",
  undo: "Undid or redid a change",
};

/** Returns the text with a lower-case first letter, for the middle of a sentence. */
const lowerFirst = (sentence: string) => sentence.charAt(0).toLowerCase() + sentence.slice(1);

/** Returns the sentence that names an entry. */
export const titleOf = ({ entry }: Pick<HistoryRow, "entry">) => plain(entry.summary);

/** Returns "Undo: allocated 70 ad accounts to Client 017", or "Redo: …" for an undo. */
export const undoTitleOf = ({ isUndo, subject }: HistoryRow) =>
  `${isUndo ? "Redo" : "Undo"}: ${lowerFirst(plain(subject))}`;

/** Why an entry offers no undo. */
export const undoLabels: Record<UndoState, { text: string; reason: string } | null> = {
  possible: null,
  partly: null,
  undone: null,
  mailed: {
    text: "Emailed",
    reason: "The email was sent, which can't be undone. Withdraw the request instead.",
  },
  permanent: { text: "Permanent", reason: "Initialized campaigns stay allocated, so this can't be undone." },
};

/** Returns what an undo can include so that it is not blocked, each once. */
export function remediesOf(outcome: Outcome | null): Remedy[] {
  const found = (outcome?.blockers ?? []).flatMap(({ remedy }) => remedy ?? []);
  return [...new Map(found.map((remedy) => [JSON.stringify(remedy), remedy])).values()];
}

const remedyNouns = {
  account_allocation: ["ad account", "ad accounts"],
  campaign_allocation: ["campaign", "campaigns"],
  goal: ["goal or tag", "goals and tags"],
  advertiser: ["advertiser", "advertisers"],
} satisfies Partial<Record<DecisionKind, [one: string, many: string]>>;

/** Returns text such as "deallocate these 40 campaigns and remove this goal or tag". */
export function remedyText(remedies: readonly Remedy[]): string {
  const kinds = Object.entries(remedyNouns);
  const parts = [false, true].flatMap((remove) =>
    kinds.flatMap(([kind, [one, many]]) => {
      const count = remedies.filter((remedy) => remedy.kind === kind && remedy.remove === remove).length;
      const verb = !remove ? "allocate" : kind.endsWith("_allocation") ? "deallocate" : "remove";
      if (count === 0) return [];
      return [`${verb} ${count === 1 ? `this ${one}` : `these ${number(count)} ${many}`}`];
    }),
  );
  return parts.join(", ");
}

export const numberOf = ({ seq }: EntryRef) => `no. ${seq}`;

/** Returns the values before and after an edit, as "Self → Knorex". */
export function beforeAndAfter({ before, after }: EditRow): string {
  return `${before === null ? "–" : inText(before)} → ${after === null ? "–" : inText(after)}`;
}
