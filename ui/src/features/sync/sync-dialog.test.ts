import { render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { faults } from "../../components/testing/axe";
import type { JobKind, Requested, WaitsFor } from "../../ipc";
import { aJob, aSync, Fake, fails, problem } from "../../ipc/testing/fake";
import { messages } from "../../lib/messages.svelte";
import { network } from "../../lib/network.svelte";
import { formatShort } from "../../lib/times";
import { router } from "../app/router.svelte";
import SyncDialog from "./SyncDialog.svelte";
import { syncStall } from "./stall.svelte";

const ID = "7100000000000000001";
const NAME = "<b>Shoes</b>\u202Egnp";
const due = aJob().dueAt as number;

function open(kind: JobKind, requested: Requested | (() => never), count = 1) {
  const fake = new Fake({
    request_syncs: typeof requested === "function" ? requested : () => requested,
  });
  const onclose = vi.fn();
  const accounts = Array.from({ length: count }, (_, index) => ({
    id: `710000000000000000${index + 1}`,
    name: NAME,
  }));
  render(SyncDialog, { kind, accounts, onclose });
  return { user: userEvent.setup(), fake, onclose };
}

afterEach(() => (network.online = true));

describe("Sync confirmation", () => {
  it("asks with the exact text, and shows a hostile name as text (R26, R27)", async () => {
    open("campaigns", { queued: [], running: [] });
    const dialog = await screen.findByRole("dialog", { name: "Sync Campaigns" });
    expect(dialog).toHaveTextContent(
      `Sync campaigns of <b>Shoes</b>�gnp (${ID})? They will be in XPO within 30 minutes.`,
    );
    expect(await faults()).toEqual([]);
  });

  it.each<[JobKind, number, string, string]>([
    ["audiences", 1, "Sync Audiences", "Sync audiences of <b>Shoes</b>�gnp (7100000000000000001)? They"],
    [
      "account",
      1,
      "Sync Account",
      "Its details, campaigns, ad groups and ads will be in XPO within 30 minutes.",
    ],
    ["campaigns", 3, "Sync Campaigns", "Sync campaigns of 3 TikTok ad accounts? They will be in XPO"],
    ["account", 3, "Sync Account", "Sync 3 TikTok ad accounts? Their details, campaigns, ad groups and ads"],
  ])("asks for %s of %i accounts (R19, R30)", async (kind, count, title, words) => {
    open(kind, { queued: [], running: [] }, count);
    expect(await screen.findByRole("dialog", { name: title })).toHaveTextContent(words);
  });

  it("starts the sync with Enter, says when it is due, and links to it (R28, A17)", async () => {
    const { user, fake, onclose } = open("campaigns", { queued: [aJob({ adAccount: ID })], running: [] });
    const confirm = await screen.findByRole("button", { name: "Sync Campaigns" });
    await waitFor(() => expect(confirm).toHaveFocus());
    await user.keyboard("{Enter}");
    await waitFor(() => expect(onclose).toHaveBeenCalledOnce());
    expect(fake.argsOf("request_syncs")).toEqual([{ kind: "campaigns", accounts: [ID] }]);
    const message = messages.list.at(-1);
    expect(message?.text).toBe(
      `Success: the campaigns of <b>Shoes</b>�gnp will be in XPO by ${formatShort(due)}.`,
    );
    message?.action?.run();
    expect(router.route).toEqual({ screen: "activity", adAccount: ID });
  });

  it("does not start a sync that is already running, and names the job (R27)", async () => {
    const running = aJob({ adAccount: ID, state: "running", done: 120, total: 300 });
    const { user, onclose } = open("campaigns", { queued: [], running: [running] });
    await user.click(await screen.findByRole("button", { name: "Sync Campaigns" }));
    const notice = await screen.findByRole("alert");
    expect(notice).toHaveTextContent("This sync is already running");
    expect(notice).toHaveTextContent(`Syncing 120 of 300, due by ${formatShort(due)}`);
    expect(screen.getByRole("button", { name: "Close" })).toHaveFocus();
    expect(messages.list).toEqual([]);
    expect(await faults()).toEqual([]);
    await user.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Sync activity" }));
    expect(onclose).toHaveBeenCalledOnce();
    expect(router.route).toEqual({ screen: "activity", adAccount: ID });
  });

  it("starts the others of many, and counts those that are already running", async () => {
    const { user } = open("audiences", { queued: [aJob(), aJob({ id: 2 })], running: [aJob({ id: 3 })] }, 3);
    await user.click(await screen.findByRole("button", { name: "Sync Audiences" }));
    await waitFor(() =>
      expect(messages.list.at(-1)?.text).toBe(
        `Success: the audiences of 2 TikTok ad accounts will be in XPO by ${formatShort(due)}. 1 sync was already running.`,
      ),
    );
  });

  it("says that the sync is queued while offline (A17)", async () => {
    network.online = false;
    const { user } = open("campaigns", { queued: [aJob({ adAccount: ID })], running: [] });
    expect(await screen.findByRole("dialog")).toHaveTextContent(
      "Can't reach TikTok. The sync is queued until TikTok can be reached.",
    );
    await user.click(screen.getByRole("button", { name: "Sync Campaigns" }));
    await waitFor(() =>
      expect(messages.list.at(-1)?.text).toBe("Queued: TikTok can't be reached. Syncing starts when it can."),
    );
  });

  it.each<[WaitsFor, string]>([
    ["sign_in", "Queued: sign in again to continue."],
    ["certificate", "Queued: TikTok's certificate isn't trusted. Syncing starts when it is."],
    ["clock", "Queued: set this computer's date and time to continue."],
    ["quota", "Queued: TikTok's rate limit was reached. Syncing continues when it allows."],
    ["maintenance", "Queued: TikTok is under maintenance. Syncing continues when it is back."],
  ])("never says Success while a sync waits (%s)", async (waitsFor, text) => {
    const { user } = open("campaigns", { queued: [aJob({ adAccount: ID, waitsFor })], running: [] });
    await user.click(await screen.findByRole("button", { name: "Sync Campaigns" }));
    await waitFor(() => expect(messages.list.at(-1)).toMatchObject({ text, tone: "wait" }));
  });

  it("never says Success while no sync can start", async () => {
    const { user, fake } = open("campaigns", { queued: [aJob({ adAccount: ID })], running: [] });
    fake.answers.sync_stall = () => problem("disk_full");
    const stop = syncStall.watch(["jobs"]);
    await user.click(await screen.findByRole("button", { name: "Sync Campaigns" }));
    await waitFor(() =>
      expect(messages.list.at(-1)).toMatchObject({
        text: "Queued: syncs can't start. The disk is full.",
        tone: "wait",
      }),
    );
    await fake.syncsMoved(aSync(1, { state: "done" }));
    await waitFor(() => expect(messages.list.at(-1)?.text, "the sync has ended").toContain("Success"));
    fake.answers.sync_stall = () => null;
    await fake.changed("jobs");
    await waitFor(() => expect(syncStall.value).toBeNull());
    stop();
  });

  it("takes Success back when a sync has to wait or fails after it was requested", async () => {
    const { user, fake } = open("campaigns", { queued: [aJob(), aJob({ id: 2 })], running: [] }, 2);
    await user.click(await screen.findByRole("button", { name: "Sync Campaigns" }));
    await waitFor(() => expect(messages.list.at(-1)?.text).toContain("Success"));
    // What is left is not due, so its wait does not concern the admin.
    await fake.syncsMoved(aSync(2, { waitsFor: "quota", onlyMediaLeft: true }));
    await fake.syncsMoved(aSync(1, { waitsFor: "sign_in" }));
    await waitFor(() =>
      expect(messages.list.at(-1)?.text).toBe(
        `Success: the campaigns of <b>Shoes</b>�gnp will be in XPO by ${formatShort(due)}. 1 sync is queued: sign in again to continue.`,
      ),
    );
    await fake.syncsMoved(aSync(2, { state: "failed", problem: problem("no_permission") }));
    await waitFor(() =>
      expect(messages.list.at(-1)).toMatchObject({
        text: "1 sync is queued: sign in again to continue. 1 sync failed. Sync activity says why.",
        tone: "bad",
      }),
    );
  });

  it("says what happened to a sync before its request was answered", async () => {
    const { user, fake } = open("campaigns", { queued: [], running: [] });
    fake.answers.request_syncs = async () => {
      await fake.syncsMoved(aSync(1, { state: "done" }));
      await fake.syncsMoved(aSync(2, { state: "failed", problem: problem("no_permission") }));
      return { queued: [aJob({ waitsFor: "network" }), aJob({ id: 2 })], running: [] };
    };
    await user.click(await screen.findByRole("button", { name: "Sync Campaigns" }));
    await waitFor(() =>
      expect(messages.list.at(-1)?.text).toMatch(/^Success: .* 1 sync failed\. Sync activity says why\.$/),
    );
  });

  it("shows why the sync cannot be started, and retries", async () => {
    const { user, fake, onclose } = open("campaigns", fails("disk_full"));
    await user.click(await screen.findByRole("button", { name: "Sync Campaigns" }));
    expect(await screen.findByText("The disk is full")).toBeVisible();
    fake.answers.request_syncs = () => ({ queued: [aJob()], running: [] });
    await user.click(screen.getByRole("button", { name: "Sync Campaigns" }));
    await waitFor(() => expect(onclose).toHaveBeenCalledOnce());
  });
});
