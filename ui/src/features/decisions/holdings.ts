// What XPO accounts and advertisers have: deallocating it, and initializing campaigns.
import { plain } from "../../components/text/text";
import type { Holder, Holdings } from "../../ipc";
import { counted } from "../../lib/numbers";
import type { Question } from "./ConfirmDecision.svelte";

/** Objects that were selected, and whose they are. */
export interface Held {
  holdings: Holdings;
  /** The name of an only object. */
  name?: string | undefined;
  /** The name of whose they are; empty for whoever has them. */
  from: string;
}

const none = { adAccounts: [], campaigns: [], audiences: [] };

export const holdings = (of: Holder | null, some: Partial<Holdings>): Holdings => ({ of, ...none, ...some });

/** Returns text such as "2 campaigns". */
export function countOf({ adAccounts, campaigns, audiences }: Holdings): string {
  return [
    adAccounts.length > 0 && counted(adAccounts.length, "TikTok ad account"),
    campaigns.length > 0 && counted(campaigns.length, "campaign"),
    audiences.length > 0 && counted(audiences.length, "audience"),
  ]
    .filter(Boolean)
    .join(", ");
}

/** Returns the name of an only object in quotes, or else what there is. */
export const whatOf = ({ name, holdings: all }: Held) => (name ? `“${plain(name)}”` : countOf(all));

export function deallocation(held: Held): Question {
  const from = held.from && ` from “${plain(held.from)}”`;
  return {
    action: { action: "deallocate", holdings: held.holdings, defaultReplacements: [] },
    title: `Deallocate ${whatOf(held)}${from}?`,
    save: "Deallocate",
    danger: true,
    several: true,
  };
}

const audiencesOf = (audiences: string[], name?: string) =>
  name ? `“${plain(name)}”` : counted(audiences.length, "audience");

/** `name` is that of an only audience. */
export const exclusion = (audiences: string[], name?: string): Question => ({
  action: { action: "exclude_audiences", audiences },
  title: `Exclude ${audiencesOf(audiences, name)} from XPO?`,
  lead: "It loses every allocation and stays hidden, also after the next sync, until it is included again.",
  save: "Exclude from XPO",
  several: audiences.length > 1,
});

export const inclusion = (audiences: string[], name?: string): Question => ({
  action: { action: "include_audiences", audiences },
  title: `Include ${audiencesOf(audiences, name)} in XPO?`,
  lead: "Earlier allocations are not restored.",
  save: "Include in XPO",
  several: audiences.length > 1,
});

/** `name` is that of an only campaign. */
export function initialization(campaigns: string[], name?: string): Question {
  const one = campaigns.length === 1;
  return {
    action: { action: "initialize_campaigns", campaigns },
    title: name ? `Initialize “${plain(name)}”?` : `Initialize ${counted(campaigns.length, "campaign")}?`,
    lead: `Initializing is permanent and can't be undone: ${one ? "the campaign" : "these campaigns"} can never be deallocated or moved again.`,
    save: "Initialize",
    danger: true,
    several: !one,
    final: true,
  };
}
