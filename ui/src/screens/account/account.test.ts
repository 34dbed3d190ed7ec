import { render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { faults } from "../../components/testing/axe";
import { router, type Route } from "../../features/app/router.svelte";
import type {
  AccountPage,
  AdGroupQuery,
  AdGroupRow,
  AdQuery,
  AdRow,
  AudienceRow,
  CampaignRow,
  HistoryRow,
  Listing,
  Named,
} from "../../ipc";
import { aJob, anAccount, Fake, fails, type Answers } from "../../ipc/testing/fake";
import AccountScreen from "./AccountScreen.svelte";

const HOSTILE = "<b>Shop</b>\u202Egnp";
const account = anAccount(1, { name: HOSTILE, company: "Shop Ltd." });
const named = (kind: Named["kind"], id: string, name: string): Named => ({ kind, id, name });
const status = { label: "Active", reason: "", tone: "ok" as const };
const listing = <R>(rows: R[]): Listing<R> => ({
  total: rows.length,
  of: rows.length,
  page: { rows, first: null, last: null },
  pasted: null,
});

const aPage = (more: Partial<AccountPage> = {}): AccountPage => ({
  row: account,
  industry: "291000",
  role: "ROLE_ADVERTISER",
  accountType: "AUCTION",
  ownerBc: null,
  balance: 1234.5,
  createdAt: Date.parse("2026-01-02T03:04:05Z"),
  counts: [
    { kind: "campaign", count: 12, deleted: 2, allocated: 3, syncedAt: 1 },
    { kind: "ad_group", count: 4, deleted: 0, allocated: 0, syncedAt: 1 },
    { kind: "ad", count: 6, deleted: 0, allocated: 0, syncedAt: null },
    { kind: "audience", count: 1, deleted: 0, allocated: 1, syncedAt: null },
  ],
  ...more,
});

const campaign: CampaignRow = {
  id: "1790000000000000001",
  name: "Spring",
  adAccount: named("ad_account", account.id, HOSTILE),
  objective: "WEB_CONVERSIONS",
  status,
  budget: 50,
  budgetMode: "BUDGET_MODE_DAY",
  currency: "USD",
  createdAt: "2026-01-02 03:04:05",
  syncedAt: 1,
  allocated: {
    advertiser: named("advertiser", "a-1", "Shoes"),
    xpoAccount: named("xpo_account", "x-1", "Acme"),
    archived: false,
    since: { at: 1, actor: "maria" },
    initialized: null,
  },
};
const adGroup: AdGroupRow = {
  id: "1790000000000000002",
  name: "Women",
  adAccount: account.id,
  campaign: named("campaign", campaign.id, campaign.name),
  status,
  budget: 20,
  budgetMode: "BUDGET_MODE_TOTAL",
  currency: "USD",
  optimizationGoal: "CLICK",
  bidType: "",
  bid: null,
  startsAt: "",
  endsAt: "",
  createdAt: "",
  ads: 6,
};
const ad: AdRow = {
  id: "1790000000000000003",
  name: "Red shoes",
  adAccount: account.id,
  campaign: named("campaign", campaign.id, campaign.name),
  adGroup: adGroup.id,
  adGroupName: adGroup.name,
  status,
  format: "SINGLE_VIDEO",
  text: "Buy",
  displayName: "Shop",
  callToAction: "SHOP_NOW",
  landingPage: "https://shop.example",
  createdAt: "",
  media: [
    {
      id: "v-1",
      video: true,
      file: { name: "red.mp4", format: "mp4", width: 1080, height: 1920, size: 3_400_000, duration: 15 },
    },
    { id: "p-1", video: false, file: null },
  ],
};
const audience: AudienceRow = {
  id: "1790000000000000004",
  name: "Buyers",
  adAccount: named("ad_account", account.id, HOSTILE),
  kind: "Customer File",
  size: 5_000,
  availability: "ready",
  expiring: false,
  expiresAt: "",
  shared: false,
  own: true,
  excluded: false,
  syncedAt: 1,
  advertisers: [
    {
      advertiser: named("advertiser", "a-1", "Shoes"),
      xpoAccount: named("xpo_account", "x-1", "Acme"),
      archived: false,
    },
  ],
};
const entry: HistoryRow = {
  entry: {
    seq: 7,
    id: "c-7",
    at: 1,
    actor: "maria",
    action: "allocate_accounts",
    summary: "Allocated Main to Shoes of Acme",
  },
  edits: 1,
  first: [
    {
      kind: "account_allocation",
      object: null,
      adAccount: named("ad_account", account.id, HOSTILE),
      holder: named("advertiser", "a-1", "Shoes"),
      xpoAccount: named("xpo_account", "x-1", "Acme"),
      before: null,
      after: "allocated",
    },
  ],
  foundBy: "",
  undoes: null,
  undoneBy: null,
  undo: "possible",
  isUndo: false,
  subject: "Allocated Main to Shoes of Acme",
};

async function show(more: Answers = {}, route: Partial<Extract<Route, { screen: "account" }>> = {}) {
  const fake = new Fake({
    account_page: () => aPage(),
    "list:campaigns": () => listing([campaign]),
    "list:ad_groups": () => listing([adGroup]),
    "list:ads": () => listing([ad]),
    "list:audiences": () => listing([audience]),
    "list:history": () => listing([entry]),
    raw_json: () => JSON.stringify({ budget_mode: "BUDGET_MODE_DAY", tags: ["a", "b"], nested: { id: "1" } }),
    ...more,
  });
  render(AccountScreen, { route: { screen: "account", id: account.id, ...route } });
  return { user: userEvent.setup(), fake };
}

describe("A TikTok ad account's page", () => {
  it("shows its details, its allocations and its synced objects, and hostile names as text", async () => {
    const row = {
      ...account,
      holdings: [
        {
          xpoAccount: named("xpo_account", "x-1", "Acme"),
          archived: false,
          adAccount: named("ad_account", account.id, HOSTILE),
          default: true,
          mode: "knorex" as const,
          advertisers: [named("advertiser", "a-1", "<i>Shoes</i>")],
        },
      ],
    };
    const { user } = await show({ account_page: () => aPage({ row }) });
    expect(await screen.findByRole("heading", { level: 1, name: "<b>Shop</b>�gnp" })).toBeVisible();
    const held = screen.getByRole("row", { name: /Acme/ });
    expect(held).toHaveTextContent(/Acme.*Default account.*<i>Shoes<\/i>.*Knorex/);
    expect(screen.getByRole("row", { name: /^Campaigns/ })).toHaveTextContent(
      /12, 2 deleted on TikTok.*3 campaigns/,
    );
    expect(screen.getByRole("region", { name: "From TikTok" })).toHaveTextContent(/Shop Ltd\..*\$1,234\.50/);
    expect(screen.getByRole("tab", { name: "Campaigns 12" })).toBeVisible();
    expect(await faults()).toEqual([]);
    await user.click(within(held).getByRole("button", { name: "Acme" }));
    expect(router.route).toEqual({ screen: "xpo_account", id: "x-1" });
  });

  it("offers Allocate Account for an ad account without allocations", async () => {
    const { user, fake } = await show({ account_names: () => [], xpo_tree: () => [] });
    expect(await screen.findByText("Not allocated yet.")).toBeVisible();
    await user.click(screen.getAllByRole("button", { name: "Allocate Account" })[0]!);
    expect(await screen.findByRole("dialog", { name: "Allocate Account" })).toBeVisible();
    expect(fake.argsOf("xpo_tree")).toEqual([{ query: { adAccounts: [account.id], search: "" } }]);
  });

  it("navigates from campaigns to ad groups to ads, and back", async () => {
    const { user, fake } = await show({}, { tab: "campaigns" });
    expect(await screen.findByText("$50.00")).toBeVisible();
    expect(screen.getByText("Shoes (Acme)")).toBeVisible();
    await user.dblClick(screen.getByText("Spring"));
    await screen.findByText("Women");
    expect(fake.argsOf("list:ad_groups").at(-1)).toMatchObject({
      query: { adAccount: account.id, campaign: campaign.id } satisfies Partial<AdGroupQuery>,
    });
    const grid = screen.getByRole("grid", { name: "Ad groups" });
    grid.focus();
    await user.keyboard("{Enter}");
    await screen.findByText("Red shoes");
    expect(fake.argsOf("list:ads").at(-1)).toMatchObject({
      query: { campaign: campaign.id, adGroup: adGroup.id } satisfies Partial<AdQuery>,
    });
    const trail = screen.getByRole("navigation", { name: "Campaigns, ad groups and ads" });
    expect(trail).toHaveTextContent(/All campaigns.*Spring.*Women/);
    expect(await faults()).toEqual([]);
  });

  it("navigates to all ad groups and all ads, and back to all campaigns", async () => {
    const { user, fake } = await show({}, { tab: "campaigns" });
    const trail = () => within(screen.getByRole("navigation", { name: /^Campaigns, ad groups/ }));
    await screen.findByText("Spring");
    await user.click(trail().getByRole("button", { name: "All ad groups" }));
    await screen.findByText("Women");
    expect(fake.argsOf("list:ad_groups").at(-1)).toMatchObject({ query: { campaign: null } });
    await user.click(trail().getByRole("button", { name: "All ads" }));
    await screen.findByText("Red shoes");
    expect(fake.argsOf("list:ads").at(-1)).toMatchObject({ query: { campaign: null, adGroup: null } });
    await user.click(trail().getByRole("button", { name: "All campaigns" }));
    expect(await screen.findByText("$50.00")).toBeVisible();
  });

  it("shows the details of an ad's images and videos, and all fields", async () => {
    const { user } = await show({}, { tab: "campaigns" });
    await user.click(await screen.findByRole("button", { name: "All ads" }));
    expect(await screen.findByText("1 video, 1 picture")).toBeVisible();
    expect(screen.getByText("1 not known yet")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Columns" }));
    await user.click(await screen.findByRole("menuitemcheckbox", { name: "Call to action" }));
    await user.keyboard("{Escape}");
    expect(await screen.findByText("Shop now")).toBeVisible();
    await user.dblClick(screen.getByText("Red shoes"));
    const dialog = await screen.findByRole("dialog", { name: "Ad Red shoes" });
    expect(dialog).toHaveTextContent("mp4, 1,080 × 1,920, 15 s, 3.4 MB");
    expect(dialog).toHaveTextContent("No details yet");
    await within(dialog).findByText("Budget mode");
    expect(
      within(dialog)
        .getAllByRole("term")
        .map((term) => term.textContent),
    ).toEqual(["Budget mode", "Nested · id", "Tags"]);
    expect(
      within(dialog)
        .getAllByRole("definition")
        .map((value) => value.textContent),
    ).toEqual(["BUDGET_MODE_DAY", "1", "a, b"]);
    expect(await faults()).toEqual([]);
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  it("shows audiences with their advertisers, and excluded ones on request (A19, A20)", async () => {
    const { user, fake } = await show({}, { tab: "audiences" });
    expect(await screen.findByText("Customer File")).toBeVisible();
    expect(screen.getByText("Shoes (Acme)")).toBeVisible();
    expect(await faults()).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Filter by Excluded" }));
    await user.click(await screen.findByRole("menuitemcheckbox", { name: "Excluded from XPO" }));
    await waitFor(() =>
      expect(fake.argsOf("list:audiences").at(-1)).toMatchObject({
        query: { of: { of: "excluded", adAccounts: [account.id] } },
      }),
    );
  });

  it("shows the history of the ad account", async () => {
    const { user, fake } = await show({}, { tab: "history" });
    expect(await screen.findByText("Allocated Main to Shoes of Acme")).toBeVisible();
    expect(fake.argsOf("list:history").at(-1)).toMatchObject({
      query: { about: { kind: "ad_account", id: account.id } },
    });
    expect(await faults()).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Open in Change history" }));
    expect(router.route).toEqual({ screen: "history", about: { kind: "ad_account", id: account.id } });
  });

  it("offers a sync where nothing was synced yet (R26)", async () => {
    const counts = aPage().counts.map((one) => ({ ...one, count: 0, syncedAt: null }));
    const { user } = await show(
      { account_page: () => aPage({ counts }), "list:campaigns": () => listing([]) },
      { tab: "campaigns" },
    );
    expect(await screen.findByText("The campaigns haven't been synced yet")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Sync Campaigns" }));
    expect(await screen.findByRole("dialog", { name: "Sync Campaigns" })).toHaveTextContent(account.id);
  });

  it("shows the progress of its syncs, and reloads when one has ended", async () => {
    const { fake } = await show();
    await screen.findByRole("heading", { level: 1, name: /Shop/ });
    const moved = (more: Parameters<typeof aJob>[0]) =>
      fake.syncsMoved({
        ...aJob({ adAccount: account.id, ...more }),
        account: named("ad_account", account.id, HOSTILE),
        problem: null,
      });
    await moved({ state: "running", done: 3, total: 9 });
    expect((await screen.findAllByText(/^Syncing 3 of 9/))[0]).toBeVisible();
    fake.answers.account_page = () =>
      aPage({ row: { ...account, sync: { ...account.sync, state: "failed" } } });
    await moved({ state: "failed", endedAt: 1 });
    expect((await screen.findAllByText("Sync failed"))[0]).toBeVisible();
  });

  it("says that the ad account is not imported, or why it cannot be read", async () => {
    const { user, fake } = await show({ account_page: fails("file_damaged") });
    expect(await screen.findByText("This partner's file is damaged")).toBeVisible();
    fake.answers.account_page = () => null;
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("Ad account not imported")).toBeVisible();
    expect(await faults()).toEqual([]);
  });
});
