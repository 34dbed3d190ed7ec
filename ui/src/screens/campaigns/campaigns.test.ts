import { cleanup, render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { faults } from "../../components/testing/axe";
import { confirm } from "../../components/testing/confirm";
import { router, type Route } from "../../features/app/router.svelte";
import { session } from "../../features/app/session.svelte";
import type { Action, CampaignRow, SuggestionsFor, TreeQuery } from "../../ipc";
import { type Answers, Fake, aSession, anAccount, problem } from "../../ipc/testing/fake";
import {
  account,
  aCampaign,
  aTree,
  brand,
  client,
  allocatedTo,
  withCampaigns,
} from "../../ipc/testing/allocations";
import { aBlocker, anOutcome, aWarning, named } from "../../ipc/testing/directory";
import { messages } from "../../lib/messages.svelte";
import CampaignsScreen from "./CampaignsScreen.svelte";

type CampaignRoute = Extract<Route, { screen: "campaigns" }>;
const brand1: CampaignRoute = {
  screen: "campaigns",
  adAccount: account.id,
  xpoAccount: "x1",
  advertiser: "v1",
};
const many = (count: number) => Array.from({ length: count }, (_, n) => aCampaign(n));

let opened = 0;
// Each test uses its own partner file, so that no earlier choice is remembered.
beforeEach(() => (session.current = aSession({ file: `partner-${opened++}.xpo` })));

function setUp(campaigns: CampaignRow[], route: CampaignRoute = brand1, answers: Answers = {}) {
  const fake = new Fake({ ...withCampaigns(() => campaigns), ...answers });
  const user = userEvent.setup();
  render(CampaignsScreen, { route });
  return { fake, user };
}

const grid = (name = "Available campaigns") => screen.findByRole("grid", { name });
const picker = (name: string) => screen.getByRole("combobox", { name });
const box = (name: string) => screen.findByRole("checkbox", { name });
const save = () => screen.getByRole("button", { name: "Save" });
const lastAction = (fake: Fake, command = "preview") =>
  (fake.argsOf(command).at(-1) as { action: Action } | undefined)?.action;

/** Clicks the cell of the checkbox rather than the box itself, as people do. */
async function tick(user: ReturnType<typeof userEvent.setup>, name: string) {
  await user.click((await box(name)).closest("[role=gridcell]") as HTMLElement);
}

/** Answers that suggest Brand `to` for the first campaign. */
const suggesting = (to: number): Answers => ({
  suggestions: ({ wanted }: { wanted: SuggestionsFor }) => ({
    found: (wanted.only ?? [])
      .filter((id) => id === aCampaign(0).id)
      .map((id) => ({
        object: named("campaign", id, "Campaign 0"),
        adAccount: account,
        advertiser: brand(to),
        xpoAccount: client(1),
        reason: `14 of 15 campaigns named ORB_* went to Brand ${to}`,
        sure: true,
      })),
    more: false,
  }),
});

describe("the suggestions of Allocate Campaigns", () => {
  it("are chips with the advertiser and the reason, which select the campaign and never do so themselves", async () => {
    const { fake, user } = setUp(many(2), brand1, suggesting(1));
    const chip = await screen.findByRole("button", { name: "Suggested for Campaign 0: Brand 1" });
    expect(chip).toHaveAttribute(
      "title",
      "Suggested: Brand 1 (Client 1), because 14 of 15 campaigns named ORB_* went to Brand 1.",
    );
    expect(await box("Campaign 0")).not.toBeChecked();
    await user.click(chip);
    expect(await box("Campaign 0")).toBeChecked();
    expect(await box("Campaign 1")).not.toBeChecked();
    await waitFor(() =>
      expect(lastAction(fake)).toMatchObject({ advertiser: "v1", allocate: [aCampaign(0).id] }),
    );
    expect(await faults()).toEqual([]);
  });

  it("choose the advertiser first if it is another one, also from the row's menu", async () => {
    const { fake, user } = setUp(many(2), brand1, suggesting(2));
    await screen.findByRole("button", { name: "Suggested for Campaign 0: Brand 2" });
    await user.click(screen.getByRole("button", { name: "Actions for Campaign 0" }));
    await user.click(await screen.findByRole("menuitem", { name: "Allocate to Brand 2 (suggested)" }));
    await waitFor(() => expect(picker("Advertiser")).toHaveValue("Brand 2"));
    await waitFor(() =>
      expect(lastAction(fake)).toMatchObject({ advertiser: "v2", allocate: [aCampaign(0).id] }),
    );
    expect(await box("Campaign 0")).toBeChecked();
  });
});

describe("the pickers of Allocate Campaigns", () => {
  it("R31–R33: preselect a single choice and offer only XPO accounts that have the ad account", async () => {
    const { user } = setUp(many(2), { screen: "campaigns" });
    await waitFor(() => expect(picker("TikTok Account")).toHaveValue("Account 1"));
    await waitFor(() => expect(picker("XPO Account")).toHaveValue("Client 1"));
    expect(picker("Advertiser")).toHaveValue("");
    await user.click(picker("XPO Account"));
    expect((await screen.findAllByRole("option")).map((option) => option.textContent)).toEqual([
      expect.stringContaining("Client 1"),
    ]);
    expect(await faults()).toEqual([]);
  });

  it("A11: disable an advertiser without an allocation and link to Allocate Account", async () => {
    const { user } = setUp(many(2), { screen: "campaigns" });
    await waitFor(() => expect(picker("XPO Account")).toHaveValue("Client 1"));
    await user.click(picker("Advertiser"));
    const closed = await screen.findByRole("option", { name: /Brand 3/ });
    expect(closed).toHaveTextContent("not allocated – allocate first");
    expect(closed).toHaveAttribute("aria-disabled", "true");
    await user.click(closed);
    expect(picker("Advertiser")).toHaveAttribute("aria-expanded", "true");
    await user.keyboard("{Escape}");
    await user.click(screen.getByRole("button", { name: "Allocate first…" }));
    expect(router.route).toEqual({ screen: "accounts", opens: { allocate: [account.id] } });
  });

  it("preselect the only advertiser that has an allocation", async () => {
    const tree = aTree();
    tree[0]!.advertisers.splice(1, 1);
    setUp(many(2), { screen: "campaigns" }, { xpo_tree: () => tree });
    await waitFor(() => expect(picker("Advertiser")).toHaveValue("Brand 1"));
    expect(await box("Campaign 0")).not.toBeChecked();
  });

  it("say so when no XPO account has the ad account", async () => {
    const { user } = setUp(many(1), { screen: "campaigns" }, { xpo_tree: () => [] });
    await user.click(await screen.findByRole("button", { name: "Allocate Account…" }));
    expect(router.route).toMatchObject({ screen: "accounts", opens: { allocate: [account.id] } });
  });

  it("remember the choice after a restart, without what is gone by then", async () => {
    localStorage.setItem(
      `xpo-admin.picked.${session.current?.file}`,
      JSON.stringify({ adAccounts: [account.id], xpoAccount: "x1", advertiser: "v2" }),
    );
    const { fake } = setUp(many(1), { screen: "campaigns" });
    await waitFor(() => expect(picker("Advertiser")).toHaveValue("Brand 2"));
    fake.answers.account_names = () => [];
    document.body.innerHTML = "";
    render(CampaignsScreen, { route: { screen: "campaigns" } });
    await waitFor(() => expect(picker("TikTok Account")).toHaveValue(""));
  });

  it("remember the choice, unless the route contains another", async () => {
    const first = setUp(many(1), { ...brand1, advertiser: "v2" });
    await waitFor(() => expect(picker("Advertiser")).toHaveValue("Brand 2"));
    document.body.innerHTML = "";
    router.go({ screen: "campaigns" });
    render(CampaignsScreen, { route: { screen: "campaigns" } });
    await waitFor(() => expect(picker("Advertiser")).toHaveValue("Brand 2"));
    document.body.innerHTML = "";
    const asked = { ...brand1, tab: "available" as const, search: "Campaign 0" };
    router.go(asked);
    render(CampaignsScreen, { route: asked });
    await waitFor(() => expect(picker("Advertiser")).toHaveValue("Brand 1"));
    await waitFor(() =>
      expect(first.fake.argsOf("list:campaigns")).toContainEqual({
        query: expect.objectContaining({ search: "Campaign 0" }),
      }),
    );
  });

  it("keep the XPO account that another screen asked for, and say that it lacks the last TikTok account", async () => {
    router.go({ screen: "campaigns" });
    setUp(many(1));
    await waitFor(() => expect(picker("Advertiser")).toHaveValue("Brand 1"));
    cleanup();
    router.go({ screen: "campaigns", xpoAccount: "x2" });
    const { user } = setUp(many(1), { screen: "campaigns", xpoAccount: "x2" });
    await waitFor(() => expect(picker("XPO Account")).toHaveValue("Client 2"));
    expect(picker("TikTok Account")).toHaveValue("Account 1");
    expect(screen.getByText(/^This TikTok ad account is not allocated to/)).toHaveTextContent("Client 2.");
    await user.click(screen.getByRole("button", { name: "Allocate Account…" }));
    expect(router.route).toEqual({ screen: "accounts", opens: { allocate: [account.id] } });
  });

  it("show no error of a TikTok account that is no longer chosen", async () => {
    const other = named("ad_account", anAccount(2).id, "Account 2");
    const { user } = setUp(
      many(1),
      { screen: "campaigns", adAccount: account.id },
      {
        account_names: () => [account, other],
        xpo_tree: ({ query }: { query: TreeQuery }) => {
          if (query.adAccounts.includes(account.id)) return Promise.reject(problem("file_damaged"));
          return aTree();
        },
      },
    );
    expect(await screen.findByRole("alert")).toBeVisible();
    await user.click(picker("TikTok Account"));
    await user.click(await screen.findByRole("option", { name: /Account 2/ }));
    await waitFor(() => expect(picker("XPO Account")).toHaveValue("Client 1"));
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("find every ad account by name and by id", async () => {
    const others = Array.from({ length: 500 }, (_, n) =>
      named("ad_account", anAccount(n).id, `Account ${n}`),
    );
    const { user, fake } = setUp([], { screen: "campaigns" }, { account_names: () => others });
    expect(await screen.findByText("Choose a TikTok account")).toBeVisible();
    await user.click(picker("TikTok Account"));
    await user.keyboard("00499{Enter}");
    await waitFor(() => expect(picker("TikTok Account")).toHaveValue("Account 499"));
    await waitFor(() =>
      expect(fake.argsOf("xpo_tree")).toEqual([{ query: { adAccounts: [others[499]!.id], search: "" } }]),
    );
  });
});

describe("several TikTok accounts", () => {
  const two = named("ad_account", anAccount(2).id, "Account 2");
  const three = named("ad_account", anAccount(3).id, "Account 3");
  /** Brand 1 has Account 1 and Account 2, Brand 2 has Account 1 only. */
  const tree = ({ query: { adAccounts } }: { query: TreeQuery }) => {
    const has = (ids: string[]) => {
      const among = ids.filter((id) => adAccounts.includes(id));
      return { adAccounts: among, allocated: among.length };
    };
    return aTree().map((client) => ({
      ...client,
      advertisers: client.advertisers.map((one) => ({
        ...one,
        ...has(one.id === "v1" ? [account.id, two.id] : one.id === "v2" ? [account.id] : []),
      })),
    }));
  };
  const answers = { account_names: () => [account, two, three], xpo_tree: tree };
  const campaigns = [aCampaign(0), { ...aCampaign(1), adAccount: two }];

  it("are one list and one Save, without those that the advertiser lacks (A11)", async () => {
    const { user, fake } = setUp(campaigns, brand1, answers);
    await box("Campaign 0");
    await user.click(screen.getByRole("button", { name: "All 3 TikTok accounts" }));
    await waitFor(() => expect(picker("TikTok Account")).toHaveValue("3 TikTok accounts"));
    // The advertiser stays chosen, and what it lacks is named.
    await waitFor(() => expect(picker("Advertiser")).toHaveValue("Brand 1"));
    expect(await screen.findByText(/lacks 1 of these 3 TikTok/)).toHaveTextContent("Account 3");
    await waitFor(() =>
      expect(fake.argsOf("list:campaigns").at(-1)).toMatchObject({
        query: { of: { adAccounts: [account.id, two.id] } },
      }),
    );
    await user.click(screen.getByRole("button", { name: "Select all 2" }));
    await waitFor(() => expect(lastAction(fake)).toMatchObject({ allocate: campaigns.map(({ id }) => id) }));
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(fake.argsOf("commit")).toHaveLength(1));
    expect(await faults()).toEqual([]);
  });

  it("are chosen from a list, and the pickers say which of them an advertiser lacks", async () => {
    const { user } = setUp(campaigns, { screen: "campaigns" }, answers);
    await user.click(await screen.findByRole("button", { name: "Several TikTok accounts…" }));
    const dialog = within(await screen.findByRole("dialog", { name: "Choose TikTok accounts" }));
    await user.click(dialog.getByRole("checkbox", { name: "Account 1" }));
    await user.click(dialog.getByRole("checkbox", { name: "Account 2" }));
    expect(await faults()).toEqual([]);
    await user.click(dialog.getByRole("button", { name: "Choose 2 accounts" }));
    await waitFor(() => expect(picker("XPO Account")).toHaveValue("Client 1"));
    await user.click(picker("Advertiser"));
    expect(await screen.findByRole("option", { name: /Brand 2/ })).toHaveTextContent("not Account 2");
    expect(screen.getByRole("option", { name: /Brand 3/ })).toHaveTextContent(
      "not allocated – allocate first",
    );
    // One account is chosen as before.
    await user.keyboard("{Escape}");
    await user.click(picker("TikTok Account"));
    await user.click(await screen.findByRole("option", { name: /^Account 2/ }));
    await waitFor(() => expect(picker("TikTok Account")).toHaveValue("Account 2"));
  });
});

describe("Allocate Campaigns", () => {
  it("has the columns of product.md 3, and for allocated campaigns also the date, the person and Initialized", async () => {
    const { user } = setUp([aCampaign(0), allocatedTo(aCampaign(1), 1)]);
    await box("Campaign 0");
    const heads = () =>
      screen
        .getAllByRole("columnheader")
        .map((head) => head.getAttribute("aria-label"))
        .filter((name) => name !== "Selected" && name !== "Action");
    const facts = ["Campaign ID", "Campaign Name", "Objective", "Status", "Budget", "Last synced"];
    expect(heads()).toEqual([...facts.slice(0, 2), "Suggested", ...facts.slice(2)]);
    const row = (await box("Campaign 0")).closest("[role=row]") as HTMLElement;
    expect(row).toHaveTextContent("Website conversions");
    expect(row).toHaveTextContent("$50.00");
    expect(row).toHaveTextContent("a day");
    expect(await faults()).toEqual([]);
    await user.click(screen.getByRole("tab", { name: /Allocated/ }));
    expect(((await box("Campaign 1")).closest("[role=row]") as HTMLElement).textContent).toContain(
      "by Maria",
    );
    expect(heads()).toEqual([...facts.slice(0, 2), "Allocated", ...facts.slice(2), "Initialized"]);
    expect(await faults()).toEqual([]);
  });

  it("A4, R38: never offers an allocated campaign, and shows those of the chosen advertiser selected", async () => {
    const { user } = setUp([aCampaign(0), allocatedTo(aCampaign(1), 1), allocatedTo(aCampaign(2), 2)]);
    expect(await box("Campaign 0")).not.toBeChecked();
    expect(screen.queryByText("Campaign 1")).toBeNull();
    await user.click(screen.getByRole("tab", { name: /Allocated/ }));
    expect(await box("Allocated: Campaign 1")).toBeChecked();
    // Selecting is not an edit.
    expect(await box("Campaign 1")).not.toBeChecked();
    expect(screen.queryByText("Campaign 2")).toBeNull();
  });

  it("R34, R35, A4, R16: saves the edits of both tabs in one change and offers Undo", async () => {
    const { user, fake } = setUp([
      aCampaign(0),
      aCampaign(3),
      allocatedTo(aCampaign(1), 1),
      allocatedTo(aCampaign(2), 1),
    ]);
    await tick(user, "Campaign 0");
    await user.click(screen.getByRole("tab", { name: /Allocated/ }));
    await user.click(await box("Allocated: Campaign 1"));
    expect(await screen.findByText("1 added, 1 removed")).toBeVisible();
    expect(screen.getByText("1 to be deallocated")).toBeVisible();
    await user.click(save());
    const action = {
      action: "allocate_campaigns",
      advertiser: "v1",
      allocate: [aCampaign(0).id],
      deallocate: [aCampaign(1).id],
    };
    await waitFor(() => expect(fake.argsOf("commit")).toEqual([{ action }]));
    await waitFor(() =>
      expect(messages.list.at(-1)).toMatchObject({
        text: "Success: changed Acme.",
        action: { label: "Undo" },
      }),
    );
    expect(await screen.findByText(/Untick the campaigns to deallocate/)).toBeVisible();
    expect(save()).toBeDisabled();
  });

  it("R36, A2: locks an initialized campaign and explains why", async () => {
    const { user, fake } = setUp([allocatedTo(aCampaign(1), 1, true), allocatedTo(aCampaign(2), 1)], {
      ...brand1,
      tab: "allocated",
    });
    const locked = await box("Allocated: Campaign 1: Initialized: it can no longer be deallocated");
    expect(locked).toBeDisabled();
    expect(locked).toBeChecked();
    await user.click(screen.getByRole("button", { name: "Actions for Campaign 2" }));
    await user.click(await screen.findByRole("menuitem", { name: "Deallocate on Save" }));
    await waitFor(() => expect(lastAction(fake)).toMatchObject({ deallocate: [aCampaign(2).id] }));
  });

  it("R36: deallocates the selected campaigns after a preview, and forgets their edits", async () => {
    const { user, fake } = setUp(
      [allocatedTo(aCampaign(1), 1), allocatedTo(aCampaign(2), 1), allocatedTo(aCampaign(3), 1)],
      { ...brand1, tab: "allocated" },
    );
    await user.click(await box("Allocated: Campaign 1"));
    await user.click(await box("Allocated: Campaign 3"));
    expect(await screen.findByText("2 to be deallocated")).toBeVisible();
    await tick(user, "Campaign 1");
    await tick(user, "Campaign 2");
    await user.click(screen.getByRole("button", { name: "Deallocate…" }));
    const dialog = await screen.findByRole("dialog", { name: "Deallocate 2 campaigns from “Brand 1”?" });
    expect(await within(dialog).findByText("2 removed")).toBeVisible();
    expect(await faults()).toEqual([]);
    await confirm(user, dialog, "Deallocate");
    await waitFor(() =>
      expect(lastAction(fake, "commit")).toMatchObject({
        action: "deallocate",
        holdings: {
          of: { kind: "advertiser", id: "v1" },
          campaigns: [aCampaign(1).id, aCampaign(2).id],
        },
      }),
    );
    expect(await screen.findByText("1 to be deallocated")).toBeVisible();
  });

  it("keeps the selection of the other campaigns when one is deallocated", async () => {
    const { user } = setUp(
      [1, 2, 3].map((n) => allocatedTo(aCampaign(n), 1)),
      { ...brand1, tab: "allocated" },
    );
    for (const name of ["Campaign 1", "Campaign 2", "Campaign 3"]) await tick(user, name);
    await user.click(screen.getByRole("button", { name: "Actions for Campaign 2" }));
    await user.click(await screen.findByRole("menuitem", { name: "Deallocate…" }));
    const dialog = await screen.findByRole("dialog", { name: "Deallocate “Campaign 2” from “Brand 1”?" });
    await confirm(user, dialog, "Deallocate");
    expect(await screen.findByText("2 selected")).toBeVisible();
  });

  it("R31–R34: allocates 1,000 campaigns with the keyboard alone", async () => {
    const { user, fake } = setUp(many(1_000), { screen: "campaigns" });
    await waitFor(() => expect(picker("XPO Account")).toHaveValue("Client 1"));
    picker("Advertiser").focus();
    await user.keyboard("{ArrowDown}{Enter}");
    await box("Campaign 0");
    for (let presses = 0; document.activeElement !== (await grid()) && presses < 20; presses++)
      await user.tab();
    expect(await grid()).toHaveFocus();
    await user.keyboard("{Control>}a{/Control}");
    expect(await screen.findByText("1,000 added")).toBeVisible();
    await user.keyboard("{Control>}s{/Control}");
    await waitFor(() => expect(fake.argsOf("commit")).toHaveLength(1));
    expect(lastAction(fake, "commit")).toMatchObject({
      advertiser: "v1",
      allocate: many(1_000).map(({ id }) => id),
    });
  });

  it("selects ranges with Shift, also across rows that are not loaded yet", async () => {
    const { user, fake } = setUp(many(1_000));
    await box("Campaign 0");
    (await grid()).focus();
    await user.keyboard(" {Shift>}{ArrowDown}{ArrowDown}{/Shift}");
    await waitFor(() =>
      expect(lastAction(fake)).toMatchObject({ allocate: [0, 1, 2].map((n) => aCampaign(n).id) }),
    );
    await user.keyboard("{End}");
    const last = await box("Campaign 999");
    await user.keyboard("{Shift>}[Space]{/Shift}");
    await waitFor(() => expect(last).toBeChecked());
    await waitFor(() => expect((lastAction(fake) as { allocate: string[] }).allocate).toHaveLength(1_000));
    expect(fake.argsOf("list_page:campaigns").length).toBeLessThan(5);
  });

  it("selects all rows that match the search, and deselects only those", async () => {
    const { user, fake } = setUp(many(300));
    await tick(user, "Campaign 7");
    await user.type(screen.getByRole("searchbox"), "Campaign 1");
    await user.click(await screen.findByRole("button", { name: "Select all 111 filtered" }));
    await waitFor(() => expect((lastAction(fake) as { allocate: string[] }).allocate).toHaveLength(112));
    await user.click(screen.getByRole("button", { name: "Deselect all 111 filtered" }));
    await waitFor(() => expect(lastAction(fake)).toMatchObject({ allocate: [aCampaign(7).id] }));
  });

  it("updates the preview with 10,000 rows selected, without rendering other rows again", async () => {
    const { user, fake } = setUp(many(10_000));
    await box("Campaign 0");
    await user.click(screen.getByRole("button", { name: "Select all 10,000" }));
    expect(await screen.findByText("10,000 added")).toBeVisible();
    await tick(user, "Campaign 3");
    expect(await screen.findByText("9,999 added")).toBeVisible();
    expect(await box("Campaign 3")).not.toBeChecked();
    expect(await box("Campaign 4")).toBeChecked();
    expect(fake.argsOf("preview").length).toBeLessThan(4);
  });

  it("A14, R37: shows blockers with links, and saves the other changes", async () => {
    const blocker = aBlocker(
      "campaign_allocated_elsewhere",
      named("campaign", aCampaign(1).id, "Campaign 1"),
      {
        text: "It is allocated to Brand 2.",
        adAccount: account,
        holder: brand(2),
        xpoAccount: client(1),
      },
    );
    const { user, fake } = setUp([aCampaign(0), aCampaign(1)], brand1, {
      preview: ({ action }: { action: Extract<Action, { action: "allocate_campaigns" }> }) =>
        action.allocate.includes(aCampaign(1).id)
          ? anOutcome({ blockers: [blocker] })
          : anOutcome({ added: action.allocate.length }),
      unblocked_part: () => ({
        action: "allocate_campaigns",
        advertiser: "v1",
        allocate: [aCampaign(0).id],
        deallocate: [],
      }),
    });
    await tick(user, "Campaign 0");
    await tick(user, "Campaign 1");
    expect(await screen.findByText("It is allocated to Brand 2.")).toBeVisible();
    await waitFor(() => expect(save()).toBeDisabled());
    expect(await faults()).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Save the other changes" }));
    await waitFor(() => expect(lastAction(fake, "commit")).toMatchObject({ allocate: [aCampaign(0).id] }));
    await waitFor(() => expect(screen.getByText(/Select the campaigns to allocate/)).toBeVisible());
    expect(await box("Campaign 1")).not.toBeChecked();
  });

  it("shows a notice when somebody else changed what a Save would do, and keeps the selection", async () => {
    const campaigns = many(3);
    const { user, fake } = setUp(campaigns);
    await tick(user, "Campaign 0");
    await tick(user, "Campaign 1");
    expect(await screen.findByText("2 added")).toBeVisible();
    campaigns[1] = allocatedTo(campaigns[1]!, 1);
    fake.answers.preview = () => anOutcome({ added: 1 });
    await fake.changed("decisions");
    expect(await screen.findByText("Changed elsewhere. Review before saving.")).toBeVisible();
    expect(screen.getByText("1 added")).toBeVisible();
    await waitFor(() => expect(screen.queryByRole("checkbox", { name: "Campaign 1" })).toBeNull());
    expect(await box("Campaign 0")).toBeChecked();
  });

  it("asks before unsaved edits are discarded, also when another advertiser is chosen", async () => {
    const { user, fake } = setUp(many(2));
    await tick(user, "Campaign 0");
    await screen.findByText("1 added");
    await user.click(picker("Advertiser"));
    await user.click(await screen.findByRole("option", { name: /Brand 2/ }));
    const dialog = await screen.findByRole("dialog", { name: "Save your changes?" });
    expect(await faults()).toEqual([]);
    await user.click(within(dialog).getByRole("button", { name: "Keep editing" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(picker("Advertiser")).toHaveValue("Brand 1");
    router.go({ screen: "overview" });
    await user.click(await screen.findByRole("button", { name: "Discard changes" }));
    expect(router.screen).toBe("overview");
    expect(fake.argsOf("commit")).toEqual([]);
  });

  it("saves on request before another screen opens", async () => {
    const { user, fake } = setUp(many(2));
    await tick(user, "Campaign 0");
    await screen.findByText("1 added");
    router.go({ screen: "overview" });
    const dialog = await screen.findByRole("dialog", { name: "Save your changes?" });
    await user.click(within(dialog).getByRole("button", { name: "Save" }));
    await waitFor(() => expect(router.screen).toBe("overview"));
    expect(fake.argsOf("commit")).toHaveLength(1);
  });

  it("discards edits with Discard", async () => {
    const { user } = setUp(many(2));
    await tick(user, "Campaign 0");
    await user.click(await screen.findByRole("button", { name: "Discard" }));
    expect(await box("Campaign 0")).not.toBeChecked();
    expect(save()).toBeDisabled();
  });

  it("shows why a Save failed and keeps the selection", async () => {
    const { user } = setUp(many(2), brand1, {
      commit: () => Promise.reject(problem("file_read_only")),
    });
    await tick(user, "Campaign 0");
    await screen.findByText("1 added");
    await user.click(save());
    expect(await screen.findByRole("alert")).toBeVisible();
    expect(await box("Campaign 0")).toBeChecked();
  });

  it("A2: initializes the selected campaigns after warning that this is permanent, without an Undo", async () => {
    const { user, fake } = setUp(
      [allocatedTo(aCampaign(1), 1), allocatedTo(aCampaign(2), 1), allocatedTo(aCampaign(3), 1, true)],
      {
        ...brand1,
        tab: "allocated",
      },
    );
    fake.answers.preview = () =>
      anOutcome({
        changed: 1,
        warnings: [
          aWarning("cannot_be_undone", named("campaign", aCampaign(2).id, "Campaign 2"), {
            text: "1 campaign can never be deallocated again.",
          }),
        ],
      });
    await box("Campaign 1");
    await tick(user, "Campaign 2");
    await user.click(screen.getByRole("button", { name: "Initialize…" }));
    const dialog = await screen.findByRole("dialog", { name: "Initialize 1 campaign?" });
    expect(dialog).toHaveTextContent("permanent and can't be undone");
    expect(await within(dialog).findByText(/can never be deallocated again/)).toBeVisible();
    expect(await faults()).toEqual([]);
    await confirm(user, dialog, "Initialize");
    await waitFor(() =>
      expect(lastAction(fake, "commit")).toEqual({
        action: "initialize_campaigns",
        campaigns: [aCampaign(2).id],
      }),
    );
    await waitFor(() => expect(messages.list.at(-1)?.text).toBe("Success: changed Acme."));
    expect(messages.list.at(-1)?.action).toBeUndefined();
  });

  it("A5: moves campaigns to another advertiser from the row's menu", async () => {
    const { user, fake } = setUp([allocatedTo(aCampaign(1), 1), allocatedTo(aCampaign(2), 1)], {
      ...brand1,
      tab: "allocated",
    });
    await box("Campaign 1");
    await user.click(screen.getByRole("button", { name: "Actions for Campaign 1" }));
    await user.click(await screen.findByRole("menuitem", { name: "Move to another advertiser…" }));
    const dialog = await screen.findByRole("dialog", { name: "Move “Campaign 1” to another advertiser" });
    const move = within(dialog).getByRole("button", { name: "Move" });
    expect(move).toBeDisabled();
    await user.click(within(dialog).getByRole("combobox", { name: "To advertiser" }));
    expect(await screen.findByRole("option", { name: /Brand 1/ })).toHaveAttribute("aria-disabled", "true");
    await user.click(screen.getByRole("option", { name: /Brand 2/ }));
    await waitFor(() => expect(move).toBeEnabled());
    await confirm(user, dialog, "Move");
    await waitFor(() =>
      expect(lastAction(fake, "commit")).toEqual({
        action: "move",
        to: "v2",
        holdings: {
          of: { kind: "advertiser", id: "v1" },
          adAccounts: [],
          campaigns: [aCampaign(1).id],
          audiences: [],
        },
        defaultReplacements: [],
      }),
    );
    await waitFor(() => expect(messages.list.at(-1)?.text).toBe("Success: changed Acme."));
  });

  it("opens a campaign's page with Enter", async () => {
    const { user } = setUp(many(1));
    await box("Campaign 0");
    (await grid()).focus();
    await user.keyboard("{Enter}");
    expect(router.route).toEqual({
      screen: "account",
      id: account.id,
      tab: "campaigns",
      shown: expect.objectContaining({ kind: "campaign", name: "Campaign 0" }),
    });
  });

  it("filters by the values that occur, counted when the menu opens", async () => {
    const { user, fake } = setUp(many(5));
    await box("Campaign 0");
    expect(fake.argsOf("campaign_facets")).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Filter by Objective" }));
    await user.click(await screen.findByRole("checkbox", { name: /Website conversions/ }));
    await waitFor(() =>
      expect(fake.argsOf("list:campaigns")).toContainEqual({
        query: expect.objectContaining({ objectives: ["WEB_CONVERSIONS"] }),
      }),
    );
    expect(await screen.findByText("Objective:")).toBeVisible();
  });

  it("exports the ticked rows of either tab, or their allocations", async () => {
    const { user, fake } = setUp(
      [...many(2), allocatedTo(aCampaign(2), 1), allocatedTo(aCampaign(3), 1)],
      brand1,
      {
        export_list: () => "/downloads/campaigns.csv",
        export_allocations: () => "/downloads/allocations.xlsx",
      },
    );
    const exportTicked = async (entry: string, path: string) => {
      const bar = screen.getByRole("group", { name: "Selection" });
      await user.click(within(bar).getByRole("button", { name: "Export" }));
      await user.click(await screen.findByRole("menuitem", { name: entry }));
      await waitFor(() => expect(messages.list.at(-1)?.text).toBe(`Exported to ${path}`));
    };
    await tick(user, "Campaign 1");
    await exportTicked("CSV…", "/downloads/campaigns.csv");
    await user.click(screen.getByRole("tab", { name: /Allocated/ }));
    await tick(user, "Campaign 2");
    await exportTicked("Allocations…", "/downloads/allocations.xlsx");
    const only = (command: string) =>
      fake.argsOf(command).map((args) => (args as { list: { only: string[] } }).list.only);
    expect(only("export_list")).toEqual([[aCampaign(1).id]]);
    expect(only("export_allocations")).toEqual([[aCampaign(2).id]]);
  });

  it.each([
    { tab: "available", other: "allocated", found: "Campaign 2", hidden: "Campaign 3" },
    { tab: "allocated", other: "available", found: "Campaign 0", hidden: "Campaign 1" },
  ] as const)(
    "lists what the restored search of the other tab finds when the screen opens on $tab",
    async ({ tab, other, found, hidden }) => {
      const campaigns = [...many(2), allocatedTo(aCampaign(2), 1), allocatedTo(aCampaign(3), 1)];
      const search = () => screen.findByRole("searchbox", { name: "Search campaigns" });
      router.go(brand1);
      const first = setUp(campaigns, { ...brand1, tab: other });
      await box(hidden);
      await first.user.type(await search(), found);
      await waitFor(() => expect(screen.queryByText(hidden)).toBeNull());

      cleanup();
      router.go(brand1);
      const { user } = setUp(campaigns, { ...brand1, tab });
      const otherTab = await screen.findByRole("tab", { name: new RegExp(other, "i") });
      await waitFor(() => expect(otherTab).toHaveTextContent("2"));
      await user.click(otherTab);
      expect(await search()).toHaveValue(found);
      await waitFor(() => expect(screen.queryByText(hidden)).toBeNull());
      expect(screen.getByText(found)).toBeVisible();
    },
  );

  it("offers a sync when nothing was synced yet (R26)", async () => {
    const { user } = setUp([]);
    expect(await screen.findByText("The campaigns haven't been synced yet")).toBeVisible();
    expect(await faults()).toEqual([]);
    await user.click(screen.getAllByRole("button", { name: "Sync Campaigns" }).at(-1)!);
    expect(await screen.findByRole("dialog", { name: "Sync Campaigns" })).toHaveTextContent(
      `Sync campaigns of Account 1 (${account.id})?`,
    );
  });

  it("explains what to do when no campaign, or every campaign, is allocated", async () => {
    const counts = [{ kind: "campaign", count: 2, deleted: 0, allocated: 0, syncedAt: 1 }];
    const { user } = setUp(many(2), { ...brand1, tab: "allocated" }, { account_page: () => ({ counts }) });
    expect(await screen.findByText("Nothing is allocated here yet")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Show the available campaigns" }));
    expect(await box("Campaign 0")).toBeVisible();
  });

  it("lists without checkboxes until an advertiser is chosen", async () => {
    const { user } = setUp(many(2), { screen: "campaigns" });
    expect(await screen.findByText("Campaign 0")).toBeVisible();
    expect(screen.queryByRole("checkbox")).toBeNull();
    expect(screen.getByText(/Choose an XPO account and an advertiser/)).toBeVisible();
    await user.click(screen.getByRole("tab", { name: "Allocated" }));
    expect(screen.queryByRole("grid")).toBeNull();
  });

  it("shows hostile names as text", async () => {
    setUp([aCampaign(0, { name: "<img src=x>\u202Egnp", objective: "<b>x</b>" })]);
    expect(await screen.findByText("<img src=x>�gnp")).toBeVisible();
    expect(screen.getByText("<b>x</b>")).toBeVisible();
    expect(document.querySelector("img")).toBeNull();
  });

  it("shows why a list cannot be read, and retries", async () => {
    const { user, fake } = setUp([aCampaign(0)], brand1, {
      "list:campaigns": () => Promise.reject(problem("file_damaged")),
    });
    await screen.findByRole("alert");
    Object.assign(
      fake.answers,
      withCampaigns(() => [aCampaign(0)]),
    );
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await box("Campaign 0")).toBeVisible();
  });
});
