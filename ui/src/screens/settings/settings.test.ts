import { cleanup, render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { faults } from "../../components/testing/axe";
import { router } from "../../features/app/router.svelte";
import { session } from "../../features/app/session.svelte";
import type {
  BackupFile,
  Problem,
  ProxyForm,
  Session,
  SyncSettings,
  TiktokApp,
  TiktokAppForm,
} from "../../ipc";
import { aSession, Fake, fails, Pending, problem, type Answers } from "../../ipc/testing/fake";
import { mailSettings } from "../../ipc/testing/requests";
import { sizeOf } from "../../lib/file-size";
import { messages } from "../../lib/messages.svelte";
import { formatExact } from "../../lib/times";
import SettingsScreen from "./SettingsScreen.svelte";

const saved: TiktokApp = {
  appId: "7123",
  hasSecret: true,
  redirectUrl: "http://localhost:3456/callback",
  apiAddress: "http://127.0.0.1:9/open_api/v1.3",
  signInAddress: "http://127.0.0.1:9/portal/auth",
  testedAt: null,
};

const syncs: SyncSettings = { schedule: "hourly", onBattery: false, onMetered: false, tier: "basic" };
const copies: BackupFile[] = Array.from({ length: 8 }, (_, n) => ({
  name: `northwind-${8 - n}.sqlite`,
  takenAt: `2026-03-0${8 - n}T10:00:00Z`,
  size: 789_807_104,
}));

async function show(answers: Answers = {}, of: Partial<Session> = {}) {
  let app: unknown = saved;
  const fake = new Fake({
    tiktok_app: () => app,
    check_tiktok_app: () => [],
    save_tiktok_app: ({ form }: { form: TiktokAppForm }) =>
      (app = { ...form, secret: undefined, hasSecret: true, testedAt: null }),
    session: () => aSession(of),
    sync_settings: () => syncs,
    backups: () => copies,
    backup_status: () => ({ folder: "/home/admin/XPO Admin/backups", problem: null }),
    has_copy: () => false,
    mail_settings: () => ({ settings: mailSettings, hasPassword: true, testedAt: null }),
    proxy_settings: () => ({ address: "", user: "", hasPassword: false }),
    check_proxy: () => [],
    test_proxy: () => [{ step: "api", problem: null }],
    test_connection: () => [{ step: "app_credentials", problem: null }],
    lost_by_restoring: () => ({ changes: 0, by: [] }),
    tiktok_users: () => [],
    ...answers,
  });
  router.go({ screen: "settings" });
  session.current = aSession(of);
  const { rerender } = render(SettingsScreen, { session: aSession(of) });
  await waitFor(() => expect(screen.getByLabelText("App ID")).toHaveValue("7123"));
  return { fake, user: userEvent.setup(), rerender };
}

describe("Settings, TikTok app", () => {
  it("never shows the secret, and keeps the saved one when none is typed", async () => {
    const { fake, user } = await show();
    expect(screen.getByLabelText("Secret")).toHaveValue("");
    expect(screen.getByLabelText("Secret")).toHaveAttribute("type", "password");
    expect(screen.getByLabelText("Secret")).toHaveAttribute("placeholder", "saved");
    await user.type(screen.getByLabelText("App ID"), "9");
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(fake.argsOf("save_tiktok_app")).toHaveLength(1));
    expect(fake.argsOf("save_tiktok_app")[0]).toEqual({
      form: { ...saved, hasSecret: undefined, testedAt: undefined, appId: "71239", secret: null },
    });
    await waitFor(() => expect(screen.queryByText("Unsaved changes")).toBeNull());
    expect(await faults()).toEqual([]);
  });

  it("shows the error of a field below it, while typing", async () => {
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

  it("asks for the secret again when the saved one was entered for another address", async () => {
    const { user } = await show({
      test_connection: fails("secret_for_other_server", { subject: "https://business-api.tiktok.com" }),
    });
    await user.type(screen.getByLabelText("API address"), "0");
    await user.click(screen.getByRole("button", { name: "Test connection" }));
    await waitFor(() => expect(screen.getByLabelText("Secret")).toBeInvalid());
    expect(screen.getByText(/was entered for “https:\/\/business-api.tiktok.com”/)).toBeVisible();
  });

  it("tests the values of the form and shows each step", async () => {
    const { fake, user } = await show({
      test_connection: () => [
        { step: "api", problem: null },
        { step: "app_credentials", problem: problem("app_credentials_rejected") },
      ],
    });
    await user.type(screen.getByLabelText("Secret"), "s3cret");
    await user.click(screen.getByRole("button", { name: "Test connection" }));
    const steps = within(await screen.findByRole("list", { name: "Steps of the test" })).getAllByRole(
      "listitem",
    );
    expect(steps[0]).toHaveTextContent("The API address responds OK");
    expect(steps[1]).toHaveTextContent("Not checked");
    expect(steps[2]).toHaveTextContent("TikTok rejected the App ID or secret");
    expect(fake.argsOf("test_connection")[0]).toMatchObject({ form: { secret: "s3cret" } });
    expect(await faults()).toEqual([]);
  });

  it("tests what was saved, and never just says Saved when the App ID is wrong", async () => {
    const { user } = await show({
      test_connection: () => [
        { step: "api", problem: null },
        { step: "app_credentials", problem: problem("app_credentials_rejected") },
      ],
    });
    await user.type(screen.getByLabelText("App ID"), "9");
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() =>
      expect(messages.list.at(-1)).toMatchObject({
        text: "Saved, but it doesn't work yet. TikTok rejected the App ID or secret.",
        tone: "bad",
      }),
    );
    expect(screen.getByRole("list", { name: "Steps of the test" })).toBeVisible();
  });

  it("keeps TikTok's own addresses under Advanced", async () => {
    const own = {
      apiAddress: "https://business-api.tiktok.com/open_api/v1.3",
      signInAddress: "https://business-api.tiktok.com/portal/auth",
    };
    const { user } = await show({ tiktok_app: () => ({ ...saved, ...own }) });
    const details = screen.getByText("Advanced").closest("details");
    expect(details).not.toHaveAttribute("open");
    await user.click(screen.getByText("Advanced"));
    expect(screen.getByLabelText("API address")).toHaveValue(own.apiAddress);
  });

  it("keeps an address in view while it is corrected", async () => {
    const own = {
      apiAddress: "https://business-api.tiktok.com/open_api/v1.3",
      signInAddress: "https://business-api.tiktok.com/portal/auth",
    };
    const { user } = await show({
      tiktok_app: () => ({ ...saved, ...own }),
      check_tiktok_app: ({ form }: { form: TiktokAppForm }) =>
        form.apiAddress === "nowhere" ? [problem("api_address_invalid")] : [],
    });
    await user.click(screen.getByText("Advanced"));
    const field = screen.getByLabelText("API address");
    await user.clear(field);
    await user.type(field, "nowhere");
    await user.tab();
    expect(await screen.findByText(/starts with https/)).toBeVisible();
    await user.clear(field);
    await user.type(field, own.apiAddress);
    await waitFor(() => expect(screen.queryByText(/starts with https/)).toBeNull());
    expect(field.closest("details")).toHaveAttribute("open");
  });

  it("restores TikTok's own addresses", async () => {
    const { user } = await show();
    await user.click(screen.getByRole("button", { name: "Use TikTok's addresses" }));
    expect(screen.getByLabelText("API address")).toHaveValue("https://business-api.tiktok.com/open_api/v1.3");
    expect(screen.getByLabelText("Sign-in address")).toHaveValue(
      "https://business-api.tiktok.com/portal/auth",
    );
  });

  it("offers another storage for the secret when there is no keychain, then saves", async () => {
    const { fake, user } = await show({ save_tiktok_app: fails("keychain_missing") });
    await user.type(screen.getByLabelText("Secret"), "s3cret");
    await user.click(screen.getByRole("button", { name: "Save" }));
    await screen.findByText("No keychain found on this computer");
    expect(screen.getByText("System keychain").closest(".off")).toBeVisible();
    expect(screen.getByText(/^XPO Admin uses the system keychain for/)).toBeVisible();
    fake.answers.save_tiktok_app = () => saved;
    fake.answers.keep_secrets_for_this_run = () => aSession({ secretStorage: "this_run" });
    await user.click(screen.getByRole("button", { name: "Keep until I quit" }));
    await waitFor(() => expect(fake.argsOf("save_tiktok_app")).toHaveLength(2));
    await waitFor(() => expect(screen.getByLabelText("Secret")).toHaveValue(""));
  });

  it("keeps what was typed while the saved sign-ins are unlocked", async () => {
    const { user } = await show({
      save_tiktok_app: fails("secret_storage_locked"),
      unlock_secrets: () => aSession(),
    });
    await user.type(screen.getByLabelText("Secret"), "s3cret");
    await user.click(screen.getByRole("button", { name: "Save" }));
    await user.click(await screen.findByRole("button", { name: "Unlock" }));
    const dialog = await screen.findByRole("dialog", { name: "Unlock your saved sign-ins" });
    await user.type(within(dialog).getByLabelText("Passphrase"), "four words or so{Enter}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(screen.getByLabelText("Secret")).toHaveValue("s3cret");
    expect(screen.queryByRole("button", { name: "Unlock" })).toBeNull();
  });

  it("saves nothing during a test, and shows no result of values that have changed since", async () => {
    const testing = new Pending<{ step: string; problem: null }[]>();
    const { user } = await show({ test_connection: testing.answer });
    await user.click(screen.getByRole("button", { name: "Test connection" }));
    await waitFor(() => expect(screen.getByRole("button", { name: "Save" })).toBeDisabled());
    await user.type(screen.getByLabelText("Secret"), "other");
    testing.resolve([{ step: "app_credentials", problem: null }]);
    await waitFor(() => expect(screen.getByRole("button", { name: "Save" })).toBeEnabled());
    expect(screen.queryByRole("list", { name: "Steps of the test" })).toBeNull();
  });

  it("keeps what is typed during a save, and shows no result of values that have changed since", async () => {
    const saving = new Pending<TiktokApp>();
    const testing = new Pending<{ step: string; problem: Problem | null }[]>();
    const { fake, user } = await show({ save_tiktok_app: saving.answer, test_connection: testing.answer });
    const [id, secret] = [screen.getByLabelText("App ID"), screen.getByLabelText("Secret")];
    const steps = () => screen.queryByRole("list", { name: "Steps of the test" });
    const save = async () => {
      const before = fake.argsOf("save_tiktok_app").length;
      await user.click(screen.getByRole("button", { name: "Save" }));
      await waitFor(() => expect(fake.argsOf("save_tiktok_app")).toHaveLength(before + 1));
    };
    const tested = async (count: number) => {
      await waitFor(() => expect(fake.argsOf("test_connection")).toHaveLength(count));
      testing.resolve([{ step: "app_credentials", problem: problem("app_credentials_rejected") }]);
      await waitFor(() => expect(messages.list.at(-1)?.text).toMatch(/^Saved, but it doesn't work yet/));
    };
    await user.type(id, "9");
    await save();
    await user.type(secret, "s3cret");
    saving.resolve({ ...saved, appId: "71239" });
    await tested(1);
    expect(fake.argsOf("test_connection")[0], "what was saved is tested").toMatchObject({
      form: { appId: "71239", secret: null },
    });
    expect(id).toHaveValue("71239");
    expect(secret).toHaveValue("s3cret");
    expect(screen.getByText("Unsaved changes")).toBeVisible();
    expect(steps()).toBeNull();

    messages.clear();
    await save();
    saving.resolve({ ...saved, appId: "71239" });
    await waitFor(() => expect(secret).toHaveValue(""));
    await user.type(id, "0");
    await tested(2);
    expect(id).toHaveValue("712390");
    expect(steps()).toBeNull();
  });

  it("says why a passphrase can't be used, without saving the app again", async () => {
    const { fake, user } = await show({ save_tiktok_app: fails("keychain_missing") });
    await user.type(screen.getByLabelText("Secret"), "s3cret");
    await user.click(screen.getByRole("button", { name: "Save" }));
    await user.click(await screen.findByRole("button", { name: /passphrase/ }));
    await user.type(screen.getByLabelText("Passphrase"), "four words or so");
    await user.type(screen.getByLabelText("Repeat passphrase"), "others{Enter}");
    expect(screen.getByText("The passphrases don't match.")).toBeVisible();
    expect(fake.argsOf("save_tiktok_app")).toHaveLength(1);
  });
});

describe("Settings, Proxy", () => {
  const section = () => within(screen.getByRole("region", { name: "Proxy" }));

  it("says that configuration scripts aren't supported, and shows an invalid address below the field", async () => {
    let stored = { address: "", user: "", hasPassword: false };
    const { fake, user } = await show({
      proxy_settings: () => stored,
      check_proxy: ({ form }: { form: ProxyForm }) =>
        form.address.endsWith(".pac") ? [problem("proxy_address_invalid")] : [],
      save_proxy: ({ form }: { form: ProxyForm }) => (stored = { ...form, hasPassword: true }),
    });
    expect(section().getByText(/scripts \(PAC\) aren't supported/)).toBeVisible();
    const field = section().getByLabelText("Proxy address");
    await user.type(field, "http://x/proxy.pac");
    await user.click(section().getByRole("button", { name: "Save proxy settings" }));
    await waitFor(() => expect(field).toBeInvalid());
    expect(fake.argsOf("save_proxy")).toEqual([]);
    await user.clear(field);
    await user.type(field, "http://proxy:8080");
    await user.type(section().getByLabelText("Proxy user name"), "jo");
    await user.type(section().getByLabelText("Proxy password"), "p@ss");
    await user.click(section().getByRole("button", { name: "Save proxy settings" }));
    await waitFor(() => expect(section().getByLabelText("Proxy password")).toHaveValue(""));
    expect(fake.argsOf("save_proxy")).toEqual([
      { form: { address: "http://proxy:8080", user: "jo", password: "p@ss" } },
    ]);
    expect(section().getByLabelText("Proxy password")).toHaveAttribute("placeholder", "saved");
    await user.type(field, "81");
    expect(section().getByText(/is for the saved address. Enter it again./)).toBeVisible();
    expect(section().getByLabelText("Proxy password")).toHaveAttribute("placeholder", "");
    expect(await faults()).toEqual([]);
  });

  it("says beside the button that the saved proxy refuses, and doesn't test it for the practice partner", async () => {
    const answers = {
      save_proxy: ({ form }: { form: ProxyForm }) => ({ ...form, hasPassword: false }),
      test_proxy: () => [{ step: "api", problem: problem("proxy_sign_in") }],
    };
    const { fake, user } = await show(answers);
    await user.type(section().getByLabelText("Proxy address"), "http://proxy:8080");
    await user.click(section().getByRole("button", { name: "Save proxy settings" }));
    expect(await section().findByText("The connection doesn't work yet.")).toBeVisible();
    expect(messages.list.at(-1)?.text).toMatch(/^Saved, but it doesn't work yet. The proxy asks for/);
    expect(fake.argsOf("test_proxy")).toEqual([
      { form: { address: "http://proxy:8080", user: "", password: null } },
    ]);
    cleanup();

    const practice = await show(answers, { practice: true });
    await practice.user.type(section().getByLabelText("Proxy address"), "http://proxy:8080");
    await practice.user.click(section().getByRole("button", { name: "Save proxy settings" }));
    await waitFor(() => expect(messages.list.at(-1)?.text).toBe("Saved."));
    expect(practice.fake.argsOf("test_proxy")).toEqual([]);
  });

  it("tests both addresses through the proxy, and says in plain words that it wants a password", async () => {
    const { user } = await show({
      test_proxy: () => [
        { step: "api", problem: problem("proxy_sign_in") },
        { step: "sign_in_page", problem: null },
      ],
    });
    await user.type(section().getByLabelText("Proxy address"), "http://proxy:8080");
    await user.click(section().getByRole("button", { name: "Test connection through proxy" }));
    const list = await screen.findByRole("list", { name: "Steps of the test" });
    const steps = within(list).getAllByRole("listitem");
    expect(steps).toHaveLength(2);
    expect(steps[0]).toHaveTextContent("The proxy asks for a user name and password");
    expect(steps[1]).toHaveTextContent("The sign-in page responds OK");
  });

  it("asks before unsaved changes are left", async () => {
    const { user } = await show();
    await user.type(section().getByLabelText("Proxy address"), "http://proxy:8080");
    router.go({ screen: "accounts" });
    const dialog = await screen.findByRole("dialog", { name: "Save your changes?" });
    expect(dialog).toHaveTextContent("You have unsaved changes in the proxy settings.");
    await user.click(within(dialog).getByRole("button", { name: "Discard changes" }));
    await waitFor(() => expect(router.screen).toBe("accounts"));
  });
});

describe("leaving Settings with unsaved edits", () => {
  async function leave() {
    const parts = await show();
    await parts.user.type(screen.getByLabelText("App ID"), "9");
    router.go({ screen: "accounts" });
    return { ...parts, dialog: await screen.findByRole("dialog", { name: "Save your changes?" }) };
  }

  it("asks first, and stays", async () => {
    const { user, dialog } = await leave();
    expect(await faults()).toEqual([]);
    await user.click(within(dialog).getByRole("button", { name: "Keep editing" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(router.screen).toBe("settings");
    expect(screen.getByLabelText("App ID")).toHaveValue("71239");
  });

  it("discards them", async () => {
    const { user, fake, dialog } = await leave();
    await user.click(within(dialog).getByRole("button", { name: "Discard changes" }));
    expect(router.screen).toBe("accounts");
    expect(fake.argsOf("save_tiktok_app")).toEqual([]);
  });

  it("saves them before it leaves", async () => {
    const { user, fake, dialog } = await leave();
    await user.click(within(dialog).getByRole("button", { name: "Save" }));
    await waitFor(() => expect(router.screen).toBe("accounts"));
    expect(fake.argsOf("save_tiktok_app")).toHaveLength(1);
  });

  it("does not ask when nothing was edited", async () => {
    await show();
    router.go({ screen: "accounts" });
    expect(router.screen).toBe("accounts");
  });
});

describe("Settings, Appearance and Secure storage", () => {
  it("remembers the theme", async () => {
    const { user } = await show();
    await user.click(screen.getByRole("radio", { name: "Dark" }));
    expect(document.documentElement.dataset.theme).toBe("dark");
    expect(localStorage.getItem("xpo-admin.theme")).toBe('"dark"');
    await user.click(screen.getByRole("radio", { name: "System" }));
    expect(document.documentElement.dataset.theme).toBe("light");
  });

  it("shows where sign-ins are stored, and moves them to the keychain", async () => {
    const { fake, user } = await show(
      { try_keychain_again: fails("keychain_locked") },
      { secretStorage: "this_run" },
    );
    expect(screen.getByText("Until you quit XPO Admin")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Try the keychain again" }));
    expect(await screen.findByText("The keychain is locked")).toBeVisible();
    fake.answers.try_keychain_again = () => aSession({ secretStorage: "keychain" });
    await user.click(screen.getByRole("button", { name: "Try the keychain again" }));
    await waitFor(() => expect(session.current?.secretStorage).toBe("keychain"));
  });

  it("mentions an encrypted file that was set aside because its passphrase was forgotten", async () => {
    const setAside = "/home/jane/secrets-unopened-1.age";
    const { user } = await show(
      { try_keychain_again: () => aSession({ secretStorage: "keychain", setAside }) },
      { secretStorage: "this_run" },
    );
    await user.click(screen.getByRole("button", { name: "Try the keychain again" }));
    await waitFor(() => expect(messages.list.map(({ text }) => text).join()).toContain(setAside));
  });
});

describe("Settings, Sync", () => {
  it("saves each change immediately, and leaves the other settings unchanged", async () => {
    const { fake, user } = await show({ save_sync_settings: () => null });
    await user.selectOptions(await screen.findByLabelText("Automatic sync schedule"), "Every 30 minutes");
    await waitFor(() => expect(messages.list.at(-1)?.text).toBe("Saved."));
    await user.click(screen.getByLabelText("On battery power"));
    await user.selectOptions(
      screen.getByLabelText("API rate-limit tier"),
      "Advanced: 20 requests per second",
    );
    await waitFor(() => expect(fake.argsOf("save_sync_settings")).toHaveLength(3));
    expect(fake.argsOf("save_sync_settings").at(-1)).toEqual({
      settings: { schedule: "half_hourly", onBattery: true, onMetered: false, tier: "advanced" },
    });
    expect(await faults()).toEqual([]);
  });

  it("reverts a change that cannot be saved, and says why", async () => {
    const { user } = await show({ save_sync_settings: fails("disk_full") });
    const schedule = await screen.findByLabelText("Automatic sync schedule");
    await user.selectOptions(schedule, "Off");
    await waitFor(() => expect(messages.list.at(-1)?.text).toMatch(/^The disk is full\./));
    expect(schedule).toHaveValue("hourly");
  });

  it("disables the conditions while the schedule is off", async () => {
    await show({ sync_settings: () => ({ ...syncs, schedule: "off" }) });
    expect(await screen.findByLabelText("On battery power")).toBeDisabled();
    expect(screen.getByLabelText("On metered connections")).toBeDisabled();
  });
});

describe("Settings, Backup and restore", () => {
  const newest = formatExact(Date.parse("2026-03-08T10:00:00Z"));

  it("says when the last backup was taken and where, and why the daily backup failed", async () => {
    await show({
      backup_status: () => ({ folder: "/home/admin/XPO Admin/backups", problem: problem("disk_full") }),
    });
    const last = formatExact(Date.parse(copies[0]?.takenAt ?? ""));
    expect(await screen.findByText(`Last backup: ${last}`)).toBeVisible();
    expect(screen.getByText("/home/admin/XPO Admin/backups")).toBeVisible();
    expect(screen.getByText("The disk is full")).toBeVisible();
  });

  it("lists backups with their time and size, newest first", async () => {
    const { user } = await show();
    const table = await screen.findByRole("table");
    const rows = within(table).getAllByRole("row");
    expect(rows).toHaveLength(7);
    expect(rows[1]).toHaveTextContent(`${newest}790 MB`);
    await user.click(screen.getByRole("button", { name: "Show all 8 backups" }));
    expect(within(table).getAllByRole("row")).toHaveLength(9);
  });

  it("backs up now, and lists the new backup", async () => {
    const { fake, user } = await show({ backups: () => [], back_up_now: () => null });
    expect(await screen.findByText("No backups yet")).toBeVisible();
    fake.answers.backups = () => copies;
    await user.click(screen.getByRole("button", { name: "Back up now" }));
    expect(await screen.findByRole("table")).toBeVisible();
    expect(fake.argsOf("back_up_now")).toHaveLength(1);
  });

  it("explains what a restore does, and backs up the current file first", async () => {
    const { fake, user } = await show({ back_up_now: () => null, restore_backup: () => aSession() });
    await user.click(await screen.findByRole("button", { name: `Restore the backup of ${newest}` }));
    const dialog = await screen.findByRole("dialog", { name: `Restore the backup of ${newest}?` });
    expect(dialog).toHaveTextContent(/restored as of/);
    expect(dialog).toHaveTextContent(/current file is kept as a copy/);
    expect(await faults()).toEqual([]);
    await user.click(within(dialog).getByRole("button", { name: "Restore" }));
    await waitFor(() => expect(fake.argsOf("restore_backup")).toEqual([{ name: "northwind-8.sqlite" }]));
    expect(fake.argsOf("back_up_now")).toHaveLength(1);
    await waitFor(() => expect(router.route).toEqual({ screen: "overview" }));
    expect(messages.list.at(-1)?.text).toBe(`Restored the backup of ${newest}.`);
  });

  it("restores nothing when the backup of the current file fails, unless the admin skips that backup", async () => {
    const { fake, user } = await show({ back_up_now: fails("disk_full"), restore_backup: () => aSession() });
    await user.click(await screen.findByRole("button", { name: `Restore the backup of ${newest}` }));
    const dialog = await screen.findByRole("dialog");
    await user.click(within(dialog).getByRole("button", { name: "Restore" }));
    expect(await within(dialog).findByText("The disk is full")).toBeVisible();
    expect(fake.argsOf("restore_backup")).toEqual([]);
    await user.click(within(dialog).getByRole("checkbox"));
    await user.click(within(dialog).getByRole("button", { name: "Restore" }));
    await waitFor(() => expect(fake.argsOf("restore_backup")).toHaveLength(1));
  });

  it("exports everything, and says where to", async () => {
    const { fake, user } = await show({
      export_everything: () => "/home/me/Downloads/northwind-export",
      show_in_folder: () => null,
    });
    await user.click(screen.getByRole("button", { name: "Export" }));
    await user.click(await screen.findByRole("menuitem", { name: "JSON…" }));
    await waitFor(() =>
      expect(messages.list.at(-1)?.text).toBe("Exported to /home/me/Downloads/northwind-export"),
    );
    expect(fake.argsOf("export_everything")).toEqual([{ format: "json" }]);
    expect(messages.list.at(-1)?.action?.label).toBe("Show in folder");
    messages.list.at(-1)?.action?.run();
    await waitFor(() =>
      expect(fake.argsOf("show_in_folder")).toEqual([{ path: "/home/me/Downloads/northwind-export" }]),
    );
  });

  it("names a folder that is unusable, and asks for another one", async () => {
    const { fake, user } = await show({
      export_everything: fails("export_folder", { subject: "/home/me/Downloads" }),
    });
    await user.click(screen.getByRole("button", { name: "Export" }));
    await user.click(await screen.findByRole("menuitem", { name: "CSV…" }));
    await waitFor(() => expect(messages.list.at(-1)?.text).toContain("“/home/me/Downloads” is missing"));
    fake.answers.export_everything = () => "/home/me/northwind-export";
    expect(messages.list.at(-1)?.action?.label).toBe("Save to another folder");
    messages.list.at(-1)?.action?.run();
    await waitFor(() => expect(messages.list.at(-1)?.text).toBe("Exported to /home/me/northwind-export"));
    expect(fake.argsOf("export_everything")).toEqual([{ format: "csv" }, { format: "csv" }]);
  });

  it.each([
    [0, "0 byte"],
    [999, "999 byte"],
    [1_250, "1.3 kB"],
    [24_000_000, "24 MB"],
    [7_000_000_000_000, "7 TB"],
  ])("formats %i bytes as %s", (bytes, text) => expect(sizeOf(bytes)).toBe(text));
});

describe("Settings, Partner", () => {
  it("renames the partner, and shows a taken name beside the field", async () => {
    const { fake, user } = await show({ rename_partner: fails("name_taken", { subject: "Acme" }) });
    const name = screen.getByLabelText("Partner name");
    expect(name).toHaveValue("Northwind");
    await user.clear(name);
    await user.type(name, "Acme{Enter}");
    await waitFor(() => expect(name).toBeInvalid());
    fake.answers.rename_partner = () => aSession({ name: "Acme 2" });
    await user.type(name, " 2{Enter}");
    await waitFor(() => expect(messages.list.at(-1)?.text).toBe("Renamed."));
    expect(session.current?.name).toBe("Acme 2");
  });

  it("keeps a name that is being typed when the session is read again", async () => {
    const { user, rerender } = await show();
    await user.type(screen.getByLabelText("Partner name"), " Asia");
    await rerender({ session: aSession({ secretStorage: "this_run" }) });
    expect(screen.getByLabelText("Partner name")).toHaveValue("Northwind Asia");
  });

  it("deletes the partner only after its name is typed, and says what is left when TikTok is unreachable", async () => {
    const { fake, user } = await show({
      tiktok_users: () => [{ id: "1", name: "<b>Maria</b>", state: "connected" }],
      delete_partner: () => problem("offline"),
    });
    await user.click(screen.getByRole("button", { name: "Delete partner…" }));
    const dialog = within(await screen.findByRole("dialog", { name: "Delete Northwind?" }));
    expect(await dialog.findByText(/the permission at TikTok of <b>Maria<\/b>/)).toBeVisible();
    expect(await dialog.findByText(/8 backups in/)).toBeVisible();
    expect(dialog.getByRole("button", { name: "Delete partner" })).toBeDisabled();
    expect(await faults()).toEqual([]);
    await user.type(dialog.getByLabelText("Type the partner's name to confirm"), "Northwind{Enter}");
    expect(await dialog.findByText("Can't reach TikTok")).toBeVisible();
    const { file } = aSession();
    const kept = [`xpo-admin.lists.${file}`, `xpo-admin.picked.${file}`];
    kept.forEach((key) => localStorage.setItem(key, "[]"));
    fake.answers.delete_partner = () => null;
    await user.click(dialog.getByRole("button", { name: "Delete anyway" }));
    await waitFor(() => expect(session.current).toBeNull());
    await waitFor(() => expect(kept.filter((key) => localStorage.getItem(key) !== null)).toEqual([]));
    expect(fake.argsOf("delete_partner")).toEqual([
      { evenIfUnreachable: false },
      { evenIfUnreachable: true },
    ]);
  });

  async function askToDelete(user: ReturnType<typeof userEvent.setup>) {
    await user.click(screen.getByRole("button", { name: "Delete partner…" }));
    return within(await screen.findByRole("dialog", { name: "Delete Northwind?" }));
  }

  it("says that the sign-ins stay when a copy of the partner is deleted", async () => {
    const { user } = await show({ has_copy: () => true });
    const dialog = await askToDelete(user);
    expect(await dialog.findByText(/so the sign-ins and secrets stay/)).toBeVisible();
    expect(dialog.queryByText(/the app secret, the mail password/)).toBeNull();
  });

  it("deletes the partner again after a file could not be deleted, without claiming that nothing was deleted", async () => {
    const { fake, user } = await show({ delete_partner: fails("folder_unwritable") });
    const dialog = await askToDelete(user);
    await user.type(dialog.getByLabelText("Type the partner's name to confirm"), "Northwind{Enter}");
    expect(await dialog.findByText(/its file is still on this computer/)).toBeVisible();
    fake.answers.delete_partner = () => null;
    await user.click(dialog.getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(session.current).toBeNull());
    expect(fake.argsOf("delete_partner")).toEqual([
      { evenIfUnreachable: false },
      { evenIfUnreachable: false },
    ]);
  });

  it("leaves the partner when its file could not be deleted and does not open any more", async () => {
    const { fake, user } = await show({ delete_partner: fails("folder_unwritable") });
    fake.answers.session = () => null;
    const dialog = await askToDelete(user);
    await user.type(dialog.getByLabelText("Type the partner's name to confirm"), "Northwind{Enter}");
    await waitFor(() => expect(session.current).toBeNull());
    expect(messages.list.at(-1)?.text).toMatch(/Northwind is not completely deleted/);
  });

  it("starts the practice partner over", async () => {
    const { user } = await show({ reset_practice: () => aSession({ practice: true }) }, { practice: true });
    expect(screen.queryByRole("button", { name: "Delete partner…" })).toBeNull();
    await user.click(screen.getByRole("button", { name: "Reset demo data…" }));
    const dialog = within(await screen.findByRole("dialog", { name: "Reset demo data?" }));
    await user.click(dialog.getByRole("button", { name: "Reset demo data" }));
    await waitFor(() => expect(messages.list.at(-1)?.text).toBe("The demo data was reset."));
  });
});

describe("Settings, restoring", () => {
  it("says which changes of whom a backup loses, also for a file from elsewhere", async () => {
    const chosen = { name: "/media/usb/northwind.sqlite", takenAt: "2026-03-01T10:00:00Z", size: 4096 };
    const { fake, user } = await show({
      choose_backup: () => chosen,
      lost_by_restoring: () => ({
        changes: 3,
        by: [
          ["Ana", 2],
          ["<b>Ben</b>", 1],
        ],
      }),
      back_up_now: () => null,
      restore_backup: () => aSession(),
    });
    await user.click(screen.getByRole("button", { name: "Restore from a file…" }));
    const dialog = within(await screen.findByRole("dialog"));
    expect(await dialog.findByText("3 changes are not in this backup")).toBeVisible();
    expect(dialog.getByText("<b>Ben</b>")).toBeVisible();
    expect(await faults()).toEqual([]);
    await user.click(dialog.getByRole("button", { name: "Restore" }));
    await waitFor(() => expect(fake.argsOf("restore_backup")).toEqual([{ name: chosen.name }]));
  });

  it("reads again what a backup loses after an error", async () => {
    const { fake, user } = await show({ lost_by_restoring: fails("file_in_use", { subject: "Northwind" }) });
    await user.click(
      (await screen.findAllByRole("button", { name: /^Restore the backup of/ }))[0] as HTMLElement,
    );
    const dialog = within(await screen.findByRole("dialog"));
    const again = await dialog.findByRole("button", { name: "Try again" });
    fake.answers.lost_by_restoring = () => ({ changes: 0, by: [] });
    await user.click(again);
    expect(await dialog.findByText("The backup has every change in the history.")).toBeVisible();
    expect(dialog.getByRole("button", { name: "Restore" })).toBeEnabled();
  });

  it("restores no backup of another partner", async () => {
    const { user } = await show({ lost_by_restoring: fails("backup_of_another") });
    await user.click(
      (await screen.findAllByRole("button", { name: /^Restore the backup of/ }))[0] as HTMLElement,
    );
    const dialog = within(await screen.findByRole("dialog"));
    expect(await dialog.findByText("This backup is from another partner")).toBeVisible();
    expect(dialog.getByRole("button", { name: "Restore" })).toBeDisabled();
  });
});

describe("The links to the sections of Settings", () => {
  const links = () => within(screen.getByRole("navigation", { name: "Sections" }));

  it("lead to each section, with the focus", async () => {
    const { user } = await show();
    const titles = screen.getAllByRole("heading", { level: 2 });
    const targets = [];
    for (const link of links().getAllByRole("link")) {
      await user.click(link);
      targets.push(document.activeElement);
    }
    expect(targets).toEqual(titles);
  });

  it("lack what the practice partner has not", async () => {
    await show({}, { practice: true });
    expect(links().getAllByRole("link")).toHaveLength(10);
    expect(links().queryByRole("link", { name: "Secure storage" })).toBeNull();
  });
});
