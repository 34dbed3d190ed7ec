// The items that need attention, each with the screen that shows it.
import type { Tone } from "../../components/feedback/tone";
import type { Route } from "../../features/app/router.svelte";
import type { Attention, BackupStatus, Coverage, Deleted, RequestCounts, SyncCounts } from "../../ipc";
import { counted } from "../../lib/numbers";
import { textsOf } from "../../problems/problems";

interface AttentionItem {
  id: string;
  tone: Tone;
  title: string;
  text: string;
  route: Route;
}

/** What is loaded so far. */
interface Facts {
  attention?: Attention | undefined;
  adAccounts?: Coverage | undefined;
  xpoAccounts?: Coverage | undefined;
  syncs: SyncCounts | null;
  requests?: RequestCounts | undefined;
  backups?: BackupStatus | undefined;
  /** How many TikTok ad accounts have a suggestion. */
  suggested?: number;
  /** More have one than were counted. */
  moreSuggested?: boolean | undefined;
}

const accounts = (count: number) => counted(count, "TikTok ad account");

const byCount = (count: number | undefined, one: string, many: string) => (count === 1 ? one : many);

/** Returns the items, the most severe first. */
export function attentionItems(facts: Facts): AttentionItem[] {
  const {
    attention,
    adAccounts,
    xpoAccounts,
    syncs,
    requests,
    backups,
    suggested = 0,
    moreSuggested,
  } = facts;
  const unallocated = (coverage: Coverage | undefined) => (coverage ? coverage.of - coverage.allocated : 0);
  const items: (AttentionItem & { count: number })[] = [
    {
      id: "sign-ins",
      count: attention?.needsAuthorization ?? 0,
      tone: "bad",
      title: `${counted(attention?.needsAuthorization ?? 0, "TikTok user")} must sign in again`,
      text: "TikTok rejected the sign-in. Re-authorize to resume syncing.",
      route: { screen: "accounts", query: { connections: ["needs_authorization"] } },
    },
    {
      id: "inaccessible",
      count: attention?.inaccessible ?? 0,
      tone: "bad",
      title: `${accounts(attention?.inaccessible ?? 0)} allocated but not accessible`,
      text: byCount(
        attention?.inaccessible,
        "No TikTok user has access to it anymore. Its allocations stay.",
        "No TikTok user has access to them anymore. Their allocations stay.",
      ),
      route: { screen: "accounts", query: { connections: ["no_access"], allocated: true } },
    },
    {
      id: "suspended",
      count: attention?.suspendedOrDisapproved ?? 0,
      tone: "bad",
      title: `${accounts(attention?.suspendedOrDisapproved ?? 0)} allocated but suspended or disapproved`,
      text: byCount(
        attention?.suspendedOrDisapproved,
        "TikTok isn't delivering its ads.",
        "TikTok isn't delivering their ads.",
      ),
      route: { screen: "accounts", query: { statuses: ["Suspended", "Disapproved"], allocated: true } },
    },
    {
      id: "failed",
      count: syncs?.failed ?? 0,
      tone: "bad",
      title: `${counted(syncs?.failed ?? 0, "sync")} failed`,
      text: byCount(
        syncs?.failed,
        "See the reason, then retry it.",
        "See the reason for each, then retry one or all of them.",
      ),
      route: { screen: "activity", states: ["failed"], last: true },
    },
    {
      id: "unmailed",
      count: requests?.failed ?? 0,
      tone: "bad",
      title: `${counted(requests?.failed ?? 0, "request")} not mailed`,
      text: byCount(
        requests?.failed,
        "See the reason, fix it, then resend the request.",
        "See the reason for each, fix it, then resend the request.",
      ),
      route: { screen: "requests", states: ["failed"] },
    },
    {
      id: "backup",
      count: backups?.problem ? 1 : 0,
      tone: "bad",
      title: "The daily backup failed",
      text: backups?.problem ? `${textsOf(backups.problem).title}. See Backup and restore in Settings.` : "",
      route: { screen: "settings", section: "backups" },
    },
    {
      id: "arrived",
      count: requests?.suggested ?? 0,
      tone: "wait",
      title: `${counted(requests?.suggested ?? 0, "requested account")} arrived`,
      text: "If it is the right one, mark the request fulfilled.",
      route: { screen: "requests", suggested: true },
    },
    {
      id: "overdue",
      count: syncs?.overdue ?? 0,
      tone: "wait",
      title: `${counted(syncs?.overdue ?? 0, "sync is", "syncs are")} past due`,
      text: byCount(
        syncs?.overdue,
        "It continues. See what it is waiting for.",
        "They continue. See what each is waiting for.",
      ),
      route: { screen: "activity", states: ["queued", "running"] },
    },
    {
      id: "mixed",
      count: attention?.mixedModes ?? 0,
      tone: "wait",
      title: `${accounts(attention?.mixedModes ?? 0)} with both payment modes`,
      text: "Self for one XPO account, Knorex for another.",
      route: { screen: "accounts", query: { mixedModes: true } },
    },
    {
      id: "unallocated",
      count: unallocated(adAccounts),
      tone: "off",
      title: `${accounts(unallocated(adAccounts))} not allocated`,
      text: byCount(
        unallocated(adAccounts),
        "It isn't assigned to any client.",
        "They aren't assigned to any client.",
      ),
      route: { screen: "accounts", query: { allocated: false } },
    },
    {
      id: "suggested",
      count: suggested,
      tone: "off",
      title: `${moreSuggested ? "More than " : ""}${counted(suggested, "ad account has", "ad accounts have")} a suggestion`,
      text: byCount(
        suggested,
        "Review the advertisers that its name suggests.",
        "Review the advertisers that their names suggest.",
      ),
      route: { screen: "accounts", opens: "suggestions" },
    },
    {
      id: "without",
      count: unallocated(xpoAccounts),
      tone: "off",
      title: `${counted(unallocated(xpoAccounts), "XPO account")} without a TikTok ad account`,
      text: byCount(
        unallocated(xpoAccounts),
        "Allocate an ad account to it first.",
        "Allocate an ad account to them first.",
      ),
      route: { screen: "xpo", query: { allocated: false, archived: false } },
    },
  ];
  return items.filter(({ count }) => count > 0).map(({ count: _, ...item }) => item);
}

/** Returns text such as "3 campaigns and 1 audience". */
export function deletedCounts({ campaigns, audiences }: Pick<Deleted, "campaigns" | "audiences">): string {
  const parts = [
    campaigns > 0 && counted(campaigns, "campaign"),
    audiences > 0 && counted(audiences, "audience"),
  ];
  return parts.filter(Boolean).join(" and ");
}
