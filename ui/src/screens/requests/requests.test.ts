import { render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { minWidth } from "../../components/table/columns";
import { faults } from "../../components/testing/axe";
import { confirm } from "../../components/testing/confirm";
import { router, type Route } from "../../features/app/router.svelte";
import { requestColumns } from "../../features/requests/columns.svelte";
import type { AccountRequest, Saved, Session } from "../../ipc";
import { anAccount, aSession, Fake, fails, Pending, problem, type Answers } from "../../ipc/testing/fake";
import { aBlocker, anOutcome, aWarning, named, saved } from "../../ipc/testing/directory";
import { aFailed, aMail, aRequest, ASKED, aSent, aWaiting, withRequests } from "../../ipc/testing/requests";
import { messages } from "../../lib/messages.svelte";
import { formatExact, formatShort } from "../../lib/times";
import { withdrawal } from "./decisions";
import RequestsScreen from "./RequestsScreen.svelte";

const HOSTILE = "<b>Shoes</b>\u202Egnp";
const arrived = named("ad_account", anAccount(1).id, "New account 1");
const later = Date.parse("2026-03-01T10:05:00Z");

/** The current requests of the partner. */
let rows: AccountRequest[] = [];

async function show(
  requests: AccountRequest[],
  answers: Answers = {},
  route: Partial<Extract<Route, { screen: "requests" }>> = {},
  session: Partial<Session> = {},
) {
  rows = requests;
  const fake = new Fake({ ...withRequests(() => rows), ...answers });
  render(RequestsScreen, { session: aSession(session), route: { screen: "requests", ...route } });
  await waitFor(() => expect(screen.getByText(/^\d+ of \d+$/)).toBeVisible());
  return { fake, user: userEvent.setup() };
}

const row = (index: number) => screen.getAllByRole("row")[index]!;
const cells = (index: number) =>
  within(row(index))
    .getAllByRole("gridcell")
    .map(({ textContent }) => textContent.replace(/\s+/g, " ").trim());

async function menu(user: ReturnType<typeof userEvent.setup>, of: string, entry: string) {
  await user.click(screen.getByRole("button", { name: `Actions for ${of}` }));
  await user.click(await screen.findByRole("menuitem", { name: entry }));
}

describe("Requests", () => {
  it("shows each request with its state, attempts and what went wrong in plain words", async () => {
    await show([
      aRequest(1),
      aWaiting(2, "offline", later),
      aSent(3),
      aFailed(4, "internal"),
      aSent(5, { state: "fulfilled", fulfilledBy: arrived, endedAt: later }),
      aSent(6, { state: "withdrawn", endedAt: later }),
    ]);
    expect(screen.getAllByRole("columnheader").map((head) => head.getAttribute("aria-label"))).toEqual([
      "Requested",
      "Ad Account name",
      "State",
      "Attempts",
      "Account",
      "Action",
    ]);
    expect([1, 2, 3, 4, 5, 6].map((index) => cells(index).slice(1, 4))).toEqual([
      ["New account 1", "Queued Will be sent next", "0"],
      ["New account 2", `Queued · next try ${formatShort(later)} Can't reach TikTok`, "3"],
      ["New account 3", `Sent ${formatShort(ASKED)}`, "1"],
      ["New account 4", "Failed Something went wrong in XPO Admin", "9"],
      ["New account 5", `Fulfilled ${formatShort(later)}`, "1"],
      ["New account 6", `Withdrawn ${formatShort(later)}`, "1"],
    ]);
    expect(await faults()).toEqual([]);
  });

  it("shows hostile names as text", async () => {
    const { user } = await show([
      aSent(1, {
        form: { ...aRequest(1).form, name: HOSTILE, note: HOSTILE },
        suggested: { ...arrived, name: HOSTILE },
      }),
    ]);
    expect(row(1)).toHaveTextContent("<b>Shoes</b>�gnp");
    screen.getByRole("grid").focus();
    await user.keyboard("{Enter}");
    expect(await screen.findByRole("dialog", { name: "Request for “<b>Shoes</b>�gnp”" })).toBeVisible();
    expect(document.querySelector("b")).toBeNull();
  });

  it("opens the details with one click on the name", async () => {
    const { user } = await show([aSent(1)]);
    await user.click(within(row(1)).getByRole("link", { name: "New account 1" }));
    expect(await screen.findByRole("dialog", { name: "Request for “New account 1”" })).toBeVisible();
  });

  it("links to the account that arrived", async () => {
    const { user } = await show([aSent(5, { state: "fulfilled", fulfilledBy: arrived, endedAt: later })]);
    await user.click(within(row(1)).getByRole("button", { name: "New account 1" }));
    expect(router.route).toEqual({ screen: "account", id: arrived.id });
  });

  it.each([
    aSent(5, { state: "fulfilled", fulfilledBy: arrived, endedAt: later }),
    aSent(5, { suggested: arrived }),
  ])("opens the account that arrived from the menu of a request that is $state", async (request) => {
    router.go({ screen: "requests" });
    const { user } = await show([request]);
    screen.getByRole("grid").focus();
    await user.keyboard("{Shift>}{F10}{/Shift}");
    expect(await screen.findByRole("menuitem", { name: "Details" })).toBeVisible();
    await user.keyboard("{ArrowDown}{Enter}");
    await waitFor(() => expect(router.route).toEqual({ screen: "account", id: arrived.id }));
  });

  it("suggests an arrived account with the requested name, and marks the request fulfilled with one click", async () => {
    const { fake, user } = await show([aSent(1, { suggested: arrived })]);
    expect(row(1)).toHaveTextContent("· arrived");
    await user.click(within(row(1)).getByRole("button", { name: "Mark fulfilled" }));
    await waitFor(() =>
      expect(fake.argsOf("commit")).toEqual([
        { action: { action: "fulfil_request", request: "request-1", account: arrived.id } },
      ]),
    );
    expect(messages.list.at(-1)).toMatchObject({
      text: "Success: changed Acme.",
      action: { label: "Undo" },
    });
  });

  it("ignores a second click while the first one is being saved", async () => {
    const saving = new Pending<Saved>();
    const { fake, user } = await show([aSent(1, { suggested: arrived })], { commit: saving.answer });
    await user.dblClick(within(row(1)).getByRole("button", { name: "Mark fulfilled" }));
    expect(fake.argsOf("commit")).toHaveLength(1);
    const shown = messages.list.length;
    saving.resolve(saved({ changed: 1 }, "change-7"));
    await waitFor(() => expect(messages.list).toHaveLength(shown + 1));
  });

  it("leaves the reasons room in a window of 1024 px", () => {
    const shown = requestColumns(() => {}).filter(
      ({ visibility, spare }) => visibility !== "hidden" && !spare,
    );
    // Inside the frame, beside the Action menu.
    expect(minWidth(shown, {})).toBeLessThanOrEqual(790 - 64);
    // "The mail server can't accept the mail right now" has 285 px in DejaVu Sans, and 16 px around it.
    expect(shown.find(({ id }) => id === "state")?.width).toBeGreaterThanOrEqual(285 + 16);
  });

  it("opens the dialog with the reason when that click is refused", async () => {
    const refused = anOutcome({
      blockers: [
        aBlocker("request_ended", named("request", "request-1", "New account 1"), {
          text: "The request has already been fulfilled or withdrawn.",
        }),
      ],
    });
    const { user } = await show([aSent(1, { suggested: arrived })], {
      account_names: () => [arrived],
      preview: () => refused,
      commit: () => ({ change: "change-1", outcome: refused }),
    });
    await user.click(within(row(1)).getByRole("button", { name: "Mark fulfilled" }));
    const dialog = await screen.findByRole("dialog", { name: /fulfilled$/ });
    expect(await within(dialog).findByText(/has already been fulfilled or withdrawn/)).toBeVisible();
    expect(messages.list).toEqual([]);
  });

  it("marks fulfilled by any account, or without one", async () => {
    const { fake, user } = await show([aSent(1)], { account_names: () => [arrived] });
    await menu(user, "New account 1", "Mark fulfilled…");
    const dialog = await screen.findByRole("dialog", { name: /fulfilled$/ });
    const picker = within(dialog).getByRole("combobox", { name: "TikTok ad account" });
    await user.click(picker);
    await user.click(await within(dialog).findByRole("option"));
    expect(picker).toHaveValue("New account 1");
    expect(await faults()).toEqual([]);
    await user.click(within(dialog).getByRole("button", { name: "Without an account" }));
    expect(picker).toHaveValue("");
    await user.click(within(dialog).getByRole("button", { name: "Mark fulfilled" }));
    await waitFor(() =>
      expect(fake.argsOf("commit")).toEqual([
        { action: { action: "fulfil_request", request: "request-1", account: null } },
      ]),
    );
    expect(messages.list.at(-1)?.text).toBe("Success: changed Acme.");
  });

  it("withdraws after a confirmation, and offers Undo in the message", async () => {
    const { fake, user } = await show([aSent(1)], {
      preview: () =>
        anOutcome({
          changed: 1,
          warnings: [
            aWarning("already_mailed", named("request", "request-1", "New account 1"), {
              text: "Knorex may already have the email.",
            }),
          ],
        }),
    });
    await menu(user, "New account 1", "Withdraw…");
    const dialog = await screen.findByRole("dialog", { name: "Withdraw the request for “New account 1”?" });
    expect(await within(dialog).findByText(/Knorex may already have the email/)).toBeVisible();
    expect(await faults()).toEqual([]);
    await confirm(user, dialog, "Withdraw");
    await waitFor(() =>
      expect(fake.argsOf("commit")).toEqual([
        { action: { action: "withdraw_request", request: "request-1" } },
      ]),
    );
    expect(messages.list.at(-1)).toMatchObject({
      text: "Success: changed Acme.",
      action: { label: "Undo" },
    });
  });

  it.each([
    ["waits", aRequest(1), "It is closed and will not be sent."],
    ["was sent", aSent(1), "It is closed here."],
    ["is being sent", aRequest(1, { mail: aMail({ state: "sending" }) }), "It is closed here."],
    ["may have arrived", aRequest(1, { mail: aMail({ uncertain: 1 }) }), "It is closed here."],
  ])("says what withdrawing does to a request whose email %s", (_, request, lead) =>
    expect(withdrawal(request).lead).toBe(lead),
  );

  it("opens the confirmation when a message linked to it", async () => {
    await show([aSent(1)], {}, { opens: { withdraw: "request-1" } });
    expect(await screen.findByRole("dialog", { name: /^Withdraw the request/ })).toBeVisible();
  });

  it("resends, and reports the result only when the mail server has replied", async () => {
    const failed = aFailed(1, "offline");
    const queued = aRequest(1, { mail: aMail({ attempts: 9, triedAt: ASKED }), problem: problem("offline") });
    const { fake, user } = await show([failed], {
      resend_request: () => {
        rows = [queued];
        return null;
      },
    });
    await menu(user, "New account 1", "Resend");
    await waitFor(() =>
      expect(fake.argsOf("resend_request")).toEqual([{ request: "request-1", remind: false }]),
    );
    await fake.changed("requests");
    await waitFor(() => expect(row(1)).toHaveTextContent("Queued"));
    rows = [aSent(1)];
    await fake.changed("requests");
    await waitFor(() => expect(messages.list.at(-1)?.text).toBe("Your request has been sent to Knorex."));
    expect(row(1)).toHaveTextContent("Sent");
  });

  it("asks before it mails a sent request again", async () => {
    const { fake, user } = await show([aSent(1)], { resend_request: () => null });
    await menu(user, "New account 1", "Resend…");
    const dialog = await screen.findByRole("dialog", { name: "Resend the request for “New account 1”?" });
    expect(dialog).toHaveTextContent(
      `Its email was sent on ${formatExact(ASKED)}. Knorex will receive another one`,
    );
    expect(fake.argsOf("resend_request")).toEqual([]);
    expect(await faults()).toEqual([]);
    await user.click(within(dialog).getByRole("button", { name: "Resend" }));
    await waitFor(() =>
      expect(fake.argsOf("resend_request")).toEqual([{ request: "request-1", remind: true }]),
    );
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  it("says why a request cannot be resent", async () => {
    const { user } = await show([aFailed(1, "offline")], { resend_request: fails("disk_full") });
    await menu(user, "New account 1", "Resend");
    await waitFor(() => expect(messages.list.at(-1)?.text).toMatch(/^The disk is full/));
  });

  it("offers no actions for a fulfilled or withdrawn request", async () => {
    const { user } = await show([aSent(1, { state: "fulfilled" })]);
    await user.click(screen.getByRole("button", { name: "Actions for New account 1" }));
    for (const name of ["Resend", "Mark fulfilled…", "Withdraw…"]) {
      expect(await screen.findByRole("menuitem", { name })).toHaveAttribute("aria-disabled", "true");
    }
  });

  it("shows all details of a request, keeps them current, and links to its history", async () => {
    const { fake, user } = await show([
      { ...aWaiting(1, "offline", later), form: { ...aRequest(1).form, note: "Please hurry" } },
    ]);
    screen.getByRole("grid").focus();
    await user.keyboard("{Enter}");
    const dialog = await screen.findByRole("dialog", { name: "Request for “New account 1”" });
    for (const text of [
      "Can't reach TikTok",
      "Please hurry",
      "Asia/Singapore",
      formatExact(later),
      "request-1",
    ]) {
      expect(dialog).toHaveTextContent(text);
    }
    expect(await faults()).toEqual([]);
    rows = [aSent(1)];
    await fake.changed("requests");
    await waitFor(() => expect(dialog).not.toHaveTextContent("Can't reach TikTok"));
    await user.click(within(dialog).getByRole("button", { name: "Close" }));
    await menu(user, "New account 1", "History");
    expect(router.route).toEqual({ screen: "history", about: { kind: "request", id: "request-1" } });
  });

  it("shows the mail as it was or will be sent", async () => {
    const { fake, user } = await show([aSent(1)], {
      mail_of_request: () => ({
        from: "xpo@example.com",
        replyTo: "Maria <maria@example.com>",
        to: ["Anna <anna@knorex.example>"],
        cc: ["team@knorex.example"],
        subject: `New TikTok ad account: ${HOSTILE}`,
        text: "Please open a new TikTok ad account.\n\nIndustry: Games\n",
        messageId: "<request-1.1@xpo-admin.knorex.com>",
      }),
    });
    await menu(user, "New account 1", "Details");
    const dialog = await screen.findByRole("dialog");
    expect(fake.argsOf("mail_of_request")).toEqual([]);
    await user.click(within(dialog).getByText("The mail"));
    for (const text of [
      "Anna <anna@knorex.example>",
      "team@knorex.example",
      "Industry: Games",
      "<b>Shoes</b>�gnp",
    ]) {
      expect(await within(dialog).findByText(new RegExp(text))).toBeVisible();
    }
    expect(document.querySelector("b")).toBeNull();
    expect(await faults()).toEqual([]);
  });

  it("says why there is no mail to show", async () => {
    const { user } = await show([aRequest(1)], { mail_of_request: fails("mail_no_recipient") });
    await menu(user, "New account 1", "Details");
    await user.click(within(await screen.findByRole("dialog")).getByText("The mail"));
    expect(await screen.findByText("No recipient set")).toBeVisible();
  });

  it("shows the emails that the practice partner wrote as files", async () => {
    const mails = [
      { file: "b.eml", writtenAt: later, text: "Subject: Second\r\n\r\n<b>Text</b>\r\n" },
      { file: "a.eml", writtenAt: ASKED, text: "Subject: First\r\n\r\nText\r\n" },
    ];
    const { fake, user } = await show([], { practice_mails: () => [] }, {}, { practice: true });
    await user.click(screen.getByRole("button", { name: "Emails of the practice partner" }));
    const dialog = await screen.findByRole("dialog", { name: "Emails of the practice partner" });
    expect(await within(dialog).findByText("No emails yet")).toBeVisible();
    fake.answers.practice_mails = () => mails;
    await fake.changed("requests");
    expect(await within(dialog).findByText("Subject: Second")).toBeVisible();
    expect(within(dialog).getByText("<b>Text</b>")).toBeVisible();
    expect(dialog).toHaveTextContent(formatExact(ASKED));
    expect(await faults()).toEqual([]);
  });

  it("does not offer those emails for other partners", async () => {
    await show([aRequest(1)]);
    expect(screen.queryByRole("button", { name: "Emails of the practice partner" })).toBeNull();
  });

  it("filters by state and by suggested account, searches, and clears", async () => {
    const { fake, user } = await show([aSent(1, { suggested: arrived }), aFailed(2, "offline")]);
    await user.click(screen.getByRole("button", { name: /Filter by\s*State/ }));
    await user.click(await screen.findByRole("menuitemcheckbox", { name: "Failed" }));
    await user.keyboard("{Escape}");
    await screen.findByText("1 of 2");
    expect(row(1)).toHaveTextContent("New account 2");
    await user.click(screen.getByRole("button", { name: "Clear filters" }));
    await user.click(screen.getByRole("button", { name: /Filter by\s*Account/ }));
    await user.click(await screen.findByRole("menuitemcheckbox", { name: "One with this name arrived" }));
    await user.keyboard("{Escape}");
    await waitFor(() =>
      expect(fake.argsOf("list:requests").at(-1)).toMatchObject({ query: { states: [], suggested: true } }),
    );
    await user.type(screen.getByRole("searchbox", { name: "Search requests" }), "nobody");
    expect(await screen.findByText("Nothing matches")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Clear search and filters" }));
    expect(await screen.findByText("2 of 2")).toBeVisible();
  });

  it("sorts by a column in both directions", async () => {
    const { fake, user } = await show([aRequest(1)]);
    await user.click(screen.getByRole("button", { name: "Ad Account name" }));
    await user.click(screen.getByRole("button", { name: "Ad Account name" }));
    await waitFor(() =>
      expect(fake.argsOf("list:requests").at(-1)).toMatchObject({
        query: { sort: "name", descending: true },
      }),
    );
  });

  it("exports the matching rows", async () => {
    const { fake, user } = await show([aRequest(1)], {
      export_list: () => "/home/me/Downloads/requests.csv",
    });
    await user.click(screen.getByRole("button", { name: "Export" }));
    await user.click(await screen.findByRole("menuitem", { name: "Excel workbook…" }));
    await waitFor(() => expect(fake.argsOf("export_list")).toMatchObject([{ list: { list: "requests" } }]));
    await waitFor(() =>
      expect(messages.list.at(-1)?.text).toBe("Exported to /home/me/Downloads/requests.csv"),
    );
  });

  it("explains requests when there are none, and offers to create one", async () => {
    const { user } = await show([]);
    expect(await screen.findByText("No requests yet")).toBeVisible();
    expect(await faults()).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Mail settings" }));
    expect(router.route).toEqual({ screen: "settings", section: "mail" });
    await user.click(screen.getAllByRole("button", { name: "Request New TikTok Account" })[0]!);
    expect(await screen.findByRole("dialog", { name: "Request New TikTok Account" })).toBeVisible();
  });

  it("opens the dialog when it was requested with Ctrl+K", async () => {
    await show([], {}, { opens: "form" });
    expect(await screen.findByRole("dialog", { name: "Request New TikTok Account" })).toBeVisible();
  });

  it("shows why the list cannot be read, and retries", async () => {
    rows = [aRequest(1)];
    const fake = new Fake({ ...withRequests(() => rows), "list:requests": fails("file_missing") });
    render(RequestsScreen, { session: aSession(), route: { screen: "requests" } });
    expect(await screen.findByText("This partner's file is missing")).toBeVisible();
    Object.assign(
      fake.answers,
      withRequests(() => rows),
    );
    await userEvent.setup().click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("1 of 1")).toBeVisible();
  });
});
