import { render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { minWidth } from "../../components/table/columns";
import { faults } from "../../components/testing/axe";
import { router, type Route } from "../../features/app/router.svelte";
import { syncStall } from "../../features/sync/stall.svelte";
import type { Activity, Problem } from "../../ipc";
import {
  anAccount,
  aSync,
  Fake,
  fails,
  problem,
  withAccounts,
  withSyncs,
  type Answers,
} from "../../ipc/testing/fake";
import { messages } from "../../lib/messages.svelte";
import { formatExact, formatShort } from "../../lib/times";
import ActivityScreen from "./ActivityScreen.svelte";
import { syncColumns } from "../../features/sync/columns.svelte";
import { changesOf, jobSentence, overdue, statusOf } from "../../features/sync/labels";

const HOSTILE = "<b>Shoes</b>\u202Egnp";
const soon = () => Date.now() + 20 * 60_000;
const past = Date.parse("2026-03-01T10:30:00Z");

async function show(
  syncs: Activity[],
  answers: Answers = {},
  route: Partial<Extract<Route, { screen: "activity" }>> = {},
) {
  const fake = new Fake({ ...withAccounts([anAccount(1)]), ...withSyncs(syncs), ...answers });
  render(ActivityScreen, { route: { screen: "activity", ...route } });
  await waitFor(() => expect(screen.getByText(`${shownOf(fake, syncs)} of ${syncs.length}`)).toBeVisible());
  return { fake, user: userEvent.setup() };
}

function shownOf(fake: Fake, syncs: Activity[]): number {
  const asked = fake.argsOf("list:syncs").at(-1) as
    { query: { states: string[]; accounts: string[] } } | undefined;
  if (!asked) return -1;
  const { states, accounts } = asked.query;
  return syncs.filter(
    ({ state, adAccount }) =>
      (states.length === 0 || states.includes(state)) &&
      (accounts.length === 0 || accounts.includes(adAccount)),
  ).length;
}

const row = (index: number) => screen.getAllByRole("row")[index]!;

describe("Sync activity", () => {
  it("has room for long counts and reasons in a window 1,024 pixels wide", () => {
    const least = (id: string) => syncColumns.find((column) => column.id === id)?.width;
    expect(least("progress")).toBeGreaterThanOrEqual(104);
    // "The sign-in belongs to another server" has 226 px in DejaVu Sans, and 16 px around it.
    expect(least("state")).toBeGreaterThanOrEqual(226 + 16);
    const first = syncColumns.filter(({ visibility, spare }) => visibility !== "hidden" && !spare);
    // Without the checkboxes and the actions.
    expect(minWidth(first, {})).toBeLessThanOrEqual(790 - 40 - 64);
  });

  it("says why no sync can start, until one can", async () => {
    let stall: Problem | null = problem("disk_full");
    const { fake } = await show([aSync(1, { state: "queued", dueAt: soon() })], { sync_stall: () => stall });
    const stop = syncStall.watch(["jobs"]);
    const notice = await screen.findByRole("group", { name: "Syncs can't start: The disk is full" });
    expect(notice).toHaveTextContent(/Free up some space.* tries again every minute/);
    expect(await faults()).toEqual([]);
    stall = null;
    await fake.changed("jobs");
    await waitFor(() => expect(notice).not.toBeInTheDocument());
    stop();
  });

  it("shows each sync with its state, progress, due by and counts (A17)", async () => {
    const due = soon();
    await show([
      aSync(3, {
        state: "running",
        done: 1200,
        total: 3400,
        dueAt: due,
        startedAt: past,
        added: 12,
        deleted: 1,
      }),
      aSync(2, { state: "queued", waitsFor: "quota", waitUntil: due, dueAt: due }),
      aSync(1, { state: "done", done: 40, total: 40, endedAt: past, unchanged: 40, automatic: true }),
    ]);
    expect(row(1)).toHaveTextContent(/^Campaigns\s*Account 3/);
    expect(row(1)).toHaveTextContent(`Syncing Due by ${formatShort(due)}`);
    expect(row(1)).toHaveTextContent("12 added, 1 deleted on TikTok");
    const bar = within(row(1)).getByRole("progressbar", { name: "Progress of Campaigns of Account 3" });
    expect(bar).toHaveAttribute("aria-valuenow", "1200");
    expect(bar).toHaveTextContent("1,200 of 3,400");
    expect(row(2)).toHaveTextContent(
      `Queued, due by ${formatShort(due)} Waits for TikTok's rate limit, until ${formatShort(due)}`,
    );
    expect(row(3)).toHaveTextContent("Automatic");
    expect(row(3)).toHaveTextContent("40 unchanged");
    expect(await faults()).toEqual([]);
  });

  it("marks an overdue sync, which still continues (A17)", () => {
    const late = aSync(1, { state: "running", dueAt: past });
    expect(statusOf(late, past + 1)).toEqual({
      tone: "wait",
      label: "Syncing",
      note: `Overdue since ${formatShort(past, past + 1)}`,
    });
    expect(statusOf(late, past - 1).tone).toBe("off");
    expect(statusOf({ ...late, state: "done" }, past + 1).tone).toBe("ok");
  });

  it("is neither due nor late with only pictures and videos left", () => {
    const left = aSync(1, { state: "queued", dueAt: past, onlyMediaLeft: true, done: 9, total: 9 });
    const note = "Only pictures and videos left";
    expect(statusOf(left, past + 1)).toEqual({ tone: "off", label: "Queued", note });
    const running = { ...left, state: "running" as const };
    expect(statusOf(running, past + 1)).toEqual({ tone: "off", label: "Syncing", note });
    expect(overdue(running, past + 1)).toBe(false);
    expect(jobSentence(running)).toBe("Syncing, only pictures and videos left");
    const waiting = { ...left, waitsFor: "quota" as const };
    expect(statusOf(waiting, past + 1)).toMatchObject({ note: "Waits for TikTok's rate limit" });
  });

  it("leaves out when a wait ends where that doesn't fit", () => {
    const waiting = aSync(1, { state: "queued", waitsFor: "maintenance", waitUntil: past, dueAt: past });
    expect(statusOf(waiting, past + 1)).toEqual({
      tone: "wait",
      label: `Overdue since ${formatShort(past, past + 1)}`,
      note: "Waits during TikTok's maintenance",
      more: `until ${formatShort(past)}`,
    });
  });

  it("omits counts that are zero", () => {
    expect(changesOf(aSync(1, { changed: 3, unreadable: 2, unchanged: 1 }))).toBe(
      "3 changed, 2 unreadable, 1 unchanged",
    );
    expect(changesOf(aSync(1))).toBe("");
  });

  it("shows hostile names as text", async () => {
    const account = { kind: "ad_account", id: "7100000000000000001", name: HOSTILE } as const;
    const { user } = await show([aSync(1, { account, state: "failed", problem: problem("offline") })]);
    expect(row(1)).toHaveTextContent("<b>Shoes</b>�gnp");
    await user.dblClick(within(row(1)).getByText("<b>Shoes</b>�gnp"));
    expect(await screen.findByRole("dialog")).toHaveTextContent("<b>Shoes</b>�gnp (7100000000000000001)");
  });

  it("explains why a sync failed, with TikTok's code and request id under Details", async () => {
    const details = { tiktokCode: 40001, requestId: "req-7", message: "No permission" };
    const { user } = await show([
      aSync(1, { state: "failed", problem: problem("tiktok_refused", { details }), endedAt: past }),
    ]);
    expect(row(1)).toHaveTextContent("Failed TikTok rejected the request");
    screen.getByRole("grid").focus();
    await user.keyboard("{Enter}");
    const dialog = await screen.findByRole("dialog", { name: "Sync Campaigns" });
    expect(dialog).toHaveTextContent(formatExact(past));
    await user.click(within(dialog).getByText("Details"));
    expect(dialog).toHaveTextContent("TikTok code 40001");
    expect(dialog).toHaveTextContent("Request ID req-7");
    expect(await faults()).toEqual([]);
  });

  it("shows the progress of syncs without reloading the list", async () => {
    const sync = aSync(1, { state: "running", done: 10, total: 100 });
    const { fake } = await show([sync]);
    await fake.syncsMoved({ ...sync, done: 90 });
    await waitFor(() => expect(row(1)).toHaveTextContent("90 of 100"));
    expect(fake.argsOf("list:syncs")).toHaveLength(1);
  });

  it("reloads the list when syncs start or end, at most once per interval", async () => {
    const { fake } = await show([aSync(1)]);
    for (let times = 0; times < 20; times += 1) await fake.changed("jobs");
    await waitFor(() => expect(fake.argsOf("list:syncs")).toHaveLength(3), { timeout: 3_000 });
  });

  it("retries a sync from its menu and cancels a running one", async () => {
    const { fake, user } = await show([aSync(2, { state: "running" }), aSync(1, { state: "failed" })], {
      retry_syncs: () => ({ queued: [aSync(3)], running: [] }),
      cancel_syncs: () => 1,
    });
    await user.click(screen.getByRole("button", { name: "Actions for Campaigns of Account 1" }));
    await user.click(await screen.findByRole("menuitem", { name: "Retry" }));
    await waitFor(() => expect(fake.argsOf("retry_syncs")).toEqual([{ jobs: [1] }]));
    await waitFor(() => expect(messages.list.at(-1)?.text).toBe("1 sync was requested again."));
    await user.click(screen.getByRole("button", { name: "Actions for Campaigns of Account 2" }));
    await user.click(await screen.findByRole("menuitem", { name: "Cancel" }));
    await waitFor(() => expect(fake.argsOf("cancel_syncs")).toEqual([{ jobs: [2] }]));
  });

  it("keeps the selection of the other syncs when one is retried", async () => {
    const { user } = await show([aSync(2, { state: "failed" }), aSync(1, { state: "failed" })], {
      retry_syncs: () => ({ queued: [aSync(3)], running: [] }),
    });
    await user.click(screen.getByRole("button", { name: "Select all 2" }));
    await user.click(screen.getByRole("button", { name: "Actions for Campaigns of Account 1" }));
    await user.click(await screen.findByRole("menuitem", { name: "Retry" }));
    expect(await screen.findByText("1 selected")).toBeVisible();
  });

  it("retries all failed syncs at once, also those that are not on screen", async () => {
    const syncs = Array.from({ length: 120 }, (_, n) => aSync(120 - n, { state: "failed" }));
    const { fake, user } = await show(syncs, {
      retry_syncs: ({ jobs }: { jobs: number[] }) => ({
        queued: jobs.slice(1).map((id) => aSync(id)),
        running: [aSync(1)],
      }),
    });
    screen.getByRole("grid").focus();
    await user.keyboard(" ");
    await user.click(await screen.findByRole("button", { name: "Select all 120" }));
    await user.click(await screen.findByRole("button", { name: "Retry" }));
    await waitFor(() => expect(fake.argsOf("retry_syncs")).toHaveLength(1));
    expect((fake.argsOf("retry_syncs")[0] as { jobs: number[] }).jobs).toHaveLength(120);
    await waitFor(() =>
      expect(messages.list.at(-1)?.text).toBe("119 syncs were requested again. 1 sync was already running."),
    );
    await screen.findByText("None selected");
  });

  it("reports syncs that ended before they could be cancelled", async () => {
    const { user } = await show([aSync(1, { state: "done" })], { cancel_syncs: () => 0 });
    screen.getByRole("grid").focus();
    await user.keyboard(" ");
    await user.click(await screen.findByRole("button", { name: "Cancel" }));
    await waitFor(() => expect(messages.list.at(-1)?.text).toBe("1 sync had already ended."));
  });

  it("filters by state and kind, with chips that clear", async () => {
    const { fake, user } = await show([
      aSync(2, { state: "failed" }),
      aSync(1, { state: "done", kind: "audiences" }),
    ]);
    await user.click(screen.getByRole("button", { name: /Filter by\s*State/ }));
    await user.click(await screen.findByRole("menuitemcheckbox", { name: "Failed" }));
    await user.keyboard("{Escape}");
    await screen.findByText("1 of 2");
    expect(fake.argsOf("list:syncs").at(-1)).toMatchObject({ query: { states: ["failed"] } });
    await user.click(screen.getByRole("button", { name: "Clear filter State: Failed" }));
    await screen.findByText("2 of 2");
  });

  it("exports all matching rows, or the selected ones", async () => {
    const { fake, user } = await show([aSync(2, { state: "failed" }), aSync(1)], {
      export_list: () => "/home/me/Downloads/sync-activity.csv",
    });
    await user.click(screen.getByRole("button", { name: "Export" }));
    await user.click(await screen.findByRole("menuitem", { name: "Excel workbook…" }));
    await waitFor(() =>
      expect(fake.argsOf("export_list")).toMatchObject([{ list: { list: "syncs", only: null } }]),
    );
    await user.click(within(row(1)).getByRole("checkbox"));
    await user.click(screen.getByRole("button", { name: "Export" }));
    await user.click(await screen.findByRole("menuitem", { name: "Excel workbook…" }));
    await waitFor(() =>
      expect(fake.argsOf("export_list")[1]).toMatchObject({ list: { list: "syncs", only: [2] } }),
    );
    expect(messages.list.at(-1)?.text).toBe("Exported to /home/me/Downloads/sync-activity.csv");
  });

  it("filters by the account that it was opened for, and shows its name", async () => {
    const { fake, user } = await show([aSync(2), aSync(1)], {}, { adAccount: anAccount(1).id });
    expect(await screen.findByRole("button", { name: "Clear filter Account: Account 1" })).toBeVisible();
    expect(fake.argsOf("list:syncs")[0]).toMatchObject({ query: { accounts: [anAccount(1).id] } });
    await user.click(screen.getByRole("button", { name: "Clear filter Account: Account 1" }));
    await screen.findByText("2 of 2");
  });

  it("explains syncs when there are none, and where to start one", async () => {
    const { user } = await show([]);
    expect(await screen.findByText("No syncs yet")).toBeVisible();
    expect(await faults()).toEqual([]);
    await user.click(screen.getByRole("button", { name: "TikTok Accounts" }));
    expect(router.route).toEqual({ screen: "accounts" });
  });

  it("shows why the list cannot be read, and retries", async () => {
    const fake = new Fake({ ...withSyncs([aSync(1)]), "list:syncs": fails("file_missing") });
    render(ActivityScreen, { route: { screen: "activity" } });
    expect(await screen.findByText("This partner's file is missing")).toBeVisible();
    Object.assign(fake.answers, withSyncs([aSync(1)]));
    await userEvent.setup().click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("1 of 1")).toBeVisible();
  });
});
