import { render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import App from "./App.svelte";
import { platform } from "./components/platform";
import { router } from "./features/app/router.svelte";
import { appearance } from "./lib/preferences.svelte";
import { aSession, Fake, withOverview } from "./ipc/testing/fake";
import { preloadScreens } from "./shell/screens";

await preloadScreens();

let fake: Fake;
const none = { allocated: 0, of: 0 };

describe("macOS", () => {
  beforeEach(() => {
    platform.mac = true;
    fake = new Fake({ show_theme: () => null, ...withOverview(none, none), session: () => aSession() });
    render(App);
  });
  afterEach(() => (platform.mac = false));

  it("searches with Command, and says so", async () => {
    const user = userEvent.setup();
    expect(await screen.findByRole("button", { name: "Search (⌘K)" })).toBeVisible();
    await user.keyboard("{Control>}k{/Control}");
    expect(screen.queryByRole("combobox")).toBeNull();
    await user.keyboard("{Meta>}k{/Meta}");
    expect(await screen.findByRole("combobox")).toBeVisible();
  });

  it("draws the title bar in the chosen theme", async () => {
    await screen.findByRole("button", { name: "Search (⌘K)" });
    appearance.choose("dark");
    await waitFor(() => expect(fake.argsOf("show_theme").at(-1)).toEqual({ dark: true }));
    appearance.choose("system");
    await waitFor(() => expect(fake.argsOf("show_theme").at(-1)).toEqual({ dark: null }));
  });

  it("goes back with Command, and moves the cursor by a word with Option", async () => {
    const user = userEvent.setup();
    await screen.findByRole("button", { name: "Search (⌘K)" });
    router.go({ screen: "activity" });
    await user.keyboard("{Alt>}{ArrowLeft}{/Alt}");
    expect(router.route.screen).toBe("activity");
    await user.keyboard("{Meta>}[[{/Meta}");
    expect(router.route.screen).toBe("overview");
  });
});
