import { render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { crashes } from "../features/app/crashes.svelte";
import { Fake } from "../ipc/testing/fake";
import HelpMenu from "./HelpMenu.svelte";

const file = vi.hoisted(() => ({ missing: true }));
vi.mock("../components/overlay/Menu.svelte", async (importOriginal) => {
  if (file.missing) throw new TypeError("no such file");
  return importOriginal();
});

it("keeps the button of a menu that cannot be loaded, reports it, and tries again at the next press", async () => {
  new Fake({ report_page_error: () => null });
  render(HelpMenu, { file: "northwind.xpo" });
  const user = userEvent.setup();
  const help = () => screen.getByRole("button", { name: "Help" });
  await user.click(help());
  await waitFor(() => expect(crashes.happened).toBe(true));
  expect(help()).toBeVisible();
  expect(help()).toHaveAttribute("aria-expanded", "false");
  file.missing = false;
  await user.click(help());
  expect(await screen.findByRole("menuitem", { name: "Show setup guide" })).toBeVisible();
});
