import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { openDialogs } from "../../components/overlay/open-dialogs.svelte";
import { faults } from "../../components/testing/axe";
import type {
  AllocationChoice,
  AllocationFileInfo,
  AllocationPreview,
  AllocationRow,
  AllocationTable,
  SheetMatch,
} from "../../ipc";
import { aBlocker, anOutcome, named, saved } from "../../ipc/testing/directory";
import { Fake, fails, Pending, problem, type Answers } from "../../ipc/testing/fake";
import { messages } from "../../lib/messages.svelte";
import { leavingAsks } from "../app/router.svelte";
import AllocationFileDialog from "./AllocationFileDialog.svelte";

const row = (line: number, more: Partial<AllocationRow> = {}): AllocationRow => ({
  id: `0:${line}`,
  kind: "campaigns",
  line,
  object: `17799238000000${line}`,
  name: `Campaign ${line}`,
  xpoAccount: "Client 1",
  advertiser: "Brand 1",
  result: "added",
  effect: "Will be allocated",
  problem: null,
  otherLine: null,
  movedFrom: null,
  staysWith: null,
  mode: null,
  default: false,
  initialize: false,
  byName: false,
  ...more,
});

const rows = [
  row(2),
  row(3, { result: "changed", effect: "Will be moved from Client 2: Brand 2" }),
  row(4, { result: "unchanged", effect: "As it is" }),
  row(5, { result: "unreadable", effect: "Not imported: A spreadsheet rounded the ID." }),
  row(6, { byName: true }),
];

const info = (more: Partial<AllocationFileInfo["sheets"][0]> = {}): AllocationFileInfo => ({
  sheets: [
    {
      name: "Campaigns",
      headings: ["Campaign ID", "Client"],
      rows: [["177", "Client 1"]],
      count: 1,
      matched: { kind: "campaigns", columns: ["campaign_id", null] },
      recognized: true,
      ...more,
    },
  ],
  kinds: [{ kind: "campaigns", fields: ["campaign_id", "name", "account_id", "xpo_account", "advertiser"] }],
  hidden: [],
  encoding: null,
  guessed: false,
});

const preview = (more: Partial<AllocationPreview> = {}): AllocationPreview => ({
  outcome: anOutcome({ added: 2, changed: 1 }),
  blockers: 0,
  blocked: [],
  ...more,
});

const blocker = aBlocker("campaign_initialized", named("campaign", "177", "Campaign 2"), {
  adAccount: named("ad_account", "700", "Account 1"),
  holder: named("advertiser", "b1", "Brand 1"),
});

async function show(answers: Answers = {}) {
  const fake = new Fake({
    read_allocation_file: () => info(),
    compare_allocations: () => ({ rows, missing: 3, incomplete: [] }),
    preview_allocations: () => preview(),
    save_allocations: () => saved({ added: 2 }, "change-7"),
    forget_allocation_file: () => null,
    ...answers,
  });
  const user = userEvent.setup();
  const onclose = vi.fn();
  render(AllocationFileDialog, { onclose });
  await screen.findByRole("dialog", { name: "Import allocations" });
  const choose = () =>
    user.upload(screen.getByLabelText(/Choose/, { selector: "input" }), new File(["x"], "allocations.xlsx"));
  const choices = (command: string) =>
    fake.argsOf(command).map((args) => (args as { choice: AllocationChoice }).choice);
  return { fake, user, onclose, choose, choices };
}

const resultOf = (name: string) =>
  (screen.getByText(name).closest("[role=row]") as HTMLElement).querySelector("[role=gridcell]:last-child");

