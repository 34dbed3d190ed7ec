import { fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { openDialogs } from "../../components/overlay/open-dialogs.svelte";
import { faults } from "../../components/testing/axe";
import { leavingAsks } from "../../features/app/router.svelte";
import type { DirectoryTable, TableRow } from "../../ipc";
import { saved } from "../../ipc/testing/directory";
import { Fake, fails, Pending, type Answers } from "../../ipc/testing/fake";
import { messages } from "../../lib/messages.svelte";
import ImportTableDialog from "./ImportTableDialog.svelte";

const row = (line: number, more: Partial<TableRow> = {}): TableRow => ({
  line,
  xpoAccount: `Client ${line}`,
  advertiser: `Brand ${line}`,
  result: { kind: "added" },
  rounded: false,
  ...more,
});

function table(rows: TableRow[]): DirectoryTable {
  const count = (kind: TableRow["result"]["kind"]) =>
    rows.filter(({ result }) => result.kind === kind).length;
  return {
    encoding: "UTF-8",
    guessed: false,
    ignored: [],
    rows,
    added: count("added"),
    unchanged: count("unchanged"),
    refused: count("refused"),
    rounded: rows.filter(({ rounded }) => rounded).length,
  };
}

const mixed = [
  row(2),
  row(3, { result: { kind: "unchanged" } }),
  row(4, { result: { kind: "refused", reason: { kind: "duplicate", line: 1_002 } } }),
  row(5, { result: { kind: "refused", reason: { kind: "state_differs" } } }),
  row(6, { xpoAccount: "=HYPERLINK(1)<b>\u202E" }),
];

async function show(answers: Answers) {
  const fake = new Fake({
    import_directory_table: () => saved({ added: 4 }, "change-3"),
    ...answers,
  });
  const user = userEvent.setup();
  const onclose = vi.fn();
  render(ImportTableDialog, { onclose });
  await screen.findByRole("dialog", { name: "Import XPO accounts" });
  return { fake, user, onclose };
}

const csv = (text: string) => new File([text], "clients.csv", { type: "text/csv" });
const choose = (user: ReturnType<typeof userEvent.setup>, file: File) =>
  user.upload(screen.getByLabelText(/Choose/, { selector: "input" }), file);
const resultIn = (line: string) =>
  (screen.getByText(line).closest("[role=row]") as HTMLElement).querySelector("[role=gridcell]:last-child");

describe("Import XPO accounts", () => {
  it("explains the columns before a file is chosen", async () => {
    await show({});
    expect(screen.getByText("The only required column.", { exact: false })).toBeVisible();
    expect(screen.getByText("XPO account,Advertiser,State,XPO account ID,Advertiser ID")).toBeVisible();
    expect(screen.getByRole("button", { name: "Save" })).toBeDisabled();
    expect(await faults()).toEqual([]);
  });

  it("shows for each line whether it will be added, and why not, before anything is saved", async () => {
    const { fake, user } = await show({ read_directory_table: () => table(mixed) });
    await choose(user, csv("XPO account\nÄcme"));
    expect(await screen.findByText("2 rows will be added")).toBeVisible();
    expect(resultIn("Client 2")).toHaveTextContent("Will be added");
    expect(resultIn("Client 3")).toHaveTextContent("Already exists");
    expect(resultIn("Client 4")).toHaveTextContent("Refused: Duplicate of row 1002.");
    expect(resultIn("Client 5")).toHaveTextContent("An import doesn't change existing accounts");
    expect(screen.getByText("=HYPERLINK(1)<b>\uFFFD")).toBeVisible();
    expect(screen.getByText("5 of 5")).toBeVisible();
    const bytes = new TextEncoder().encode("XPO account\nÄcme");
    expect(fake.argsOf("read_directory_table")).toEqual([
      { file: btoa(String.fromCharCode(...bytes)), encoding: null },
    ]);
    expect(fake.argsOf("import_directory_table")).toEqual([]);
    expect(await faults()).toEqual([]);
  });

  it("asks before the window closes while nothing is saved", async () => {
    const reading = new Pending<DirectoryTable>();
    const { fake, user } = await show({ read_directory_table: reading.answer });
    expect(leavingAsks()).toBe(false);
    await choose(user, csv("x"));
    await waitFor(() => expect(fake.argsOf("read_directory_table")).toHaveLength(1));
    expect(leavingAsks()).toBe(true);
    reading.resolve(table(mixed));
    await screen.findByText("2 rows will be added");
    const quit = vi.fn();
    openDialogs.leave(quit);
    expect(await screen.findByRole("alert")).toHaveTextContent(
      "Nothing from the file is saved yet. Leave anyway?",
    );
    await user.click(screen.getByRole("button", { name: "Leave" }));
    expect(quit).toHaveBeenCalled();
  });

  it("adds only the selected lines, and offers Undo", async () => {
    const { fake, user, onclose } = await show({ read_directory_table: () => table(mixed) });
    await choose(user, csv("x"));
    const tick = await screen.findByRole("checkbox", { name: "Row 2" });
    expect(tick).toBeChecked();
    expect(screen.getByRole("checkbox", { name: /Row 4: Refused/ })).toBeDisabled();
    await user.click(tick.closest("[role=gridcell]") as HTMLElement);
    expect(await screen.findByText("1 row will be added")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(onclose).toHaveBeenCalled());
    expect(fake.argsOf("import_directory_table")).toMatchObject([{ without: [2] }]);
    expect(messages.list.at(-1)?.text).toContain("imported 1 row");
    expect(messages.list.at(-1)?.action?.label).toBe("Undo");
  });

  it("warns of numbers like 1.23E+18 that a spreadsheet has rounded", async () => {
    const { user } = await show({
      read_directory_table: () => table([row(2, { xpoAccount: "1.23E+18", rounded: true })]),
    });
    await choose(user, csv("x"));
    expect(await screen.findByText("1 row with a number that a spreadsheet has rounded")).toBeVisible();
    expect(resultIn("1.23E+18")).toHaveTextContent("It contains a rounded number.");
  });

  it("names the columns that are ignored", async () => {
    const headings = ["Note\u202E", "x".repeat(60), ...Array.from({ length: 9 }, (_, n) => `Column ${n}`)];
    const { user } = await show({ read_directory_table: () => ({ ...table(mixed), ignored: headings }) });
    await choose(user, csv("x"));
    const note = await screen.findByText(/^Ignored columns: /);
    expect(note).toHaveTextContent(`Ignored columns: “Note\uFFFD”, “${"x".repeat(50)}…”, “Column 0”`);
    expect(note).toHaveTextContent(/“Column 7” and 1 more$/);
    expect(screen.getByText("2 rows will be added")).toBeVisible();
  });

  it("filters by result, searches and sorts", async () => {
    const { user } = await show({ read_directory_table: () => table(mixed) });
    await choose(user, csv("x"));
    await user.click(await screen.findByRole("button", { name: "2 refused" }));
    expect(await screen.findByText("2 of 5")).toBeVisible();
    await user.type(screen.getByRole("searchbox", { name: "Search rows" }), "client 5");
    expect(await screen.findByText("1 of 5")).toBeVisible();
  });

  it("stays responsive with 100,000 lines: only those on screen are drawn", async () => {
    const rows = Array.from({ length: 100_000 }, (_, index) => row(index + 2));
    const { fake, user } = await show({ read_directory_table: () => table(rows) });
    await choose(user, csv("x"));
    expect(await screen.findByText("100,000 rows will be added")).toBeVisible();
    expect(screen.getAllByRole("row").length).toBeLessThan(60);
    const grid = screen.getByRole("grid");
    await user.click(within(grid).getByRole("checkbox", { name: /all/i }));
    expect(await screen.findByText("0 rows will be added")).toBeVisible();
    expect(screen.getByRole("button", { name: "Save" })).toBeDisabled();
    grid.focus();
    await user.keyboard(" ");
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(fake.argsOf("import_directory_table")).toHaveLength(1));
    const [{ without }] = fake.argsOf("import_directory_table") as [{ without: number[] }];
    expect(without).toHaveLength(99_999);
  });

  it("says why a file cannot be read, and accepts another one", async () => {
    const { fake, user } = await show({
      read_directory_table: fails("table_unreadable", { subject: "there is no heading" }),
    });
    await choose(user, csv("x"));
    expect(await screen.findByRole("alert")).toBeVisible();
    expect(screen.getByRole("button", { name: "Save" })).toBeDisabled();
    fake.answers.read_directory_table = () => table([row(2)]);
    await choose(user, csv("y"));
    expect(await screen.findByText("1 row will be added")).toBeVisible();
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("says when the encoding was guessed, and reads the file again with the one that the admin chooses", async () => {
    const { fake, user } = await show({
      read_directory_table: ({ encoding }: { encoding: string | null }) => ({
        ...table([row(2, { xpoAccount: encoding ? "桜井商店" : "ç÷à" })]),
        encoding: encoding ?? "windows-1252",
        guessed: encoding === null,
      }),
    });
    await choose(user, csv("x"));
    expect(await screen.findByText("ç÷à")).toBeVisible();
    expect(screen.getByText("Check the names before saving")).toBeVisible();
    const picker = screen.getByRole("combobox", { name: "Encoding of the file" });
    expect(picker).toHaveValue("Western European (windows-1252)");
    expect(await faults()).toEqual([]);
    await user.click(picker);
    await user.type(picker, "japanese{Enter}");
    expect(await screen.findByText("桜井商店")).toBeVisible();
    expect(screen.queryByText("Check the names before saving")).toBeNull();
    expect(screen.getByRole("combobox", { name: "Encoding of the file" })).toHaveValue(
      "Japanese (Shift_JIS)",
    );
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() =>
      expect(fake.argsOf("import_directory_table")).toMatchObject([{ encoding: "Shift_JIS", without: [] }]),
    );
  });

  it("names the line of a quotation mark that is never closed", async () => {
    const { user } = await show({ read_directory_table: fails("table_quote_open", { subject: "3" }) });
    await choose(user, csv("x"));
    expect(await screen.findByText(/The quotation mark opened in line 3 is never closed/)).toBeVisible();
    expect(screen.getByRole("button", { name: "Save" })).toBeDisabled();
  });

  it("does not even read a file that is too large", async () => {
    const { fake, user } = await show({});
    const huge = csv("x");
    Object.defineProperty(huge, "size", { value: 65 * 1024 * 1024 });
    await choose(user, huge);
    expect(await screen.findByRole("alert")).toBeVisible();
    expect(fake.argsOf("read_directory_table")).toEqual([]);
  });

  it("accepts a dropped file", async () => {
    const { fake } = await show({ read_directory_table: () => table([row(2)]) });
    await fireEvent.drop(screen.getByRole("group", { name: "Choose a file" }), {
      dataTransfer: { files: [csv("x")] },
    });
    expect(await screen.findByText("1 row will be added")).toBeVisible();
    expect(fake.argsOf("read_directory_table")).toHaveLength(1);
  });

  // WebKit on Linux does not give the file to the page.
  it("reads a file that is dropped anywhere on the window, and says why one cannot be read", async () => {
    const { fake } = await show({
      read_directory_table: () => table([row(2)]),
      dropped_file: () => ({ name: "clients.csv", content: btoa("x,y") }),
    });
    await fake.fileDrag("over");
    await waitFor(() => expect(screen.getByRole("group", { name: "Choose a file" })).toHaveClass("over"));
    await fake.fileDrag("dropped");
    expect(await screen.findByText("1 row will be added")).toBeVisible();
    expect(await screen.findByText("clients.csv")).toBeVisible();
    expect(fake.argsOf("read_directory_table")).toMatchObject([{ file: btoa("x,y") }]);
    fake.answers.dropped_file = fails("table_unreadable");
    await fake.fileDrag("dropped");
    expect(await screen.findByRole("alert")).toBeVisible();
  });

  it("reloads and shows a notice when somebody else changes the data", async () => {
    const { fake, user } = await show({ read_directory_table: () => table([row(2), row(3)]) });
    await choose(user, csv("x"));
    await screen.findByText("2 rows will be added");
    fake.answers.read_directory_table = () => table([row(2), row(3, { result: { kind: "unchanged" } })]);
    await fake.changed("decisions");
    expect(await screen.findByText("1 row will be added")).toBeVisible();
    expect(screen.getByText("Changed elsewhere. Review before saving.")).toBeVisible();
  });

  it("keeps the dialog open and says why the save failed", async () => {
    const { user, onclose } = await show({
      read_directory_table: () => table([row(2)]),
      import_directory_table: fails("disk_full"),
    });
    await choose(user, csv("x"));
    await user.click(await screen.findByRole("button", { name: "Save" }));
    expect(await screen.findByRole("alert")).toBeVisible();
    expect(onclose).not.toHaveBeenCalled();
  });
});
