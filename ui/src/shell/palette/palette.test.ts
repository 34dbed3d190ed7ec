import { render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { faults } from "../../components/testing/axe";
import { router } from "../../features/app/router.svelte";
import { undoing } from "../../features/decisions/undo.svelte";

import type { Hit, Hits, Named, ObjectKind } from "../../ipc";
import { anEntry } from "../../ipc/testing/directory";
import { Fake, fails, Pending, type Answers } from "../../ipc/testing/fake";
import { appearance } from "../../lib/preferences.svelte";
import { routeOf } from "./entries";
import { recent } from "./recent.svelte";
import SearchPalette from "./SearchPalette.svelte";

const named = (kind: ObjectKind, id: string, name = `${kind} ${id}`): Named => ({ kind, id, name });
const hit = (kind: ObjectKind, id: string, more: Partial<Hit> = {}): Hit => ({
  named: named(kind, id),
  inside: null,
  advertiser: null,
  xpoAccount: null,
  archived: false,
  ...more,
});
const hits = (kind: ObjectKind, list: Hit[], more = false): Hits => ({ kind, hits: list, more });

const shop = hit("ad_account", "7100000000000000001", {
  named: named("ad_account", "7100000000000000001", "<b>Shoes</b>\u202Egnp"),
});

function open(answers: Answers = {}) {
  const fake = new Fake({ search: () => [], ...answers });
  const [onclose, onswitch, onsync] = [vi.fn(), vi.fn(), vi.fn()];
  render(SearchPalette, { onclose, onswitch, onsync });
  return { fake, onclose, onswitch, onsync, user: userEvent.setup(), field: screen.getByRole("combobox") };
}

const options = () => screen.getAllByRole("option").map(({ textContent }) => textContent.trim());
const activeOption = (field: HTMLElement) =>
  document.getElementById(field.getAttribute("aria-activedescendant") ?? "");

describe("the search palette", () => {
  it("lists recent screens, all screens and actions at first", async () => {
    recent.left({ screen: "account", id: "71" }, "Shoes");
    const { field } = open();
    await waitFor(() => expect(field).toHaveFocus());
    const groups = screen.getAllByRole("group").map((group) => group.getAttribute("aria-labelledby") ?? "");
    expect(groups.map((id) => document.getElementById(id)?.textContent)).toEqual([
      "Recent",
      "Go to",
      "Actions",
    ]);
    expect(options()).toEqual([
      "Shoes 71",
      "Overview",
      "TikTok Accounts",
      "Allocate Campaigns",
      "Allocate Audiences",
      "XPO Accounts",
      "Requests",
      "Sync activity",
      "Change history",
      "Settings",
      "Import TikTok Account",
      "Allocate Account",
      "Review suggestions",
      "Request New TikTok Account",
      "Sync Account…",
      "Sync Campaigns…",
      "Sync Audiences…",
      "Undo the last change",
      "Redo the last undo",
      "Save a report for support",
      "Switch partner",
      "Theme: light",
      "Theme: dark",
    ]);
    expect(await faults()).toEqual([]);
    recent.clear();
  });

  it("opens a saved view with its screen", async () => {
    const of = { of: "available", adAccounts: ["71", "72"] };
    const views = (["accounts", "campaigns"] as const).map((list) => ({
      name: `View of ${list}`,
      query: { list, query: { of } },
      columns: [],
    }));
    const { user, field } = open({ views: () => views });
    for (const [list, more] of [
      ["accounts", {}],
      ["campaigns", { tab: "available", adAccounts: of.adAccounts }],
    ] as const) {
      await user.clear(field);
      await user.type(field, `view ${list}`);
      await waitFor(() => expect(options()).toEqual([expect.stringContaining(`View of ${list}`)]));
      await user.keyboard("{Enter}");
      expect(router.route).toEqual({ screen: list, view: `View of ${list}`, ...more });
    }
  });

  it("finds a client by a name that the last change has too", async () => {
    const client = hit("xpo_account", "x", { named: named("xpo_account", "x", "Acme") });
    const { user, field } = open({
      next_undo: () => ({ undo: anEntry(1), skips: false, redo: null }),
      search: () => [hits("xpo_account", [client])],
    });
    const stop = undoing.watch();
    await screen.findByText("Undo: added XPO account Acme");
    await user.type(field, "Acme");
    await waitFor(() => expect(options()).toEqual(["Acme"]));
    stop();
  });

  it("groups results by kind, with notes that distinguish objects of the same name, as text", async () => {
    const { user, field } = open({
      search: () => [
        hits("ad_account", [shop]),
        hits("xpo_account", [hit("xpo_account", "x", { archived: true })]),
        hits(
          "campaign",
          [
            hit("campaign", "17", {
              inside: named("ad_account", "71", "Account 1"),
              advertiser: named("advertiser", "v", "Brand 1"),
              xpoAccount: named("xpo_account", "x", "Client 1"),
            }),
          ],
          true,
        ),
      ],
    });
    await user.type(field, "shoe");
    const found = within(await screen.findByRole("group", { name: "TikTok ad accounts" }));
    expect(found.getByRole("option")).toHaveTextContent("<b>Shoes</b>�gnp 7100000000000000001");
    const campaigns = screen.getByRole("group", { name: "Campaigns" });
    expect(campaigns).toHaveTextContent("17 · Account 1 · Brand 1, Client 1");
    expect(campaigns).toHaveTextContent("There are more");
    expect(screen.getByRole("group", { name: "XPO accounts" })).toHaveTextContent("Archived");
    expect(document.querySelector("b")).toBeNull();
    expect(await faults()).toEqual([]);
  });

  it.each<[Hit, unknown]>([
    [hit("ad_account", "71"), { screen: "account", id: "71" }],
    [hit("xpo_account", "x"), { screen: "xpo_account", id: "x", tab: "campaigns" }],
    [
      hit("advertiser", "v", { inside: named("xpo_account", "x") }),
      expect.objectContaining({ screen: "xpo_account", id: "x", advertiser: "v" }),
    ],
    [
      hit("campaign", "17", { inside: named("ad_account", "71") }),
      { screen: "campaigns", tab: "available", search: "17", adAccount: "71" },
    ],
    [
      hit("campaign", "17", {
        inside: named("ad_account", "71"),
        advertiser: named("advertiser", "v"),
        xpoAccount: named("xpo_account", "x"),
      }),
      {
        screen: "campaigns",
        tab: "allocated",
        search: "17",
        adAccount: "71",
        xpoAccount: "x",
        advertiser: "v",
      },
    ],
    [
      hit("audience", "19", { inside: named("ad_account", "71") }),
      { screen: "audiences", search: "19", adAccount: "71" },
    ],
    [hit("request", "r", { named: named("request", "r", "New") }), { screen: "requests", search: "New" }],
    [
      hit("goal", "g", { advertiser: named("advertiser", "v"), xpoAccount: named("xpo_account", "x") }),
      expect.objectContaining({ screen: "xpo_account", id: "x", advertiser: "v" }),
    ],
  ])("opens the screen that shows %j", (found, route) => expect(routeOf(found)).toEqual(route));

  it("works with the keyboard alone: typing, arrows, Enter", async () => {
    const { user, field, onclose } = open({
      search: () => [hits("ad_account", [shop]), hits("xpo_account", [hit("xpo_account", "x")])],
    });
    await user.type(field, "sho");
    await screen.findByRole("group", { name: "XPO accounts" });
    expect(activeOption(field)).toHaveTextContent("<b>Shoes</b>");
    await user.keyboard("{ArrowDown}");
    expect(activeOption(field)).toHaveTextContent("xpo_account x");
    expect(activeOption(field)).toHaveAttribute("aria-selected", "true");
    await user.keyboard("{ArrowDown}");
    expect(activeOption(field)).toHaveTextContent("<b>Shoes</b>");
    await user.keyboard("{ArrowUp}{Enter}");
    expect(onclose).toHaveBeenCalledOnce();
    expect(router.route).toEqual({ screen: "xpo_account", id: "x", tab: "campaigns" });
  });

  it("runs one search at a time, and drops outdated results", async () => {
    const finding = new Pending<Hits[]>();
    const { user, fake, field } = open({ search: finding.answer });
    await user.type(field, "abc");
    expect(fake.argsOf("search")).toEqual([{ text: "a" }]);
    finding.resolve([hits("ad_account", [hit("ad_account", "1")])]);
    await waitFor(() => expect(fake.argsOf("search")).toEqual([{ text: "a" }, { text: "abc" }]));
    expect(screen.queryByText("ad_account 1")).toBeNull();
    finding.resolve([hits("ad_account", [hit("ad_account", "2")])]);
    expect(await screen.findByText("ad_account 2")).toBeVisible();
  });

  it("applies Enter to the results for the typed text, not to older ones", async () => {
    const finding = new Pending<Hits[]>();
    const { user, fake, field } = open({ search: finding.answer });
    await user.type(field, "x1");
    finding.resolve([]);
    await waitFor(() => expect(fake.argsOf("search")).toHaveLength(2));
    finding.resolve([hits("xpo_account", [hit("xpo_account", "old")])]);
    await screen.findByText("xpo_account old");
    await user.type(field, "2{Enter}");
    expect(router.screen).toBe("overview");
    finding.resolve([hits("xpo_account", [hit("xpo_account", "new")])]);
    await waitFor(() => expect(router.route).toEqual({ screen: "xpo_account", id: "new", tab: "campaigns" }));
  });

  it("finds a screen by the beginnings of its words", async () => {
    const { user, field } = open();
    await user.type(field, "all camp{Enter}");
    await waitFor(() => expect(router.route).toEqual({ screen: "campaigns" }));
  });

  it.each([
    ["mail", "Settings: Mail", "mail"],
    ["settings: csv", "Settings: CSV files", "csv"],
    ["backup", "Settings: Backup and restore", "backups"],
    ["sync sched", "Settings: Sync schedule", "sync"],
    ["notif", "Settings: Notifications", "notifications"],
    ["secure", "Settings: Secure storage", "secure-storage"],
  ])("finds a section of Settings: %s", async (typed, label, section) => {
    const { user, field } = open();
    await user.type(field, typed);
    await waitFor(() => expect(options()).toEqual([label]));
    await user.keyboard("{Enter}");
    expect(router.route).toEqual({ screen: "settings", section });
  });

  it.each(["Theme: dark", "Sync Account…"])("finds an action by its whole label: %s", async (label) => {
    const { user, field } = open();
    await user.type(field, label);
    await waitFor(() => expect(options()).toEqual([label]));
    await user.clear(field);
    await user.type(field, "…");
    expect(await screen.findByText(/^Nothing matches/)).toBeVisible();
  });

  it("lists a recent screen once, and tells recent objects of the same name apart", () => {
    recent.left({ screen: "history" }, "Change history");
    recent.left({ screen: "history", search: "shoes" }, "Change history");
    recent.left({ screen: "account", id: "71" }, "Shoes");
    recent.left({ screen: "account", id: "72" }, "Shoes");
    recent.left({ screen: "account", id: "71", tab: "history" }, "Shoes");
    open();
    expect(options().slice(0, 4)).toEqual(["Shoes 71", "Shoes 72", "Change history", "Overview"]);
    recent.clear();
  });

  it.each([
    ["import tik", { screen: "accounts", opens: "import" }],
    ["allocate acc", { screen: "accounts", opens: { allocate: [] } }],
    ["request new", { screen: "requests", opens: "form" }],
  ])("starts an action: %s", async (typed, route) => {
    const { user, field } = open();
    await user.type(field, typed);
    const actions = within(await screen.findByRole("group", { name: "Actions" }));
    await user.click(actions.getAllByRole("option")[0]!);
    expect(router.route).toEqual(route);
  });

  it("asks which TikTok ad account to sync, and Backspace goes back (R26)", async () => {
    const { user, field, onsync, onclose } = open({
      search: () => [hits("ad_account", [shop]), hits("campaign", [hit("campaign", "17")])],
    });
    await user.type(field, "sync camp");
    await user.click(await screen.findByText("Sync Campaigns…"));
    const asks = await screen.findByRole("combobox", { name: "Sync Campaigns: which TikTok ad account?" });
    expect(asks).toHaveValue("");
    await user.click(asks);
    await user.keyboard("{Backspace}");
    expect(await screen.findByRole("combobox", { name: "Search everything" })).toBeVisible();
    await user.type(field, "sync camp");
    await user.click(await screen.findByText("Sync Campaigns…"));
    await user.type(field, "shoes");
    expect(await screen.findByRole("option")).toHaveTextContent("<b>Shoes</b>");
    expect(screen.queryByRole("group", { name: "Campaigns" })).toBeNull();
    await user.keyboard("{Enter}");
    expect(onclose).toHaveBeenCalledOnce();
    expect(onsync).toHaveBeenCalledWith("campaigns", [shop.named]);
  });

  it("changes the theme and switches partners", async () => {
    const { user, field, onswitch } = open();
    await user.type(field, "dark{Enter}");
    await waitFor(() => expect(appearance.theme).toBe("dark"));
    await user.clear(field);
    await user.type(field, "switch{Enter}");
    await waitFor(() => expect(onswitch).toHaveBeenCalledOnce());
    appearance.choose("system");
  });

  it("says when nothing is found, and why when the search fails", async () => {
    const { user, fake, field } = open();
    await user.type(field, "zzz");
    expect(await screen.findByText("Nothing matches. Check the name or ID.")).toBeVisible();
    expect(await faults()).toEqual([]);
    fake.answers.search = fails("file_missing");
    await user.type(field, "z");
    expect(await screen.findByText("This partner's file is missing")).toBeVisible();
  });

  it("closes with Escape", async () => {
    const { user, onclose } = open();
    await user.keyboard("{Escape}");
    expect(onclose).toHaveBeenCalledOnce();
  });

  it("hands several results of several searches to an action", async () => {
    const found: Record<string, Hit> = { shoe: shop, hat: hit("ad_account", "72") };
    const { user, field, onclose, onsync } = open({
      search: ({ text }: { text: string }) => (found[text] ? [hits("ad_account", [found[text]])] : []),
    });
    await user.type(field, "shoe");
    await screen.findByRole("group", { name: "TikTok ad accounts" });
    await waitFor(() => expect(activeOption(field)).toHaveTextContent("Shoes"));
    await user.keyboard("{Control>}{Enter}{/Control}");
    expect(screen.getByRole("group", { name: "With the 1 selected" })).toBeVisible();
    // What is typed replaces the text, and the selection stays.
    await user.keyboard("hat");
    await waitFor(() => expect(activeOption(field)).toHaveTextContent("ad_account 72"));
    await user.keyboard("{Control>}{Enter}{/Control}{Backspace}");
    expect(screen.getByRole("group", { name: "With the 2 selected" })).toHaveTextContent(
      "2 TikTok ad accounts",
    );
    expect(await faults()).toEqual([]);
    expect(onclose).not.toHaveBeenCalled();
    await user.click(screen.getByRole("option", { name: /^Sync Account 2 TikTok/ }));
    expect(onsync).toHaveBeenCalledWith("account", [shop.named, named("ad_account", "72")]);
  });

  it("opens Allocate Campaigns with several campaigns of several TikTok ad accounts", async () => {
    const both = ["71", "72"].map((id) => hit("campaign", `8${id}`, { inside: named("ad_account", id) }));
    const { user, field } = open({ search: () => [hits("campaign", both)] });
    await user.type(field, "spring");
    await screen.findByRole("group", { name: "Campaigns" });
    await user.keyboard("{Control>}{Enter}{/Control}{ArrowDown}{Control>}{Enter}{/Control}");
    await user.click(screen.getByRole("option", { name: /Allocate Campaigns 2 campaigns/ }));
    expect(router.route).toMatchObject({ screen: "campaigns", adAccounts: ["71", "72"], search: "871\n872" });
  });
});
