import { cleanup, render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { faults } from "../../components/testing/axe";
import { firstSteps } from "../../features/app/first-steps.svelte";
import { router } from "../../features/app/router.svelte";
import { syncCounts } from "../../features/sync/sync-counts.svelte";
import type { Deleted, Flow, Session, SetUp, SyncCounts } from "../../ipc";
import {
  aSession,
  Fake,
  fails,
  joined,
  Pending,
  problem,
  withOverview,
  type Answers,
} from "../../ipc/testing/fake";
import { formatExact } from "../../lib/times";
import { attentionItems } from "./attention";
import "./FlowPicture.svelte";
import OverviewScreen from "./OverviewScreen.svelte";

const HOSTILE = "<img src=x>\u202Egnp";
const some = { allocated: 1_204, of: 1_700 };
const clients = { allocated: 400, of: 400 };
const none = { allocated: 0, of: 0 };

function flow(from: number, to: number, advertisers: number, name = `Account ${from}`): Flow {
  return {
    adAccount: { kind: "ad_account", id: `71${from}`, name },
    xpoAccount: { kind: "xpo_account", id: `x${to}`, name: `Client ${to}` },
    advertisers,
  };
}

function show(answers: Answers, of: Partial<Session> = {}) {
  const fake = new Fake(answers);
  render(OverviewScreen, { session: aSession(of) });
  return { fake, user: userEvent.setup() };
}

const full = (more: Answers = {}) => ({
  ...withOverview(some, clients, [flow(1, 1, 5), flow(2, 1, 2), flow(2, 2, 1)], { inaccessible: 2 }),
  ...more,
});

describe("Overview", () => {
  it("shows coverage as charts with a text alternative, and opens the list of what is not allocated", async () => {
    const { user } = show(full());
    const ring = await screen.findByRole("img", { name: "1,204 of 1,700 TikTok ad accounts: allocated" });
    expect(ring).toHaveTextContent("71%");
    expect(await screen.findByRole("img", { name: /406,740 of 1,000,000 Campaigns/ })).toHaveTextContent(
      "41%",
    );
    expect(screen.getByRole("img", { name: "400 of 400 XPO accounts: with ad accounts" })).toHaveTextContent(
      "100%",
    );
    expect(screen.getByRole("img", { name: "0 of 0 Audiences: allocated" })).toHaveTextContent("–");
    expect(await faults()).toEqual([]);
    await user.click(screen.getByRole("button", { name: "496 not allocated: TikTok ad accounts" }));
    expect(router.route).toEqual({ screen: "accounts", query: { allocated: false } });
  });

  it("counts the ad accounts that have a suggestion, and opens their review", async () => {
    const one = (id: string, to: string) => ({
      object: { kind: "ad_account", id, name: "" },
      advertiser: { id: to },
    });
    let more = true;
    const suggestions = () => ({ found: [one("1", "a"), one("1", "b"), one("2", "a")], more });
    const { user, fake } = show(full({ suggestions }));
    // Not all were counted.
    await screen.findByRole("button", { name: /^More than 2 ad accounts have a suggestion/ });
    more = false;
    await fake.changed("suggestions");
    await user.click(await screen.findByRole("button", { name: /^2 ad accounts have a suggestion/ }));
    expect(router.route).toEqual({ screen: "accounts", opens: "suggestions" });
  });

  it("never rounds up to 100 %", async () => {
    show(full({ coverage: () => ({ allocated: 999_999, of: 1_000_000 }) }));
    const [ring] = await screen.findAllByRole("img", { name: /999,999 of 1,000,000/ });
    expect(ring).toHaveTextContent("99%");
  });

  it("shows the other parts while one count takes long", async () => {
    const counting = new Pending<unknown>();
    const answers = full();
    const quick = answers.coverage as (args: { of: string }) => unknown;
    show({
      ...answers,
      coverage: ((args: { of: string }) =>
        args.of === "campaigns" ? counting.answer() : quick(args)) as never,
      deleted_but_allocated: () => new Pending<Deleted[]>().answer(),
    });
    expect(await screen.findByRole("img", { name: /TikTok ad accounts: allocated/ })).toBeVisible();
    expect(await screen.findByText("2 TikTok ad accounts allocated but not accessible")).toBeVisible();
    expect(screen.getByRole("region", { name: "Campaigns" })).toHaveAttribute("aria-busy", "true");
    counting.resolve({ allocated: 1, of: 2 });
    await waitFor(() => expect(screen.getByRole("region", { name: "Campaigns" })).toHaveTextContent("50%"));
  });

  it("shows for each part why it cannot be loaded, and retries", async () => {
    const { fake, user } = show(full({ freshness: fails("file_missing") }));
    const part = await screen.findByRole("region", { name: "Last synced" });
    await within(part).findByText("This partner's file is missing");
    expect(await screen.findByRole("img", { name: /TikTok ad accounts: allocated/ })).toBeVisible();
    Object.assign(fake.answers, full());
    await user.click(within(part).getByRole("button", { name: "Try again" }));
    expect(
      await within(part).findByRole("button", { name: "Last hour: 3 TikTok ad accounts" }),
    ).toBeVisible();
  });

  it("opens the ad accounts that were last synced in a period", async () => {
    const { user } = show(full());
    expect(
      await screen.findByRole("button", { name: "Never fully synced: 0 TikTok ad accounts" }),
    ).toBeDisabled();
    await user.click(screen.getByRole("button", { name: "Last hour: 3 TikTok ad accounts" }));
    expect(router.route).toEqual({
      screen: "accounts",
      query: { synced: ["hour"], sort: "synced" },
    });
  });

  it("updates after changes", async () => {
    const { fake } = show(full());
    await screen.findByRole("img", { name: /1,204 of 1,700/ });
    fake.answers.coverage = () => ({ allocated: 1_205, of: 1_700 });
    await fake.changed("decisions");
    expect(await screen.findAllByRole("img", { name: /1,205 of 1,700/ })).not.toHaveLength(0);
  });
});

describe("Overview, flows of allocations", () => {
  it("shows a diagram with a text alternative, and links names to their pages", async () => {
    const { user } = show(full());
    const picture = await screen.findByRole("img", {
      name: "2 TikTok ad accounts allocated to 2 XPO accounts. Largest: Account 1 to Client 1, 5 advertisers.",
    });
    expect(picture.querySelectorAll("path")).toHaveLength(3);
    expect(picture).toHaveTextContent("Account 1 → Client 1: 5 allocations");
    await user.click(within(screen.getByRole("list", { name: "XPO accounts" })).getByText("Client 1"));
    expect(router.route).toEqual({ screen: "xpo_account", id: "x1" });
  });

  it("shows the same data as a table", async () => {
    const { user } = show(full());
    const button = await screen.findByRole("button", { name: "Show as table" });
    await user.click(button);
    expect(button).toHaveAttribute("aria-pressed", "true");
    const rows = within(screen.getByRole("table")).getAllByRole("row");
    expect(
      rows.slice(1).map((row) =>
        within(row)
          .getAllByRole("cell")
          .map((cell) => cell.textContent.trim()),
      ),
    ).toEqual([
      ["Account 1", "Client 1", "5"],
      ["Account 2", "Client 1", "2"],
      ["Account 2", "Client 2", "1"],
    ]);
    expect(await faults()).toEqual([]);
  });

  it("shows hostile names as text", async () => {
    const { user } = show(full({ flows: () => joined([flow(1, 1, 1, HOSTILE)]) }));
    expect(await screen.findByText("<img src=x>�gnp")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Show as table" }));
    expect(within(screen.getByRole("table")).getByText("<img src=x>�gnp")).toBeVisible();
    expect(document.querySelector("img")).toBeNull();
  });

  it("offers Allocate Account while nothing is allocated", async () => {
    const { user } = show(full({ flows: () => joined([]) }));
    await user.click(await screen.findByRole("button", { name: "Allocate Account" }));
    expect(router.route).toEqual({ screen: "accounts", opens: { allocate: [] } });
  });
});

describe("Overview, what needs attention", () => {
  const syncs: SyncCounts = { running: 0, queued: 0, waiting: 0, overdue: 1, failed: 12 };

  it("lists the most severe items first, each with its route", () => {
    const items = attentionItems({
      attention: { inaccessible: 1, mixedModes: 2, suspendedOrDisapproved: 3, needsAuthorization: 1 },
      adAccounts: some,
      xpoAccounts: { allocated: 1, of: 4 },
      syncs,
      requests: { queued: 5, failed: 2, sent: 7, suggested: 1 },
    });
    expect(items.map(({ title, route }) => [title, route])).toEqual([
      [
        "1 TikTok user must sign in again",
        { screen: "accounts", query: { connections: ["needs_authorization"] } },
      ],
      [
        "1 TikTok ad account allocated but not accessible",
        { screen: "accounts", query: { connections: ["no_access"], allocated: true } },
      ],
      [
        "3 TikTok ad accounts allocated but suspended or disapproved",
        { screen: "accounts", query: { statuses: ["Suspended", "Disapproved"], allocated: true } },
      ],
      ["12 syncs failed", { screen: "activity", states: ["failed"], last: true }],
      ["2 requests not mailed", { screen: "requests", states: ["failed"] }],
      ["1 requested account arrived", { screen: "requests", suggested: true }],
      ["1 sync is past due", { screen: "activity", states: ["queued", "running"] }],
      ["2 TikTok ad accounts with both payment modes", { screen: "accounts", query: { mixedModes: true } }],
      ["496 TikTok ad accounts not allocated", { screen: "accounts", query: { allocated: false } }],
      [
        "3 XPO accounts without a TikTok ad account",
        { screen: "xpo", query: { allocated: false, archived: false } },
      ],
    ]);
  });

  it("says why the daily backup failed until a backup succeeds, and opens its settings", async () => {
    const failed = { folder: "/backups", problem: problem("disk_full") };
    const { user, fake } = show(full({ backup_status: () => failed }));
    const item = await screen.findByRole("button", { name: /^The daily backup failed The disk is full\./ });
    await user.click(item);
    expect(router.route).toEqual({ screen: "settings", section: "backups" });
    fake.answers.backup_status = () => ({ ...failed, problem: null });
    await fake.changed("settings");
    await waitFor(() => expect(item).not.toBeInTheDocument());
  });

  it("says what failed before the first import too, and nothing else then", async () => {
    const { fake } = show(withOverview(none, none));
    await screen.findByRole("heading", { name: "Get started in five steps" });
    await waitFor(() => expect(fake.argsOf("backup_status")).not.toEqual([]));
    expect(screen.queryByRole("region", { name: "Needs attention" })).toBeNull();
    fake.answers.backup_status = () => ({ folder: "/backups", problem: problem("disk_full") });
    await fake.changed("settings");
    expect(await screen.findByRole("button", { name: /^The daily backup failed/ })).toBeVisible();
    expect(screen.queryByRole("region", { name: "Campaigns" })).toBeNull();
  });

  it("speaks of one in the singular, and of several in the plural", () => {
    const textOf = (count: number) =>
      attentionItems({
        attention: {
          inaccessible: count,
          mixedModes: 0,
          suspendedOrDisapproved: count,
          needsAuthorization: 0,
        },
        adAccounts: { allocated: 0, of: count },
        xpoAccounts: { allocated: 0, of: count },
        syncs: { ...syncs, overdue: count, failed: count },
        requests: { queued: 0, failed: count, sent: 0, suggested: 0 },
        suggested: count,
      })
        .map(({ text }) => text)
        .join(" ");
    expect(textOf(1)).not.toMatch(/\b(they|them|their|each)\b/i);
    expect(textOf(2)).toContain("They aren't assigned to any client.");
  });

  it("does not say that nothing needs attention before everything is loaded, or when something cannot be loaded", async () => {
    const looking = new Pending<Deleted[]>();
    const answers = withOverview(clients, clients, [flow(1, 1, 1)]);
    const { fake } = show({ ...answers, deleted_but_allocated: () => looking.answer() });
    const panel = await screen.findByRole("region", { name: "Needs attention" });
    await waitFor(() => expect(fake.argsOf("deleted_but_allocated")).toHaveLength(1));
    expect(panel).not.toHaveTextContent("Nothing needs your attention");
    looking.resolve([]);
    expect(await within(panel).findByText("Nothing needs your attention.")).toBeVisible();

    cleanup();
    const { fake: failing, user } = show({ ...answers, deleted_but_allocated: fails("file_missing") });
    const again = await screen.findByRole("region", { name: "Needs attention" });
    await within(again).findByText("This partner's file is missing");
    expect(again).not.toHaveTextContent("Nothing needs your attention");
    Object.assign(failing.answers, answers);
    await user.click(within(again).getByRole("button", { name: "Try again" }));
    expect(await within(again).findByText("Nothing needs your attention.")).toBeVisible();
  });

  it("loads expensive counts last, also when another part fails, and not for a screen that was left", async () => {
    const freshness = new Pending<unknown>();
    const { fake } = show(full({ freshness: () => freshness.answer(), attention: fails("file_missing") }));
    await waitFor(() => expect(fake.argsOf("freshness")).toHaveLength(1));
    await waitFor(() => expect(fake.argsOf("flows")).toHaveLength(1));
    expect(fake.argsOf("deleted_but_allocated")).toEqual([]);
    freshness.resolve([]);
    await waitFor(() => expect(fake.argsOf("deleted_but_allocated")).toHaveLength(1));

    cleanup();
    const late = new Pending<unknown>();
    const left = show(full({ freshness: () => late.answer() }));
    await waitFor(() => expect(left.fake.argsOf("freshness")).toHaveLength(1));
    cleanup();
    late.resolve([]);
    await new Promise((resolve) => setTimeout(resolve));
    expect(left.fake.argsOf("deleted_but_allocated")).toEqual([]);
  });

  it("says that nothing needs attention, also while sync counts are not loaded", async () => {
    expect(attentionItems({ syncs: null })).toEqual([]);
    show({ ...withOverview(clients, clients, [flow(1, 1, 1)]) });
    expect(await screen.findByText("Nothing needs your attention.")).toBeVisible();
  });

  it("counts what is deleted on TikTok but still allocated, by XPO account (A18)", async () => {
    const deleted: Deleted[] = Array.from({ length: 5 }, (_, n) => ({
      xpoAccount: { kind: "xpo_account", id: `x${n}`, name: n === 0 ? HOSTILE : `Client ${n}` },
      campaigns: 3,
      audiences: n === 0 ? 1 : 0,
    }));
    const { user } = show(full({ deleted_but_allocated: () => deleted }));
    expect(
      await screen.findByText("15 campaigns and 1 audience deleted on TikTok but still allocated"),
    ).toBeVisible();
    const list = screen.getByRole("list", { name: "XPO accounts with items deleted on TikTok" });
    expect(within(list).getAllByRole("listitem")).toHaveLength(3);
    await user.click(screen.getByRole("button", { name: "Show all 5 XPO accounts" }));
    expect(within(list).getAllByRole("listitem")).toHaveLength(5);
    expect(await faults()).toEqual([]);
    await user.click(within(list).getByText("<img src=x>�gnp"));
    expect(router.route).toEqual({ screen: "xpo_account", id: "x0", tab: "campaigns" });
  });

  it("opens failed syncs", async () => {
    const { user } = show(full({ sync_counts: () => syncs }));
    const stop = syncCounts.watch();
    await user.click(await screen.findByText("12 syncs failed"));
    expect(router.route).toEqual({ screen: "activity", states: ["failed"], last: true });
    stop();
  });
});

describe("Overview of a new partner", () => {
  const missing = { saved: false, testedAt: null, done: false };
  const stepsOf = (app: SetUp, mail: SetUp) => ({
    app,
    adAccounts: false,
    xpoAccounts: false,
    allocated: false,
    mail,
  });
  beforeEach(() => firstSteps.show(aSession().file));

  it("shows five steps, each with its button, and no empty charts", async () => {
    const { user } = show({ ...withOverview(none, none), first_steps: () => stepsOf(missing, missing) });
    expect(await screen.findByRole("heading", { name: "Get started in five steps" })).toBeVisible();
    expect(screen.queryByRole("img")).toBeNull();
    expect(screen.queryByRole("region", { name: "Campaigns" })).toBeNull();
    expect(await faults()).toEqual([]);
    expect(screen.getByText(/Saving them tests the connection\.$/)).toBeVisible();
    expect(screen.getByText(/Send a test email, then save\.$/)).toBeVisible();
    for (const [button, route] of [
      ["Open Settings", { screen: "settings" }],
      ["Import TikTok Account", { screen: "accounts", opens: "import" }],
      ["XPO Accounts", { screen: "xpo" }],
      ["Allocate Account", { screen: "accounts", opens: { allocate: [] } }],
      ["Mail settings", { screen: "settings", section: "mail" }],
    ] as const) {
      await user.click(screen.getByRole("button", { name: button }));
      expect(router.route).toEqual(route);
    }
  });

  it("checks settings off once they are tested, and says when that was", async () => {
    const testedAt = Date.UTC(2026, 2, 1, 10);
    const steps = stepsOf(
      { saved: true, testedAt, done: true },
      { saved: true, testedAt: null, done: false },
    );
    show({ ...withOverview(none, none), first_steps: () => steps });
    expect(await screen.findByText(`Tested on ${formatExact(testedAt)}.`)).toBeVisible();
    expect(
      screen.getByText("Saved, but no test of these settings has succeeded. Send a test email in Settings."),
    ).toBeVisible();
    expect(screen.getAllByText("Done:")).toHaveLength(1);
  });

  it("explains what the practice partner simulates, and checks off steps as they are done", async () => {
    const { fake } = show(withOverview({ allocated: 0, of: 40 }, none), { practice: true });
    expect(await screen.findByRole("heading", { name: "Try it out in five steps" })).toBeVisible();
    expect(screen.getByText(/simulates TikTok on this computer/)).toBeVisible();
    expect(screen.getAllByText("Done:")).toHaveLength(3);
    expect(await screen.findByRole("img", { name: /TikTok ad accounts: allocated/ })).toBeVisible();
    fake.answers = { ...fake.answers, ...withOverview({ allocated: 0, of: 40 }, clients) };
    await fake.changed("decisions");
    await waitFor(() => expect(screen.getAllByText("Done:")).toHaveLength(4));
    fake.answers = { ...fake.answers, ...withOverview(some, clients) };
    await fake.changed("decisions");
    await waitFor(() =>
      expect(screen.queryByRole("heading", { name: "Try it out in five steps" })).toBeNull(),
    );
  });

  it("can be hidden, stays hidden, and can be shown again", async () => {
    const { user } = show(withOverview(none, none));
    const title = { name: "Get started in five steps" };
    await screen.findByRole("heading", title);
    await user.click(screen.getByRole("button", { name: "Hide setup guide" }));
    expect(screen.queryByRole("heading", title)).toBeNull();
    expect(JSON.parse(localStorage.getItem("xpo-admin.first-steps.away") ?? "")).toEqual(["northwind.xpo"]);
    firstSteps.show("northwind.xpo");
    expect(await screen.findByRole("heading", title)).toBeVisible();
  });
});
