import { render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { minWidth } from "../../components/table/columns";
import { faults } from "../../components/testing/axe";
import { accountColumns } from "../../features/accounts/columns.svelte";
import { router, type Route } from "../../features/app/router.svelte";
import type {
  AccountQuery,
  AccountRow,
  Activity,
  Cursor,
  Holding,
  ImportReport,
  Job,
  Listing,
  Session,
} from "../../ipc";
import { listing } from "../../ipc/testing/directory";
import {
  aJob,
  anAccount,
  aReport,
  aSession,
  Fake,
  fails,
  Pending,
  problem,
  withAccounts,
} from "../../ipc/testing/fake";
import { withRequests } from "../../ipc/testing/requests";
import { messages } from "../../lib/messages.svelte";
import AccountsScreen from "./AccountsScreen.svelte";

const many = (count: number) => Array.from({ length: count }, (_, index) => anAccount(index));

type Accounts = Extract<Route, { screen: "accounts" }>;

async function show(fake: Fake, session: Partial<Session> = {}, route: Partial<Accounts> = {}) {
  const user = userEvent.setup();
  render(AccountsScreen, { session: aSession(session), route: { screen: "accounts", ...route } });
  await waitFor(() => expect(fake.argsOf("list:accounts").length).toBeGreaterThan(0));
  return user;
}
const lastQuery = (fake: Fake) => (fake.argsOf("list:accounts").at(-1) as { query: AccountQuery }).query;

const named = (kind: "xpo_account" | "advertiser" | "ad_account", id: string, name: string) => ({
  kind,
  id,
  name,
});

/** Returns a holding of `account` by an XPO account. */
function aHolding(
  account: AccountRow,
  xpo: string,
  advertisers: string[],
  more: Partial<Holding> = {},
): Holding {
  return {
    xpoAccount: named("xpo_account", `id-${xpo}`, xpo),
    archived: false,
    adAccount: named("ad_account", account.id, account.name),
    default: false,
    mode: "self",
    advertisers: advertisers.map((name) => named("advertiser", `id-${name}`, name)),
    ...more,
  };
}

const never = anAccount(0).sync;
const anActivity = (more: Partial<Job> = {}): Activity => ({
  ...aJob(more),
  account: named("ad_account", more.adAccount ?? "", "Account"),
  problem: null,
});

describe("TikTok Accounts", () => {
  it.each([
    [3, "2 of 3 found, 1 not: nonsense Copy those not found 3 rows: some names or IDs match several"],
    [2, "2 of 3 found, 1 not: nonsense Copy those not found"],
  ])("says when pasted names belong to several accounts: %i rows", async (count, text) => {
    const pasted = { terms: 3, missing: ["nonsense"] };
    await show(
      new Fake({ ...withAccounts([]), "list:accounts": () => ({ ...listing(many(count)), pasted }) }),
    );
    const report = await screen.findByRole("status", { name: "Pasted names and IDs" });
    expect(report.textContent.replaceAll(/\s+/g, " ").trim()).toBe(text);
  });

  it("has the columns of R10, in that order", async () => {
    await show(new Fake(withAccounts(many(3))));
    await screen.findByText("Account 1");
    expect(screen.getAllByRole("columnheader").map((head) => head.getAttribute("aria-label"))).toEqual([
      "Selected",
      "TikTok Ad Account ID",
      "Name",
      "TikTok Ad account allocated to Advertisers",
      "Status",
      "Action",
    ]);
    expect(screen.getByText("3 of 3")).toBeVisible();
    expect(await faults()).toEqual([]);
  });

  it("shows the status as a label with its connection, and TikTok's own value on hover", async () => {
    const account = anAccount(1, {
      status: { raw: "STATUS_LIMIT", label: "Suspended", tone: "bad" },
      connection: "no_access",
      rejectionReason: "License is missing",
    });
    await show(new Fake(withAccounts([account])));
    const cell = (await screen.findByText("Suspended")).closest("[role=gridcell]") as HTMLElement;
    expect(cell).toHaveTextContent("No access");
    expect(within(cell).getByTitle(/STATUS_LIMIT/)).toHaveAttribute(
      "title",
      "STATUS_LIMIT\nLicense is missing\nNo access\nNever synced",
    );
  });

  it("asks Knorex for a new account from its button (R46), also before anything was imported", async () => {
    const fake = new Fake({
      ...withAccounts([]),
      ...withRequests(() => []),
      tiktok_users: () => [],
    });
    const user = await show(fake);
    await user.click(await screen.findByRole("button", { name: "Request New TikTok Account" }));
    expect(await screen.findByRole("dialog", { name: "Request New TikTok Account" })).toBeVisible();
  });

  it("shows hostile names as text", async () => {
    await show(new Fake(withAccounts([anAccount(1, { name: "<img src=x>\u202Egnp" })])));
    expect(await screen.findByText("<img src=x>�gnp")).toBeVisible();
    expect(document.querySelector("img")).toBeNull();
  });

  it("searches while typing and shows the number of matches", async () => {
    const fake = new Fake(withAccounts(many(12)));
    const user = await show(fake);
    await screen.findByText("Account 1");
    await user.keyboard("/");
    expect(screen.getByRole("searchbox", { name: "Search TikTok accounts" })).toHaveFocus();
    await user.keyboard("account 11");
    expect(await screen.findByText("1 of 12")).toBeVisible();
    await user.keyboard("x");
    expect(await screen.findByText("Nothing matches")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Clear search and filters" }));
    expect(await screen.findByText("12 of 12")).toBeVisible();
  });

  it("drops a response to an outdated query", async () => {
    const accounts = many(3);
    const fake = new Fake(withAccounts(accounts));
    const user = await show(fake);
    await screen.findByText("Account 1");
    const slow = new Pending<Listing<AccountRow>>();
    fake.answers["list:accounts"] = slow.answer;
    await user.click(screen.getByRole("button", { name: "Status" }));
    await waitFor(() => expect(fake.argsOf("list:accounts")).toHaveLength(2));
    const head = screen.getByRole("columnheader", { name: "Name" });
    await user.click(within(head).getByRole("button"));
    await waitFor(() => expect(fake.argsOf("list:accounts")).toHaveLength(3));
    const shown: (string | null)[] = [];
    new MutationObserver(() => shown.push(document.body.textContent)).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
    });
    slow.resolve(listing(accounts.slice(0, 2), 3));
    slow.resolve(listing([accounts[2]!], 3));
    expect(await screen.findByText("1 of 3")).toBeVisible();
    expect(fake.argsOf("list:accounts")).toHaveLength(3);
    expect(shown.filter((text) => text?.includes("2 of 3"))).toEqual([]);
  });

  it("sorts by a header, and reverses the order on the second click", async () => {
    const fake = new Fake(withAccounts(many(3)));
    const user = await show(fake);
    await screen.findByText("Account 1");
    const head = screen.getByRole("columnheader", { name: "TikTok Ad Account ID" });
    await user.click(within(head).getByRole("button"));
    await waitFor(() => expect(lastQuery(fake)).toMatchObject({ sort: "id", descending: false }));
    await user.click(within(head).getByRole("button"));
    await waitFor(() => expect(lastQuery(fake)).toMatchObject({ sort: "id", descending: true }));
    expect(head).toHaveAttribute("aria-sort", "descending");
  });

  it("filters with chips that can be cleared", async () => {
    const fake = new Fake(withAccounts(many(3)));
    const user = await show(fake);
    await screen.findByText("Account 1");
    await user.click(screen.getByRole("button", { name: "Filter by TikTok user" }));
    await user.click(await screen.findByRole("menuitemcheckbox", { name: /Maria/ }));
    await waitFor(() => expect(lastQuery(fake).users).toEqual(["1"]));
    await user.keyboard("{Escape}");
    await user.click(await screen.findByRole("button", { name: "Clear filter TikTok user: Maria" }));
    await waitFor(() => expect(lastQuery(fake).users).toEqual([]));
  });

  it("loads only the rows that become visible", async () => {
    const fake = new Fake(withAccounts(many(2_000)));
    const user = await show(fake);
    await screen.findByText("Account 1");
    expect(fake.argsOf("list_page:accounts")).toEqual([]);
    screen.getByRole("grid", { name: "TikTok accounts" }).focus();
    await user.keyboard("{End}");
    expect(await screen.findByText("Account 1999")).toBeVisible();
    const cursors = fake.argsOf("list_page:accounts").map((args) => (args as { cursor: Cursor }).cursor);
    expect(cursors).toContainEqual({ at: "from", key: "1950" });
    expect(cursors.length).toBeLessThanOrEqual(2);
    expect(new Set(cursors.map((cursor) => JSON.stringify(cursor))).size).toBe(cursors.length);
  });

  it("reloads after a change and keeps the current rows meanwhile", async () => {
    const fake = new Fake(withAccounts([anAccount(1)]));
    await show(fake);
    await screen.findByText("Account 1");
    Object.assign(fake.answers, withAccounts([anAccount(1, { name: "Renamed" }), anAccount(2)]));
    await fake.changed("accounts");
    expect(await screen.findByText("Renamed")).toBeVisible();
    expect(screen.getByText("2 of 2")).toBeVisible();
  });

  it("remembers optional columns and widths on this computer", async () => {
    const user = await show(new Fake(withAccounts(many(2))));
    await screen.findByText("Account 1");
    await user.click(screen.getByRole("button", { name: "Columns" }));
    await user.click(await screen.findByRole("menuitemcheckbox", { name: "Currency" }));
    expect(await screen.findByRole("columnheader", { name: "Currency" })).toBeVisible();
    expect(localStorage.getItem("xpo-admin.accounts.columns")).toBe('["currency"]');
  });

  it("opens TikTok's Payments page (R5, A25)", async () => {
    const fake = new Fake({
      ...withAccounts(many(2)),
      add_payment: () => ({ url: "https://x.example", opened: true }),
    });
    const user = await show(fake);
    await screen.findByText("Account 0");
    await user.click(screen.getByRole("button", { name: "Actions for Account 0" }));
    await user.click(await screen.findByRole("menuitem", { name: "Add Payment" }));
    await waitFor(() => expect(messages.list.at(-1)?.text).toMatch(/opened in your browser/));
    expect(fake.argsOf("add_payment")).toEqual([{ id: anAccount(0).id }]);
  });

  it("shows in the practice partner which page would have been opened", async () => {
    const fake = new Fake({
      ...withAccounts(many(2)),
      add_payment: () => ({ url: "https://x.example", opened: false }),
    });
    const user = await show(fake, { practice: true });
    await screen.findByText("Account 0");
    screen.getByRole("grid", { name: "TikTok accounts" }).focus();
    await user.keyboard("{Shift>}{F10}{/Shift}");
    await user.click(await screen.findByRole("menuitem", { name: "Add Payment" }));
    expect(await screen.findByRole("dialog", { name: "Add Payment" })).toHaveTextContent("https://x.example");
    expect(await faults()).toEqual([]);
  });

  it("asks the same TikTok user to sign in again", async () => {
    const log_in = new Pending<ImportReport>();
    const fake = new Fake({ ...withAccounts(many(2)), import_accounts: log_in.answer });
    const user = await show(fake);
    await user.click(await screen.findByRole("button", { name: "Re-authorize Maria" }));
    await waitFor(() => expect(fake.argsOf("import_accounts")).toEqual([{ way: "popup", userId: "1" }]));
    log_in.resolve(aReport());
    expect(await screen.findByRole("dialog", { name: "Signed in again" })).toBeVisible();
  });

  it("explains a disconnect before it happens, also when TikTok cannot be reached", async () => {
    const fake = new Fake({ ...withAccounts(many(2)), disconnect_user: fails("offline") });
    const user = await show(fake);
    await user.click(await screen.findByRole("button", { name: "Disconnect Maria" }));
    const dialog = await screen.findByRole("dialog", { name: "Disconnect Maria?" });
    expect(dialog).toHaveTextContent("The ad accounts and their allocations stay");
    await user.click(within(dialog).getByRole("button", { name: "Disconnect" }));
    expect(await within(dialog).findByText("Can't reach TikTok")).toBeVisible();
    fake.answers.disconnect_user = () => null;
    await user.click(within(dialog).getByRole("button", { name: "Disconnect here anyway" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(fake.argsOf("disconnect_user")).toEqual([
      { id: "1", evenIfUnreachable: false },
      { id: "1", evenIfUnreachable: true },
    ]);
  });

  it("links to Settings when TikTok is not set up", async () => {
    const fake = new Fake({ ...withAccounts([]), tiktok_users: () => [] });
    const user = await show(fake, { appReady: false });
    await user.click(await screen.findByRole("button", { name: "Set up TikTok in Settings" }));
    expect(router.screen).toBe("settings");
  });

  it("explains what to do before anything is imported", async () => {
    await show(new Fake({ ...withAccounts([]), tiktok_users: () => [] }));
    expect(await screen.findByText("No TikTok ad accounts yet")).toBeVisible();
    expect(await faults()).toEqual([]);
  });

  it("reserves the space of the TikTok users and buttons while they are read", async () => {
    const users = new Pending<unknown[]>();
    await show(new Fake({ ...withAccounts(many(3)), tiktok_users: users.answer }));
    const strip = screen.getByRole("group", { name: "TikTok users" });
    expect(strip).toHaveAttribute("aria-busy", "true");
    const buttons = screen.getAllByRole("button").map(({ textContent }) => textContent);
    users.resolve(withAccounts(many(3)).tiktok_users?.({} as never) as unknown[]);
    expect(await within(strip).findByText("Maria")).toBeVisible();
    expect(screen.getAllByRole("button").map(({ textContent }) => textContent)).toEqual(
      expect.arrayContaining(buttons),
    );
    expect(strip).toHaveAttribute("aria-busy", "false");
  });

  it("shows why the list cannot be read, and retries", async () => {
    const fake = new Fake({
      ...withAccounts(many(1)),
      "list:accounts": () => Promise.reject(problem("file_damaged")),
    });
    const user = await show(fake);
    expect(await screen.findByText("This partner's file is damaged")).toBeVisible();
    Object.assign(fake.answers, withAccounts(many(1)));
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("Account 0")).toBeVisible();
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("groups allocations by XPO account with default and payment mode, and shows all of them on hover (R10)", async () => {
    const account = anAccount(1);
    account.holdings = [
      aHolding(account, "Acme", ["Shoes", "<i>Hats</i>"], { default: true }),
      aHolding(account, "Beta", ["One"], { mode: "knorex" }),
      aHolding(account, "Gamma", ["Two"]),
    ];
    await show(new Fake(withAccounts([account, anAccount(2)])));
    const cell = (await screen.findByText("Acme")).closest("[role=gridcell]") as HTMLElement;
    expect(cell).toHaveTextContent(/Acme default Self Shoes, <i>Hats<\/i>/);
    expect(cell).toHaveTextContent(/Beta Knorex One \+1/);
    expect(within(cell).getByTitle(/Acme/)).toHaveAttribute(
      "title",
      "Acme (default, Self): Shoes, <i>Hats</i>\nBeta (Knorex): One\nGamma (Self): Two",
    );
    expect(screen.getByText("Not allocated")).toBeVisible();
    expect(await faults()).toEqual([]);
  });

  it.each<[string, Partial<AccountRow>]>([
    ["Never synced", {}],
    ["Synced", { sync: { ...never, state: "synced" } }],
    ["Sync failed", { sync: { ...never, state: "failed" } }],
    ["Queued, waits for the network", { sync: { ...never, state: "queued", waitsFor: "network" } }],
    ["Syncing 120 of 300", { sync: { ...never, state: "syncing", done: 120, total: 300 } }],
    ["Needs re-authorization", { connection: "needs_authorization", sync: { ...never, state: "synced" } }],
  ])("says %s in the second line of the status", async (words, more) => {
    await show(new Fake(withAccounts([anAccount(1, more)])));
    const cell = (await screen.findByText("Approved")).closest("[role=gridcell]") as HTMLElement;
    expect(cell).toHaveTextContent(words);
  });

  it("leaves the states room in a window of 1024 px", () => {
    const shown = accountColumns.filter(({ visibility }) => visibility !== "hidden");
    // Inside the frame, beside the checkbox and the Action menu.
    expect(minWidth(shown, {})).toBeLessThanOrEqual(790 - 40 - 64);
    // The widest of "Needs re-authorization" and "Queued, due by 12:05 PM" has 158 px in DejaVu Sans, and 16 px around it.
    expect(shown.find(({ id }) => id === "status")?.width).toBeGreaterThanOrEqual(158 + 16);
  });

  it("shows when a waiting sync is due before why it waits, which a narrow column leaves out (A17)", async () => {
    const sync = { ...never, state: "queued" as const, waitsFor: "network" as const, dueAt: Date.now() };
    await show(new Fake(withAccounts([anAccount(1, { sync })])));
    const first = await screen.findByText(/^(Queued, due by|Overdue since) [^,]*$/);
    expect(first.nextElementSibling).toHaveTextContent(", waits for the network");
  });

  it("shows when a sync is due, or was due (A17)", async () => {
    const at = (ms: number) => ({ ...never, state: "queued" as const, dueAt: Date.now() + ms });
    await show(
      new Fake(withAccounts([anAccount(1, { sync: at(600_000) }), anAccount(2, { sync: at(-600_000) })])),
    );
    expect(await screen.findByText(/^Queued, due by /)).toBeVisible();
    expect(screen.getByText(/^Overdue since /)).toHaveClass("wait");
  });

  it("shows the progress of syncs without reloading the list, and reloads a row once its sync has ended", async () => {
    const accounts = [anAccount(1), anAccount(2)];
    const [first] = accounts as [AccountRow, AccountRow];
    const fake = new Fake(withAccounts(accounts));
    await show(fake);
    await screen.findByText("Account 1");
    const asked = fake.argsOf("list:accounts").length;
    await fake.syncsMoved(anActivity({ id: 7, adAccount: first.id, state: "running", done: 20, total: 90 }));
    expect(await screen.findByText(/^Syncing 20 of 90/)).toBeVisible();
    await fake.syncsMoved(anActivity({ id: 8, adAccount: first.id, kind: "audiences" }));
    expect(screen.getByText(/^Syncing 20 of 90/)).toBeVisible();
    accounts[0] = { ...first, sync: { ...never, state: "synced" } };
    await fake.syncsMoved(anActivity({ id: 7, adAccount: first.id, state: "done", endedAt: 1 }));
    expect(await screen.findByText("Synced")).toBeVisible();
    expect(fake.argsOf("account_rows")).toEqual([{ ids: [first.id] }]);
    expect(fake.argsOf("list:accounts")).toHaveLength(asked);
  });

  it("applies the filters of its route, each with a chip", async () => {
    const fake = new Fake(withAccounts(many(2)));
    const query = { allocated: false, connections: ["connected" as const], synced: ["never" as const] };
    const user = await show(fake, {}, { query });
    expect(lastQuery(fake)).toMatchObject({ allocated: false, connections: ["connected"], sort: "name" });
    const chips = await screen.findByRole("group", { name: "Active filters" });
    for (const chip of [
      "Allocated: Not allocated",
      "Connection: Connected",
      "Last synced: Never fully synced",
    ]) {
      expect(within(chips).getByRole("button", { name: `Clear filter ${chip}` })).toBeVisible();
    }
    await user.click(within(chips).getByRole("button", { name: "Clear filters" }));
    await waitFor(() =>
      expect(lastQuery(fake)).toMatchObject({ allocated: null, connections: [], synced: [] }),
    );
  });

  it("filters by how long ago an account was synced, not by a time that passes", async () => {
    const fake = new Fake(withAccounts(many(2)));
    const user = await show(fake);
    await user.click(await screen.findByRole("button", { name: "Filter by Last synced" }));
    for (const name of ["1–7 days ago", "Over 7 days ago", "Never fully synced"])
      await user.click(await screen.findByRole("menuitemcheckbox", { name }));
    await waitFor(() => expect(lastQuery(fake).synced).toEqual(["week", "older", "never"]));
  });

  it("opens an account by its name, and selects it by the rest of its row", async () => {
    const user = await show(new Fake(withAccounts(many(2))));
    const row = (await screen.findByText("Account 1")).closest("[role=row]") as HTMLElement;
    await user.click(within(row).getByText(anAccount(1).id));
    expect(within(row).getByRole("checkbox")).toBeChecked();
    await user.click(within(row).getByText("Not allocated"));
    expect(within(row).getByRole("checkbox")).not.toBeChecked();
    expect(router.route).toEqual({ screen: "overview" });
    await user.click(within(row).getByRole("link", { name: "Account 1" }));
    expect(router.route).toEqual({ screen: "account", id: anAccount(1).id });
  });

  it("opens the page of an ad account with Enter and with a double click", async () => {
    const user = await show(new Fake(withAccounts(many(2))));
    await screen.findByText("Account 0");
    screen.getByRole("grid", { name: "TikTok accounts" }).focus();
    await user.keyboard("{ArrowDown}{Enter}");
    expect(router.route).toEqual({ screen: "account", id: anAccount(1).id });
    await user.dblClick(screen.getByText("Account 0"));
    expect(router.route).toEqual({ screen: "account", id: anAccount(0).id });
  });

  it("shows the complete Action menu, and opens the history of the row", async () => {
    const user = await show(new Fake(withAccounts(many(2))));
    await screen.findByText("Account 0");
    await user.click(screen.getByRole("button", { name: "Actions for Account 0" }));
    await screen.findByRole("menuitem", { name: "Allocate Account" });
    expect(screen.getAllByRole("menuitem").map((item) => item.textContent.trim())).toEqual([
      "Allocate Account",
      "Set as Default",
      "Sync Account",
      "Sync Campaigns",
      "Sync Audiences",
      "Add Payment",
      "Copy ID",
      "History",
      "Open",
    ]);
    await user.click(screen.getByRole("menuitem", { name: "History" }));
    expect(router.route).toEqual({ screen: "history", about: { kind: "ad_account", id: anAccount(0).id } });
  });

  it("asks before syncing an ad account (R26, R27)", async () => {
    const user = await show(new Fake(withAccounts(many(2))));
    await screen.findByText("Account 0");
    await user.click(screen.getByRole("button", { name: "Actions for Account 0" }));
    await user.click(await screen.findByRole("menuitem", { name: "Sync Campaigns" }));
    expect(await screen.findByRole("dialog", { name: "Sync Campaigns" })).toHaveTextContent(
      `Sync campaigns of Account 0 (${anAccount(0).id})? They will be in XPO within 30 minutes.`,
    );
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.getByRole("grid", { name: "TikTok accounts" })).toHaveFocus());
  });

  it("selects all matching rows, also those that were never on screen, and syncs and exports them", async () => {
    const fake = new Fake({
      ...withAccounts(many(2_000)),
      export_list: () => "/downloads/tiktok-accounts.csv",
      request_syncs: () => ({ queued: [aJob()], running: [] }),
    });
    const user = await show(fake);
    await screen.findByText("Account 0");
    screen.getByRole("grid", { name: "TikTok accounts" }).focus();
    await user.keyboard(" ");
    const bar = await screen.findByRole("group", { name: "Selection" });
    expect(bar).toHaveTextContent("1 selected");
    await user.click(within(bar).getByRole("button", { name: "Select all 2,000" }));
    await waitFor(() => expect(bar).toHaveTextContent("2,000 selected"));
    await user.click(within(bar).getByRole("button", { name: "Export" }));
    await user.click(await screen.findByRole("menuitem", { name: "Excel workbook…" }));
    await waitFor(() =>
      expect(messages.list.at(-1)?.text).toBe("Exported to /downloads/tiktok-accounts.csv"),
    );
    const { list } = fake.argsOf("export_list")[0] as { list: { list: string; only: string[] } };
    expect([list.list, list.only.length]).toEqual(["accounts", 2_000]);
    await user.click(within(bar).getByRole("button", { name: "Sync" }));
    await user.click(await screen.findByRole("menuitem", { name: "Sync Audiences" }));
    expect(await screen.findByRole("dialog")).toHaveTextContent(
      "Sync audiences of 2,000 TikTok ad accounts?",
    );
    await user.click(screen.getByRole("button", { name: "Sync Audiences" }));
    await waitFor(() => expect(fake.argsOf("request_syncs")).toHaveLength(1));
  });

  it("opens Allocate Account from the button, from a row, from the selection and from elsewhere (R11)", async () => {
    const fake = new Fake({ ...withAccounts(many(3)), account_names: () => [], xpo_tree: () => [] });
    const user = await show(fake, {}, { opens: { allocate: [anAccount(2).id] } });
    const about = () =>
      fake.argsOf("xpo_tree").map((args) => (args as { query: { adAccounts: string[] } }).query.adAccounts);
    await screen.findByRole("dialog", { name: "Allocate Account" });
    expect(about()).toEqual([[anAccount(2).id]]);
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    await user.click(screen.getByRole("button", { name: "Allocate Account" }));
    expect(await screen.findByRole("dialog")).toHaveTextContent("Pick a TikTok ad account");
    await user.click(screen.getByRole("button", { name: "Cancel" }));
    await waitFor(() => expect(screen.getByRole("button", { name: "Allocate Account" })).toHaveFocus());
    screen.getByRole("grid", { name: "TikTok accounts" }).focus();
    await user.keyboard("{Control>}a{/Control}");
    const bar = await screen.findByRole("group", { name: "Selection" });
    await user.click(within(bar).getByRole("button", { name: "Allocate Account" }));
    await waitFor(() => expect(about().at(-1)).toHaveLength(3));
  });
});
