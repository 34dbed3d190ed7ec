import { render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { faults } from "../../components/testing/axe";
import { session } from "../app/session.svelte";
import type { AccountRequest, Action, Outcome } from "../../ipc";
import { aSession, Fake, fails, Pending, type Answers } from "../../ipc/testing/fake";
import { aBlocker, anOutcome, aWarning, named } from "../../ipc/testing/directory";
import {
  aFailed,
  aMail,
  aRequest,
  aSent,
  aWaiting,
  blockersOf,
  withRequests,
} from "../../ipc/testing/requests";
import { messages } from "../../lib/messages.svelte";
import { network } from "../../lib/network.svelte";
import { formatShort } from "../../lib/times";
import { router } from "../app/router.svelte";
import RequestDialog from "./RequestDialog.svelte";
import { SENT } from "./sending";

const empty = { name: "x", industry: "", country: "", currency: "USD", timezone: "Asia/Singapore", note: "" };

/** The saved request. */
let row: AccountRequest | null = null;

function open(answers: Answers = {}) {
  row = null;
  const fake = new Fake({ ...withRequests(() => (row ? [row] : [])), ...answers });
  const onclose = vi.fn();
  const { unmount } = render(RequestDialog, { onclose });
  return { fake, onclose, unmount, user: userEvent.setup() };
}

type User = ReturnType<typeof userEvent.setup>;

async function pick(user: User, label: string, text: string) {
  await user.click(await screen.findByRole("combobox", { name: label }));
  await user.type(screen.getByRole("combobox", { name: label }), text);
  await user.keyboard("{Enter}");
}

async function fill(user: User, name = "Northwind SG") {
  await waitFor(() => expect(screen.getByRole("combobox", { name: "Industry" })).toBeEnabled());
  await user.type(screen.getByLabelText("Ad Account name"), name);
  await pick(user, "Industry", "games");
  await pick(user, "Country", "sg");
}

const submit = () => screen.getByRole("button", { name: "Submit" });
const last = () => messages.list.at(-1);

async function submitted(answers: Answers = {}) {
  const parts = open(answers);
  await fill(parts.user);
  row = aRequest(1);
  await waitFor(() => expect(submit()).toBeEnabled());
  await parts.user.click(submit());
  await waitFor(() => expect(parts.onclose).toHaveBeenCalled());
  parts.unmount();
  return parts;
}

afterEach(() => {
  network.online = true;
});

describe("Request New TikTok Account", () => {
  it("has the fields of R47 with their defaults, and the hint", async () => {
    open();
    expect(await screen.findByRole("dialog", { name: "Request New TikTok Account" })).toBeVisible();
    expect(screen.getByLabelText("Ad Account name")).toHaveFocus();
    await waitFor(() => expect(screen.getByRole("combobox", { name: "Currency" })).toHaveValue("USD"));
    expect(screen.getByRole("combobox", { name: "Timezone" })).toHaveValue("Asia/Singapore");
    expect(screen.getByRole("combobox", { name: "Industry" })).toHaveValue("");
    expect(screen.getByRole("combobox", { name: "Country" })).toHaveValue("");
    expect(screen.getByLabelText("Note (optional)")).toHaveValue("");
    expect(
      screen.getByText("TikTok does not let region, business name, currency or timezone be changed later."),
    ).toBeVisible();
    expect(submit()).toBeEnabled();
    expect(screen.queryByText(/Choose an industry/)).toBeNull();
    expect(await faults()).toEqual([]);
  });

  it("finds a country by code, a currency by name and a timezone by offset, and marks what TikTok does not support", async () => {
    const { user } = open();
    await waitFor(() => expect(screen.getByRole("combobox", { name: "Country" })).toBeEnabled());
    for (const [text, name] of [
      ["vn", "Viet Nam"],
      ["NL", "Netherlands"],
      ["india", "India"],
      ["in", "India"],
      ["ind o", "British Indian Ocean Territory"],
    ] as const) {
      await pick(user, "Country", text);
      expect(screen.getByRole("combobox", { name: "Country" })).toHaveValue(name);
    }
    await pick(user, "Currency", "singapore dol");
    expect(screen.getByRole("combobox", { name: "Currency" })).toHaveValue("SGD");
    await user.click(screen.getByRole("combobox", { name: "Timezone" }));
    await user.type(screen.getByRole("combobox", { name: "Timezone" }), "05:45");
    expect(await screen.findByRole("option")).toHaveTextContent("Asia/Kathmandu UTC+05:45, not on TikTok");
    expect(await faults()).toEqual([]);
  });

  it("saves the request, and says that it is sent only once the mail server accepted it (R48)", async () => {
    const { fake } = await submitted();
    expect(fake.argsOf("commit")).toEqual([
      {
        action: {
          action: "request_account",
          name: "Northwind SG",
          industry: "Games",
          country: "SG",
          currency: "USD",
          timezone: "Asia/Singapore",
          note: "",
        },
      },
    ]);
    expect(last()?.text).toBe("Your request is saved and is being sent to Knorex.");
    row = aRequest(1, { mail: aMail({ state: "sending", attempts: 1, dueAt: null }) });
    await fake.changed("requests");
    expect(messages.list.map(({ text }) => text)).not.toContain(SENT);
    row = aSent(1);
    await fake.changed("requests");
    await waitFor(() => expect(messages.list.map(({ text }) => text)).toEqual([SENT]));
  });

  it("offers Undo until the request is sent, and Withdraw afterwards", async () => {
    const { fake } = await submitted();
    expect(last()?.action?.label).toBe("Undo");
    last()?.action?.run();
    await waitFor(() =>
      expect(fake.argsOf("commit").at(-1)).toEqual({
        action: { action: "undo", change: "request-1", keep: [], also: [], defaultReplacements: [] },
      }),
    );
    row = aSent(1);
    await fake.changed("requests");
    await waitFor(() => expect(last()?.text).toBe(SENT));
    expect(last()?.action?.label).toBe("Withdraw…");
    last()?.action?.run();
    expect(router.route).toEqual({ screen: "requests", opens: { withdraw: "request-1" } });
    row = aRequest(1, { state: "withdrawn" });
    await fake.changed("requests");
    await waitFor(() => expect(last()?.action).toBeUndefined());
    expect(last()?.text).toBe(SENT);
  });

  it("asks before the button of a message leaves a form with unsaved changes", async () => {
    const { fake, user, onclose } = await submitted();
    render(RequestDialog, { onclose });
    await user.type(await screen.findByLabelText("Ad Account name"), "Another");
    row = aSent(1);
    await fake.changed("requests");
    await waitFor(() => expect(last()?.text).toBe(SENT));
    last()?.action?.run();
    expect(await screen.findByText("Leave without saving?")).toBeVisible();
    expect(router.screen).toBe("overview");
    await user.click(screen.getByRole("button", { name: "Discard" }));
    expect(onclose).toHaveBeenCalledTimes(2);
    expect(router.route).toEqual({ screen: "requests", opens: { withdraw: "request-1" } });
  });

  it("shows no more messages about a request that was undone", async () => {
    const { fake } = await submitted();
    row = aRequest(1, { state: "withdrawn" });
    await fake.changed("requests");
    row = aSent(1);
    await fake.changed("requests");
    expect(messages.list.map(({ text }) => text)).toEqual([
      "Your request is saved and is being sent to Knorex.",
    ]);
  });

  it("does not say that it is sent while offline", async () => {
    network.online = false;
    await submitted();
    expect(last()?.text).toBe("Your request is saved. It will be sent to Knorex when you're online.");
    expect(last()?.action?.label).toBe("Undo");
  });

  it("says why it is not sent yet, and when the next try is", async () => {
    const { fake } = await submitted();
    const nextAt = Date.now() + 60_000;
    row = aWaiting(1, "offline", nextAt);
    await fake.changed("requests");
    await waitFor(() =>
      expect(last()).toMatchObject({
        tone: "wait",
        text: `Your request is saved, but is not sent yet. Can't reach TikTok. Next try ${formatShort(nextAt)}.`,
      }),
    );
    last()?.action?.run();
    expect(router.route).toEqual({ screen: "requests" });
  });

  it("says that the mail server rejected it permanently", async () => {
    const { fake } = await submitted();
    row = aFailed(1, "mail_recipient_refused");
    await fake.changed("requests");
    await waitFor(() =>
      expect(last()).toMatchObject({
        tone: "bad",
        text: "Your request is saved, but was not sent. The mail server rejected a recipient.",
      }),
    );
    last()?.action?.run();
    expect(router.route).toEqual({ screen: "settings", section: "mail" });
  });

  it("shows the error of a field once it was left", async () => {
    const { user } = open();
    const name = screen.getByLabelText("Ad Account name");
    await user.tab();
    expect(name).toBeValid();
    await user.type(name, "x".repeat(101));
    expect(name).toBeValid();
    await user.tab();
    await waitFor(() => expect(name).toBeInvalid());
    expect(name).toHaveAccessibleDescription(/1 to 100 visible characters/);
    expect(screen.getByRole("combobox", { name: "Industry" })).toBeValid();
    expect(await faults()).toEqual([]);
  });

  it("shows which fields are missing on Submit, moves the focus there, and saves nothing", async () => {
    const { fake, user } = open();
    await waitFor(() => expect(fake.argsOf("preview")).not.toEqual([]));
    await waitFor(() => expect(screen.getByRole("status", { name: "What will happen" })).toBeInTheDocument());
    await user.click(submit());
    const name = screen.getByLabelText("Ad Account name");
    await waitFor(() => expect(name).toBeInvalid());
    expect(name).toHaveFocus();
    expect(screen.getByRole("combobox", { name: "Industry" })).toHaveAccessibleDescription(
      "Choose an industry from the list.",
    );
    expect(screen.getByRole("combobox", { name: "Country" })).toBeInvalid();
    expect(screen.getByRole("combobox", { name: "Currency" })).toBeValid();
    expect(fake.argsOf("commit")).toEqual([]);
    expect(await faults()).toEqual([]);
  });

  it("ignores errors of an outdated preview, which would move the button away from the pointer", async () => {
    const asking = new Pending<Outcome>();
    const { fake, user } = open();
    await waitFor(() => expect(screen.getByRole("status", { name: "What will happen" })).toBeInTheDocument());
    fake.answers.preview = asking.answer;
    const name = screen.getByLabelText("Ad Account name");
    await user.type(name, "Northwind");
    await user.tab();
    await waitFor(() => expect(fake.argsOf("preview").length).toBeGreaterThan(1));
    expect(name).toBeValid();
    fake.answers.preview = () => anOutcome();
    asking.resolve(anOutcome());
    await waitFor(() => expect(name).toBeValid());
  });

  it("shows the errors of every field when it is submitted too early", async () => {
    const { user, fake } = open({
      commit: () => ({ change: "c", outcome: anOutcome({ blockers: blockersOf(empty) }) }),
    });
    await waitFor(() => expect(fake.argsOf("preview")).not.toEqual([]));
    fake.answers.preview = () => anOutcome({ blockers: blockersOf(empty) });
    await user.type(screen.getByLabelText("Ad Account name"), "x{Enter}");
    await waitFor(() => expect(screen.getByRole("combobox", { name: "Country" })).toBeInvalid());
    expect(screen.getByRole("combobox", { name: "Industry" })).toBeInvalid();
  });

  it("warns of an account or an open request with the same name, and can still be submitted", async () => {
    const { user } = open({
      preview: ({ action }: { action: Extract<Action, { action: "request_account" }> }) =>
        anOutcome({
          blockers: blockersOf(action),
          warnings: [named("ad_account", "71", "Northwind SG"), named("request", "r", "Northwind SG")].map(
            (object) => aWarning("name_in_use", object, { text: `Another ${object.kind} has the name.` }),
          ),
        }),
    });
    await fill(user);
    const known = within(await screen.findByRole("region", { name: "Warnings" }));
    expect(known.getByText("Another ad_account has the name.")).toBeVisible();
    expect(known.getByText("Another request has the name.")).toBeVisible();
    await waitFor(() => expect(submit()).toBeEnabled());
    expect(await faults()).toEqual([]);
  });

  const withoutRecipient = {
    preview: ({ action }: { action: Extract<Action, { action: "request_account" }> }) =>
      anOutcome({
        blockers: [
          ...blockersOf(action),
          aBlocker("no_recipient", named("request", "draft", ""), { text: "No recipient set." }),
        ],
      }),
  };

  it("opens the mail settings when there is no recipient (A26), and keeps what was typed", async () => {
    const { user, onclose } = open(withoutRecipient);
    expect(await screen.findByText(/No recipient set/)).toBeVisible();
    await fill(user, "Kept");
    await waitFor(() => expect(submit()).toBeDisabled());
    await user.click(screen.getByRole("button", { name: "Open mail settings" }));
    expect(router.route).toEqual({ screen: "settings", section: "mail" });
    expect(onclose).toHaveBeenCalled();
    document.body.innerHTML = "";
    const again = open();
    expect(screen.getByLabelText("Ad Account name")).toHaveValue("Kept");
    await waitFor(() => expect(screen.getByRole("combobox", { name: "Industry" })).toHaveValue("Games"));
    row = aRequest(1);
    await waitFor(() => expect(submit()).toBeEnabled());
    await again.user.click(submit());
    await waitFor(() => expect(again.onclose).toHaveBeenCalled());
    document.body.innerHTML = "";
    open();
    expect(screen.getByLabelText("Ad Account name")).toHaveValue("");
  });

  it("keeps what was typed once, and not for another partner", async () => {
    session.current = aSession();
    const { user } = open(withoutRecipient);
    await fill(user, "Kept");
    await user.click(await screen.findByRole("button", { name: "Open mail settings" }));
    document.body.innerHTML = "";
    session.current = aSession({ file: "other.sqlite" });
    open();
    expect(screen.getByLabelText("Ad Account name")).toHaveValue("");
    document.body.innerHTML = "";
    session.current = aSession();
    open();
    expect(screen.getByLabelText("Ad Account name")).toHaveValue("");
  });

  it("asks before it discards what was typed", async () => {
    const { user, onclose } = open();
    await user.type(screen.getByLabelText("Ad Account name"), "x");
    await user.keyboard("{Escape}");
    expect(await screen.findByText("Leave without saving?")).toBeVisible();
    expect(onclose).not.toHaveBeenCalled();
    await user.click(screen.getByRole("button", { name: "Discard" }));
    expect(onclose).toHaveBeenCalled();
  });

  it("shows why it cannot be saved, and keeps the dialog open", async () => {
    const { user, onclose } = open({ commit: fails("disk_full") });
    await fill(user);
    await waitFor(() => expect(submit()).toBeEnabled());
    await user.click(submit());
    expect(await screen.findByText("The disk is full")).toBeVisible();
    expect(onclose).not.toHaveBeenCalled();
    expect(messages.list).toEqual([]);
  });

  it("shows why the options cannot be loaded, and retries", async () => {
    const { fake, user } = open({ request_choices: fails("internal") });
    expect(await screen.findByText("Something went wrong in XPO Admin")).toBeVisible();
    Object.assign(fake.answers, { request_choices: withRequests(() => []).request_choices });
    await user.click(screen.getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(screen.getByRole("combobox", { name: "Country" })).toBeEnabled());
  });
});