describe("Import allocations", () => {
  afterEach(() => void vi.useRealTimers());

  it("asks before the window closes while the file is read, matched or not saved yet", async () => {
    const reading = new Pending<AllocationFileInfo>();
    const { user, choose, onclose } = await show({ read_allocation_file: reading.answer });
    const quit = vi.fn();
    const asked = async () => {
      openDialogs.leave(quit);
      const question = (await screen.findByRole("alert")).textContent;
      await user.click(screen.getByRole("button", { name: "Stay" }));
      return question;
    };
    const unsaved = "Nothing from the file is saved yet. Leave anyway?";
    expect(leavingAsks()).toBe(false);
    await choose();
    expect(await asked()).toBe("The file is still being read, and nothing from it is saved. Leave anyway?");
    reading.resolve(info({ recognized: false }));
    expect(await screen.findByRole("button", { name: "Continue" })).toBeEnabled();
    expect(await asked()).toBe(unsaved);
    await user.click(screen.getByRole("button", { name: "Continue" }));
    await screen.findByText("3 rows will be saved");
    expect(await asked()).toBe(unsaved);
    expect(quit).not.toHaveBeenCalled();
    openDialogs.leave(quit);
    await user.click(await screen.findByRole("button", { name: "Leave" }));
    expect(quit).toHaveBeenCalled();
    expect(onclose).toHaveBeenCalled();
  });

  it("asks nothing when the window closes and the file changes nothing", async () => {
    const { choose } = await show({
      compare_allocations: () => ({ rows: [row(4, { result: "unchanged" })], missing: 0, incomplete: [] }),
    });
    await choose();
    await screen.findByText("0 rows will be saved");
    await waitFor(() => expect(leavingAsks()).toBe(false));
  });

  it("shows what each row will do before anything is saved", async () => {
    const { fake, choose } = await show();
    await choose();
    expect(await screen.findByText("3 rows will be saved")).toBeVisible();
    expect(resultOf("Campaign 2")).toHaveTextContent("Will be allocated");
    expect(resultOf("Campaign 3")).toHaveTextContent("Will be moved from Client 2: Brand 2");
    expect(resultOf("Campaign 4")).toHaveTextContent("As it is");
    expect(resultOf("Campaign 5")).toHaveTextContent("Not imported: A spreadsheet rounded the ID");
    const rounded = screen.getByText("1 row with an ID that a spreadsheet has rounded");
    expect(rounded).toBeVisible();
    // Small windows have room for the first note only.
    const outcome = await screen.findByRole("status", { name: "What will happen" });
    expect(outcome.compareDocumentPosition(rounded)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
    expect(fake.argsOf("save_allocations")).toEqual([]);
    expect(await faults()).toEqual([]);
  });

  it("says which sheet a row is from where sheets share row numbers", async () => {
    const two = [row(3), row(3, { id: "1:3", kind: "audiences" })];
    const missing = row(4, { id: "m", line: null, result: "removed" });
    const { choose } = await show({
      compare_allocations: () => ({ rows: [...two, missing], missing: 1, incomplete: [] }),
    });
    await choose();
    expect(await screen.findByRole("checkbox", { name: "Row 3 of Campaigns" })).toBeVisible();
    expect(screen.getByRole("checkbox", { name: "Row 3 of Audiences" })).toBeVisible();
    expect(screen.getByRole("checkbox", { name: "Missing Campaign 4 of Campaigns" })).toBeVisible();
    expect(screen.getByRole("gridcell", { name: "3 Campaigns" })).toBeVisible();
    expect(screen.getByRole("gridcell", { name: "3 Audiences" })).toBeVisible();
    expect(screen.getByRole("gridcell", { name: "– Campaigns" })).toBeVisible();
  });

  it("saves the selected rows as one change with Undo", async () => {
    const { user, choose, choices, onclose } = await show();
    await choose();
    await user.click(
      (await screen.findByRole("checkbox", { name: "Row 2" })).closest("[role=gridcell]") as HTMLElement,
    );
    expect(await screen.findByText("2 rows will be saved")).toBeVisible();
    await waitFor(() => expect(choices("preview_allocations").at(-1)?.without).toEqual(["0:2"]));
    await waitFor(() => expect(screen.getByRole("button", { name: "Save" })).toBeEnabled());
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(onclose).toHaveBeenCalled());
    expect(choices("save_allocations")).toMatchObject([{ without: ["0:2"], removeMissing: false }]);
    expect(messages.list.at(-1)?.action?.label).toBe("Undo");
  });

  it("shows how far a long preview is, and saves nothing that was not previewed", async () => {
    const pending = new Pending<AllocationPreview>();
    const { fake, user, choose } = await show({
      preview_allocations: pending.answer,
      cancel_export: () => {
        pending.reject(problem("cancelled"));
        return null;
      },
    });
    await choose();
    await screen.findByText("3 rows will be saved");
    await fake.imported(4000);
    expect(await screen.findByText("Previewing allocations.xlsx… 4,000 changes")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Cancel preview" }));
    expect(await screen.findByText("Nothing was changed.")).toBeVisible();
    expect(screen.getByRole("button", { name: "Save" })).toBeDisabled();
    fake.answers.preview_allocations = () => preview();
    await user.click(screen.getByRole("button", { name: "Preview again" }));
    await waitFor(() => expect(screen.getByRole("button", { name: "Save" })).toBeEnabled());
  });

  it("marks blocked rows, and saves the others", async () => {
    const { fake, user, choose, choices } = await show({
      preview_allocations: () =>
        preview({
          outcome: anOutcome({ blockers: [blocker] }),
          blockers: 1,
          blocked: [{ row: "0:2", effect: "Blocked: Campaign “Campaign 2” is initialized." }],
        }),
      blocked_allocations: () => ["0:2"],
    });
    await choose();
    expect(await screen.findByRole("button", { name: "1 blocked" })).toBeVisible();
    expect(resultOf("Campaign 2")).toHaveTextContent(/Blocked: .*initialized/);
    expect(screen.getByRole("button", { name: "Save" })).toBeDisabled();
    expect(screen.getByRole("button", { name: /^Show campaign/ })).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Save the other changes" }));
    await waitFor(() => expect(fake.argsOf("save_allocations")).toHaveLength(1));
    expect(choices("save_allocations")).toMatchObject([{ without: ["0:2"] }]);
  });

  it("shows the whole reason of the row that the keyboard is on", async () => {
    const reason = `Blocked: Campaign “${"Spring ".repeat(30)}” is initialized.`;
    const { user, choose } = await show({
      preview_allocations: () =>
        preview({ outcome: anOutcome({ blockers: [blocker] }), blocked: [{ row: "0:2", effect: reason }] }),
    });
    await choose();
    await screen.findByRole("button", { name: "1 blocked" });
    const shown = () => screen.queryByText("Row 2")?.parentElement;
    expect(shown()).toBeUndefined();
    screen.getByRole("grid", { name: "Rows of the file" }).focus();
    await user.keyboard("{Home}");
    expect(shown()).toHaveTextContent(`Row 2 ${reason}`);
    await user.keyboard("{ArrowDown}");
    expect(screen.getByText("Row 5").parentElement).toHaveTextContent(/^Row 5 Not imported: A spreadsheet/);
  });

  it("saves nothing of what was edited away while the other changes are found", async () => {
    const finding = new Pending<string[]>();
    const { fake, user, choose } = await show({
      preview_allocations: () =>
        preview({ blockers: 1, blocked: [{ row: "0:2", effect: "Blocked: Initialized." }] }),
      blocked_allocations: finding.answer,
    });
    await choose();
    await user.click(await screen.findByRole("button", { name: "Save the other changes" }));
    await user.click(
      screen.getByRole("checkbox", { name: "Row 3" }).closest("[role=gridcell]") as HTMLElement,
    );
    finding.resolve(["0:2"]);
    await waitFor(() => expect(screen.getByRole("button", { name: "Save the other changes" })).toBeEnabled());
    expect(screen.getByRole("checkbox", { name: "Row 3" })).not.toBeChecked();
    expect(fake.argsOf("save_allocations")).toEqual([]);
  });

  it("says that every chosen row is blocked, and keeps their ticks (A14)", async () => {
    const ids = ["0:2", "0:3", "0:6"];
    const blocked = ids.map((row) => ({ row, effect: "Blocked: Campaign “A” is initialized." }));
    const { fake, user, choose } = await show({
      preview_allocations: () =>
        preview({ outcome: anOutcome({ blockers: [blocker] }), blockers: 1, blocked }),
      blocked_allocations: () => ids,
    });
    await choose();
    await user.click(await screen.findByRole("button", { name: "Save the other changes" }));
    expect(await screen.findByRole("alert")).toHaveTextContent(
      "Every change is blocked, so nothing was saved.",
    );
    expect(screen.getByText("0 of 3 rows can be saved")).toBeVisible();
    expect(fake.argsOf("save_allocations")).toEqual([]);
  });

  it("gives every blocked row its reason, and counts the blockers that are not listed", async () => {
    const { user, choose } = await show({
      preview_allocations: () =>
        preview({
          outcome: anOutcome({ blockers: Array.from({ length: 6 }, () => blocker) }),
          blockers: 2_345,
          blocked: [
            { row: "0:2", effect: "Blocked: Campaign “A” is initialized." },
            { row: "0:3", effect: "Blocked: Campaign “B” is initialized. (and 1,200 more)" },
          ],
        }),
    });
    await choose();
    expect(await screen.findByText("Fix these 2,345 first:")).toBeVisible();
    expect(resultOf("Campaign 2")).toHaveTextContent("Blocked: Campaign “A” is initialized.");
    expect(resultOf("Campaign 3")).toHaveTextContent(
      "Blocked: Campaign “B” is initialized. (and 1,200 more)",
    );
    await user.click(screen.getByRole("button", { name: "Show the first 6" }));
    expect(screen.getAllByRole("button", { name: /^Show campaign/ })).toHaveLength(6);
  });

  it("removes what is missing only when that is ticked, and says how much it is", async () => {
    const { user, choose, choices } = await show();
    await choose();
    const tick = await screen.findByRole("checkbox", {
      name: "Also remove what is missing from this file (3 allocations)",
    });
    expect(tick).not.toBeChecked();
    await user.click(tick);
    await waitFor(() => expect(choices("compare_allocations").at(-1)?.removeMissing).toBe(true));
  });

  it("matches renamed headings in a step with the first rows", async () => {
    const { user, choose, choices } = await show({ read_allocation_file: () => info({ recognized: false }) });
    await choose();
    expect(await screen.findByRole("cell", { name: "Client 1" })).toBeVisible();
    expect(choices("compare_allocations")).toEqual([]);
    await user.selectOptions(screen.getByLabelText("Client"), "XPO account");
    expect(await faults()).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Continue" }));
    expect(await screen.findByText("3 rows will be saved")).toBeVisible();
    expect(choices("compare_allocations")[0]?.matches).toEqual([
      { kind: "campaigns", columns: ["campaign_id", "xpo_account"] },
    ]);
    // Without a column with the ID, there is nothing to compare.
    await user.click(screen.getByRole("button", { name: "Columns…" }));
    await user.selectOptions(screen.getByLabelText("Campaign ID"), "Not imported");
    expect(screen.getByRole("button", { name: "Continue" })).toBeDisabled();
    expect(screen.getByText(/^Choose the column with the TikTok Ad Account ID/)).toBeVisible();
  });

  it("names the columns that are ignored", async () => {
    const headings = ["Campaign ID", "Name", "TikTok Ad Account ID", "XPO account", "Advertiser", "Note", ""];
    const matched: SheetMatch = {
      kind: "campaigns",
      columns: ["campaign_id", "name", "account_id", "xpo_account", "advertiser", null, null],
    };
    const { user, choose } = await show({ read_allocation_file: () => info({ headings, matched }) });
    await choose();
    expect(await screen.findByText("Ignored column: “Note”")).toBeVisible();
    expect(await screen.findByText("3 rows will be saved")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Columns…" }));
    expect(screen.queryByText(/^Ignored column/)).toBeNull();
    await user.selectOptions(screen.getByLabelText("Name"), "Not imported");
    await user.click(screen.getByRole("button", { name: "Continue" }));
    expect(await screen.findByText("Ignored columns: “Name”, “Note”")).toBeVisible();
  });

  it("asks before it drops columns that were matched by hand", async () => {
    const { user, choose, onclose } = await show({ read_allocation_file: () => info({ recognized: false }) });
    await choose();
    await user.selectOptions(await screen.findByLabelText("Client"), "XPO account");
    await user.keyboard("{Escape}");
    await user.click(await screen.findByRole("button", { name: "Keep editing" }));
    await user.selectOptions(screen.getByLabelText("Client"), "Not imported");
    await user.keyboard("{Escape}");
    expect(onclose).toHaveBeenCalled();
  });

  it("says why a file about something else cannot be imported", async () => {
    const other = info({ recognized: false, matched: { kind: null, columns: [null, null] } });
    const { choose } = await show({ read_allocation_file: () => other });
    await choose();
    expect(await screen.findByText(/^No column looks like a TikTok Ad Account ID/)).toBeVisible();
    expect(screen.queryByText(/first ten rows/)).toBeNull();
    expect(screen.getByRole("button", { name: "Continue" })).toBeDisabled();
  });

  it("asks for new defaults before it saves", async () => {
    const defaultReplacements = [
      {
        xpoAccount: named("xpo_account", "x1", "Client 1"),
        from: named("ad_account", "1", "Account 1"),
        options: [],
        choice: null,
      },
    ];
    let saves = 0;
    const { user, fake, choose } = await show({
      save_allocations: () =>
        saves++ === 0
          ? { change: "c", outcome: anOutcome({ defaultReplacements }) }
          : saved({ removed: 1 }, "c"),
    });
    await choose();
    await waitFor(() => expect(screen.getByRole("button", { name: "Save" })).toBeEnabled());
    await user.click(screen.getByRole("button", { name: "Save" }));
    const dialog = await screen.findByRole("dialog", { name: "Manage Default TikTok Accounts" });
    expect(dialog).toBeVisible();
    await user.click(screen.getByRole("checkbox", { name: /Leave Client 1 without/ }));
    const save = screen.getAllByRole("button", { name: "Save" }).at(-1) as HTMLElement;
    await user.click(save);
    await waitFor(() => expect(fake.argsOf("save_allocations")).toHaveLength(2));
    expect(fake.argsOf("save_allocations")[1]).toMatchObject({
      defaultReplacements: [{ xpoAccount: "x1", to: null }],
    });
  });

  describe("during a sync", () => {
    async function compared() {
      const shown = await show();
      await shown.choose();
      const save = () => screen.getByRole("button", { name: "Save" });
      await waitFor(() => expect(save()).toBeEnabled());
      const comparisons = new Pending<AllocationTable>();
      shown.fake.answers.compare_allocations = comparisons.answer;
      shown.fake.calls = [];
      vi.useFakeTimers();
      for (let times = 0; times < 20; times++) {
        await shown.fake.changed("facts");
        await vi.advanceTimersByTimeAsync(250);
      }
      return { ...shown, save, comparisons };
    }
    const moved = { rows: [row(2, { result: "changed" })], missing: 0, incomplete: [] };

    it("compares once at a time and once more at the end, and asks for a review if the rows differ", async () => {
      const { fake, choices, save, comparisons } = await compared();
      expect(choices("compare_allocations")).toHaveLength(1);
      // The admin's own comparison waits, and replaces the one of the sync.
      await fireEvent.click(screen.getByRole("checkbox", { name: /^Also remove/ }));
      await vi.advanceTimersByTimeAsync(5_000);
      expect(choices("compare_allocations")).toHaveLength(1);
      comparisons.resolve({ rows, missing: 3, incomplete: [] });
      await vi.advanceTimersByTimeAsync(0);
      expect(choices("compare_allocations").map(({ removeMissing }) => removeMissing)).toEqual([false, true]);
      expect(save()).toBeDisabled();
      comparisons.resolve({ rows, missing: 3, incomplete: [] });
      await vi.advanceTimersByTimeAsync(2_000);
      expect(choices("compare_allocations")).toHaveLength(3);
      expect(save()).toBeEnabled();
      expect(screen.queryByText("Changed elsewhere. Review before saving.")).toBeNull();
      const previews = new Pending<AllocationPreview>();
      fake.answers.preview_allocations = previews.answer;
      comparisons.resolve(moved);
      await vi.advanceTimersByTimeAsync(5_000);
      expect(screen.getByText("Changed elsewhere. Review before saving.")).toBeVisible();
      expect(save()).toBeDisabled();
      previews.resolve(preview());
      await vi.advanceTimersByTimeAsync(5_000);
      expect(save()).toBeEnabled();
      expect(choices("compare_allocations")).toHaveLength(3);
    });

    it("saves while a comparison runs", async () => {
      const { choices, save, onclose } = await compared();
      expect(save()).toBeEnabled();
      await fireEvent.click(save());
      await vi.advanceTimersByTimeAsync(0);
      expect(choices("save_allocations")).toHaveLength(1);
      expect(onclose).toHaveBeenCalled();
      expect(choices("compare_allocations")).toHaveLength(1);
    });
  });

  it.each([
    ["table_password", "This workbook needs a password"],
    ["table_old", "XPO Admin can't read .xls files"],
  ] as const)("explains a file that cannot be opened: %s", async (code, title) => {
    const { choose } = await show({ read_allocation_file: fails(code) });
    await choose();
    expect(await screen.findByText(title)).toBeVisible();
    expect(screen.getByRole("button", { name: "Save" })).toBeDisabled();
  });
});
