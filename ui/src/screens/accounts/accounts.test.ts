import { render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { AccountListing, AccountQuery, Session } from "../../ipc";
import { faults } from "../../components/testing/axe";
import { anAccount, aSession, Fake, fails, Pending, problem, withAccounts } from "../../ipc/testing/fake";
import { messages } from "../../state/messages.svelte";
import { router } from "../../state/router.svelte";
import AccountsScreen from "./AccountsScreen.svelte";

const many = (count: number) => Array.from({ length: count }, (_, index) => anAccount(index));

async function show(fake: Fake, session: Partial<Session> = {}) {
  const user = userEvent.setup();
  render(AccountsScreen, { session: aSession(session), route: { place: "accounts" } });
  await waitFor(() => expect(fake.argsOf("list_accounts").length).toBeGreaterThan(0));
  return user;
}
const lastQuery = (fake: Fake) => (fake.argsOf("list_accounts").at(-1) as { query: AccountQuery }).query;

describe("TikTok Accounts", () => {
  it("has the columns of R10, in that order", async () => {
    await show(new Fake(withAccounts(many(3))));
    await screen.findByText("Account 1");
    expect(screen.getAllByRole("columnheader").map((head) => head.getAttribute("aria-label"))).toEqual([
      "TikTok Ad Account ID",
      "Name",
      "TikTok Ad account allocated to Advertisers",
      "Status",
      "Action",
    ]);
    expect(screen.getByText("3 of 3")).toBeVisible();
    expect(await faults()).toEqual([]);
  });

  it("shows the status in words with what connects it, the raw one on hover", async () => {
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
      "STATUS_LIMIT\nLicense is missing",
    );
  });

  it("shows hostile names as text", async () => {
    await show(new Fake(withAccounts([anAccount(1, { name: "<img src=x>\u202Egnp" })])));
    expect(await screen.findByText("<img src=x>�gnp")).toBeVisible();
    expect(document.querySelector("img")).toBeNull();
  });

  it("searches as one types and says n of n", async () => {
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

  it("drops an answer that was overtaken", async () => {
    const accounts = many(3);
    const fake = new Fake(withAccounts(accounts));
    const user = await show(fake);
    await screen.findByText("Account 1");
    const slow = new Pending<AccountListing>();
    fake.answers.list_accounts = slow.answer;
    await user.click(screen.getByRole("button", { name: "Status" }));
    await waitFor(() => expect(fake.argsOf("list_accounts")).toHaveLength(2));
    fake.answers.list_accounts = () => ({ ids: [accounts[2]!.id], of: 3, rows: [accounts[2]!] });
    await fake.changed("accounts");
    expect(await screen.findByText("1 of 3")).toBeVisible();
    slow.resolve({ ids: accounts.map(({ id }) => id), of: 3, rows: accounts });
    await fake.changed("users");
    await waitFor(() => expect(fake.argsOf("list_accounts")).toHaveLength(4));
    expect(screen.getByText("1 of 3")).toBeVisible();
  });

  it("sorts on a header, the other way on the second press", async () => {
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

  it("fetches the rows that come into sight, and only those", async () => {
    const fake = new Fake(withAccounts(many(2_000)));
    const user = await show(fake);
    await screen.findByText("Account 1");
    expect(fake.argsOf("account_rows")).toEqual([]);
    screen.getByRole("grid", { name: "TikTok accounts" }).focus();
    await user.keyboard("{End}");
    expect(await screen.findByText("Account 1999")).toBeVisible();
    const asked = fake.argsOf("account_rows").flatMap((args) => (args as { ids: string[] }).ids);
    expect(asked).toContain(anAccount(1999).id);
    expect(asked.length).toBeLessThanOrEqual(200);
    expect(new Set(asked).size).toBe(asked.length);
  });

  it("reads again after a change and keeps what is shown meanwhile", async () => {
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
    await user.click(screen.getByRole("button", { name: "Actions of Account 0" }));
    await user.click(await screen.findByRole("menuitem", { name: "Add Payment" }));
    await waitFor(() => expect(messages.list.at(-1)?.text).toMatch(/opened in your browser/));
    expect(fake.argsOf("add_payment")).toEqual([{ id: anAccount(0).id }]);
  });

  it("says what would have been opened in the practice partner", async () => {
    const fake = new Fake({
      ...withAccounts(many(2)),
      add_payment: () => ({ url: "https://x.example", opened: false }),
    });
    const user = await show(fake, { practice: true });
    await screen.findByText("Account 0");
    screen.getByRole("grid", { name: "TikTok accounts" }).focus();
    await user.keyboard("{Enter}");
    await user.click(await screen.findByRole("menuitem", { name: "Add Payment" }));
    expect(await screen.findByRole("dialog", { name: "Add Payment" })).toHaveTextContent("https://x.example");
    expect(await faults()).toEqual([]);
  });

  it("asks the same TikTok user to log in again", async () => {
    const log_in = new Pending();
    const fake = new Fake({ ...withAccounts(many(2)), import_accounts: log_in.answer });
    const user = await show(fake);
    await user.click(await screen.findByRole("button", { name: "Re-authorize Maria" }));
    await waitFor(() => expect(fake.argsOf("import_accounts")).toEqual([{ way: "popup", userId: "1" }]));
  });

  it("disconnects after saying what happens, also when TikTok cannot be reached", async () => {
    const fake = new Fake({ ...withAccounts(many(2)), disconnect_user: fails("offline") });
    const user = await show(fake);
    await user.click(await screen.findByRole("button", { name: "Disconnect Maria" }));
    const dialog = await screen.findByRole("dialog", { name: "Disconnect Maria?" });
    expect(dialog).toHaveTextContent("everything decided about them, stay");
    await user.click(within(dialog).getByRole("button", { name: "Disconnect" }));
    expect(await within(dialog).findByText("You are offline")).toBeVisible();
    fake.answers.disconnect_user = () => null;
    await user.click(within(dialog).getByRole("button", { name: "Disconnect here anyway" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(fake.argsOf("disconnect_user")).toEqual([
      { id: "1", evenIfUnreachable: false },
      { id: "1", evenIfUnreachable: true },
    ]);
  });

  it("leads to Settings when TikTok is not set up", async () => {
    const fake = new Fake({ ...withAccounts([]), tiktok_users: () => [] });
    const user = await show(fake, { appReady: false });
    await user.click(await screen.findByRole("button", { name: "Set up TikTok in Settings" }));
    expect(router.place).toBe("settings");
  });

  it("says what is missing when there is nothing yet", async () => {
    await show(new Fake({ ...withAccounts([]), tiktok_users: () => [] }));
    expect(await screen.findByText("No TikTok ad accounts yet")).toBeVisible();
    expect(await faults()).toEqual([]);
  });

  it("shows why the list cannot be read and reads it again", async () => {
    const fake = new Fake({
      ...withAccounts(many(1)),
      list_accounts: () => Promise.reject(problem("file_damaged")),
    });
    const user = await show(fake);
    expect(await screen.findByText("This partner's file is damaged")).toBeVisible();
    Object.assign(fake.answers, withAccounts(many(1)));
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("Account 0")).toBeVisible();
    expect(screen.queryByRole("alert")).toBeNull();
  });
});
