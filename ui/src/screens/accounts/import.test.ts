import { render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { openDialogs } from "../../components/overlay/open-dialogs.svelte";
import { faults } from "../../components/testing/axe";
import { router } from "../../features/app/router.svelte";
import { session } from "../../features/app/session.svelte";
import type { ImportReport, ProblemCode, Saved } from "../../ipc";
import {
  anAccount,
  aReport,
  aSession,
  Fake,
  fails,
  Pending,
  problem,
  withAccounts,
} from "../../ipc/testing/fake";
import { named, saved } from "../../ipc/testing/directory";
import { aSent, withRequests } from "../../ipc/testing/requests";
import { messages } from "../../lib/messages.svelte";
import { textsOf } from "../../problems/problems";
import AccountsScreen from "./AccountsScreen.svelte";

const SUCCESS = "Successfully added TikTok Accounts to Partner";

async function start() {
  const user = userEvent.setup();
  const log_in = new Pending<ImportReport>();
  const fake = new Fake({
    ...withAccounts([anAccount(1)]),
    import_accounts: log_in.answer,
    continue_import: log_in.answer,
    cancel_import: () => {
      log_in.reject(problem("sign_in_cancelled"));
      return null;
    },
  });
  session.current = aSession();
  render(AccountsScreen, { session: aSession(), route: { screen: "accounts" } });
  await screen.findByText("Account 1");
  await user.click(screen.getByRole("button", { name: "Import TikTok Account" }));
  await screen.findByRole("dialog", { name: "Sign in to TikTok in the window that has opened" });
  return { user, fake, log_in };
}

async function failed(code: ProblemCode, canContinue = false) {
  const parts = await start();
  parts.log_in.reject(
    problem(code, {
      canContinue,
      details: { tiktokCode: 40100, requestId: "20260301", message: "Too many requests" },
    }),
  );
  const dialog = await screen.findByRole("dialog", { name: "TikTok accounts were not imported" });
  return { ...parts, dialog };
}

describe("Import TikTok Account (R6)", () => {
  it("suggests requested accounts that arrived, and marks a request fulfilled with one click", async () => {
    const { user, fake, log_in } = await start();
    const suggested = named("ad_account", anAccount(1).id, "<b>New</b>");
    const all = [aSent(1, { suggested }), aSent(2, { suggested })];
    let rows = all;
    const commit = new Pending<Saved>();
    Object.assign(fake.answers, { ...withRequests(() => rows), commit: commit.answer });
    log_in.resolve(aReport());
    const list = within(await screen.findByRole("region", { name: "Requested accounts that arrived" }));
    expect(list.getByText("New account 1")).toBeVisible();
    expect(await faults()).toEqual([]);
    const labels = () => list.getAllByRole("button").map(({ textContent }) => textContent.trim());
    await user.dblClick(list.getByRole("button", { name: "Mark fulfilled: the request for New account 1" }));
    rows = all.slice(1);
    await fake.changed("requests");
    await waitFor(() => expect(labels()).toEqual(["Fulfilled", "Mark fulfilled"]));
    commit.resolve(saved({ changed: 1 }));
    await waitFor(() => expect(messages.list.at(-1)?.text).toBe("Success: changed Acme."));
    expect(list.getByRole("button", { name: "Fulfilled: the request for New account 1" })).toBeDisabled();
    expect(fake.argsOf("commit")).toEqual([
      { action: { action: "fulfil_request", request: "request-1", account: suggested.id } },
    ]);
    expect(router.screen).toBe("overview");
    expect(await faults()).toEqual([]);

    // Undone.
    rows = all;
    await fake.changed("requests");
    await waitFor(() => expect(labels()).toEqual(["Mark fulfilled", "Mark fulfilled"]));
  });

  it("opens the sign-in window and shows each step with its counts", async () => {
    const { fake } = await start();
    expect(fake.argsOf("import_accounts")).toEqual([{ way: "popup", userId: null }]);
    await fake.stage("exchange");
    await screen.findByRole("dialog", { name: "Importing TikTok accounts" });
    await fake.stage("details", 20, 41);
    expect(await screen.findByText("20 of 41")).toBeVisible();
    expect(screen.getByRole("progressbar", { name: "Load account details" })).toHaveAttribute(
      "aria-valuenow",
      "20",
    );
    expect(screen.queryByRole("button", { name: "Use my browser instead" })).toBeNull();
    await fake.stage("saving");
    const dialog = screen.getByRole("dialog");
    await waitFor(() => expect(within(dialog).getByRole("status")).toHaveTextContent("Save"));
  });

  it("offers the sign-in window where the browser can't return to a port", async () => {
    for (const code of ["port_forbidden", "port_in_use"] as const) {
      const { user, fake, dialog } = await failed(code);
      await user.click(within(dialog).getByRole("button", { name: "Use the sign-in window" }));
      expect(fake.argsOf("import_accounts").at(-1)).toEqual({ way: "popup", userId: null });
      document.body.replaceChildren();
    }
  });

  it("starts immediately when Import TikTok Account was chosen on another screen", async () => {
    const fake = new Fake({ ...withAccounts([anAccount(1)]), import_accounts: new Pending().answer });
    render(AccountsScreen, { session: aSession(), route: { screen: "accounts", opens: "import" } });
    await screen.findByRole("dialog", { name: "Sign in to TikTok in the window that has opened" });
    expect(fake.argsOf("import_accounts")).toEqual([{ way: "popup", userId: null }]);
  });

  it("ends with counts, names and Confirm (R8, A22)", async () => {
    const { user, log_in } = await start();
    log_in.resolve(
      aReport({
        added: [
          { id: "7100000000000000001", name: "<b>New</b>\u202E" },
          { id: "7100000000000000002", name: "Second" },
        ],
        updated: 38,
        lost: [{ id: "7100000000000000003", name: "Gone" }],
      }),
    );
    const dialog = await screen.findByRole("dialog", { name: SUCCESS });
    expect(dialog).toHaveTextContent("2 added, 38 updated, 1 no longer accessible");
    expect(within(dialog).getByRole("region", { name: "Added" })).toHaveTextContent("<b>New</b>�");
    expect(within(dialog).getByRole("region", { name: "No longer accessible" })).toHaveTextContent("Gone");
    expect(await faults()).toEqual([]);
    await waitFor(() => expect(within(dialog).getByRole("button", { name: "Confirm" })).toHaveFocus());
    await user.keyboard("{Enter}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  it("says that a different TikTok user signed in than expected", async () => {
    const { log_in } = await start();
    log_in.resolve(aReport({ userName: "Berta", expectedUser: "Anna" }));
    const dialog = await screen.findByRole("dialog", { name: SUCCESS });
    expect(dialog).toHaveTextContent("You signed in as Berta; Anna still needs re-authorization.");
    expect(dialog).toHaveTextContent("Nothing has changed");
  });

  it("can be cancelled, also with Escape", async () => {
    const { user, fake } = await start();
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(fake.argsOf("cancel_import")).toHaveLength(1);
    expect(messages.list.at(-1)?.text).toBe("Import cancelled. Nothing was changed.");
  });

  it("continues when something outside would close it, unless the admin confirms", async () => {
    const { user, fake } = await start();
    openDialogs.leave(() => router.go({ screen: "activity" }));
    const dialog = within(screen.getByRole("dialog"));
    expect(await dialog.findByRole("alert")).toHaveTextContent("Leave and cancel the import?");
    expect(await faults()).toEqual([]);
    await fake.stage("exchange");
    await user.click(dialog.getByRole("button", { name: "Stay" }));
    expect(dialog.queryByRole("alert")).toBeNull();
    expect(fake.argsOf("cancel_import")).toHaveLength(0);
    openDialogs.leave(() => router.go({ screen: "activity" }));
    await user.click(await dialog.findByRole("button", { name: "Leave" }));
    expect(fake.argsOf("cancel_import")).toHaveLength(1);
    expect(router.route).toEqual({ screen: "activity" });
  });

  it("says which link the sign-in window did not open, as text, and offers the browser", async () => {
    const { fake } = await start();
    await fake.linkRefused("mailto:<b>help</b>@tiktok.example");
    const notice = await screen.findByRole("group", { name: "A link was not opened" });
    expect(notice).toHaveTextContent("mailto:<b>help</b>@tiktok.example");
    expect(screen.getByRole("button", { name: "Use my browser instead" })).toBeVisible();
    expect(await faults()).toEqual([]);
  });

  it("says that TikTok's page shows an error, stops waiting, and leads to Settings", async () => {
    const { user, fake } = await start();
    await fake.signInPage(true);
    const dialog = within(await screen.findByRole("dialog", { name: "TikTok can't sign you in" }));
    expect(dialog.getByRole("alert")).toHaveTextContent("TikTok's sign-in page shows an error");
    expect(dialog.queryByText(/The import then continues/)).toBeNull();
    expect(await faults()).toEqual([]);
    // The admin may go back in the sign-in window.
    await fake.signInPage(false);
    await screen.findByRole("dialog", { name: "Sign in to TikTok in the window that has opened" });
    await fake.signInPage(true);
    await user.click(await screen.findByRole("button", { name: "Open Settings" }));
    await waitFor(() => expect(router.screen).toBe("settings"));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  it("closes the sign-in window before switching to the browser", async () => {
    const { user, fake } = await start();
    await user.click(screen.getByRole("button", { name: "Use my browser instead" }));
    const dialog = await screen.findByRole("dialog", { name: "Sign in to TikTok in your browser" });
    expect(dialog).toHaveTextContent("waits five minutes");
    await waitFor(() =>
      expect(
        fake.calls
          .map(({ command }) => command)
          .filter((name) => name.endsWith("import") || name === "import_accounts"),
      ).toEqual(["import_accounts", "cancel_import", "import_accounts"]),
    );
    expect(fake.argsOf("import_accounts").at(-1)).toEqual({ way: "browser", userId: null });
    expect(await faults()).toEqual([]);
  });

  it.each<ProblemCode>([
    "sign_in_window_closed",
    "sign_in_wrong_redirect",
    "sign_in_timed_out",
    "sign_in_pending",
    "auth_code_used",
    "app_credentials_rejected",
    "no_ad_accounts",
    "no_permission",
    "offline",
    "tiktok_unexpected",
    "throttled",
  ])("shows %s with its own text and TikTok's message under Details, and retries", async (code) => {
    const { user, fake, dialog } = await failed(code);
    expect(within(dialog).getByRole("alert")).toHaveTextContent(textsOf(problem(code)).title);
    await user.click(within(dialog).getByText("Details"));
    expect(within(dialog).getByText("20260301")).toBeVisible();
    await user.click(within(dialog).getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(fake.argsOf("import_accounts")).toHaveLength(2));
  });

  it("continues without a new sign-in where that is possible", async () => {
    const { user, fake, log_in, dialog } = await failed("throttled", true);
    expect(within(dialog).getByRole("button", { name: "Start over" })).toBeVisible();
    await user.click(within(dialog).getByRole("button", { name: "Continue" }));
    await waitFor(() => expect(fake.argsOf("continue_import")).toHaveLength(1));
    log_in.resolve(aReport({ updated: 1 }));
    expect(await screen.findByRole("dialog", { name: SUCCESS })).toHaveTextContent("1 updated");
    expect(fake.argsOf("import_accounts")).toHaveLength(1);
  });

  it("offers the sign-in that a denied import needs first", async () => {
    const { user, fake, dialog } = await failed("no_permission", true);
    expect(within(dialog).getByRole("button", { name: "Continue" })).toBeVisible();
    expect(within(dialog).queryByRole("button", { name: "Start over" })).toBeNull();
    const signIn = within(dialog).getByRole("button", { name: "Sign in again" });
    await waitFor(() => expect(signIn).toHaveFocus());
    await user.click(signIn);
    await waitFor(() => expect(fake.argsOf("import_accounts")).toHaveLength(2));
  });

  it("starts over on request", async () => {
    const { user, fake, dialog } = await failed("throttled", true);
    await user.click(within(dialog).getByRole("button", { name: "Start over" }));
    await waitFor(() => expect(fake.argsOf("import_accounts")).toHaveLength(2));
  });

  it("links to Settings when the app's credentials are wrong", async () => {
    const { user, dialog } = await failed("app_credentials_rejected");
    await user.click(within(dialog).getByRole("button", { name: "Open Settings" }));
    expect(router.screen).toBe("settings");
  });

  it("offers another secret storage when there is no keychain, then continues", async () => {
    const { user, fake, dialog } = await failed("keychain_missing", true);
    expect(dialog).toHaveTextContent(
      "After a restart, enter the app secret and the mail and proxy passwords, and sign in to TikTok again.",
    );
    expect(await faults()).toEqual([]);
    fake.answers.keep_secrets_for_this_run = () => aSession({ secretStorage: "this_run" });
    await user.click(within(dialog).getByRole("button", { name: "Keep until I quit" }));
    await waitFor(() => expect(fake.argsOf("continue_import")).toHaveLength(1));
    expect(session.current?.secretStorage).toBe("this_run");
  });

  it("encrypts sign-ins with a passphrase that is typed twice", async () => {
    const { user, fake, dialog } = await failed("keychain_locked", true);
    await user.click(within(dialog).getByRole("button", { name: "Encrypt with a passphrase" }));
    const [first, again] = [
      within(dialog).getByLabelText("Passphrase"),
      within(dialog).getByLabelText("Repeat passphrase"),
    ];
    await user.type(first, "short");
    await user.type(again, "shart{Enter}");
    expect(await within(dialog).findByText("The passphrases don't match.")).toBeVisible();
    expect(fake.argsOf("encrypt_secrets")).toEqual([]);

    fake.answers.encrypt_secrets = fails("passphrase_short");
    await user.clear(again);
    await user.type(again, "short{Enter}");
    expect(await within(dialog).findByText(/This passphrase is too short/)).toBeVisible();

    fake.answers.encrypt_secrets = () => aSession({ secretStorage: "encrypted" });
    await user.type(first, " but longer");
    await user.type(again, " but longer{Enter}");
    await waitFor(() => expect(fake.argsOf("continue_import")).toHaveLength(1));
    expect(fake.argsOf("encrypt_secrets").at(-1)).toEqual({ passphrase: "short but longer" });
  });

  it("asks for the passphrase when sign-ins are encrypted", async () => {
    const { user, fake } = await failed("secret_storage_locked");
    await user.click(screen.getByRole("button", { name: "Unlock" }));
    const dialog = await screen.findByRole("dialog", { name: "Unlock your saved sign-ins" });
    fake.answers.unlock_secrets = fails("passphrase_wrong");
    await user.type(within(dialog).getByLabelText("Passphrase"), "wrong{Enter}");
    expect(await within(dialog).findByText(/Wrong passphrase/)).toBeVisible();
    fake.answers.unlock_secrets = () => aSession({ secretStorage: "encrypted" });
    await user.click(within(dialog).getByRole("button", { name: "Unlock" }));
    await waitFor(() => expect(fake.argsOf("import_accounts")).toHaveLength(2));
  });
});
