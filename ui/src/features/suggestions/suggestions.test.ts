import { render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { toStore } from "svelte/store";
import { afterEach, describe, expect, it, vi } from "vitest";
import { faults } from "../../components/testing/axe";
import { confirm } from "../../components/testing/confirm";
import type { Action, Suggestion, Suggestions, SuggestionsFor } from "../../ipc";
import { Fake, fails, Pending, type Answers } from "../../ipc/testing/fake";
import { account, brand, client } from "../../ipc/testing/allocations";
import { anOutcome, named } from "../../ipc/testing/directory";
import ReviewDialog from "./ReviewDialog.svelte";
import { RowSuggestions } from "./row-suggestions.svelte";

const aSuggestion = (kind: "campaign" | "audience" | "ad_account", n: number, to: number, sure: boolean) =>
  ({
    object: named(kind, `${n}`, `ORB_<b>${n}`),
    adAccount: kind === "ad_account" ? named(kind, `${n}`, `ORB_<b>${n}`) : account,
    advertiser: brand(to),
    xpoAccount: client(1),
    reason: `14 of 15 campaigns named ORB_* went to Brand ${to}`,
    sure,
  }) satisfies Suggestion;

function open(
  kind: "campaign" | "audience" | "ad_account",
  found: Suggestion[],
  more = false,
  answers: Answers = {},
) {
  const fake = new Fake({
    suggestions: () => ({ found, more }),
    preview: () => anOutcome({ added: 1 }),
    commit: () => ({
      change: "c-1",
      outcome: anOutcome({ entry: 1, added: 1, summary: "Allocated 1 campaign" }),
    }),
    ...answers,
  });
  const wanted: SuggestionsFor =
    kind === "ad_account"
      ? { of: "ad_accounts", only: null }
      : { of: kind === "campaign" ? "campaigns" : "audiences", adAccounts: [account.id], only: null };
  const onclose = vi.fn();
  render(ReviewDialog, { wanted, onclose });
  const last = (command: string) => (fake.argsOf(command).at(-1) as { action: Action } | undefined)?.action;
  return { fake, onclose, last, user: userEvent.setup() };
}

const box = (name: string) => screen.findByRole("checkbox", { name });

describe("Review suggestions", () => {
  it("ticks only likely suggestions, gives reasons, and saves those of several advertisers as one change", async () => {
    const { last, user, onclose } = open("campaign", [
      aSuggestion("campaign", 1, 1, true),
      aSuggestion("campaign", 2, 2, false),
      aSuggestion("campaign", 3, 1, false),
    ]);
    expect(await box("ORB_<b>1 to Brand 1")).toBeChecked();
    expect(await box("ORB_<b>2 to Brand 2")).not.toBeChecked();
    expect(screen.getAllByText("14 of 15 campaigns named ORB_* went to Brand 1")).toHaveLength(2);
    expect(await faults()).toEqual([]);
    const second = (await box("ORB_<b>2 to Brand 2")).closest("[role=gridcell]") as HTMLElement;
    await user.click(second);
    await waitFor(() => expect(last("preview")).toMatchObject({ campaigns: [{}, {}] }));
    await confirm(user, screen.getByRole("dialog"), "Save");
    expect(last("commit")).toEqual({
      action: "allocate_to_several",
      campaigns: [
        { advertiser: "v1", allocate: ["1"], deallocate: [] },
        { advertiser: "v2", allocate: ["2"], deallocate: [] },
      ],
      audiences: [],
    });
    await waitFor(() => expect(onclose).toHaveBeenCalled());
  });

  it("saves ad accounts with the action of Allocate Account, and audiences with their ad accounts", async () => {
    const accounts = open("ad_account", [aSuggestion("ad_account", 1, 1, true)]);
    await waitFor(() =>
      expect(accounts.last("preview")).toEqual({
        action: "allocate_accounts",
        allocate: [{ adAccount: "1", advertiser: "v1" }],
        deallocate: [],
        modes: [],
        defaultReplacements: [],
      }),
    );
    document.body.innerHTML = "";
    const audiences = open("audience", [aSuggestion("audience", 1, 1, true)]);
    await waitFor(() =>
      expect(audiences.last("preview")).toMatchObject({
        audiences: [{ advertiser: "v1", accounts: [{ adAccount: account.id, allocate: ["1"] }] }],
      }),
    );
  });

  it("says that not all suggestions are listed, and nothing if they are", async () => {
    const found = [aSuggestion("campaign", 1, 1, true), aSuggestion("campaign", 2, 1, true)];
    const notice = "Only the first 2 suggestions are listed";
    open("campaign", found, true);
    expect(await screen.findByText(notice)).toBeVisible();
    expect(await faults()).toEqual([]);
    document.body.innerHTML = "";
    open("campaign", found);
    await box("ORB_<b>1 to Brand 1");
    expect(screen.queryByText(notice)).toBeNull();
  });

  it("says what suggestions are made from when there is none, and has nothing to save", async () => {
    open("ad_account", []);
    const dialog = await screen.findByRole("dialog", { name: "Review suggestions" });
    expect(await within(dialog).findByText("No suggestions")).toBeVisible();
    expect(screen.getByRole("button", { name: "Save" })).toBeDisabled();
  });

  it("says once why they cannot be read, and ticks the likely ones after a retry", async () => {
    const found = [aSuggestion("campaign", 1, 1, true)];
    const { fake, user } = open("campaign", [], false, { suggestions: fails("internal") });
    const retry = await screen.findByRole("button", { name: "Try again" });
    fake.answers.suggestions = () => ({ found, more: false });
    await user.click(retry);
    expect(await box("ORB_<b>1 to Brand 1")).toBeChecked();
  });
});

describe("The suggestions of rows", () => {
  afterEach(() => void vi.useRealTimers());

  const ofCampaigns = () =>
    new RowSuggestions((only) => ({ of: "campaigns", adAccounts: [account.id], only }));
  /** Shows rows as a list does. Returns the function that removes them. */
  const show = (rows: RowSuggestions, ...ids: string[]) =>
    toStore(() => ids.map((id) => rows.of(id))).subscribe(() => undefined);
  const askedOf = (fake: Fake) =>
    fake.argsOf("suggestions").map((args) => (args as { wanted: SuggestionsFor }).wanted.only);

  it("are asked for together, and again after they were learned again and after a sync", async () => {
    const fake = new Fake({
      suggestions: ({ wanted }: { wanted: SuggestionsFor }) => ({
        found: (wanted.only ?? []).filter((id) => id === "1").map(() => aSuggestion("campaign", 1, 1, true)),
        more: false,
      }),
    });
    const rows = ofCampaigns();
    const stops = [rows.watch(), show(rows, "1", "2")];
    expect([rows.of("1"), rows.of("2")]).toEqual([[], []]);
    await waitFor(() => expect(rows.of("1")).toHaveLength(1));
    expect(rows.of("2")).toEqual([]);
    await fake.changed("suggestions");
    await waitFor(() => expect(fake.argsOf("suggestions")).toHaveLength(2));
    expect(fake.argsOf("suggestions")[1]).toMatchObject({ wanted: { only: ["1", "2"] } });
    await fake.changed("jobs");
    await waitFor(() => expect(fake.argsOf("suggestions")).toHaveLength(3), { timeout: 10_000 });
    stops.forEach((stop) => stop());
  });

  it("are asked for in one request at a time while syncs end, and only for the rows that are shown", async () => {
    vi.useFakeTimers();
    const pending = new Pending<Suggestions>();
    const fake = new Fake({ suggestions: pending.answer });
    const rows = ofCampaigns();
    const stops = [rows.watch(), show(rows, "1")];
    const scrolledAway = show(rows, "2");
    await vi.advanceTimersByTimeAsync(0);
    expect(askedOf(fake)).toEqual([["1", "2"]]);
    pending.resolve({ found: [], more: false });
    await vi.advanceTimersByTimeAsync(0);
    // A row that is gone before the running request ends is not asked for.
    scrolledAway();
    await fake.changed("jobs");
    await vi.advanceTimersByTimeAsync(0);
    expect(askedOf(fake)).toEqual([["1", "2"], ["1"]]);
    show(rows, "3")();
    stops.push(show(rows, "4"));
    for (let times = 0; times < 20; times++) {
      await fake.changed("jobs");
      await fake.changed("facts");
      await vi.advanceTimersByTimeAsync(250);
    }
    expect(askedOf(fake)).toHaveLength(2);
    pending.resolve({ found: [], more: false });
    await vi.advanceTimersByTimeAsync(10);
    expect(askedOf(fake)).toEqual([["1", "2"], ["1"], ["1", "4"]]);
    pending.resolve({ found: [], more: false });
    await vi.advanceTimersByTimeAsync(5_000);
    // Rows that a sync writes have no suggestions before it ends.
    for (let times = 0; times < 20; times++) await fake.changed("facts");
    await vi.advanceTimersByTimeAsync(5_000);
    expect(askedOf(fake)).toHaveLength(3);
    stops.forEach((stop) => stop());
  });
});
