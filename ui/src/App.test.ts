import { fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import App from "./App.svelte";
import { openDialogs } from "./components/overlay/open-dialogs.svelte";
import { faults } from "./components/testing/axe";
import { router } from "./features/app/router.svelte";
import type { Session } from "./ipc";
import {
  anAccount,
  aSession,
  aSync,
  Fake,
  fails,
  withAccounts,
  withSyncs,
  type Answers,
} from "./ipc/testing/fake";
import { withRequests } from "./ipc/testing/requests";
import { network } from "./lib/network.svelte";
import { preloadScreens } from "./shell/screens";

await preloadScreens();

function start(of: Partial<Session> = {}, answers: Answers = {}) {
  const fake = new Fake({
    ...withAccounts([anAccount(1)]),
    session: () => aSession(of),
    reachability: () => ({ state: "online" }),
    ...answers,
  });
  render(App);
  return { fake, user: userEvent.setup() };
}

describe("the window", () => {
  it("opens the partner that was open last, and lists the screens", async () => {
    start();
    const nav = await screen.findByRole("navigation", { name: "Main" });
    expect(within(nav).getByRole("button", { name: "Overview" })).toHaveAttribute("aria-current", "page");
    expect(
      within(nav)
        .getAllByRole("button")
        .map(({ textContent }) => textContent?.trim()),
    ).toEqual([
      "Overview",
      "TikTok Accounts",
      "Allocate Campaigns",
      "Allocate Audiences",
      "XPO Accounts",
      "Requests",
      "Sync activity",
      "Change history",
      "Settings",
    ]);
    expect(nav).toHaveTextContent(/Integration\s*Manage TikTok/);
    expect(await faults()).toEqual([]);
  });

  it("shows the partner picker with the reason when the last partner does not open", async () => {
    start({}, { session: fails("file_in_use", { subject: "Northwind" }) });
    expect(await screen.findByRole("alert")).toHaveTextContent("“Northwind”");
  });

  it("uses what was asked for before the code was loaded", async () => {
    const profile = { profile: { name: "Ana Admin", email: "" }, asked: true };
    window.earlyAnswers = new Map<string, Promise<unknown>>([
      ["session", Promise.resolve(aSession())],
      ["profile", Promise.resolve(profile)],
    ]);
    const { fake } = start();
    expect(await screen.findByRole("navigation", { name: "Main" })).toBeVisible();
    expect([...fake.argsOf("session"), ...fake.argsOf("profile")]).toEqual([]);
  });

  it("does not open the last partner twice when it does not open", async () => {
    const problem = { code: "file_in_use", subject: "Northwind", details: null, canContinue: false };
    window.earlyAnswers = new Map([["session", Promise.reject(problem)]]);
    const { fake } = start();
    expect(await screen.findByRole("alert")).toHaveTextContent("“Northwind”");
    expect(fake.argsOf("session")).toEqual([]);
  });

  it("marks the practice partner, and hides the connection state there", async () => {
    start({ practice: true });
    expect(await screen.findByText("Practice")).toBeVisible();
    expect(screen.getByText(/nothing here is real/)).toBeVisible();
    expect(screen.queryByText("Online")).toBeNull();
  });

  it("shows that it is offline, and lists still work", async () => {
    const { user } = start();
    await user.click(await screen.findByRole("button", { name: "TikTok Accounts" }));
    network.online = false;
    expect(await screen.findByText("Offline")).toBeVisible();
    expect(await screen.findByText("Account 1")).toBeVisible();
    network.online = true;
    expect(await screen.findByText("Online")).toBeVisible();
  });

  it("asks about unsaved changes and running work when it is closed, and lets a second request close it", async () => {
    const { fake } = start({}, { set_leaving: () => null, quit: () => null });
    const reported = () => fake.argsOf("set_leaving").map((args) => (args as { asks: boolean }).asks);
    const last = () => fake.argsOf("set_leaving").at(-1);
    await waitFor(() => expect(reported(), "the page before may have said otherwise").toEqual([false]));
    const stop = router.guard(() => true);
    await waitFor(() => expect(reported()).toEqual([false, true]));
    await fake.closeRequested();
    await waitFor(() => expect(reported()).toEqual([false, true, false]));
    router.stay();
    await waitFor(() => expect(reported()).toEqual([false, true, false, true]));
    expect(fake.argsOf("quit")).toHaveLength(0);
    await fake.closeRequested();
    router.proceed();
    expect(fake.argsOf("quit")).toHaveLength(1);
    stop();
    await waitFor(() => expect(reported().at(-1)).toBe(false));
    for (const dirty of [true, false]) {
      const remove = openDialogs.add({ dirty, guarded: true, asking: false, leave: (next) => next() });
      await waitFor(() => expect(last()).toEqual({ asks: true, unsaved: dirty }));
      remove();
      await waitFor(() => expect(last()).toEqual({ asks: false, unsaved: false }));
    }
  });

  it("opens the screen of a notification, also from a dialog, after a question about unsaved changes", async () => {
    const { user, fake } = start({}, { ...withRequests(() => []), ...withSyncs([]) });
    await screen.findByRole("navigation", { name: "Main" });
    await user.keyboard("{Control>}k{/Control}");
    await screen.findByRole("dialog");
    await fake.screenChosen({ screen: "accounts" });
    await user.click(await screen.findByRole("button", { name: "Request New TikTok Account" }));
    const dialog = within(await screen.findByRole("dialog", { name: "Request New TikTok Account" }));
    await user.type(await dialog.findByLabelText("Ad Account name"), "Northwind");
    await fake.screenChosen({ screen: "activity" });
    expect(await dialog.findByRole("alert")).toHaveTextContent("Leave without saving?");
    await user.click(dialog.getByRole("button", { name: "Discard" }));
    expect(await screen.findByRole("heading", { name: "Sync activity" })).toBeVisible();
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("switches and closes partners from the top bar", async () => {
    const { user, fake } = start({}, { close_partner: () => null });
    await user.click(await screen.findByRole("button", { name: "Partner: Northwind" }));
    await user.click(await screen.findByRole("menuitem", { name: "Switch partner" }));
    await user.click(await screen.findByRole("button", { name: "Back to Northwind" }));
    await user.click(await screen.findByRole("button", { name: "Partner: Northwind" }));
    await user.click(await screen.findByRole("menuitem", { name: "Close partner" }));
    expect(await screen.findByRole("heading", { name: "Welcome" })).toBeVisible();
    expect(fake.argsOf("close_partner")).toHaveLength(1);
  });

  it("asks for the passphrase of encrypted sign-ins", async () => {
    const { user, fake } = start(
      { secretStorage: "encrypted_locked" },
      { unlock_secrets: () => aSession({ secretStorage: "encrypted" }) },
    );
    expect(await screen.findByText("Your saved sign-ins are locked")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Unlock" }));
    const dialog = await screen.findByRole("dialog", { name: "Unlock your saved sign-ins" });
    await user.type(within(dialog).getByLabelText("Passphrase"), "open sesame{Enter}");
    await waitFor(() => expect(screen.queryByText("Your saved sign-ins are locked")).toBeNull());
    expect(fake.argsOf("unlock_secrets")).toEqual([{ passphrase: "open sesame" }]);
    expect(await screen.findByText("Your sign-ins are unlocked until you quit XPO Admin.")).toBeVisible();
  });

  it("shows that sign-ins are only stored until the admin quits", async () => {
    const { user } = start({ secretStorage: "this_run" });
    await user.click(await screen.findByRole("button", { name: "Change in Settings" }));
    expect(await screen.findByRole("heading", { name: "Settings" })).toBeVisible();
  });

  it("opens the search with Ctrl+K or its button, but not over a dialog", async () => {
    const { user } = start();
    const button = await screen.findByRole("button", { name: "Search (Ctrl+K)" });
    await user.keyboard("{Control>}k{/Control}");
    expect(await screen.findByRole("dialog", { name: "Search everything" })).toBeVisible();
    await user.keyboard("{Control>}k{/Control}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    await user.click(button);
    await user.type(await screen.findByRole("combobox"), "settings{Enter}");
    expect(await screen.findByRole("heading", { name: "Settings" })).toBeVisible();
    await user.keyboard("{Control>}k{/Control}");
    expect(await screen.findByRole("group", { name: "Recent" })).toHaveTextContent("Overview");
  });

  it("does not open a dialog again when the admin returns to the screen that opened it", async () => {
    const { user } = start();
    await user.click(await screen.findByRole("button", { name: "Search (Ctrl+K)" }));
    await user.type(await screen.findByRole("combobox"), "request new{Enter}");
    expect(await screen.findByRole("dialog", { name: "Request New TikTok Account" })).toBeVisible();
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    await user.click(screen.getByRole("button", { name: "Settings" }));
    const reopened = () => screen.queryByRole("dialog", { name: "Request New TikTok Account" });

    await user.keyboard("{Alt>}{ArrowLeft}{/Alt}");
    expect(await screen.findByRole("heading", { name: "Requests" })).toBeVisible();
    expect(reopened()).toBeNull();
    await user.keyboard("{Alt>}{ArrowLeft}{ArrowRight}{/Alt}");
    expect(await screen.findByRole("heading", { name: "Requests" })).toBeVisible();
    expect(reopened()).toBeNull();
    await user.keyboard("{Alt>}{ArrowRight}{/Alt}");
    expect(await screen.findByRole("heading", { name: "Settings" })).toBeVisible();
    await user.keyboard("{Control>}k{/Control}");
    await user.click(within(await screen.findByRole("group", { name: "Recent" })).getByText("Requests"));
    expect(await screen.findByRole("heading", { name: "Requests" })).toBeVisible();
    expect(reopened()).toBeNull();
  });

  it("does not open a dialog again after Switch partner and Back", async () => {
    const { user } = start();
    await user.click(await screen.findByRole("button", { name: "Search (Ctrl+K)" }));
    await user.type(await screen.findByRole("combobox"), "request new{Enter}");
    expect(await screen.findByRole("dialog", { name: "Request New TikTok Account" })).toBeVisible();
    await user.keyboard("{Escape}");
    await user.click(await screen.findByRole("button", { name: "Partner: Northwind" }));
    await user.click(await screen.findByRole("menuitem", { name: "Switch partner" }));
    await user.click(await screen.findByRole("button", { name: "Back to Northwind" }));
    expect(await screen.findByRole("heading", { name: "Requests" })).toBeVisible();
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("zooms with Control and +, - and 0, also in the partner picker, and not while an input method composes", async () => {
    const { fake, user } = start({}, { session: () => null, zoom: () => null });
    await screen.findByText("Partners", { exact: false });
    await user.keyboard("{Control>}+=-0{/Control}+-0");
    await fireEvent.keyDown(document.body, { key: "+", ctrlKey: true, isComposing: true });
    expect(fake.argsOf("zoom")).toEqual(["in", "in", "out", "reset"].map((step) => ({ step })));
  });

  it("asks who the admin is at the first start, and continues once it is saved", async () => {
    const { fake, user } = start(
      {},
      {
        session: () => null,
        profile: () => ({ profile: { name: "ana", email: "" }, asked: false }),
        save_profile: fails("email_invalid"),
      },
    );
    expect(await screen.findByLabelText("Your name")).toHaveValue("ana");
    expect(screen.getByLabelText("Your name")).toHaveFocus();
    expect(screen.queryByLabelText("Partner name")).toBeNull();
    await user.type(screen.getByLabelText("Email (optional)"), "ana@");
    await user.click(screen.getByRole("button", { name: "Continue" }));
    expect(await screen.findByText(/Enter one email address/)).toBeVisible();
    expect(await faults()).toEqual([]);
    fake.answers.save_profile = () => null;
    await user.type(screen.getByLabelText("Email (optional)"), "b.example{Enter}");
    expect(await screen.findByLabelText("Partner name")).toBeVisible();
    expect(fake.argsOf("save_profile").at(-1)).toEqual({ profile: { name: "ana", email: "ana@b.example" } });
  });

  it("shows how many syncs are running, waiting and failed, and opens Sync activity", async () => {
    const syncs = [aSync(1, { state: "running" }), aSync(2), aSync(3, { state: "failed" })];
    const { user, fake } = start({}, withSyncs(syncs));
    const button = await screen.findByRole("button", { name: "Syncs: 1 running, 1 waiting, 1 failed" });
    expect(button).toHaveTextContent(/1\s+running\s*1\s+waiting\s*1\s+failed/);
    Object.assign(fake.answers, withSyncs([aSync(1, { state: "done" })]));
    await fake.syncsMoved(aSync(1, { state: "done" }));
    expect(await screen.findByRole("button", { name: "Syncs: none running" })).toBe(button);
    await user.click(button);
    expect(await screen.findByRole("heading", { name: "Sync activity" })).toBeVisible();
  });

  it("resumes waiting work when the system reports that the network is back", async () => {
    const { fake } = start({}, { network_is_back: () => null });
    await screen.findByText("Online");
    network.online = false;
    await screen.findByText("Offline");
    expect(fake.argsOf("network_is_back")).toEqual([]);
    network.online = true;
    await waitFor(() => expect(fake.argsOf("network_is_back")).toHaveLength(1));
  });
});
