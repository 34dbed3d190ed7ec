// Campaigns, audiences and their allocations for tests: rows, the tree of XPO accounts, and answers based on them.
import type {
  Action,
  AudienceKey,
  AudienceQuery,
  AudienceRow,
  CampaignQuery,
  CampaignRow,
  Outcome,
  TreeAccount,
} from "..";
import { anOutcome, named } from "./directory";
import { anAccount, pages, type Answers } from "./fake";

export const account = named("ad_account", anAccount(1).id, "Account 1");
export const client = (n: number) => named("xpo_account", `x${n}`, `Client ${n}`);
export const brand = (n: number) => named("advertiser", `v${n}`, `Brand ${n}`);

/** The account is allocated to Brand 1 and Brand 2 of Client 1, not to Brand 3 (A11) and not to Client 2. */
export function aTree(more: Partial<TreeAccount> = {}): TreeAccount[] {
  const advertiser = (n: number, allocated: number) => ({
    id: brand(n).id,
    name: brand(n).name,
    archived: false,
    allocated,
    adAccounts: allocated > 0 ? [account.id] : [],
  });
  return [
    {
      id: "x1",
      name: "Client 1",
      state: "active",
      archived: false,
      default: account,
      modes: ["self"],
      advertisers: [advertiser(1, 1), advertiser(2, 1), advertiser(3, 0)],
      ...more,
    },
    {
      id: "x2",
      name: "Client 2",
      state: "active",
      archived: false,
      default: null,
      modes: [],
      advertisers: [advertiser(4, 0)],
    },
  ];
}

export function aCampaign(n: number, more: Partial<CampaignRow> = {}): CampaignRow {
  return {
    id: `18000000000000${String(n).padStart(5, "0")}`,
    name: `Campaign ${n}`,
    adAccount: account,
    objective: "WEB_CONVERSIONS",
    status: { label: "Active", reason: "", tone: "ok" },
    budget: 50,
    budgetMode: "BUDGET_MODE_DAY",
    currency: "USD",
    createdAt: "2026-01-02 03:04:05",
    syncedAt: Date.parse("2026-03-01T10:00:00Z"),
    allocated: null,
    ...more,
  };
}

/** Returns the campaign, allocated to Brand `n`. */
export function allocatedTo(campaign: CampaignRow, n: number, initialized = false): CampaignRow {
  const mark = { at: Date.parse("2026-02-01T10:00:00Z"), actor: "Maria" };
  return {
    ...campaign,
    allocated: {
      advertiser: brand(n),
      xpoAccount: client(1),
      archived: false,
      since: mark,
      initialized: initialized ? mark : null,
    },
  };
}

export function anAudience(n: number, more: Partial<AudienceRow> = {}): AudienceRow {
  return {
    id: `1900000000000${String(n).padStart(5, "0")}`,
    name: `Audience ${n}`,
    adAccount: account,
    kind: "Customer File",
    size: 5_000,
    availability: "ready",
    expiring: false,
    expiresAt: "2027-01-01 00:00:00",
    shared: false,
    own: true,
    excluded: false,
    syncedAt: Date.parse("2026-03-01T10:00:00Z"),
    advertisers: [],
    ...more,
  };
}

/** Returns the outcome of an action that nothing blocks. */
function outcomeOf(action: Action): Outcome {
  switch (action.action) {
    case "allocate_audiences": {
      const count = (what: "allocate" | "deallocate") =>
        action.accounts.reduce((sum, choice) => sum + choice[what].length, 0);
      return anOutcome({ added: count("allocate"), removed: count("deallocate") });
    }
    case "allocate_campaigns":
      return anOutcome({ added: action.allocate.length, removed: action.deallocate.length });
    case "move":
    case "deallocate": {
      const { campaigns, audiences } = action.holdings;
      const removed = campaigns.length + audiences.length;
      return anOutcome({ added: action.action === "move" ? removed : 0, removed });
    }
    case "initialize_campaigns":
      return anOutcome({ changed: action.campaigns.length });
    case "exclude_audiences":
      return anOutcome({ added: action.audiences.length });
    case "include_audiences":
      return anOutcome({ removed: action.audiences.length });
    default:
      return anOutcome();
  }
}

function pickers(tree: TreeAccount[]): Answers {
  return {
    account_names: () => [account],
    xpo_tree: () => tree,
    preview: ({ action }: { action: Action }) => outcomeOf(action),
    commit: ({ action }: { action: Action }) => ({
      change: "change-1",
      outcome: { ...outcomeOf(action), entry: 1 },
    }),
    account_page: () => ({
      counts: [
        { kind: "campaign", count: 0, deleted: 0, allocated: 0, syncedAt: null },
        { kind: "audience", count: 0, deleted: 0, allocated: 0, syncedAt: null },
      ],
    }),
  };
}

/** Answers of a partner with these campaigns; lists are searched, filtered by "initialized", and not sorted. */
export function withCampaigns(campaigns: () => CampaignRow[], tree = aTree()): Answers {
  const of = ({ of: whose, initialized }: CampaignQuery) =>
    campaigns()
      .filter(({ allocated }) =>
        whose.of === "allocated" ? allocated?.advertiser.id === whose.advertiser : allocated === null,
      )
      .filter(({ allocated }) => initialized === null || (allocated?.initialized != null) === initialized);
  const { found, list, page, keys } = pages(of);
  return {
    ...pickers(tree),
    "list:campaigns": list,
    "list_page:campaigns": page,
    "list_keys:campaigns": keys,
    "list_ids:campaigns": ({ query }: { query: CampaignQuery }) => found(query).map(({ id }) => id),
    campaign_facets: () => ({
      statuses: [{ label: "Active", tone: "ok", count: campaigns().length }],
      objectives: [{ value: "WEB_CONVERSIONS", count: campaigns().length }],
    }),
  };
}

/** Answers of a partner with these audiences; lists are searched and not sorted. */
export function withAudiences(audiences: () => AudienceRow[], tree = aTree()): Answers {
  const of = ({ of: whose }: AudienceQuery) =>
    audiences().filter(({ excluded, advertisers }) => {
      if (whose.of === "excluded") return excluded;
      if (whose.of !== "allocated") return !excluded;
      const has = advertisers.some(({ advertiser }) => advertiser.id === whose.advertiser);
      return !excluded && has === whose.allocated;
    });
  const { found, list, page, keys } = pages(of);
  return {
    ...pickers(tree),
    "list:audiences": list,
    "list_page:audiences": page,
    "list_keys:audiences": keys,
    "list_ids:audiences": ({ query }: { query: AudienceQuery }): AudienceKey[] =>
      found(query).map(({ id }) => ({ adAccount: account.id, audience: id })),
    audience_facets: () => [{ value: "Customer File", count: audiences().length }],
  };
}
