import { render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { faults } from "../../components/testing/axe";
import { confirm } from "../../components/testing/confirm";
import { router } from "../../features/app/router.svelte";
import type { Action, XpoAccountQuery, XpoAccountRow } from "../../ipc";
import {
  aBlocker,
  anAdvertiser,
  anOutcome,
  anXpoAccount,
  listing,
  named,
  saved,
} from "../../ipc/testing/directory";
import { Fake, fails, type Answers } from "../../ipc/testing/fake";
import { messages } from "../../lib/messages.svelte";
import XpoAccountsScreen from "./XpoAccountsScreen.svelte";

const acme = anXpoAccount("x1", {
  name: "Acme",
  advertisers: [
    anAdvertiser("a1", { name: "Shoes", campaigns: 3, audiences: 1, goals: 2 }),
    anAdvertiser("a2", { name: "Hats", campaigns: 4 }),
  ],
  adAccounts: [
    {
      adAccount: named("ad_account", "7100000000000000002", "Main account"),
      default: true,
      mode: "knorex",
    },
    {
      adAccount: named("ad_account", "7100000000000000001", "Account 7100000000000000001"),
      default: false,
      mode: "self",
    },
  ],
});
const globex = anXpoAccount("x2", { name: "Globex", state: "suspended" });
const old = anXpoAccount("x3", { name: "Old", archived: true });

const withXpoAccounts = (rows: XpoAccountRow[], more: Answers = {}): Answers => ({
  "list:xpo_accounts": ({ query }: { query: XpoAccountQuery }) =>
    listing(
      rows.filter(({ name, advertisers }) =>
        [name, ...advertisers.map((one) => one.name)].some((text) =>
          text.toLowerCase().includes(query.search.toLowerCase()),
        ),
      ),
      rows.length,
    ),
  "list_ids:xpo_accounts": () => rows.map(({ id }) => id),
  preview: () => anOutcome({ changed: 1 }),
  commit: () => saved({ changed: 1 }),
  ...more,
});

async function show(fake: Fake, query: Partial<XpoAccountQuery> = {}) {
  const user = userEvent.setup();
  render(XpoAccountsScreen, { route: { screen: "xpo", query } });
  await waitFor(() => expect(fake.argsOf("list:xpo_accounts").length).toBeGreaterThan(0));
  return user;
}
const lastQuery = (fake: Fake) =>
  (fake.argsOf("list:xpo_accounts").at(-1) as { query: XpoAccountQuery }).query;
const lastAction = (fake: Fake, command = "commit") =>
  (fake.argsOf(command).at(-1) as { action: Action }).action;
const rowOf = (text: string) => screen.getByText(text).closest("[role=row]") as HTMLElement;

describe("XPO Accounts", () => {
  it("shows advertisers, TikTok ad accounts with default and payment mode, and counts", async () => {
    await show(new Fake(withXpoAccounts([acme, globex, old])));
    await screen.findByText("Acme");
    const row = rowOf("Acme");
    expect(row).toHaveTextContent("Shoes, Hats");
    expect(row).toHaveTextContent(/Main account\s*Default\s*Knorex\s*\+1/);
    const cells = within(row)
      .getAllByRole("gridcell")
      .map((cell) => cell.textContent?.trim());
    expect(cells.slice(4, 8)).toEqual(["7", "1", "2", "Active"]);
    expect(rowOf("Globex")).toHaveTextContent("Suspended");
    expect(rowOf("Old")).toHaveTextContent("Archived");
    expect(screen.getByText("3 of 3")).toBeVisible();
    expect(await faults()).toEqual([]);
  });

  it("shows hostile names as text", async () => {
    await show(new Fake(withXpoAccounts([anXpoAccount("x1", { name: "<img src=x>\u202Egnp" })])));
    expect(await screen.findByText("<img src=x>\uFFFDgnp")).toBeVisible();
    expect(document.querySelector("img")).toBeNull();
  });

  it("finds advertisers too, and lists them in the order of Rust", async () => {
    const user = await show(new Fake(withXpoAccounts([acme, globex])));
    await screen.findByText("Acme");
    await user.keyboard("/");
    await user.keyboard("hats");
    expect(await screen.findByText("1 of 2")).toBeVisible();
    expect(rowOf("Acme")).toHaveTextContent("Shoes, Hats");
  });

  it("filters by state, archived and allocated, and sorts in Rust", async () => {
    const fake = new Fake(withXpoAccounts([acme]));
    const user = await show(fake);
    await screen.findByText("Acme");
    await user.click(screen.getByRole("button", { name: "Filter by State" }));
    await user.click(await screen.findByRole("menuitemcheckbox", { name: "Suspended" }));
    await waitFor(() => expect(lastQuery(fake).states).toEqual(["suspended"]));
    await user.keyboard("{Escape}");
    await user.click(screen.getByRole("button", { name: "Filter by Archived" }));
    await user.click(await screen.findByRole("menuitemcheckbox", { name: "In use" }));
    await waitFor(() => expect(lastQuery(fake).archived).toBe(false));
    await user.keyboard("{Escape}");
    await user.click(screen.getByRole("button", { name: "Filter by Allocation" }));
    await user.click(await screen.findByRole("menuitemcheckbox", { name: "Has none" }));
    await waitFor(() => expect(lastQuery(fake).allocated).toBe(false));
    await user.keyboard("{Escape}");
    await user.click(
      within(screen.getByRole("columnheader", { name: "Campaigns" })).getByRole("button", {
        name: "Campaigns",
      }),
    );
    await waitFor(() => expect(lastQuery(fake)).toMatchObject({ sort: "campaigns", descending: false }));
    await user.click(screen.getByRole("button", { name: "Clear filters" }));
    await waitFor(() =>
      expect(lastQuery(fake)).toMatchObject({ states: [], archived: null, allocated: null }),
    );
  });

  it("applies the filters of its route", async () => {
    const fake = new Fake(withXpoAccounts([acme]));
    await show(fake, { allocated: false });
    expect(lastQuery(fake).allocated).toBe(false);
    expect(
      await screen.findByRole("button", { name: "Clear filter Allocation: Has none" }),
    ).toBeInTheDocument();
  });

  it("opens a row with Enter", async () => {
    const user = await show(new Fake(withXpoAccounts([acme])));
    await screen.findByText("Acme");
    screen.getByRole("grid").focus();
    await user.keyboard("{Enter}");
    expect(router.route).toEqual({ screen: "xpo_account", id: "x1" });
  });

  it("explains XPO accounts when there are none, and offers to add or import them (A1)", async () => {
    const user = await show(new Fake(withXpoAccounts([])));
    expect(await screen.findByText("No XPO accounts yet")).toBeVisible();
    expect(await faults()).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Import a file" }));
    expect(await screen.findByRole("dialog", { name: "Import XPO accounts" })).toBeVisible();
  });

  it("adds an XPO account with its first advertisers (A1), with a preview while typing", async () => {
    const fake = new Fake(
      withXpoAccounts([acme], {
        preview: () => anOutcome({ added: 3 }),
        commit: () => saved({ added: 3 }, "change-9"),
      }),
    );
    const user = await show(fake);
    await screen.findByText("Acme");
    await user.click(screen.getByRole("button", { name: "Add XPO account" }));
    const dialog = await screen.findByRole("dialog", { name: "Add XPO account" });
    expect(within(dialog).getByRole("button", { name: "Add" })).toBeDisabled();
    await user.type(within(dialog).getByLabelText("Name"), " Initech ");
    await user.type(within(dialog).getByLabelText("Advertisers"), "Red{Enter}{Enter}Blue");
    expect(await within(dialog).findByText("3 added")).toBeVisible();
    expect(await faults()).toEqual([]);
    await user.keyboard("{Control>}{Enter}{/Control}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    const action = lastAction(fake);
    if (action.action !== "add_to_directory") throw new Error(action.action);
    expect(action.accounts).toMatchObject([{ name: "Initech", state: "active" }]);
    expect(action.advertisers.map(({ name }) => name)).toEqual(["Red", "Blue"]);
    const ids = [action.accounts[0]?.id, ...action.advertisers.map(({ id }) => id)];
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/);
    expect(messages.list.at(-1)?.text).toBe("Success: changed Acme.");
    messages.list.at(-1)?.action?.run();
    await waitFor(() =>
      expect(lastAction(fake)).toEqual({
        action: "undo",
        change: "change-9",
        keep: [],
        also: [],
        defaultReplacements: [],
      }),
    );
  });

  it("asks before it discards what was typed", async () => {
    const user = await show(new Fake(withXpoAccounts([acme])));
    await screen.findByText("Acme");
    await user.click(screen.getByRole("button", { name: "Add XPO account" }));
    await user.type(await screen.findByLabelText("Name"), "Initech");
    await user.keyboard("{Escape}");
    expect(await screen.findByText("Leave without saving?")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Keep editing" }));
    expect(screen.getByLabelText("Name")).toHaveValue("Initech");
    await user.keyboard("{Escape}");
    await user.click(await screen.findByRole("button", { name: "Discard" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  it("shows blockers with links, and saves nothing", async () => {
    const taken = aBlocker("name_taken", named("xpo_account", "x1", "Acme"), { text: "The name is taken." });
    const refused = anOutcome({ blockers: [taken] });
    const fake = new Fake(
      withXpoAccounts([acme], {
        preview: () => refused,
        commit: () => ({ change: "change-1", outcome: refused }),
      }),
    );
    const user = await show(fake);
    await screen.findByText("Acme");
    await user.click(screen.getByRole("button", { name: "Add XPO account" }));
    await user.type(await screen.findByLabelText("Name"), "ACME{Enter}");
    expect(await screen.findByText("The name is taken.")).toBeVisible();
    await waitFor(() => expect(screen.getByRole("button", { name: "Add" })).toBeDisabled());
    await user.click(screen.getByRole("button", { name: "Show XPO account Acme" }));
    expect(await screen.findByText("Leave without saving?")).toBeVisible();
    expect(router.route).not.toEqual({ screen: "xpo_account", id: "x1" });
    await user.click(screen.getByRole("button", { name: "Discard" }));
    expect(router.route).toEqual({ screen: "xpo_account", id: "x1" });
  });

  it("has no link where no screen shows what a blocker is about", async () => {
    const fake = new Fake(
      withXpoAccounts([acme], {
        preview: ({ action }: { action: Action }) => {
          const id = action.action === "add_to_directory" ? (action.accounts[0]?.id ?? "") : "";
          const object = named("xpo_account", id, "x".repeat(101));
          const reasons = ["name_invalid", "name_repeated"] as const;
          return anOutcome({ blockers: reasons.map((reason) => aBlocker(reason, object, { text: reason })) });
        },
      }),
    );
    const user = await show(fake);
    await screen.findByText("Acme");
    await user.click(screen.getByRole("button", { name: "Add XPO account" }));
    await user.type(await screen.findByLabelText("Name"), "x");
    expect(await screen.findByText("name_invalid")).toBeVisible();
    expect(screen.getByText("name_repeated")).toBeVisible();
    expect(screen.queryByRole("button", { name: /^Show XPO account/ })).toBeNull();
  });

  it("sets the state of all that match, archives and restores (A1)", async () => {
    const fake = new Fake(withXpoAccounts([acme, globex, old]));
    const user = await show(fake);
    await screen.findByText("Acme");
    screen.getByRole("grid").focus();
    await user.keyboard(" ");
    expect(await screen.findByText("1 selected")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Select all 3" }));
    expect(await screen.findByText("3 selected")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Set state" }));
    await user.click(await screen.findByRole("menuitem", { name: "Set to Inactive…" }));
    const dialog = await screen.findByRole("dialog", { name: "Set 3 XPO accounts to Inactive?" });
    expect(await faults()).toEqual([]);
    await waitFor(() =>
      expect(within(dialog).getByRole("button", { name: "Set to Inactive" })).toBeEnabled(),
    );
    await confirm(user, dialog, "Set to Inactive");
    await waitFor(() =>
      expect(lastAction(fake)).toEqual({
        action: "set_state",
        accounts: ["x1", "x2", "x3"],
        state: "inactive",
      }),
    );
    await waitFor(() => expect(screen.queryByText("3 selected")).toBeNull());

    await user.click(screen.getByRole("button", { name: "Actions for Acme" }));
    await user.click(await screen.findByRole("menuitem", { name: "Archive…" }));
    await confirm(user, await screen.findByRole("dialog"), "Archive");
    await waitFor(() =>
      expect(lastAction(fake)).toEqual({ action: "archive", accounts: ["x1"], advertisers: [] }),
    );
    await user.click(screen.getByRole("button", { name: "Actions for Old" }));
    await user.click(await screen.findByRole("menuitem", { name: "Restore…" }));
    await confirm(user, await screen.findByRole("dialog"), "Restore");
    await waitFor(() =>
      expect(lastAction(fake)).toEqual({ action: "restore", accounts: ["x3"], advertisers: [] }),
    );
  });

  it("keeps the selection of the other rows when one of them changes", async () => {
    const fake = new Fake(withXpoAccounts([acme, globex, old]));
    const user = await show(fake);
    await screen.findByText("Acme");
    await user.click(screen.getByRole("button", { name: "Select all 3" }));
    await user.click(screen.getByRole("button", { name: "Actions for Acme" }));
    await user.click(await screen.findByRole("menuitem", { name: "Archive…" }));
    const dialog = await screen.findByRole("dialog", { name: "Archive “Acme”?" });
    await confirm(user, dialog, "Archive");
    expect(await screen.findByText("2 selected")).toBeVisible();
    expect(screen.getByRole("checkbox", { name: "Acme" })).not.toBeChecked();
    expect(screen.getByRole("checkbox", { name: "Globex" })).toBeChecked();
    expect(screen.getByRole("button", { name: "Select all 3" })).toBeVisible();
  });

  it("saves the other changes when some are blocked (A14)", async () => {
    const gone = aBlocker("unknown", named("xpo_account", "x2", ""), { text: "It no longer exists." });
    const rest: Action = { action: "archive", accounts: ["x1"], advertisers: [] };
    const fake = new Fake(
      withXpoAccounts([acme, globex], {
        preview: () => anOutcome({ changed: 1, blockers: [gone] }),
        unblocked_part: () => rest,
      }),
    );
    const user = await show(fake);
    await screen.findByText("Acme");
    screen.getByRole("grid").focus();
    await user.keyboard("{Control>}a{/Control}");
    await user.click(await screen.findByRole("button", { name: "Archive" }));
    await user.click(await screen.findByRole("button", { name: "Save the other changes" }));
    await waitFor(() => expect(lastAction(fake)).toEqual(rest));
  });

  it("renames an XPO account (A1), and opens its history", async () => {
    const fake = new Fake(withXpoAccounts([acme]));
    const user = await show(fake);
    await screen.findByText("Acme");
    await user.click(screen.getByRole("button", { name: "Actions for Acme" }));
    await user.click(await screen.findByRole("menuitem", { name: "Rename…" }));
    const field = await screen.findByLabelText("Name");
    await user.clear(field);
    await user.type(field, "Acme Ltd{Enter}");
    await waitFor(() =>
      expect(lastAction(fake)).toEqual({
        action: "rename",
        object: { kind: "xpo_account", id: "x1" },
        name: "Acme Ltd",
      }),
    );
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    await user.click(screen.getByRole("button", { name: "Actions for Acme" }));
    await user.click(await screen.findByRole("menuitem", { name: "History" }));
    expect(router.route).toEqual({ screen: "history", about: { kind: "xpo_account", id: "x1" } });
  });

  it("exports, and shows where the file is", async () => {
    const fake = new Fake(
      withXpoAccounts([acme], {
        export_directory: () => "/home/maria/Downloads/xpo-accounts.csv",
        show_in_folder: () => null,
      }),
    );
    const user = await show(fake);
    await screen.findByText("Acme");
    await user.click(screen.getByRole("button", { name: "Export" }));
    await user.click(await screen.findByRole("menuitem", { name: "Excel workbook…" }));
    await waitFor(() =>
      expect(messages.list.at(-1)?.text).toBe("Exported to /home/maria/Downloads/xpo-accounts.csv"),
    );
    expect(messages.list.at(-1)?.action?.label).toBe("Show in folder");
    messages.list.at(-1)?.action?.run();
    await waitFor(() =>
      expect(fake.argsOf("show_in_folder")).toEqual([{ path: "/home/maria/Downloads/xpo-accounts.csv" }]),
    );
  });

  it("shows what went wrong, and retries", async () => {
    const fake = new Fake({ ...withXpoAccounts([acme]), "list:xpo_accounts": fails("disk_full") });
    const user = await show(fake);
    await screen.findByRole("alert");
    fake.answers["list:xpo_accounts"] = () => listing([acme]);
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("Acme")).toBeVisible();
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("reloads when somebody else changes the data, and shows a notice in an open dialog", async () => {
    const fake = new Fake(withXpoAccounts([acme]));
    const user = await show(fake);
    await screen.findByText("Acme");
    await user.click(screen.getByRole("button", { name: "Actions for Acme" }));
    await user.click(await screen.findByRole("menuitem", { name: "Archive…" }));
    expect(await screen.findByText("1 changed")).toBeVisible();
    fake.answers.preview = () => anOutcome({ changed: 0 });
    await fake.changed("decisions");
    expect(await screen.findByText("Changed elsewhere. Review before saving.")).toBeVisible();
    expect(fake.argsOf("list:xpo_accounts").length).toBeGreaterThan(1);
  });
});
