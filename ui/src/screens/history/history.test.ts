import { cleanup, render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { faults } from "../../components/testing/axe";
import { confirm } from "../../components/testing/confirm";
import { router, type Route } from "../../features/app/router.svelte";
import { session } from "../../features/app/session.svelte";
import { undoing } from "../../features/decisions/undo.svelte";
import UndoDialogs from "../../features/history/UndoDialogs.svelte";
import type {
  Action,
  EditQuery,
  EntryEdit,
  HistoryQuery,
  HistoryRow,
  ListExport,
  ObjectAsOf,
  Remedy,
  Saved,
  View,
  XpoAccountAsOf,
} from "../../ipc";
import { aBlocker, anEdit, anEntry, anOutcome, listing, named, saved } from "../../ipc/testing/directory";
import { aSession, Fake, fails, Pending, type Answers } from "../../ipc/testing/fake";
import { messages } from "../../lib/messages.svelte";
import { beforeAndAfter } from "../../features/history/labels";
import HistoryScreen from "./HistoryScreen.svelte";
import { dayAfter, dayOf, momentOf, momentText } from "../../features/history/moments";

const added = anEntry(1);
const renamed = anEntry(2, {
  entry: {
    seq: 2,
    id: "change-2",
    at: Date.UTC(2026, 2, 2),
    actor: "José",
    action: "rename",
    summary: "Renamed A to <b>Acme</b>",
  },
  edits: 5,
  first: [
    anEdit({ before: "Acme, Active", after: "<b>Acme</b>\u202E, Active" }),
    anEdit({
      kind: "account_allocation",
      adAccount: named("ad_account", "71", "Main"),
      holder: named("advertiser", "a1", "Shoes"),
      xpoAccount: named("xpo_account", "x1", "Acme"),
      after: "Allocated",
    }),
  ],
  undo: "undone",
  undoneBy: {
    seq: 3,
    id: "change-3",
    at: Date.UTC(2026, 2, 3),
    actor: "Maria",
    action: "undo",
    summary: "Undid: renamed A to <b>Acme</b>",
  },
});
const undo = anEntry(3, {
  entry: {
    seq: 3,
    id: "change-3",
    at: Date.UTC(2026, 2, 3),
    actor: "Maria",
    action: "undo",
    summary: "Undid: renamed A to <b>Acme</b>",
  },
  undoes: renamed.entry,
  isUndo: true,
  subject: renamed.entry.summary,
});

/** The edits of an entry, with the numbers from `from` on. */
const edits = (from: number, count: number): EntryEdit[] =>
  Array.from({ length: count }, (_, n) => ({
    number: from + n,
    lock: null,
    edit: anEdit({ holder: named("xpo_account", `x${from + n}`, `Client ${from + n}`) }),
  }));

const answers = (rows: HistoryRow[], more: Answers = {}): Answers => ({
  "list:history": () => listing(rows),
  history_actors: () => ["José", "Maria"],
  history_subject: () => named("xpo_account", "x1", ""),
  commit: () => saved({}, "change-8"),
  "list:edits": () => listing(edits(0, 3)),
  ...more,
});

async function show(fake: Fake, route: Partial<Extract<Route, { screen: "history" }>> = {}) {
  const user = userEvent.setup();
  render(HistoryScreen, { route: { screen: "history", ...route } });
  await waitFor(() => expect(fake.calls.length).toBeGreaterThan(0));
  return user;
}
const lastQuery = (fake: Fake) => (fake.argsOf("list:history").at(-1) as { query: HistoryQuery }).query;
const rowOf = (text: string) => screen.getByText(text).closest("[role=row]") as HTMLElement;

it("keeps values of right-to-left scripts in the order before → after", () => {
  const renamed = anEdit({ before: "ישן", after: "חדש" });
  expect(beforeAndAfter(renamed)).toBe("\u200Eישן\u200E → \u200Eחדש\u200E");
});

describe("Change history", () => {
  it("shows time, person, action, and values before and after as text (invariant 7)", async () => {
    await show(new Fake(answers([undo, renamed, added])));
    await screen.findByText("Renamed A to <b>Acme</b>");
    const row = rowOf("Renamed A to <b>Acme</b>");
    expect(row).toHaveTextContent("José");
    expect(row).toHaveTextContent("Acme: Acme, Active → <b>Acme</b>\uFFFD, Active");
    expect(row).toHaveTextContent("+4");
    expect(rowOf("Undid: renamed A to <b>Acme</b>")).toHaveTextContent("Maria");
    expect(document.querySelector("b")).toBeNull();
    expect(screen.getByText("3 of 3")).toBeVisible();
    expect(await faults()).toEqual([]);
  });

  it("shows the former name of a deleted object instead of its id", async () => {
    const gone = anEdit({ holder: named("xpo_account", "01a21031", ""), after: "Initech · Active" });
    await show(new Fake(answers([anEntry(1, { first: [gone] })])));
    await screen.findByText("1 of 1");
    expect(rowOf("Added XPO account Acme")).toHaveTextContent("XPO account: – → Initech · Active");
  });

  it("names each change with its edits, an undo as an undo and a redo as a redo", async () => {
    const summary = "Allocated 70 ad accounts to Client 017";
    const allocated = anEntry(1, { entry: { ...added.entry, summary }, edits: 285 });
    const redone = anEntry(2, {
      entry: { ...added.entry, seq: 2, id: "change-2", action: "undo", summary: `Redid: ${summary}` },
      undoes: undo.entry,
      subject: summary,
    });
    await show(new Fake(answers([redone, undo, allocated])));
    await screen.findByText("3 of 3");
    expect(rowOf(summary)).toHaveTextContent("Allocated 70 ad accounts to Client 017 · 285 edits");
    expect(screen.getByRole("button", { name: "Redo: renamed A to <b>Acme</b>, no. 3" })).toBeVisible();
    expect(
      screen.getByRole("button", { name: "Undo: allocated 70 ad accounts to Client 017, no. 2" }),
    ).toBeVisible();
    expect(screen.getByText(`Redid: ${summary}`)).toBeVisible();
  });

  it("offers no undo that would be refused, and says why", async () => {
    const mailed = anEntry(1, { undo: "mailed" });
    const initialized = anEntry(2, { undo: "permanent" });
    await show(new Fake(answers([mailed, initialized])));
    expect(await screen.findByText("Emailed")).toHaveAttribute("title", expect.stringContaining("Withdraw"));
    expect(screen.getByText("Permanent")).toBeVisible();
    expect(screen.queryByRole("button", { name: /^Undo/ })).toBeNull();
  });

  it("links an undone entry with the entry that undid it", async () => {
    const user = await show(new Fake(answers([renamed])));
    await user.click(await screen.findByRole("button", { name: "Undone" }));
    expect(router.route).toEqual({ screen: "history", about: { kind: "change", id: "change-3" } });
    expect(screen.queryByRole("button", { name: /^Undo: renamed/ })).toBeNull();
  });

  it("asks for the undo of an entry that was opened", async () => {
    const user = await show(new Fake(answers([anEntry(4)])));
    await screen.findByText("1 of 1");
    screen.getByRole("grid", { name: "Changes" }).focus();
    await user.keyboard("{Enter}");
    await user.click(await screen.findByRole("button", { name: "Undo…" }));
    expect(undoing.asked).toBe("change-4");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    undoing.asked = null;
  });

  it("shows all edits of an entry, page by page, with a search and a filter", async () => {
    const many = anEntry(4, { edits: 450 });
    const fake = new Fake(
      answers([many], {
        "list:edits": () => ({ ...listing(edits(0, 50)), total: 450, of: 450 }),
        "list_page:edits": () => ({ rows: edits(400, 50), first: null, last: null }),
        "list_keys:edits": () => Array.from({ length: 9 }, (_, n) => `key ${n}`),
      }),
    );
    const user = await show(fake);
    await screen.findByText("1 of 1");
    screen.getByRole("grid", { name: "Changes" }).focus();
    await user.keyboard("{Enter}");
    const dialog = await screen.findByRole("dialog", { name: "Added XPO account Acme" });
    expect(await within(dialog).findByText("Client 0")).toBeVisible();
    expect(within(dialog).getByText("450 of 450")).toBeVisible();
    expect(await faults()).toEqual([]);
    within(dialog).getByRole("grid").focus();
    await user.keyboard("{End}");
    expect(await within(dialog).findByText("Client 449")).toBeVisible();
    await user.type(within(dialog).getByRole("searchbox"), "client 9");
    const asked = () => (fake.argsOf("list:edits").at(-1) as { query: EditQuery }).query;
    await waitFor(() => expect(asked()).toEqual({ entry: 4, search: "client 9", kinds: [] }));
    await user.click(within(dialog).getByRole("button", { name: "Filter by What" }));
    await user.click(await screen.findByRole("checkbox", { name: "Campaign" }));
    await waitFor(() => expect(asked().kinds).toEqual(["campaign_allocation"]));
  });

  it("lists the edits that a search matched, in the row and in the details", async () => {
    const main = anEdit({ kind: "account_allocation", adAccount: named("ad_account", "71", "Main") });
    const found = anEntry(4, { edits: 450, foundBy: "main", first: [main] });
    const fake = new Fake(answers([found]));
    const user = await show(fake, { search: "maria main" });
    await screen.findByText("1 of 1");
    expect(rowOf("Added XPO account Acme")).toHaveTextContent("Main");
    screen.getByRole("grid", { name: "Changes" }).focus();
    await user.keyboard("{Enter}");
    await screen.findByRole("dialog");
    expect(fake.argsOf("list:edits")).toEqual([{ query: { entry: 4, search: "main", kinds: [] } }]);
  });

  it("links no edit whose object was removed", async () => {
    const gone = anEdit({ holder: named("xpo_account", "01a21031", ""), before: "Initech, Active" });
    const rows = [...edits(0, 1), { number: 1, lock: null, edit: gone }];
    const user = await show(new Fake(answers([added], { "list:edits": () => listing(rows) })));
    await user.click(await screen.findByRole("link", { name: /Added XPO account Acme/ }));
    const grid = await within(await screen.findByRole("dialog")).findByRole("grid");
    const row = (await within(grid).findByText("Initech, Active")).closest("[role=row]") as HTMLElement;
    expect(within(row).getByText("(removed)")).toBeVisible();
    expect(within(grid).getAllByRole("link")).toEqual([within(grid).getByRole("link", { name: "Client 0" })]);
  });

  it("links an edit to its object", async () => {
    const user = await show(new Fake(answers([added])));
    await screen.findByText("1 of 1");
    screen.getByRole("grid", { name: "Changes" }).focus();
    await user.keyboard("{Enter}");
    await screen.findByText("Client 0");
    screen.getByRole("grid", { name: "Edits" }).focus();
    await user.keyboard("{Enter}");
    expect(router.route).toEqual({ screen: "xpo_account", id: "x0" });
  });

  it("opens an entry, and the object of an edit, with one click on its name", async () => {
    const user = await show(new Fake(answers([added])));
    await user.click(await screen.findByRole("link", { name: /^Added XPO account Acme/ }));
    await user.click(await screen.findByRole("link", { name: "Client 1" }));
    expect(router.route).toEqual({ screen: "xpo_account", id: "x1" });
  });

  it("filters by action and person", async () => {
    const fake = new Fake(answers([added]));
    const user = await show(fake);
    await screen.findByText("1 of 1");
    await user.click(screen.getByRole("button", { name: "Filter by Action" }));
    await user.click(await screen.findByRole("checkbox", { name: "Moved" }));
    await waitFor(() => expect(lastQuery(fake).actions).toEqual(["move"]));
    await user.keyboard("{Escape}");
    await user.click(screen.getByRole("button", { name: "Filter by Who" }));
    await user.click(await screen.findByRole("menuitemcheckbox", { name: "Maria" }));
    await waitFor(() => expect(lastQuery(fake).actors).toEqual(["Maria"]));
    await user.keyboard("{Escape}");
    await user.click(screen.getByRole("button", { name: "Clear filters" }));
    await waitFor(() => expect(lastQuery(fake)).toMatchObject({ actions: [], actors: [] }));
  });

  it("filters by a range of days, both included, and marks an invalid date", async () => {
    const fake = new Fake(answers([added]));
    const user = await show(fake);
    await screen.findByText("1 of 1");
    await user.type(screen.getByLabelText("From"), "2026-03-01");
    await waitFor(() => expect(lastQuery(fake).from).toBe(new Date(2026, 2, 1).getTime()));
    await user.type(screen.getByLabelText("Until"), "2026-03-31");
    await waitFor(() => expect(lastQuery(fake).until).toBe(new Date(2026, 3, 1).getTime()));
    await user.clear(screen.getByLabelText("Until"));
    await user.type(screen.getByLabelText("Until"), "2026-02-30");
    await user.tab();
    expect(await screen.findByText("Use the format YYYY-MM-DD.")).toBeVisible();
    expect(lastQuery(fake).until).toBeNull();
    expect(await faults()).toEqual([]);
  });

  it("shows the dates with which it was left", async () => {
    session.current = aSession({ file: "dates.xpo" });
    const fake = new Fake(answers([added]));
    const user = await show(fake);
    await user.type(screen.getByLabelText("From"), "2026-03-01");
    await user.type(screen.getByLabelText("Until"), "2026-03-31");
    await waitFor(() => expect(lastQuery(fake).until).toBe(new Date(2026, 3, 1).getTime()));
    cleanup();
    await show(fake);
    expect(screen.getByLabelText("From")).toHaveValue("2026-03-01");
    expect(screen.getByLabelText("Until")).toHaveValue("2026-03-31");
    session.current = null;
  });

  it("shows the dates of a saved view, and keeps them when another date is typed", async () => {
    const march = { from: dayOf("2026-03-01"), until: dayAfter(dayOf("2026-03-31")!) };
    const query = { search: "", actions: [], actors: [], about: null };
    const views: View[] = [
      { name: "March", query: { list: "history", query: { ...query, ...march } }, columns: [] },
      { name: "All", query: { list: "history", query: { ...query, from: null, until: null } }, columns: [] },
    ];
    const fake = new Fake(answers([added], { views: () => views }));
    const user = await show(fake);
    const choose = async (name: string) => {
      await user.click(screen.getByRole("button", { name: "Views" }));
      await user.click(await screen.findByRole("menuitemcheckbox", { name }));
      await user.keyboard("{Escape}");
      await waitFor(() => expect(screen.queryByRole("menu")).toBeNull());
    };
    await choose("March");
    await waitFor(() => expect(screen.getByLabelText("From")).toHaveValue("2026-03-01"));
    expect(screen.getByLabelText("Until")).toHaveValue("2026-03-31");
    await user.type(screen.getByLabelText("Until"), "{Backspace}0");
    const until = dayAfter(dayOf("2026-03-30")!);
    await waitFor(() => expect(lastQuery(fake)).toMatchObject({ from: march.from, until }));
    await choose("All");
    await waitFor(() => expect(screen.getByLabelText("From")).toHaveValue(""));
    expect(screen.getByLabelText("Until")).toHaveValue("");
  });

  it("shows the history of one object, and of all objects when the filter is cleared", async () => {
    const fake = new Fake(answers([added], { history_subject: () => named("xpo_account", "x1", "Acme") }));
    const user = await show(fake, { about: { kind: "xpo_account", id: "x1" } });
    expect(lastQuery(fake).about).toEqual({ kind: "xpo_account", id: "x1" });
    expect(fake.argsOf("history_subject")).toEqual([{ subject: { kind: "xpo_account", id: "x1" } }]);
    await user.click(await screen.findByRole("button", { name: "Clear filter XPO account: Acme" }));
    await waitFor(() => expect(lastQuery(fake).about).toBeNull());
  });

  it("exports the matching rows", async () => {
    const fake = new Fake(answers([added], { export_list: () => "/home/maria/Downloads/history.csv" }));
    const user = await show(fake);
    await screen.findByText("1 of 1");
    await user.click(screen.getByRole("button", { name: "Export" }));
    await user.click(await screen.findByRole("menuitem", { name: "Excel workbook…" }));
    await waitFor(() =>
      expect(messages.list.at(-1)?.text).toBe("Exported to /home/maria/Downloads/history.csv"),
    );
    const { list } = fake.argsOf("export_list")[0] as { list: ListExport };
    expect(list).toEqual({ list: "history", query: lastQuery(fake), only: null });
  });

  it("says that there are no changes yet", async () => {
    await show(new Fake(answers([])));
    expect(await screen.findByText("No changes yet")).toBeVisible();
    expect(screen.getByRole("button", { name: "Allocations on…" })).toBeDisabled();
  });

  it("shows what went wrong, and retries", async () => {
    const fake = new Fake({ ...answers([added]), "list:history": fails("file_damaged") });
    const user = await show(fake);
    await screen.findByRole("alert");
    fake.answers["list:history"] = () => listing([added]);
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("1 of 1")).toBeVisible();
  });
});

