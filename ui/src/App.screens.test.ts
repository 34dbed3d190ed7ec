import { render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import App from "./App.svelte";
import { lazy, preload } from "./components/lazy";
import { crashes } from "./features/app/crashes.svelte";
import { aSession, Fake, withOverview } from "./ipc/testing/fake";
import { mainScreens } from "./shell/main-screens";
import { preloadScreens, screens } from "./shell/screens";

await preloadScreens();

const none = { allocated: 0, of: 0 };

function start() {
  new Fake({ ...withOverview(none, none), session: () => aSession(), report_page_error: () => null });
  render(App);
  return userEvent.setup();
}

describe("screens that are loaded when they are needed", () => {
  beforeEach(() => {
    crashes.happened = false;
  });

  it("are shown at the click once they are loaded ahead, without an empty moment", async () => {
    start();
    await screen.findByRole("heading", { name: "Overview" });
    for (const [name, { label }] of Object.entries(mainScreens).reverse()) {
      const main = screen.getByRole("main");
      screen.getByRole("button", { name: label }).click();
      await waitFor(() =>
        expect(screen.getByRole("button", { name: label })).toHaveAttribute("aria-current"),
      );
      expect(main.querySelector("h1"), name).not.toBeNull();
    }
  });

  it("offer to reload the window when their code cannot be loaded", async () => {
    vi.spyOn(screens, "settings").mockImplementation(() => Promise.reject(new TypeError("no such file")));
    const user = start();
    await user.click(await screen.findByRole("button", { name: "Settings" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("Something went wrong in XPO Admin");
    expect(screen.getByRole("button", { name: "Reload" })).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Requests" }));
    expect(await screen.findByRole("heading", { name: "Requests" })).toBeVisible();
  });
});

describe("code that is loaded when it is needed", () => {
  it("is loaded once, and is there at once afterwards", async () => {
    const load = vi.fn(() => Promise.resolve({ default: "code" }));
    const code = lazy(load);
    expect(await Promise.all([code(), code()])).toEqual(["code", "code"]);
    expect(code()).toBe("code");
    expect(load).toHaveBeenCalledTimes(1);
  });

  it("is loaded again after a failure, of which loading ahead says nothing", async () => {
    const load = vi.fn(() => Promise.resolve({ default: "code" }));
    load.mockRejectedValueOnce(new TypeError("no such file"));
    const code = lazy(load);
    await preload([code]);
    expect(await code()).toBe("code");
    expect(load).toHaveBeenCalledTimes(2);
  });
});
