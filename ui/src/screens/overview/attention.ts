// What needs attention, in words, each with the way to it.
import type { Tone } from "../../components/feedback/tone";
import type { Route } from "../../features/app/router.svelte";
import type { Attention, Coverage, Deleted, RequestCounts, SyncCounts } from "../../ipc";
import { counted } from "../../lib/numbers";

export interface Item {
  id: string;
  tone: Tone;
  title: string;
  /** What it means, or what to do. */
  text: string;
  route: Route;
}

export interface Known {
  attention?: Attention | undefined;
  adAccounts?: Coverage | undefined;
  xpoAccounts?: Coverage | undefined;
  syncs: SyncCounts | null;
  requests?: RequestCounts | undefined;
}

const accounts = (count: number) => counted(count, "TikTok ad account");

/** The worst first. What is not known yet is left out. */
export function itemsOf({ attention, adAccounts, xpoAccounts, syncs, requests }: Known): Item[] {
  const spare = (coverage: Coverage | undefined) => (coverage ? coverage.of - coverage.allocated : 0);
  const items: (Item & { count: number })[] = [
    {
      id: "log-ins",
      count: attention?.needsAuthorization ?? 0,
      tone: "bad",
      title: `${counted(attention?.needsAuthorization ?? 0, "TikTok user")} must log in again`,
      text: "TikTok refuses the log-in. Nothing is synced through it until you re-authorize.",
      route: { place: "accounts", query: { connections: ["needs_authorization"] } },
    },
    {
      id: "lost",
      count: attention?.lost ?? 0,
      tone: "bad",
      title: `${accounts(attention?.lost ?? 0)} allocated, but out of reach`,
      text: "No TikTok user reaches them any more. Allocations stay as they are.",
      route: { place: "accounts", query: { connections: ["no_access"], allocated: true } },
    },
    {
      id: "refused",
      count: attention?.refused ?? 0,
      tone: "bad",
      title: `${accounts(attention?.refused ?? 0)} allocated, but suspended or disapproved`,
      text: "TikTok does not deliver from them at present.",
      route: { place: "accounts", query: { statuses: ["Suspended", "Disapproved"], allocated: true } },
    },
    {
      id: "failed",
      count: syncs?.failed ?? 0,
      tone: "bad",
      title: `${counted(syncs?.failed ?? 0, "sync")} failed`,
      text: "The reason is with each. Retry them one by one or all at once.",
      route: { place: "activity", states: ["failed"], last: true },
    },
    {
      id: "unmailed",
      count: requests?.failed ?? 0,
      tone: "bad",
      title: `${counted(requests?.failed ?? 0, "request")} not mailed`,
      text: "The reason is with each. Resend it once that is put right.",
      route: { place: "requests", states: ["failed"] },
    },
    {
      id: "arrived",
      count: requests?.suggested ?? 0,
      tone: "wait",
      title: `${counted(requests?.suggested ?? 0, "requested account")} arrived`,
      text: "Mark the request fulfilled when it is the one.",
      route: { place: "requests", suggested: true },
    },
    {
      id: "overdue",
      count: syncs?.overdue ?? 0,
      tone: "wait",
      title: `${counted(syncs?.overdue ?? 0, "sync is", "syncs are")} past due`,
      text: "They go on, and say what they wait for.",
      route: { place: "activity", states: ["queued", "running"] },
    },
    {
      id: "mixed",
      count: attention?.mixedModes ?? 0,
      tone: "wait",
      title: `${accounts(attention?.mixedModes ?? 0)} with both payment modes`,
      text: "Self for one XPO account, Knorex for another.",
      route: { place: "accounts", query: { mixedModes: true } },
    },
    {
      id: "spare",
      count: spare(adAccounts),
      tone: "off",
      title: `${accounts(spare(adAccounts))} not allocated`,
      text: "No client has them.",
      route: { place: "accounts", query: { allocated: false } },
    },
    {
      id: "without",
      count: spare(xpoAccounts),
      tone: "off",
      title: `${counted(spare(xpoAccounts), "XPO account")} without a TikTok ad account`,
      text: "Nothing can be handed to them yet.",
      route: { place: "xpo", query: { allocated: false, archived: false } },
    },
  ];
  return items.filter(({ count }) => count > 0).map(({ count: _, ...item }) => item);
}

/** "3 campaigns and 1 audience". */
export function deletedWords({ campaigns, audiences }: Pick<Deleted, "campaigns" | "audiences">): string {
  const parts = [
    campaigns > 0 && counted(campaigns, "campaign"),
    audiences > 0 && counted(audiences, "audience"),
  ];
  return parts.filter(Boolean).join(" and ");
}
