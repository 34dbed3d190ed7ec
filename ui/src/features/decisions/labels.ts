// Messages for blockers and warnings, and links to what they are about. The rules are checked on the Rust side.
import { plain } from "../../components/text/text";
import { labels } from "../../ipc";
import type { Blocker, WarningKind, Named, Outcome, Reason, Warning } from "../../ipc";
import { counted, number } from "../../lib/numbers";
import { kindLabels, nameOf, routeTo } from "../app/objects";
import type { Route } from "../app/router.svelte";

const quoted = (named: Named | null) => (named ? `“${nameOf(named)}”` : "it");

const reasons: Record<Reason, (blocker: Blocker) => string> = {
  campaign_allocated: ({ object, holder }) =>
    `Campaign ${quoted(object)} is allocated to ${quoted(holder)}. Deallocate it first.`,
  goal_created: ({ object, holder }) =>
    `${quoted(object)} was created in XPO with this TikTok ad account for ${quoted(holder)}.`,
  campaign_initialized: ({ object }) =>
    `Campaign ${quoted(object)} is initialized, so it can't be deallocated or moved.`,
  campaign_allocated_elsewhere: ({ object, holder }) =>
    `Campaign ${quoted(object)} is allocated to ${quoted(holder)}. A campaign can have only one advertiser.`,
  campaign_not_allocated: ({ object }) => `Campaign ${quoted(object)} isn't allocated.`,
  not_allocated: ({ adAccount, holder, object }) =>
    `TikTok ad account ${quoted(adAccount ?? object)} is not allocated to ${quoted(holder)} – allocate first.`,
  audience_excluded: ({ object }) => `Audience ${quoted(object)} is excluded from XPO. Include it first.`,
  archived: ({ object }) => `${kindLabels[object.kind]} ${quoted(object)} is archived. Restore it first.`,
  name_taken: ({ object }) => `The name ${quoted(object)} is taken.`,
  name_invalid: () => "This name can't be used. Enter 1 to 100 visible characters.",
  id_invalid: ({ object }) => `The ID ${object.id} can't be used.`,
  unknown: ({ object }) => `${kindLabels[object.kind]} ${object.id} no longer exists.`,
  account_of_another_xpo_account: ({ object, holder }) =>
    `${quoted(object)} is not one of the TikTok ad accounts of ${quoted(holder)}.`,
  changed_since: ({ object, entry }) =>
    entry
      ? `${kindLabels[object.kind]} ${quoted(object)} has since been changed by ${plain(entry.actor)} (no. ${number(entry.seq)}).`
      : `${kindLabels[object.kind]} ${quoted(object)} has since been changed.`,
  in_use: ({ object }) => `It is used by ${kindLabels[object.kind].toLowerCase()} ${quoted(object)}.`,
  note_invalid: () => "This note can't be used. Enter at most 2,000 visible characters.",
  industry_unknown: () => "Choose an industry from the list.",
  country_unknown: () => "Choose a country from the list.",
  currency_unknown: () => "Choose a currency from the list.",
  timezone_unknown: () => "Choose a time zone from the list.",
  no_recipient: () => "No recipient set. Enter the account manager or the team in Settings.",
  request_ended: ({ object }) => `The request for ${quoted(object)} has already been fulfilled or withdrawn.`,
  request_mailed: ({ object }) =>
    `The request for ${quoted(object)} was already emailed, which can't be undone. Withdraw the request instead.`,
  nothing_to_do: () => "There is nothing to change.",
};

export const reasonOf = (blocker: Blocker) => reasons[blocker.reason](blocker);