describe("The preview of an undo", () => {
  const remedyOf = (n: number): Remedy => ({
    kind: "campaign_allocation",
    object: `8${n}`,
    adAccount: "71",
    holder: "a1",
    remove: true,
  });
  const campaigns = [1, 2].map((n) =>
    aBlocker("campaign_allocated", named("campaign", `8${n}`, `Campaign ${n}`), {
      text: `Campaign ${n} is allocated to Shoes.`,
      holder: named("advertiser", "a1", "Shoes"),
      remedy: remedyOf(n),
    }),
  );
  type Asked = Extract<Action, { action: "undo" }>;
  const undoOf = (more: Partial<Asked> = {}): { action: Asked } => ({
    action: { action: "undo", change: "change-1", keep: [], also: [], defaultReplacements: [], ...more },
  });

  async function preview(more: Answers = {}) {
    const fake = new Fake(answers([added], { preview: () => anOutcome({ removed: 3 }), ...more }));
    render(UndoDialogs);
    const user = userEvent.setup();
    undoing.ask("change-1");
    const dialog = await screen.findByRole("dialog", { name: "Undo: added XPO account Acme" });
    await within(dialog).findByText("Client 0");
    return { fake, user, dialog };
  }

  it("offers Redo, also after the dialog was closed", async () => {
    const committed = new Pending<Saved>();
    const { fake, user, dialog } = await preview({ commit: committed.answer });
    await within(dialog).findByText("3 removed");
    await user.keyboard("{Enter}");
    await waitFor(() => expect(fake.argsOf("commit")).toHaveLength(1));
    await user.keyboard("{Escape}");
    await waitFor(() => expect(dialog).not.toBeInTheDocument());
    committed.resolve(saved({}, "change-2"));
    await waitFor(() =>
      expect(messages.list.at(-1)).toMatchObject({ text: "Changed Acme.", action: { label: "Redo" } }),
    );
  });

  it("says what it undoes, and undoes it with Enter", async () => {
    const { fake, user, dialog } = await preview();
    expect(await within(dialog).findByText("3 removed")).toBeVisible();
    expect(await faults()).toEqual([]);
    expect(within(dialog).getByRole("button", { name: "Undo" })).toHaveFocus();
    await user.keyboard("{Enter}");
    await waitFor(() => expect(fake.argsOf("commit")).toEqual([undoOf()]));
    await waitFor(() =>
      expect(messages.list.at(-1)).toMatchObject({ text: "Changed Acme.", action: { label: "Redo" } }),
    );
    expect(undoing.asked).toBeNull();
  });

  it("lists the changes of its own entry after that of another one was shown", async () => {
    session.current = aSession({ file: "entries.xpo" });
    const { fake, user, dialog } = await preview({
      "list:history": (args) => {
        const { about } = (args as { query: HistoryQuery }).query;
        return listing([anEntry(about?.id === "change-1" ? 1 : 2)]);
      },
    });
    await user.type(within(dialog).getByRole("searchbox", { name: "Search edits" }), "Client");
    await user.click(within(dialog).getByRole("button", { name: "Cancel" }));
    undoing.ask("change-2");
    await waitFor(() =>
      expect(fake.argsOf("list:edits").at(-1)).toMatchObject({ query: { entry: 2, search: "" } }),
    );
    undoing.asked = null;
    session.current = null;
  });

  it("does not undo before it has shown what it undoes", async () => {
    const { fake, user, dialog } = await preview({ preview: new Pending().answer });
    expect(within(dialog).getByRole("button", { name: "Undo" })).toHaveFocus();
    await user.keyboard("{Enter}");
    expect(fake.argsOf("commit")).toEqual([]);
    undoing.asked = null;
  });

  it("says so when the change is gone, for example after a backup was restored", async () => {
    new Fake(answers([]));
    render(UndoDialogs);
    undoing.ask("change-7");
    await waitFor(() => expect(messages.list.at(-1)?.text).toMatch(/no longer in the history/));
    expect(undoing.asked).toBeNull();
  });

  it("searches its changes after the slash that the field shows", async () => {
    const { user, dialog } = await preview();
    await user.keyboard("/");
    expect(within(dialog).getByRole("searchbox", { name: "Search edits" })).toHaveFocus();
  });

  it("leaves out the rows that are unticked", async () => {
    const { fake, user, dialog } = await preview();
    await within(dialog).findByText("3 removed");
    await user.click(within(dialog).getByRole("checkbox", { name: "XPO account: Client 1" }));
    expect(await within(dialog).findByText("1 change left out")).toBeVisible();
    await confirm(user, dialog, "Undo");
    await waitFor(() => expect(fake.argsOf("commit")).toEqual([undoOf({ keep: [1] })]));
  });

  it("includes what blocks the undo with one press, in the same change", async () => {
    const also = [remedyOf(1), remedyOf(2)];
    const { fake, user, dialog } = await preview({
      preview: ({ action }: { action: Asked }) =>
        action.also.length > 0
          ? anOutcome({ removed: 5 })
          : anOutcome({ blockers: campaigns, blockedEdits: [2] }),
    });
    await within(dialog).findByText("Fix these 2 first:");
    expect(within(dialog).getByRole("button", { name: "Undo" })).toBeDisabled();
    expect(await faults()).toEqual([]);
    await user.click(within(dialog).getByRole("button", { name: "Also deallocate these 2 campaigns" }));
    expect(await within(dialog).findByText("5 removed")).toBeVisible();
    expect(within(dialog).getByRole("checkbox", { name: "Also deallocate these 2 campaigns" })).toBeChecked();
    await confirm(user, dialog, "Undo");
    await waitFor(() => expect(fake.argsOf("commit")).toEqual([undoOf({ also })]));
  });

  it("leaves out what is blocked with one press", async () => {
    const { fake, user, dialog } = await preview({
      preview: ({ action }: { action: Asked }) =>
        action.keep.includes(2)
          ? anOutcome({ removed: 2 })
          : anOutcome({ blockers: campaigns, blockedEdits: [2] }),
    });
    await user.click(await within(dialog).findByRole("button", { name: "Leave out 1 blocked change" }));
    expect(await within(dialog).findByText("2 removed")).toBeVisible();
    await confirm(user, dialog, "Undo");
    await waitFor(() => expect(fake.argsOf("commit")).toEqual([undoOf({ keep: [2] })]));
  });
});

