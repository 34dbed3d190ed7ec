import { render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { faults } from "../../components/testing/axe";
import { router } from "../../features/app/router.svelte";
import { session } from "../../features/app/session.svelte";
import type { MailSettings, MailSetup, ProblemCode, Session } from "../../ipc";
import { aSession, Fake, fails, Pending, problem, type Answers } from "../../ipc/testing/fake";
import { mailSettings } from "../../ipc/testing/requests";
import { messages } from "../../lib/messages.svelte";
import { formatExact } from "../../lib/times";
import SettingsScreen from "./SettingsScreen.svelte";

const saved: MailSetup = { settings: mailSettings, hasPassword: true, testedAt: null };
const nothing: MailSetup = {
  settings: {
    host: "",
    port: 587,
    security: "starttls",
    user: "",
    sender: "",
    replyTo: "",
    accountManager: "",
    team: "",
  },
  hasPassword: false,
  testedAt: null,
};

type Asked = { settings: MailSettings; password: string | null };

async function show(setup: MailSetup = saved, answers: Answers = {}, of: Partial<Session> = {}) {
  const fake = new Fake({
    tiktok_app: () => ({
      appId: "",
      hasSecret: false,
      redirectUrl: "",
      apiAddress: "",
      signInAddress: "",
      testedAt: null,
    }),
    check_tiktok_app: () => [],
    save_tiktok_app: fails("internal"),
    session: () => aSession(of),
    sync_settings: fails("internal"),
    backups: () => [],
    backup_status: () => ({ folder: "/backups", problem: null }),
    preferences: () => ({ notices: true, keepRunning: false, semicolons: false }),
    proxy_settings: () => ({ address: "", user: "", hasPassword: false }),
    mail_settings: () => setup,
    check_mail_settings: () => [],
    save_mail_settings: ({ settings }: Asked) => ({ settings, hasPassword: true, testedAt: null }),
    test_mail: () => null,
    ...answers,
  });
  router.go({ screen: "settings", section: "mail" });
  session.current = aSession(of);
  render(SettingsScreen, { session: aSession(of) });
  await waitFor(() => expect(screen.getByLabelText("SMTP server")).toBeEnabled());
  return { fake, user: userEvent.setup() };
}

const save = () => screen.getByRole("button", { name: "Save mail settings" });
const test = () => screen.getByRole("button", { name: "Send test email" });

describe("Settings, Mail", () => {
  it("says when the saved settings were tested, until they are edited", async () => {
    let setup = saved;
    const { user } = await show(saved, {
      mail_settings: () => setup,
      test_mail: () => {
        setup = { ...saved, testedAt: Date.UTC(2026, 2, 1, 10) };
        return null;
      },
    });
    expect(screen.queryByText(/^Tested on/)).toBeNull();
    await user.click(test());
    const tested = `Tested on ${formatExact(Date.UTC(2026, 2, 1, 10))}`;
    expect(await screen.findByText(tested)).toBeVisible();
    await user.type(screen.getByLabelText("Team"), "x");
    expect(screen.queryByText(tested)).toBeNull();
  });

  it("doesn't say that the settings were tested beside a test that runs or failed", async () => {
    const testing = new Pending<null>();
    const at = Date.UTC(2026, 2, 1, 10);
    const { user } = await show({ ...saved, testedAt: at }, { test_mail: testing.answer });
    const now = () => screen.queryByText(`Tested on ${formatExact(at)}`);
    expect(now()).toBeVisible();
    await user.click(test());
    expect(await screen.findByText(`Last successful test: ${formatExact(at)}`)).toBeVisible();
    expect(now()).toBeNull();
    testing.reject(problem("mail_timeout"));
    await waitFor(() => expect(test()).not.toHaveAttribute("aria-busy", "true"));
    expect(screen.getByText(`Last successful test: ${formatExact(at)}`)).toBeVisible();
    await user.click(test());
    testing.resolve(null);
    await waitFor(() => expect(now()).toBeVisible());
  });

  it("scrolls to the result of a test, and to a field that it refuses", async () => {
    let failure: ProblemCode | null = null;
    const { user } = await show(saved, {
      test_mail: () => {
        if (failure) throw problem(failure);
        return "ana@example.com";
      },
    });
    const scrolled = vi.spyOn(Element.prototype, "scrollIntoView");
    const shown = () => scrolled.mock.contexts.at(-1) as Element | undefined;
    await user.click(test());
    await waitFor(() => expect(shown()).toContainElement(screen.getByText("Test email sent")));
    failure = "mail_timeout";
    await user.click(test());
    await waitFor(() => expect(scrolled).toHaveBeenCalledTimes(2));
    expect(shown()).toContainElement(screen.getByText(/^It stopped responding/));
    failure = "mail_sender_invalid";
    await user.click(test());
    await waitFor(() => expect(shown()).toBe(screen.getByLabelText("From")));
  });

  it("never shows the password, and keeps the saved one when none is typed", async () => {
    const { fake, user } = await show();
    expect(screen.getByLabelText("SMTP server")).toHaveValue("smtp.example.com");
    expect(screen.getByLabelText("Account manager")).toHaveValue("anna@knorex.example");
    expect(screen.getByLabelText("Password")).toHaveValue("");
    expect(screen.getByLabelText("Password")).toHaveAttribute("type", "password");
    expect(screen.getByLabelText("Password")).toHaveAttribute("placeholder", "saved");
    await user.type(screen.getByLabelText("Team"), "team@knorex.example");
    await user.click(save());
    await waitFor(() =>
      expect(fake.argsOf("save_mail_settings")).toEqual([
        { settings: { ...mailSettings, team: "team@knorex.example" }, password: null },
      ]),
    );
    await waitFor(() => expect(messages.list.at(-1)?.text).toBe("Saved."));
    await waitFor(() => expect(screen.queryByText("Unsaved changes")).toBeNull());
    expect(await faults()).toEqual([]);
  });

  it("sends a new password, and clears the field afterwards", async () => {
    const { fake, user } = await show(nothing);
    await user.type(screen.getByLabelText("Password"), "s3cret");
    await user.click(save());
    await waitFor(() => expect(fake.argsOf("save_mail_settings")).toMatchObject([{ password: "s3cret" }]));
    await waitFor(() => expect(screen.getByLabelText("Password")).toHaveValue(""));
  });

  it("changes the port along with the security, unless another port was typed", async () => {
    const { user } = await show(nothing);
    await user.selectOptions(screen.getByLabelText("Security"), "TLS");
    expect(screen.getByLabelText("Port")).toHaveValue("465");
    await user.clear(screen.getByLabelText("Port"));
    await user.type(screen.getByLabelText("Port"), "2525");
    await user.selectOptions(screen.getByLabelText("Security"), "None (this computer only)");
    expect(screen.getByLabelText("Port")).toHaveValue("2525");
  });

  it("shows the error of each field below it, and saves nothing (A26)", async () => {
    const { fake, user } = await show(nothing, {
      check_mail_settings: ({ settings }: Asked) => [
        ...(settings.host === "" ? [problem("mail_host_invalid")] : []),
        ...(settings.security === "none" ? [problem("mail_not_private")] : []),
        ...(settings.accountManager === "" ? [problem("mail_no_recipient")] : []),
        problem("mail_team_invalid"),
      ],
    });
    await user.selectOptions(screen.getByLabelText("Security"), "None (this computer only)");
    await user.click(save());
    const host = screen.getByLabelText("SMTP server");
    await waitFor(() => expect(host).toBeInvalid());
    expect(host).toHaveFocus();
    expect(screen.getByLabelText("Security")).toHaveAccessibleDescription(/on this computer/);
    expect(screen.getByLabelText("Account manager")).toHaveAccessibleDescription(
      "Enter the account manager, the team or both.",
    );
    expect(screen.getByLabelText("Team")).toHaveAccessibleDescription(/separated by commas/);
    expect(fake.argsOf("save_mail_settings")).toEqual([]);
    expect(await faults()).toEqual([]);
    await user.type(host, "localhost");
    await waitFor(() => expect(host).toBeValid());
  });

  it.each(["", "smtp", "70000", "-1", "99999999"])(
    "checks the port as invalid when %j is typed",
    async (port) => {
      const { fake, user } = await show();
      await user.clear(screen.getByLabelText("Port"));
      if (port) await user.type(screen.getByLabelText("Port"), port);
      await user.click(test());
      await waitFor(() =>
        expect(fake.argsOf("check_mail_settings").at(-1)).toMatchObject({ settings: { port: 0 } }),
      );
    },
  );

  it("mentions that the spaces of a pasted app password are left out", async () => {
    const { user } = await show();
    const password = screen.getByLabelText("Password");
    await user.type(password, "correct horse");
    expect(password).not.toHaveAccessibleDescription(/left out/);
    await user.clear(password);
    await user.type(password, "abcd efgh ijkl mnop");
    expect(password).toHaveAccessibleDescription(/Spaces .* are left out/);
  });

  it("sends a test email with the typed values, saved or not, and says which inbox to check", async () => {
    const { fake, user } = await show();
    await user.clear(screen.getByLabelText("Reply-To"));
    await user.click(test());
    expect(await screen.findByText("Test email sent")).toBeVisible();
    expect(screen.getByText("xpo@example.com", { selector: "bdi" })).toBeVisible();
    expect(fake.argsOf("test_mail")).toEqual([
      { settings: { ...mailSettings, replyTo: "" }, password: null },
    ]);
    expect(fake.argsOf("save_mail_settings")).toEqual([]);
    await user.type(screen.getByLabelText("Port"), "8");
    await waitFor(() => expect(screen.queryByText("Test email sent")).toBeNull());
  });

  it.each([
    ["mail_password_wrong", "The mail server rejected the user or password"],
    ["mail_certificate", "Can't verify the mail server's identity"],
    ["mail_server_refused", "Can't connect to the mail server"],
    ["mail_timeout", "The mail server didn't respond in time"],
  ] as const)("explains why the test email was not accepted: %s", async (code, title) => {
    const details = { tiktokCode: null, requestId: null, message: "535 5.7.8 <b>no</b>" };
    const { user } = await show(saved, { test_mail: fails(code, { details }) });
    await user.click(test());
    const alert = (await screen.findByText(title)).closest<HTMLElement>("[role=alert]")!;
    await user.click(within(alert).getByText("Details"));
    expect(within(alert).getByText("535 5.7.8 <b>no</b>")).toBeVisible();
    expect(await faults()).toEqual([]);
  });

  it("shows at the password field that none is saved", async () => {
    const { user } = await show(nothing, { save_mail_settings: fails("mail_password_missing") });
    await user.click(save());
    await waitFor(() => expect(screen.getByLabelText("Password")).toBeInvalid());
    await waitFor(() => expect(screen.getByLabelText("Password")).toHaveFocus());
  });

  it("offers another storage for the password when there is no keychain, then saves", async () => {
    const { fake, user } = await show(saved, { save_mail_settings: fails("keychain_missing") });
    await user.type(screen.getByLabelText("Password"), "s3cret");
    await user.click(save());
    await screen.findByText("No keychain found on this computer");
    fake.answers.save_mail_settings = () => saved;
    fake.answers.keep_secrets_for_this_run = () => aSession({ secretStorage: "this_run" });
    await user.click(screen.getByRole("button", { name: "Keep until I quit" }));
    await waitFor(() => expect(fake.argsOf("save_mail_settings")).toHaveLength(2));
    await waitFor(() => expect(screen.getByLabelText("Password")).toHaveValue(""));
  });

  it("says that the practice partner sends no email", async () => {
    await show(saved, {}, { practice: true });
    expect(screen.getByText(/sends no email/)).toBeVisible();
  });

  it("asks before it leaves unsaved changes, and saves them", async () => {
    const { fake, user } = await show();
    await user.type(screen.getByLabelText("User"), "x");
    router.go({ screen: "accounts" });
    const dialog = await screen.findByRole("dialog", { name: "Save your changes?" });
    expect(dialog).toHaveTextContent("You have unsaved changes in the mail settings.");
    await user.click(within(dialog).getByRole("button", { name: "Save" }));
    await waitFor(() => expect(router.screen).toBe("accounts"));
    expect(fake.argsOf("save_mail_settings")).toHaveLength(1);
    expect(fake.argsOf("save_tiktok_app")).toEqual([]);
  });
});