const warningTexts: Record<WarningKind, (warning: Warning) => string> = {
  account_not_approved: ({ object }) => `TikTok ad account ${quoted(object)} is not approved by TikTok.`,
  account_no_access: ({ object }) => `No TikTok user can access ${quoted(object)}.`,
  xpo_account_not_active: ({ object }) => `XPO account ${quoted(object)} is not active.`,
  mixed_modes: ({ object }) => `${quoted(object)} will have both payment modes, Self and Knorex.`,
  audience_allocations_removed: ({ count, holder }) =>
    `${counted(count, "audience allocation")} of ${quoted(holder)} will also be removed. Undo restores ${count === 1 ? "it" : "them"}.`,
  deleted_on_tiktok: ({ count, object }) =>
    count === 1
      ? `${quoted(object)} is deleted on TikTok.`
      : `${number(count)} of them are deleted on TikTok.`,
  audience_not_valid: ({ count, object }) =>
    count === 1
      ? `Audience ${quoted(object)} is not ready for use: too small, still computing or expired.`
      : `${number(count)} audiences are not ready for use: too small, still computing or expired.`,
  cannot_be_undone: ({ count }) =>
    `${counted(count, "campaign")} can never be deallocated again. This cannot be undone.`,
  still_allocated: ({ object, kinds }) => {
    const kept = kinds.map(({ kind, count }) => countedKind(count, kindLabels[kind]));
    return `${quoted(object)} keeps ${formatList(kept)}; new allocations are blocked.`;
  },
  initialized_stays: ({ object, holder }) =>
    `Campaign ${quoted(object)} of ${quoted(holder)} is initialized, so it stays with its TikTok ad account.`,
  name_in_use: ({ object }) =>
    object.kind === "request"
      ? `There is already an open request for ${quoted(object)}.`
      : `There is already a TikTok ad account named ${quoted(object)}.`,
  timezone_not_accepted: ({ object }) =>
    `TikTok supports only time zones of whole and half hours, so ${object.name} isn't available there.`,
  no_mail_server: () =>
    "No mail server is set up yet. The request is kept, and sent once you set one up in Settings.",
  already_mailed: () =>
    "Knorex may already have the email. Tell your account manager that the account isn't needed.",
  default_unchanged: ({ object }) => `${quoted(object)} remains the default.`,
};

export const warningTextOf = (warning: Warning) => warningTexts[warning.kind](warning);

const lists = new Intl.ListFormat("en", { type: "conjunction" });
const formatList = (parts: string[]) => lists.format(parts);

/** Returns text such as "2 TikTok ad accounts", "1 campaign" or "2 goals and tags". */
export function countedKind(count: number, label: string): string {
  const one = label.startsWith("T") || label.startsWith("X") ? label : label.toLowerCase();
  return one === "goal or tag" ? counted(count, one, "goals and tags") : counted(count, one);
}

/** Returns what changes by kind, as "2 TikTok ad accounts, 40 campaigns, 1 XPO account". */
export const kindsOf = ({ kinds }: Outcome): string =>
  kinds
    .map(({ kind, added, removed, changed }) =>
      countedKind(Math.max(added, removed) + changed, labels.DecisionKind[kind]),
    )
    .join(", ");

/** Returns the text of the button that deallocates and removes what blocks a change with it; empty if nothing can be. */
export function removableOf(blockers: readonly Blocker[]): string {
  const count = (wanted: Reason) => blockers.filter(({ reason }) => reason === wanted).length;
  const [campaigns, goals] = [count("campaign_allocated"), count("goal_created")];
  const these = (number: number, one: string, many: string) =>
    number === 1 ? `this ${one}` : `these ${counted(number, one, many)}`;
  const parts = [
    campaigns > 0 && `deallocate ${these(campaigns, "campaign", "campaigns")}`,
    goals > 0 && `remove ${these(goals, "goal or tag", "goals and tags")}`,
  ].filter((part) => part !== false);
  const text = parts.join(" and ");
  return text && `${text.charAt(0).toUpperCase()}${text.slice(1)} too`;
}

/** Returns text such as "2 added, 1 removed". */
export function diffOf({ added, removed, changed }: Outcome): string {
  const parts = [
    added && `${number(added)} added`,
    removed && `${number(removed)} removed`,
    changed && `${number(changed)} changed`,
  ].filter(Boolean);
  return parts.length > 0 ? parts.join(", ") : "No changes";
}

/** Returns the message after a save, with the words and counts of the history. */
export const savedMessage = ({ summary }: Outcome) =>
  `Success: ${summary.charAt(0).toLowerCase()}${plain(summary.slice(1))}.`;

/** Returns the screen where a blocker can be resolved, with the text and the accessible name of the link to it. */
export function linkOf(blocker: Blocker): { text: string; label: string; route: Route } {
  const { reason, object } = blocker;
  if (reason === "no_recipient") {
    const text = "Open mail settings";
    return { text, label: text, route: { place: "settings", section: "mail" } };
  }
  const kind = kindLabels[object.kind];
  const text = `Show ${kind.charAt(0) === "T" || kind.startsWith("XPO") ? kind : kind.toLowerCase()}`;
  return { text, label: `${text} ${object.id}`, route: routeTo(object, blocker) };
}
