import { render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { faults } from "../../components/testing/axe";
import { confirm } from "../../components/testing/confirm";
import { router, type Route } from "../../features/app/router.svelte";
import type {
  Action,
  AudienceRow,
  CampaignQuery,
  CampaignRow,
  GoalQuery,
  GoalRow,
  XpoAccountPage,
} from "../../ipc";
import {
  aBlocker,
  aWarning,
  aHolding,
  anAdvertiser,
  anOutcome,
  anXpoAccountPage,
  listing,
  named,
  saved,
} from "../../ipc/testing/directory";
import { aTree } from "../../ipc/testing/allocations";
import { Fake, fails, type Answers } from "../../ipc/testing/fake";
import { messages } from "../../lib/messages.svelte";
import XpoAccountScreen from "./XpoAccountScreen.svelte";

const shoes = named("advertiser", "a1", "Shoes");
const main = named("ad_account", "7100000000000000001", "Main account");
const spare = named("ad_account", "7100000000000000002", "Spare account");
const acme = anXpoAccountPage("x1", {
  name: "Acme",
  advertisers: [
    anAdvertiser("a1", { name: "Shoes", campaigns: 2, audiences: 1, goals: 1 }),
    anAdvertiser("a2", { name: "Hats", archived: true }),
  ],
  holdings: [
    aHolding(main.id, { adAccount: main, default: true, mode: "self", advertisers: [shoes] }),
    aHolding(spare.id, { adAccount: spare, mode: "knorex", advertisers: [shoes] }),
  ],
});

function aCampaign(id: string, name: string, initialized: boolean): CampaignRow {
  const mark = { at: Date.UTC(2026, 2, 1), actor: "Maria" };
  return {
    id,
    name,
    adAccount: main,
    objective: "TRAFFIC",
    status: { label: "Active", reason: "", tone: "ok" },
    budget: 1500,
    budgetMode: "BUDGET_MODE_DAY",
    currency: "USD",
    createdAt: "2026-01-01 00:00:00",
    syncedAt: null,
    allocated: {
      advertiser: shoes,
      xpoAccount: named("xpo_account", "x1", "Acme"),
      archived: false,
      since: mark,
      initialized: initialized ? mark : null,
    },
  };
}
const audience: AudienceRow = {
  id: "9001",
  name: "Buyers",
  adAccount: main,
  kind: "Lookalike",
  size: 2000,
  availability: "ready",
  expiring: false,
  expiresAt: "",
  shared: false,
  own: true,
  excluded: false,
  syncedAt: null,
  advertisers: [
    { advertiser: shoes, xpoAccount: named("xpo_account", "x1", "Acme"), archived: false },
    {
      advertiser: named("advertiser", "b1", "Foreign"),
      xpoAccount: named("xpo_account", "x2", "Globex"),
      archived: true,
    },
  ],
};
const goal: GoalRow = {
  id: "g1",
  kind: "conversion_goal",
  name: "Sign-up",
  advertiser: shoes,
  xpoAccount: named("xpo_account", "x1", "Acme"),
  adAccount: main,
};

const answers = (account: XpoAccountPage | null, more: Answers = {}): Answers => ({
  xpo_account: () => account,
  "list:campaigns": () => listing([aCampaign("8001", "Spring", false), aCampaign("8002", "Summer", true)]),
  "list_ids:campaigns": () => ["8001", "8002"],
  campaign_facets: () => ({ statuses: [{ label: "Active", tone: "ok", count: 2 }], objectives: [] }),
  "list:audiences": () => listing([audience]),
  "list:goals": () => listing([goal]),
  preview: () => anOutcome({ changed: 1 }),
  commit: () => saved({ changed: 1 }),
  ...more,
});

async function show(fake: Fake, route: Partial<Extract<Route, { screen: "xpo_account" }>> = {}) {
  const user = userEvent.setup();
  render(XpoAccountScreen, { route: { screen: "xpo_account", id: "x1", ...route } });
  await waitFor(() => expect(fake.argsOf("xpo_account").length).toBeGreaterThan(0));
  return user;
}
const lastAction = (fake: Fake) => (fake.argsOf("commit").at(-1) as { action: Action }).action;
const rowOf = (text: string) => screen.getByText(text).closest("[role=row]") as HTMLElement;
const tab = (name: RegExp) => screen.findByRole("tab", { name });

describe("An XPO account's page", () => {
  it("shows the details and counts of the XPO account (R35)", async () => {
    await show(new Fake(answers(acme)));
    expect(await screen.findByRole("heading", { name: "Acme" })).toBeVisible();
    expect(screen.getByText("Active")).toBeVisible();
    const tabs = screen.getAllByRole("tab").map((one) => one.textContent?.trim());
    expect(tabs).toEqual([
      "Advertisers2",
      "TikTok ad accounts2",
      "Campaigns2",
      "Audiences1",
      "Goals and tags1",
    ]);
    expect(rowOf("Shoes")).toHaveTextContent("Main account, Spare account");
    expect(rowOf("Hats")).toHaveTextContent("ArchivedNot allocated");
    expect(await faults()).toEqual([]);
  });

  it("counts an audience of several advertisers once", async () => {
    const advertisers = acme.advertisers.map((one) => ({ ...one, audiences: 3 }));
    await show(new Fake(answers({ ...acme, advertisers, audiences: 4 })));
    expect(await tab(/^Audiences/)).toHaveTextContent("Audiences4");
  });

  it.each([acme, { ...acme, holdings: [] }])("allocates another TikTok ad account to it", async (client) => {
    const fake = new Fake(answers(client, { account_names: () => [] }));
    const user = await show(fake, { tab: "ad_accounts" });
    await user.click(await screen.findByRole("button", { name: "Allocate Account" }));
    const dialog = await screen.findByRole("dialog", { name: "Allocate Account" });
    expect(await within(dialog).findByText(/Pick the TikTok ad account to allocate to/)).toHaveTextContent(
      "Acme",
    );
  });

  it("focuses the advertiser that another screen linked to", async () => {
    await show(new Fake(answers(acme)), { advertiser: "a1" });
    await screen.findByText("Shoes");
    const grid = screen.getByRole("grid", { name: "Advertisers" });
    await waitFor(() => expect(grid).toHaveFocus());
    const active = grid.getAttribute("aria-activedescendant") ?? "";
    expect(document.getElementById(active)).toHaveTextContent("Shoes");
  });

  it("adds advertisers, one per line (A1)", async () => {
    const fake = new Fake(answers(acme));
    const user = await show(fake);
    await user.click(await screen.findByRole("button", { name: "Add advertisers" }));
    const dialog = await screen.findByRole("dialog", { name: "Add advertisers to “Acme”" });
    expect(within(dialog).getByLabelText("Names")).toHaveFocus();
    await user.keyboard("Red{Enter}Blue");
    await user.keyboard("{Control>}{Enter}{/Control}");
    await waitFor(() => expect(fake.argsOf("commit")).toHaveLength(1));
    expect(lastAction(fake)).toMatchObject({
      action: "add_to_directory",
      accounts: [],
      advertisers: [
        { name: "Red", xpoAccount: "x1" },
        { name: "Blue", xpoAccount: "x1" },
      ],
    });
  });

  it("renames, archives and restores advertisers (A1)", async () => {
    const fake = new Fake(answers(acme));
    const user = await show(fake);
    await user.click(await screen.findByRole("button", { name: "Actions for Shoes" }));
    await user.click(await screen.findByRole("menuitem", { name: "Rename…" }));
    const field = await screen.findByLabelText("Name");
    await user.clear(field);
    await user.type(field, "Boots{Enter}");
    await waitFor(() =>
      expect(lastAction(fake)).toEqual({
        action: "rename",
        object: { kind: "advertiser", id: "a1" },
        name: "Boots",
      }),
    );
    await user.click(screen.getByRole("button", { name: "Actions for Hats" }));
    await user.click(await screen.findByRole("menuitem", { name: "Restore…" }));
    const dialog = await screen.findByRole("dialog", { name: "Restore “Hats”?" });
    await confirm(user, dialog, "Restore");
    await waitFor(() =>
      expect(lastAction(fake)).toEqual({ action: "restore", accounts: [], advertisers: ["a2"] }),
    );
  });

  it("sets the default of the XPO account (R4, A24)", async () => {
    const fake = new Fake(answers(acme));
    const user = await show(fake, { tab: "ad_accounts" });
    await screen.findByText("Main account");
    expect(rowOf("Main account")).toHaveTextContent("DefaultSelf");
    expect(rowOf("Spare account")).toHaveTextContent("Knorex");
    expect(await faults()).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Actions for Main account" }));
    expect(await screen.findByRole("menuitem", { name: "Set as Default" })).toHaveAttribute("data-disabled");
    await user.keyboard("{Escape}");
    await user.click(screen.getByRole("button", { name: "Actions for Spare account" }));
    await user.click(await screen.findByRole("menuitem", { name: "Set as Default" }));
    await confirm(user, await screen.findByRole("dialog"), "Set as Default");
    await waitFor(() =>
      expect(lastAction(fake)).toEqual({
        action: "set_defaults",
        defaults: [{ xpoAccount: "x1", adAccount: spare.id }],
      }),
    );
  });

  it("changes the payment mode of one TikTok ad account (R14, A9), with its warning", async () => {
    const mixed = aWarning("mixed_modes", main, { text: "It will have both payment modes." });
    const fake = new Fake(answers(acme, { preview: () => anOutcome({ changed: 1, warnings: [mixed] }) }));
    const user = await show(fake, { tab: "ad_accounts" });
    await user.click(await screen.findByRole("button", { name: "Actions for Main account" }));
    await user.click(await screen.findByRole("menuitem", { name: "Change payment mode to Knorex…" }));
    expect(await screen.findByText(/will have both payment modes/)).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() =>
      expect(lastAction(fake)).toEqual({
        action: "allocate_accounts",
        allocate: [],
        deallocate: [],
        modes: [{ adAccount: main.id, xpoAccount: "x1", mode: "knorex" }],
        defaultReplacements: [],
      }),
    );
  });

  it("shows its campaigns and initializes one permanently, after a confirmation (R35, A2)", async () => {
    const fake = new Fake(answers(acme));
    const user = await show(fake, { tab: "campaigns" });
    await screen.findByText("Spring");
    expect(await faults()).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Actions for Spring" }));
    await user.click(await screen.findByRole("menuitem", { name: "Initialize…" }));
    const dialog = await screen.findByRole("dialog", { name: "Initialize “Spring”?" });
    expect(dialog).toHaveTextContent("can never be deallocated or moved again");
    await confirm(user, dialog, "Initialize");
    await waitFor(() =>
      expect(lastAction(fake)).toEqual({ action: "initialize_campaigns", campaigns: ["8001"] }),
    );
    await waitFor(() => expect(messages.list.at(-1)?.text).toBe("Success: changed Acme."));
    expect(messages.list.at(-1)?.action).toBeUndefined();
  });

  it("leaves the reason why a campaign is not delivering room in a window of 1024 px", async () => {
    // Inside the frame of the table.
    vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(790);
    await show(new Fake(answers(acme)), { tab: "campaigns" });
    const grid = await screen.findByRole("grid", { name: "Campaigns" });
    const status =
      1 +
      within(grid)
        .getAllByRole("columnheader")
        .findIndex((one) => one.ariaLabel === "Status");
    const columns = grid.style.getPropertyValue("--columns").match(/minmax\(.*?\)|\d+px/gu) ?? [];
    // "account not approved" has 134 px in DejaVu Sans, and 16 px around it.
    expect(columns[status - 1]).toMatch(/^minmax\(150px/u);
    expect(parseFloat((grid.firstElementChild as HTMLElement).style.minWidth)).toBeLessThanOrEqual(790);
  });

  it("initializes all selected campaigns", async () => {
    const fake = new Fake(answers(acme));
    const user = await show(fake, { tab: "campaigns" });
    await screen.findByText("Spring");
    screen.getByRole("grid", { name: "Campaigns" }).focus();
    await user.keyboard("{Control>}a{/Control}");
    await user.click(await screen.findByRole("button", { name: "Initialize…" }));
    const dialog = await screen.findByRole("dialog", { name: "Initialize 2 campaigns?" });
    await confirm(user, dialog, "Initialize");
    await waitFor(() =>
      expect(lastAction(fake)).toEqual({ action: "initialize_campaigns", campaigns: ["8001", "8002"] }),
    );
  });

  it("filters campaigns by advertiser, and opens Allocate Campaigns with the pickers filled in", async () => {
    const fake = new Fake(answers(acme));
    const user = await show(fake);
    await user.click(await screen.findByRole("button", { name: "Actions for Shoes" }));
    await user.click(await screen.findByRole("menuitem", { name: "Show its campaigns" }));
    await screen.findByText("Spring");
    const { query } = fake.argsOf("list:campaigns").at(-1) as { query: CampaignQuery };
    expect(query.of).toEqual({ of: "advertiser", advertiser: "a1" });
    expect(screen.getByRole("button", { name: "Clear filter Advertiser: Shoes" })).toBeInTheDocument();
    screen.getByRole("grid", { name: "Campaigns" }).focus();
    await user.keyboard("{Enter}");
    expect(router.route).toMatchObject({ screen: "account", tab: "campaigns", shown: { id: "8001" } });
    await user.click(screen.getByRole("button", { name: "Actions for Spring" }));
    await user.click(await screen.findByRole("menuitem", { name: "Allocate Campaigns" }));
    expect(router.route).toEqual({
      screen: "campaigns",
      tab: "allocated",
      adAccount: main.id,
      xpoAccount: "x1",
      search: "8001",
      advertiser: "a1",
    });
  });

  it("takes selected campaigns away from the client after a preview, and names it in the message", async () => {
    const fake = new Fake(answers(acme));
    const user = await show(fake, { tab: "campaigns" });
    await screen.findByText("Spring");
    const grid = screen.getByRole("grid", { name: "Campaigns" });
    await waitFor(() => expect(grid).toHaveFocus());
    await user.keyboard("{Control>}a{/Control}");
    const bar = screen.getByRole("group", { name: "Selection" });
    const buttons = within(bar).getAllByRole("button");
    // What is permanent comes last and is not prominent.
    expect(buttons.map((one) => one.textContent?.trim()).slice(-3)).toEqual([
      "Deallocate…",
      "Move…",
      "Initialize…",
    ]);
    await user.keyboard("{Delete}");
    const dialog = await screen.findByRole("dialog", { name: "Deallocate 2 campaigns from “Acme”?" });
    expect(await faults()).toEqual([]);
    await confirm(user, dialog, "Deallocate");
    await waitFor(() =>
      expect(lastAction(fake)).toEqual({
        action: "deallocate",
        holdings: {
          of: { kind: "xpo_account", id: "x1" },
          adAccounts: [],
          campaigns: ["8001", "8002"],
          audiences: [],
        },
        defaultReplacements: [],
      }),
    );
    await waitFor(() => expect(messages.list.at(-1)?.text).toBe("Success: changed Acme."));
  });

  it("moves what a search finds with the keyboard, to the only advertiser that the typed text matches (A5)", async () => {
    const fake = new Fake(answers(acme, { xpo_tree: () => aTree() }));
    const user = await show(fake, { tab: "campaigns" });
    await screen.findByText("Spring");
    await waitFor(() => expect(screen.getByRole("grid", { name: "Campaigns" })).toHaveFocus());
    await user.keyboard("S");
    expect(screen.getByRole("searchbox", { name: "Search campaigns" })).toHaveValue("S");
    await user.keyboard("{Shift>}{Enter}{/Shift}");
    expect(await screen.findByText("2 selected")).toBeVisible();
    await user.keyboard("{Control>}{Shift>}M{/Shift}{/Control}");
    const dialog = await screen.findByRole("dialog", { name: "Move 2 campaigns to another advertiser" });
    const field = within(dialog).getByRole("combobox", { name: "To advertiser" });
    await waitFor(() => expect(field).toHaveFocus());
    await user.keyboard("Brand 2");
    await waitFor(() => expect(fake.argsOf("preview").at(-1)).toMatchObject({ action: { to: "v2" } }));
    await user.keyboard("{Enter}");
    await waitFor(() => expect(lastAction(fake)).toMatchObject({ action: "move", to: "v2" }));
  });

  it("takes an audience of each TikTok ad account away from this client only (A19)", async () => {
    const fake = new Fake(answers(acme));
    const user = await show(fake, { tab: "audiences" });
    await screen.findByText("Buyers");
    await user.click(screen.getByRole("button", { name: "Deallocate Buyers" }));
    const dialog = await screen.findByRole("dialog", { name: "Deallocate “Buyers” from “Acme”?" });
    await confirm(user, dialog, "Deallocate");
    await waitFor(() =>
      expect(lastAction(fake)).toMatchObject({
        holdings: {
          of: { kind: "xpo_account", id: "x1" },
          audiences: [{ adAccount: main.id, audience: "9001" }],
        },
      }),
    );
  });

  it("deallocates the campaigns that block an ad account with it, without leaving the dialog (A12)", async () => {
    const blocker = (n: number) =>
      aBlocker("campaign_allocated", named("campaign", `800${n}`, `Campaign ${n}`), {
        adAccount: main,
        holder: shoes,
      });
    const fake = new Fake(
      answers(acme, {
        preview: ({ action }: { action: Action }) =>
          action.action === "deallocate"
            ? anOutcome({ blockers: [blocker(1), blocker(2)] })
            : anOutcome({ removed: 3 }),
      }),
    );
    const user = await show(fake, { tab: "ad_accounts" });
    await screen.findByText("Main account");
    await user.click(screen.getByRole("button", { name: "Deallocate Main account" }));
    const dialog = await screen.findByRole("dialog", { name: "Deallocate “Main account” from “Acme”?" });
    await user.click(await within(dialog).findByRole("button", { name: "Deallocate these 2 campaigns too" }));
    expect(await within(dialog).findByText("3 removed")).toBeVisible();
    await confirm(user, dialog, "Deallocate");
    await waitFor(() =>
      expect(lastAction(fake)).toMatchObject({
        action: "deallocate_first",
        campaigns: ["8001", "8002"],
        goals: [],
        then: { action: "deallocate", holdings: { adAccounts: [main.id] } },
      }),
    );
  });

  it("offboards the client after one preview of everything that goes and stays", async () => {
    const fake = new Fake(
      answers(acme, {
        preview: () =>
          anOutcome({
            removed: 4,
            changed: 1,
            kinds: [
              { kind: "account_allocation", added: 0, removed: 2, changed: 0, moved: 0 },
              { kind: "campaign_allocation", added: 0, removed: 1, changed: 0, moved: 0 },
              { kind: "goal", added: 0, removed: 1, changed: 0, moved: 0 },
              { kind: "xpo_account", added: 0, removed: 0, changed: 1, moved: 0 },
            ],
            warnings: [
              aWarning("initialized_stays", named("campaign", "8002", "Summer"), { text: "Summer stays." }),
            ],
          }),
      }),
    );
    const user = await show(fake);
    await user.click(await screen.findByRole("button", { name: "Offboard client…" }));
    const dialog = await screen.findByRole("dialog", { name: "Offboard “Acme”?" });
    await waitFor(() =>
      expect(dialog).toHaveTextContent(
        "4 removed, 1 changed – 2 TikTok ad account allocations, 1 campaign, 1 goal or tag, 1 XPO account",
      ),
    );
    expect(dialog).toHaveTextContent("Summer stays.");
    expect(await faults()).toEqual([]);
    await confirm(user, dialog, "Offboard");
    await waitFor(() => expect(lastAction(fake)).toEqual({ action: "offboard", accounts: ["x1"] }));
  });

  it("shows its audiences, naming only its own advertisers (R44, A19)", async () => {
    await show(new Fake(answers(acme)), { tab: "audiences" });
    await screen.findByText("Buyers");
    expect(rowOf("Buyers")).toHaveTextContent("Shoes");
    expect(rowOf("Buyers")).not.toHaveTextContent("Foreign");
    expect(await faults()).toEqual([]);
  });

  it("adds a goal with an advertiser and one of its TikTok ad accounts, the default first (A1, A6)", async () => {
    const fake = new Fake(answers(acme));
    const user = await show(fake, { tab: "goals" });
    await screen.findByText("Sign-up");
    expect(await faults()).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Add goal or tag" }));
    const dialog = await screen.findByRole("dialog", { name: "Add goal or tag" });
    await user.type(within(dialog).getByLabelText("Name"), "Checkout");
    await user.selectOptions(within(dialog).getByLabelText("Kind"), "Remarketing tag");
    await user.click(within(dialog).getByRole("combobox", { name: "Advertiser" }));
    expect(await screen.findByRole("option", { name: /Hats/ })).toHaveAttribute("aria-disabled", "true");
    await user.click(screen.getByRole("option", { name: "Shoes" }));
    expect(within(dialog).getByRole("combobox", { name: "TikTok ad account" })).toHaveValue("Main account");
    expect(await faults()).toEqual([]);
    await waitFor(() => expect(within(dialog).getByRole("button", { name: "Add" })).toBeEnabled());
    await user.click(within(dialog).getByRole("button", { name: "Add" }));
    await waitFor(() =>
      expect(lastAction(fake)).toMatchObject({
        action: "add_goals",
        goals: [{ kind: "remarketing_tag", name: "Checkout", advertiser: "a1", adAccount: main.id }],
      }),
    );
  });

  it("renames and removes goals and tags (A1)", async () => {
    const fake = new Fake(answers(acme, { preview: () => anOutcome({ removed: 1 }) }));
    const user = await show(fake, { tab: "goals", search: "Sign" });
    await screen.findByText("Sign-up");
    const { query } = fake.argsOf("list:goals").at(-1) as { query: GoalQuery };
    expect(query.search).toBe("Sign");
    await user.click(screen.getByRole("button", { name: "Actions for Sign-up" }));
    await user.click(await screen.findByRole("menuitem", { name: "Remove…" }));
    await confirm(user, await screen.findByRole("dialog"), "Remove");
    await waitFor(() => expect(lastAction(fake)).toEqual({ action: "remove_goals", goals: ["g1"] }));
  });

  it("clears the search and the advertiser that another screen opened the goals with", async () => {
    const fake = new Fake(
      answers(acme, {
        "list:goals": ({ query }: { query: GoalQuery }) => listing(query.search ? [] : [goal], 1),
      }),
    );
    const user = await show(fake, { tab: "goals", advertiser: "a1", search: "Gone" });
    await user.click(await screen.findByRole("button", { name: "Clear search and filters" }));
    expect(await screen.findByText("Sign-up")).toBeVisible();
    expect(screen.getByRole("searchbox")).toHaveValue("");
    expect(fake.argsOf("list:goals").at(-1)).toMatchObject({
      query: { of: { of: "xpo_account", xpoAccount: "x1" }, search: "" },
    });
  });

  it.each([
    { of: "advertisers", kept: "Shoes", changed: "Hats", entry: "Restore…", button: "Restore" },
    { of: "ad_accounts", kept: main.name, changed: spare.name, entry: "Deallocate…", button: "Deallocate" },
    { of: "campaigns", kept: "Summer", changed: "Spring", entry: "Deallocate…", button: "Deallocate" },
    { of: "audiences", kept: "Buyers", changed: "Visitors", entry: "Deallocate…", button: "Deallocate" },
    { of: "goals", kept: "Sign-up", changed: "Purchase", entry: "Remove…", button: "Remove" },
  ] as const)(
    "keeps the selection of the other $of when one changes",
    async ({ of, kept, changed, entry, button }) => {
      const fake = new Fake(
        answers(acme, {
          "list:audiences": () => listing([audience, { ...audience, id: "9002", name: "Visitors" }]),
          "list:goals": () => listing([goal, { ...goal, id: "g2", name: "Purchase" }]),
        }),
      );
      const user = await show(fake, { tab: of });
      for (const name of [kept, changed]) await user.click(await screen.findByRole("checkbox", { name }));
      expect(screen.getByText("2 selected")).toBeVisible();
      await user.click(screen.getByRole("button", { name: `Actions for ${changed}` }));
      await user.click(await screen.findByRole("menuitem", { name: entry }));
      await confirm(user, await screen.findByRole("dialog"), button);
      expect(await screen.findByText("1 selected")).toBeVisible();
      expect(screen.getByRole("checkbox", { name: kept })).toBeChecked();
    },
  );

  it("sets the state of the XPO account, renames and archives it (A1)", async () => {
    const fake = new Fake(answers(acme));
    const user = await show(fake);
    await user.click(await screen.findByRole("button", { name: "Set state" }));
    await user.click(await screen.findByRole("menuitem", { name: "Set to Suspended…" }));
    await confirm(user, await screen.findByRole("dialog"), "Set to Suspended");
    await waitFor(() =>
      expect(lastAction(fake)).toEqual({ action: "set_state", accounts: ["x1"], state: "suspended" }),
    );
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    await user.click(screen.getByRole("button", { name: "Archive" }));
    const dialog = await screen.findByRole("dialog", { name: "Archive “Acme”?" });
    await confirm(user, dialog, "Archive");
    await waitFor(() =>
      expect(lastAction(fake)).toEqual({ action: "archive", accounts: ["x1"], advertisers: [] }),
    );
  });

  it("says that the XPO account no longer exists", async () => {
    await show(new Fake(answers(null)));
    expect(await screen.findByText("This XPO account no longer exists")).toBeVisible();
    expect(await faults()).toEqual([]);
  });

  it("shows what went wrong, and retries", async () => {
    const fake = new Fake({ ...answers(acme), xpo_account: fails("file_damaged") });
    const user = await show(fake);
    await screen.findByRole("alert");
    fake.answers.xpo_account = () => acme;
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("heading", { name: "Acme" })).toBeVisible();
  });

  it("explains each tab when it is empty", async () => {
    const bare = anXpoAccountPage("x1", { name: "<b>Bare</b>" });
    const fake = new Fake(
      answers(bare, {
        "list:campaigns": () => listing([]),
        "list:audiences": () => listing([]),
        "list:goals": () => listing([]),
      }),
    );
    const user = await show(fake);
    expect(await screen.findByText("No advertisers yet")).toBeVisible();
    await user.click(await tab(/TikTok ad accounts/));
    expect(await screen.findByText("No TikTok ad accounts yet")).toBeVisible();
    await user.click(await tab(/Campaigns/));
    expect(await screen.findByText("No campaigns yet")).toBeVisible();
    await user.click(await tab(/Audiences/));
    expect(await screen.findByText("No audiences yet")).toBeVisible();
    await user.click(await tab(/Goals/));
    expect(await screen.findByText("No conversion goals or remarketing tags yet")).toBeVisible();
    expect(document.querySelector("b")).toBeNull();
  });
});
