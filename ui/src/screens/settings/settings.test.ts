import { render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { Session, TiktokApp, TiktokAppForm } from "../../ipc";
import { faults } from "../../components/testing/axe";
import { aSession, Fake, fails, problem, type Answers } from "../../ipc/testing/fake";
import { router } from "../../state/router.svelte";
import { session } from "../../state/session.svelte";
import SettingsScreen from "./SettingsScreen.svelte";

const saved: TiktokApp = {
  appId: "7123",
  hasSecret: true,
  redirectUrl: "http://localhost:3456/callback",
  apiAddress: "http://127.0.0.1:9/open_api/v1.3",
  loginAddress: "http://127.0.0.1:9/portal/auth",
};

async function show(answers: Answers = {}, of: Partial<Session> = {}) {
  const fake = new Fake({
    tiktok_app: () => saved,
    check_tiktok_app: () => [],
    save_tiktok_app: ({ form }: { form: TiktokAppForm }) => ({ ...form, secret: undefined, hasSecret: true }),
    session: () => aSession(of),
    ...answers,
  });
  router.go({ place: "settings" });
  session.current = aSession(of);
  render(SettingsScreen, { session: aSession(of) });
  await waitFor(() => expect(screen.getByLabelText("App ID")).toHaveValue("7123"));
  return { fake, user: userEvent.setup() };
}

describe("Settings, TikTok app", () => {
  it("never shows the secret and keeps the saved one when none is typed", async () => {
    const { fake, user } = await show();
    expect(screen.getByLabelText("Secret")).toHaveValue("");
    expect(screen.getByLabelText("Secret")).toHaveAttribute("type", "password");
    expect(screen.getByLabelText("Secret")).toHaveAttribute("placeholder", "saved");
    await user.type(screen.getByLabelText("App ID"), "9");
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(fake.argsOf("save_tiktok_app")).toHaveLength(1));
    expect(fake.argsOf("save_tiktok_app")[0]).toEqual({
      form: { ...saved, hasSecret: undefined, appId: "71239", secret: null },
    });
    await waitFor(() => expect(screen.queryByText("Not saved yet")).toBeNull());
    expect(await faults()).toEqual([]);
  });

  it("shows under each field what is wrong with it, while typing", async () => {
    const { fake, user } = await show({
      check_tiktok_app: ({ form }: { form: TiktokAppForm }) =>
        form.redirectUrl === "nowhere" ? [problem("redirect_url_invalid")] : [],
    });
    const field = screen.getByLabelText("Redirect URL");
    await user.clear(field);
    await user.type(field, "nowhere");
    await user.tab();
    await waitFor(() => expect(field).toBeInvalid());
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(field).toHaveFocus());
    expect(fake.argsOf("save_tiktok_app")).toEqual([]);
    await user.clear(field);
    await user.type(field, "https://x.example/cb");
    await waitFor(() => expect(field).toBeValid());
  });

  it("tests the values of the form and shows each step", async () => {
    const { fake, user } = await show({
      test_connection: () => [
        { step: "api", problem: null },
        { step: "app_keys", problem: problem("app_keys_wrong") },
      ],
    });
    await user.type(screen.getByLabelText("Secret"), "s3cret");
    await user.click(screen.getByRole("button", { name: "Test connection" }));
    const steps = within(await screen.findByRole("list", { name: "Steps of the test" })).getAllByRole(
      "listitem",
    );
    expect(steps[0]).toHaveTextContent("TikTok answers at the API address OK");
    expect(steps[1]).toHaveTextContent("Not checked");
    expect(steps[2]).toHaveTextContent("TikTok does not accept the App ID and secret");
    expect(fake.argsOf("test_connection")[0]).toMatchObject({ form: { secret: "s3cret" } });
    expect(await faults()).toEqual([]);
  });

  it("brings TikTok's addresses back", async () => {
    const { user } = await show();
    await user.click(screen.getByRole("button", { name: "Use TikTok's addresses" }));
    expect(screen.getByLabelText("API address")).toHaveValue("https://business-api.tiktok.com/open_api/v1.3");
    expect(screen.getByLabelText("Log-in address")).toHaveValue(
      "https://business-api.tiktok.com/portal/auth",
    );
  });

  it("offers other places for the secret without a keychain, then saves", async () => {
    const { fake, user } = await show({ save_tiktok_app: fails("keychain_missing") });
    await user.type(screen.getByLabelText("Secret"), "s3cret");
    await user.click(screen.getByRole("button", { name: "Save" }));
    await screen.findByText("This computer has no keychain");
    fake.answers.save_tiktok_app = () => saved;
    fake.answers.keep_keys_for_this_run = () => aSession({ keys: "this_run" });
    await user.click(screen.getByRole("button", { name: "Keep for this run only" }));
    await waitFor(() => expect(fake.argsOf("save_tiktok_app")).toHaveLength(2));
    await waitFor(() => expect(screen.getByLabelText("Secret")).toHaveValue(""));
  });
});

describe("leaving Settings with unsaved edits", () => {
  async function leave() {
    const parts = await show();
    await parts.user.type(screen.getByLabelText("App ID"), "9");
    router.go({ place: "accounts" });
    return { ...parts, dialog: await screen.findByRole("dialog", { name: "Save your changes?" }) };
  }

  it("asks, and stays", async () => {
    const { user, dialog } = await leave();
    expect(await faults()).toEqual([]);
    await user.click(within(dialog).getByRole("button", { name: "Keep editing" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(router.place).toBe("settings");
    expect(screen.getByLabelText("App ID")).toHaveValue("71239");
  });

  it("discards", async () => {
    const { user, fake, dialog } = await leave();
    await user.click(within(dialog).getByRole("button", { name: "Discard changes" }));
    expect(router.place).toBe("accounts");
    expect(fake.argsOf("save_tiktok_app")).toEqual([]);
  });

  it("saves first", async () => {
    const { user, fake, dialog } = await leave();
    await user.click(within(dialog).getByRole("button", { name: "Save" }));
    await waitFor(() => expect(router.place).toBe("accounts"));
    expect(fake.argsOf("save_tiktok_app")).toHaveLength(1);
  });

  it("does not ask when nothing was edited", async () => {
    await show();
    router.go({ place: "accounts" });
    expect(router.place).toBe("accounts");
  });
});

describe("Settings, Appearance and Keys", () => {
  it("remembers the theme", async () => {
    const { user } = await show();
    await user.click(screen.getByRole("radio", { name: "Dark" }));
    expect(document.documentElement.dataset.theme).toBe("dark");
    expect(localStorage.getItem("xpo-admin.theme")).toBe('"dark"');
    await user.click(screen.getByRole("radio", { name: "System" }));
    expect(document.documentElement.dataset.theme).toBe("light");
  });

  it("says where log-ins are kept and moves them", async () => {
    const { fake, user } = await show({ try_keychain_again: fails("keychain_locked") }, { keys: "this_run" });
    expect(screen.getByText("For this run only")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Try the keychain again" }));
    expect(await screen.findByText("The keychain is locked")).toBeVisible();
    fake.answers.try_keychain_again = () => aSession({ keys: "keychain" });
    await user.click(screen.getByRole("button", { name: "Try the keychain again" }));
    await waitFor(() => expect(session.current?.keys).toBe("keychain"));
  });
});