const then: XpoAccountAsOf[] = [
  {
    xpoAccount: named("xpo_account", "x1", "Acme"),
    state: "suspended",
    archived: false,
    default: named("ad_account", "71", "Main"),
    adAccounts: [{ adAccount: named("ad_account", "71", "Main"), mode: "knorex" }],
    advertisers: [
      {
        advertiser: named("advertiser", "a1", "Shoes"),
        archived: false,
        adAccounts: [named("ad_account", "71", "Main")],
        campaigns: 70,
        audiences: 0,
        goals: 2,
      },
    ],
  },
  {
    xpoAccount: named("xpo_account", "x2", "Globex"),
    state: "active",
    archived: true,
    default: null,
    adAccounts: [],
    advertisers: [],
  },
];
const heldThen = (from: number, count: number): ObjectAsOf[] =>
  Array.from({ length: count }, (_, n) => ({
    object: named("campaign", String(8000 + from + n), `Campaign ${from + n}`),
    adAccount: named("ad_account", "71", "Main"),
    initialized: n === 0,
  }));

describe("The book as of a date", () => {
  const past = (more: Answers = {}) =>
    answers([added], {
      allocations_as_of: () => then,
      allocated_as_of: ({ after }: { after: ObjectAsOf | null }) =>
        after ? heldThen(50, 20) : heldThen(0, 50),
      ...more,
    });

  it("asks for a past time, and explains an invalid one", async () => {
    const user = await show(new Fake(past()));
    await screen.findByText("1 of 1");
    await user.click(screen.getByRole("button", { name: "Allocations on…" }));
    const field = await screen.findByLabelText("Date and time");
    await user.clear(field);
    await user.type(field, "yesterday{Enter}");
    expect(await screen.findByText(/Enter a date and a time, such as/)).toBeVisible();
    await user.clear(field);
    await user.type(field, "2999-01-01 10:00{Enter}");
    expect(await screen.findByText(/in the future/)).toBeVisible();
    expect(await faults()).toEqual([]);
    await user.clear(field);
    await user.type(field, "2026-03-01 10:00{Enter}");
    expect(await screen.findByText(/Allocations on .* \(read-only\)/)).toBeVisible();
  });

  it("shows past allocations, marked as read-only, and returns to the current ones", async () => {
    const at = new Date(2026, 2, 1, 10).getTime();
    const fake = new Fake(past());
    const user = await show(fake, { at });
    await screen.findByText("Shoes");
    expect(fake.argsOf("allocations_as_of")).toEqual([{ at }]);
    expect(rowOf("Shoes")).toHaveTextContent("Main (Knorex, default)");
    expect(rowOf("Shoes")).toHaveTextContent("Suspended");
    expect(rowOf("Globex")).toHaveTextContent("No advertiser");
    expect(rowOf("Globex")).toHaveTextContent("Archived");
    expect(await faults()).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Back to now" }));
    expect(await screen.findByText("1 of 1")).toBeVisible();
  });

  it("shows the campaigns that an advertiser had, page after page", async () => {
    const at = new Date(2026, 2, 1, 10).getTime();
    const fake = new Fake(past());
    const user = await show(fake, { at });
    await user.click(await screen.findByRole("link", { name: "Shoes" }));
    const dialog = await screen.findByRole("dialog", { name: "Shoes (Acme)" });
    expect(await faults()).toEqual([]);
    await user.click(within(dialog).getByRole("tab", { name: /Campaigns/ }));
    expect(await within(dialog).findByText("Campaign 0")).toBeVisible();
    within(dialog).getByRole("grid").focus();
    await user.keyboard("{End}");
    expect(await within(dialog).findByText("Campaign 69")).toBeVisible();
    expect(fake.argsOf("allocated_as_of")).toEqual([
      { at, kind: "campaign_allocation", advertiser: "a1", after: null },
      {
        at,
        kind: "campaign_allocation",
        advertiser: "a1",
        after: heldThen(49, 1).map((one) => ({ ...one, initialized: false }))[0],
      },
    ]);
  });

  it("shows what one client had, by its name, and then what all had", async () => {
    const subject = named("xpo_account", "x1", "Acme today");
    const fake = new Fake(past({ history_subject: () => subject }));
    const user = await show(fake, { at: 1, about: { kind: "xpo_account", id: "x1" } });
    await screen.findByText("Shoes");
    expect(screen.queryByText("Globex")).toBeNull();
    expect(screen.getByRole("searchbox")).toHaveValue("");
    await user.click(await screen.findByRole("button", { name: "Clear filter XPO account: Acme today" }));
    expect(await screen.findByText("Globex")).toBeVisible();
  });

  it("says that there was no data at that time", async () => {
    await show(new Fake(past({ allocations_as_of: () => [] })), { at: 1 });
    expect(await screen.findByText("No data at that time")).toBeVisible();
  });
});

describe("Dates that are typed", () => {
  it("are interpreted in this computer's time zone, or rejected", () => {
    expect(dayOf("2026-03-01")).toBe(new Date(2026, 2, 1).getTime());
    expect(dayOf(" 2026-3-1 ")).toBe(new Date(2026, 2, 1).getTime());
    for (const wrong of ["", "2026-02-30", "1.3.2026", "2026-13-01", "0001-01-01"])
      expect(dayOf(wrong)).toBeNull();
    const moment = new Date(2026, 2, 1, 14, 5).getTime();
    expect(momentOf("2026-03-01 14:05")).toBe(moment);
    expect(momentOf(momentText(moment))).toBe(moment);
    expect(momentOf("2026-03-01")).toBe(dayAfter(new Date(2026, 2, 1).getTime()) - 1);
    for (const wrong of ["2026-03-01 24:00", "2026-03-01 10:60", "10:00"]) expect(momentOf(wrong)).toBeNull();
  });
});
