import { render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import App from "./App.svelte";
import { faults } from "./components/testing/axe";
import { crashes } from "./features/app/crashes.svelte";
import { help } from "./features/app/help.svelte";
import { aSession, Fake, withOverview, type Answers } from "./ipc/testing/fake";
import { preloadScreens } from "./shell/screens";

await preloadScreens();

const none = { allocated: 0, of: 0 };
const TITLE = "Something went wrong in XPO Admin";

function start(answers: Answers = {}) {
  const fake = new Fake({
    ...withOverview(none, none),
    session: () => aSession(),
    report_page_error: () => null,
    ...answers,
  });
  render(App);
  return fake;
}

function errorAt(stack: string): Error {
  const error = new TypeError("Chai Nagar Official is not a function");
  error.stack = `TypeError: Chai Nagar Official is not a function\n${stack}`;
  return error;
}

describe("a crash", () => {
  beforeEach(() => {
    crashes.happened = false;
    help.reporting = false;
  });

  it("shows an unhandled error, and logs its class and location without its message", async () => {
    const fake = start();
    await screen.findByRole("navigation", { name: "Main" });
    const error = errorAt("at pick (http://localhost/assets/index-D4f.js:1:20113)");
    window.dispatchEvent(new ErrorEvent("error", { error }));
    expect(await screen.findByRole("alert")).toHaveTextContent(TITLE);
    expect(screen.getByRole("button", { name: "Reload" })).toBeVisible();
    expect(fake.argsOf("report_page_error")).toEqual([
      { error: { name: "TypeError", location: "index-D4f.js:1:20113" } },
    ]);
    expect(await faults()).toEqual([]);
  });

  it("shows an unhandled rejection, and offers a report for support", async () => {
    start();
    const rejection = Object.assign(new Event("unhandledrejection"), { reason: errorAt("") });
    window.dispatchEvent(rejection);
    await userEvent.click(await screen.findByRole("button", { name: "Save report…" }));
    expect(await screen.findByRole("dialog", { name: "Save a report for support" })).toBeVisible();
  });

  it("shows a panic in Rust", async () => {
    const fake = start();
    await screen.findByRole("navigation", { name: "Main" });
    await fake.crashed();
    await waitFor(() => expect(screen.getByRole("alert")).toHaveTextContent(TITLE));
  });

  it("leaves the navigation to other screens while one screen fails", async () => {
    const fake = start({
      ...withOverview({ allocated: 0, of: 1 }, none),
      freshness: () => [null],
    });
    expect(await screen.findByRole("alert")).toHaveTextContent(TITLE);
    expect(fake.argsOf("report_page_error")).toHaveLength(1);
    expect(screen.queryByRole("heading", { name: "Overview" })).toBeNull();
    await userEvent.click(
      within(screen.getByRole("navigation", { name: "Main" })).getByRole("button", { name: /Settings/ }),
    );
    expect(await screen.findByRole("heading", { name: "Settings" })).toBeVisible();
  });

  it("ignores an error event without an error, which browsers send for layout loops", async () => {
    start();
    await screen.findByRole("navigation", { name: "Main" });
    window.dispatchEvent(new ErrorEvent("error", { message: "ResizeObserver loop limit exceeded" }));
    expect(crashes.happened).toBe(false);
  });
});
