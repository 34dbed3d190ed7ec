import { render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { faults } from "../../components/testing/axe";
import { router, type Route } from "../../features/app/router.svelte";
import { undoing } from "../../features/decisions/undo.svelte";
import { actionOf, actions } from "../../features/history/labels";
import type { HistoryQuery, HistoryRow, ListExport, ObjectAsOf, XpoAccountAsOf } from "../../ipc";
import { anEdit, anEntry, anOutcome, listing, named, saved } from "../../ipc/testing/directory";
import { Fake, fails, type Answers } from "../../ipc/testing/fake";
import { messages } from "../../lib/messages.svelte";
import HistoryScreen from "./HistoryScreen.svelte";
import { dayAfter, dayOf, momentOf, momentText } from "./moments";

const added = anEntry(1);
const renamed = anEntry(2, {
  entry: { seq: 2, id: "change-2", at: Date.UTC(2026, 2, 2), actor: "José", action: "rename" },
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
  undoneBy: { seq: 3, id: "change-3", at: Date.UTC(2026, 2, 3), actor: "Maria", action: "undo" },
});
const undo = anEntry(3, {
  entry: { seq: 3, id: "change-3", at: Date.UTC(2026, 2, 3), actor: "Maria", action: "undo" },
  undoes: renamed.entry,
});

const answers = (rows: HistoryRow[], more: Answers = {}): Answers => ({
  "list:history": () => listing(rows),
  history_actors: () => ["José", "Maria"],
  search: () => [],
  commit: () => saved({}, "change-8"),
  edits_of: ({ from }: { from: number }) =>
    Array.from({ length: 200 }, (_, n) =>
      anEdit({ holder: named("xpo_account", `x${from + n}`, `Client ${from + n}`) }),
    ),
  ...more,
});

async function show(fake: Fake, route: Partial<Extract<Route, { place: "history" }>> = {}) {
  const user = userEvent.setup();
  render(HistoryScreen, { route: { place: "history", ...route } });
  await waitFor(() => expect(fake.calls.length).toBeGreaterThan(0));
  return user;
}
const lastQuery = (fake: Fake) => (fake.argsOf("list:history").at(-1) as { query: HistoryQuery }).query;
const rowOf = (text: string) => screen.getByText(text).closest("[role=row]") as HTMLElement;

describe("Change history", () => {
  it("shows time, person, action, and values before and after as text (invariant 7)", async () => {
    await show(new Fake(answers([undo, renamed, added])));
    await screen.findByText("Renamed");
    const row = rowOf("Renamed");
    expect(row).toHaveTextContent("José");
    expect(row).toHaveTextContent("Acme: Acme, Active → <b>Acme</b>\uFFFD, Active");
    expect(row).toHaveTextContent("+4");
    expect(rowOf("Undid: renamed")).toHaveTextContent("Maria");
    expect(document.querySelector("b")).toBeNull();
    expect(screen.getByText("3 of 3")).toBeVisible();
    expect(await faults()).toEqual([]);
  });

  it("shows the former name of a deleted object instead of its id", async () => {
    const gone = anEdit({ holder: named("xpo_account", "01a21031", ""), after: "Initech · Active" });
    await show(new Fake(answers([anEntry(1, { first: [gone] })])));
    await screen.findByText("1 of 1");
    expect(rowOf("Added to XPO Accounts")).toHaveTextContent("XPO account: – → Initech · Active");
  });

  it("has a label for every action", () => {
    for (const action of actions) expect(actionOf(action)).toMatch(/^[A-Z][a-z]+[^_]*$/);
    expect(actionOf("of_a_newer_version")).toBe("of a newer version");
  });

  it("undoes an entry, and offers Redo", async () => {
    const fake = new Fake(answers([added]));
    const user = await show(fake);
    await user.click(await screen.findByRole("button", { name: "Undo added to XPO Accounts, no. 1" }));
    await waitFor(() =>
      expect(fake.argsOf("commit")).toEqual([
        { action: { action: "undo", change: "change-1", handOvers: [] } },
      ]),
    );
    await waitFor(() => expect(messages.list.at(-1)?.action?.label).toBe("Redo"));
  });

  it("shows the reasons for a refused undo in its dialog", async () => {
    const refused = anOutcome({
      blockers: [
        {
          reason: "in_use",
          object: named("ad_account", "71", "Main"),
          adAccount: null,
          holder: null,
          xpoAccount: null,
          entry: null,
        },
      ],
    });
    const fake = new Fake(answers([added], { commit: () => ({ change: "change-8", outcome: refused }) }));
    const user = await show(fake);
    await user.click(await screen.findByRole("button", { name: /^Undo added/ }));
    await waitFor(() =>
      expect(undoing.refused).toEqual({ change: "change-1", redo: false, outcome: refused }),
    );
    undoing.refused = null;
  });

  it("links an undone entry with the entry that undid it", async () => {
    const user = await show(new Fake(answers([renamed])));
    await user.click(await screen.findByRole("button", { name: "Undone" }));
    expect(router.route).toEqual({ place: "history", about: { kind: "change", id: "change-3" } });
    expect(screen.queryByRole("button", { name: /^Undo renamed/ })).toBeNull();
  });

  it("shows all edits of an entry, page by page", async () => {
    const many = anEntry(4, { edits: 450 });
    const fake = new Fake(answers([many]));
    const user = await show(fake);
    await screen.findByText("1 of 1");
    screen.getByRole("grid", { name: "Changes" }).focus();
    await user.keyboard("{Enter}");
    const dialog = await screen.findByRole("dialog", { name: "Added to XPO Accounts" });
    expect(await within(dialog).findByText("Client 0")).toBeVisible();
    expect(within(dialog).getByText("450 changes")).toBeVisible();
    expect(await faults()).toEqual([]);
    expect(fake.argsOf("edits_of")).toEqual([{ entry: 4, from: 0 }]);
    within(dialog).getByRole("grid").focus();
    await user.keyboard("{End}");
    await waitFor(() => expect(fake.argsOf("edits_of")).toContainEqual({ entry: 4, from: 400 }));
    expect(await within(dialog).findByText("Client 449")).toBeVisible();
  });

  it("links an edit to its object", async () => {
    const user = await show(new Fake(answers([added])));
    await screen.findByText("1 of 1");
    screen.getByRole("grid", { name: "Changes" }).focus();
    await user.keyboard("{Enter}");
    await screen.findByText("Client 0");
    screen.getByRole("grid", { name: "Edits" }).focus();
    await user.keyboard("{Enter}");
    expect(router.route).toEqual({ place: "xpo_account", id: "x0" });
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

  it("shows the history of one object, and of all objects when the filter is cleared", async () => {
    const acme = named("xpo_account", "x1", "Acme");
    const fake = new Fake(
      answers([added], {
        search: () => [{ kind: "xpo_account", hits: [{ named: acme, inside: null }], more: false }],
      }),
    );
    const user = await show(fake, { about: { kind: "xpo_account", id: "x1" } });
    expect(lastQuery(fake).about).toEqual({ kind: "xpo_account", id: "x1" });
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
    expect(screen.getByRole("button", { name: "As of a date…" })).toBeDisabled();
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
        campaigns: 150,
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
        after ? heldThen(100, 50) : heldThen(0, 100),
      ...more,
    });

  it("asks for a past time, and explains an invalid one", async () => {
    const user = await show(new Fake(past()));
    await screen.findByText("1 of 1");
    await user.click(screen.getByRole("button", { name: "As of a date…" }));
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
    await screen.findByText("Shoes");
    screen.getByRole("grid").focus();
    await user.keyboard("{Enter}");
    const dialog = await screen.findByRole("dialog", { name: "Shoes (Acme)" });
    expect(await faults()).toEqual([]);
    await user.click(within(dialog).getByRole("tab", { name: /Campaigns/ }));
    expect(await within(dialog).findByText("Campaign 0")).toBeVisible();
    within(dialog).getByRole("grid").focus();
    await user.keyboard("{End}");
    expect(await within(dialog).findByText("Campaign 149")).toBeVisible();
    expect(fake.argsOf("allocated_as_of")).toEqual([
      { at, kind: "campaign_allocation", advertiser: "a1", after: null },
      {
        at,
        kind: "campaign_allocation",
        advertiser: "a1",
        after: heldThen(99, 1).map((one) => ({ ...one, initialized: false }))[0],
      },
    ]);
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
