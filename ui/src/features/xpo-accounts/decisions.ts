// Decisions about XPO accounts and advertisers that only need to be confirmed.
import { plain } from "../../components/text/text";
import type { AdvertiserRow, XpoState } from "../../ipc";
import { counted } from "../../lib/numbers";
import type { Question } from "../decisions/ConfirmDecision.svelte";
import { stateLabels } from "./labels";

interface Party {
  id: string;
  name: string;
}

const named = (parties: Party[], one: string) =>
  parties.length === 1 && parties[0]?.name ? `“${plain(parties[0].name)}”` : counted(parties.length, one);

/** Returns selected rows, whose names may not be loaded, without names. */
export const parties = (ids: string[]): Party[] => ids.map((id) => ({ id, name: "" }));

export function setState(accounts: Party[], state: XpoState): Question {
  const { label } = stateLabels[state];
  return {
    action: { action: "set_state", accounts: accounts.map(({ id }) => id), state },
    title: `Set ${named(accounts, "XPO account")} to ${label}?`,
    lead: "Existing allocations stay.",
    save: `Set to ${label}`,
    several: accounts.length > 1,
  };
}

export function archive(accounts: Party[]): Question {
  return {
    action: { action: "archive", accounts: accounts.map(({ id }) => id), advertisers: [] },
    title: `Archive ${named(accounts, "XPO account")}?`,
    lead: "Existing allocations stay; new ones are blocked until you restore it.",
    save: "Archive",
    several: accounts.length > 1,
  };
}

export function offboard(accounts: Party[]): Question {
  const who = named(accounts, "client");
  return {
    action: { action: "offboard", accounts: accounts.map(({ id }) => id) },
    title: `Offboard ${who}?`,
    lead: "TikTok ad accounts, campaigns and audiences are deallocated, goals and tags are removed, and the XPO account is archived. One Undo restores everything.",
    save: "Offboard",
    danger: true,
    several: accounts.length > 1,
  };
}

export function restore(accounts: Party[]): Question {
  return {
    action: { action: "restore", accounts: accounts.map(({ id }) => id), advertisers: [] },
    title: `Restore ${named(accounts, "XPO account")}?`,
    save: "Restore",
    several: accounts.length > 1,
  };
}

export function setAdvertisersArchived(
  advertisers: Pick<AdvertiserRow, "id" | "name">[],
  archived: boolean,
): Question {
  const verb = archived ? "Archive" : "Restore";
  return {
    action: {
      action: archived ? "archive" : "restore",
      accounts: [],
      advertisers: advertisers.map(({ id }) => id),
    },
    title: `${verb} ${named(advertisers, "advertiser")}?`,
    ...(archived && {
      lead: "Existing allocations stay; new ones are blocked until you restore it.",
    }),
    save: verb,
    several: advertisers.length > 1,
  };
}
