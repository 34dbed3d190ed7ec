import { cleanup, render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { createRawSnippet } from "svelte";
import { afterEach, beforeEach, expect, it } from "vitest";
import { commands } from "../../ipc";
import { clearMocks, Fake, problem } from "../../ipc/testing/fake";
import { messages } from "../../lib/messages.svelte";
import ExportButton from "./ExportButton.svelte";

beforeEach(() => (messages.list = []));
afterEach(() => {
  cleanup();
  clearMocks();
});

function show(answer: () => unknown) {
  const fake = new Fake({ export_directory: answer, cancel_export: () => null });
  render(ExportButton, {
    write: commands.exportDirectory,
    children: createRawSnippet(() => ({ render: () => "<span>Export</span>" })),
  });
  const user = userEvent.setup();
  const exportAs = async (format: string) => {
    await user.click(screen.getByRole("button", { name: "Export" }));
    await user.click(await screen.findByRole("menuitem", { name: format }));
  };
  return { fake, exportAs };
}

it("offers Excel first, then CSV, and says nothing if no file is chosen", async () => {
  const { fake, exportAs } = show(() => null);
  await userEvent.click(screen.getByRole("button", { name: "Export" }));
  const labels = (await screen.findAllByRole("menuitem")).map((item) => item.textContent.trim());
  expect(labels).toEqual(["Excel workbook…", "CSV…"]);
  await userEvent.keyboard("{Escape}");
  await exportAs("Excel workbook…");
  await exportAs("CSV…");
  await waitFor(() =>
    expect(fake.argsOf("export_directory")).toEqual([{ format: "excel" }, { format: "csv" }]),
  );
  expect(messages.list).toEqual([]);
});

it("shows the progress of a long export, which can be cancelled", async () => {
  let end: (thrown: unknown) => void = () => undefined;
  const { fake, exportAs } = show(() => new Promise((_, fail) => (end = fail)));
  await exportAs("Excel workbook…");
  await waitFor(() => expect(fake.argsOf("export_directory")).toHaveLength(1));
  await fake.exported(10_000);
  await fake.exported(20_000);
  expect(messages.list.map((message) => message.text)).toEqual(["Exporting… 20,000 rows written"]);
  expect(messages.list[0]?.action?.label).toBe("Cancel");
  // Its progress and Cancel would be those of the first one.
  await exportAs("CSV…");
  expect(fake.argsOf("export_directory")).toHaveLength(1);
  expect(messages.list.map((message) => message.text)).toContainEqual(
    expect.stringMatching(/^Another export is running/),
  );
  messages.list = messages.list.slice(0, 1);
  messages.list[0]?.action?.run();
  await waitFor(() => expect(fake.argsOf("cancel_export")).toHaveLength(1));
  end(problem("cancelled"));
  await waitFor(() =>
    expect(messages.list.map((message) => message.text)).toEqual(["Cancelled. Nothing was changed."]),
  );
});
