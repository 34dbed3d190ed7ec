import { render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { faults } from "../../components/testing/axe";
import type {
  Action,
  Blocker,
  DefaultReplacementRow,
  Named,
  Outcome,
  TreeAccount,
  TreeQuery,
  Warning,
} from "../../ipc";
import { aBlocker, anOutcome, aWarning } from "../../ipc/testing/directory";
import { anAccount, Fake, fails } from "../../ipc/testing/fake";
import { messages } from "../../lib/messages.svelte";
import { router } from "../app/router.svelte";
import AllocateDialog from "./AllocateDialog.svelte";

type Allocate = Action & { action: "allocate_accounts" };

const ONE = anAccount(1).id;
const TWO = anAccount(2).id;
const named = (kind: Named["kind"], id: string, name: string): Named => ({ kind, id, name });

/** Returns an XPO account; `has` says how many of the ad accounts each advertiser has. */
function anXpoAccount(
  name: string,
  has: Record<string, number>,
  more: Partial<TreeAccount> = {},
): TreeAccount {
  return {
    id: `x-${name}`,
    name,
    state: "active",
    archived: false,
    default: null,
    modes: Object.values(has).some((count) => count > 0) ? ["self"] : [],
    advertisers: Object.entries(has).map(([advertiser, allocated]) => ({
      id: `a-${advertiser}`,
      name: advertiser,
      archived: false,
      allocated,
      adAccounts: [ONE, TWO].slice(0, allocated),
    })),
    ...more,
  };
}

/** Counts pairs, as the book does. */
const counting = ({ action }: { action: Allocate }): Outcome =>
  anOutcome({
    added: action.allocate.length,
    removed: action.deallocate.length,
    changed: action.modes.length,
  });

const blockedFor = (holder: Named, more: Partial<Blocker> = {}): Blocker =>
  aBlocker("campaign_allocated", named("campaign", "1790000000000000001", "Spring"), {
    text: `Spring is allocated to ${holder.name}.`,
    adAccount: named("ad_account", ONE, "Account 1"),
    holder,
    xpoAccount: named("xpo_account", "x-Acme", "Acme"),
    ...more,
  });

async function open(tree: TreeAccount[], accounts: readonly string[] = [ONE]) {
  const shown = { tree };
  const fake = new Fake({
    account_names: () => [
      named("ad_account", ONE, "<b>Account 1</b>\u202E"),
      named("ad_account", TWO, "Account 2"),
    ],
    xpo_tree: ({ query }: { query: TreeQuery }) => (query.adAccounts.length > 0 ? shown.tree : []),
    preview: counting,
    commit: (args: { action: Allocate }) => ({
      change: "c-1",
      outcome: { ...counting(args), entry: 1, summary: "Allocated <b>Account 1</b>\u202E to Acme" },
    }),
  });
  const onclose = vi.fn();
  render(AllocateDialog, { accounts, onclose });
  const dialog = await screen.findByRole("dialog", { name: "Allocate Account" });
  if (accounts.length > 0 && tree.length > 0) await screen.findByRole("treegrid");
  const last = (command: string) => (fake.argsOf(command).at(-1) as { action: Allocate } | undefined)?.action;
  return { user: userEvent.setup(), fake, onclose, dialog, shown, last };
}

const box = (name: string | RegExp) => screen.getByRole<HTMLInputElement>("checkbox", { name });
const save = () => screen.getByRole("button", { name: "Save" });
const pair = (advertiser: string, adAccount = ONE) => ({ adAccount, advertiser: `a-${advertiser}` });

describe("The suggestion in Allocate Account", () => {
  it("is shown while nothing is edited, and a press ticks the advertiser", async () => {
    const { user, fake, dialog, last } = await open([anXpoAccount("Acme", { Shoes: 0, Hats: 0 })]);
    const found = [
      {
        object: named("ad_account", ONE, "Account 1"),
        adAccount: named("ad_account", ONE, "Account 1"),
        advertiser: named("advertiser", "a-Hats", "Hats"),
        xpoAccount: named("xpo_account", "x-Acme", "Acme"),
        reason: "its name contains “Hats”",
        sure: true,
      },
    ];
    fake.answers.suggestions = () => ({ found, more: false });
    await fake.changed("suggestions");
    const chip = await within(dialog).findByRole("button", { name: "Suggested: Hats" });
    expect(within(dialog).getByText("because its name contains “Hats”")).toBeVisible();
    await user.click(chip);
    expect(box("Hats")).toBeChecked();
    expect(box("Shoes")).not.toBeChecked();
    await waitFor(() => expect(last("preview")?.allocate).toEqual([pair("Hats")]));
    await waitFor(() => expect(within(dialog).queryByText("Suggested:")).toBeNull());
  });
});

describe("Allocate Account", () => {
  it("lists existing allocations first and selected, and shows hostile names as text (R13, R16)", async () => {
    const { dialog } = await open([
      anXpoAccount("Acme", { "<i>Hats</i>": 0 }),
      anXpoAccount("Beta", { Shoes: 1, Socks: 0 }, { default: named("ad_account", ONE, "Account 1") }),
    ]);
    const rows = within(screen.getByRole("treegrid")).getAllByRole("row");
    expect(rows.map((row) => within(row).getByRole("checkbox").getAttribute("aria-label"))).toEqual([
      "Beta",
      "Shoes",
      "Socks",
      "Acme",
    ]);
    expect(box("Shoes")).toBeChecked();
    expect(box("Socks")).not.toBeChecked();
    expect(box("Beta").indeterminate).toBe(true);
    expect(rows[0]).toHaveTextContent("Default account");
    expect(rows[0]).toHaveAttribute("aria-expanded", "true");
    expect(rows[3]).toHaveAttribute("aria-expanded", "false");
    expect(within(dialog).getByRole("combobox", { name: "TikTok ad account" })).toHaveValue(
      "<b>Account 1</b>�",
    );
    expect(save()).toBeDisabled();
    expect(await faults()).toEqual([]);
  });

  it("previews each edit, saves, confirms the save and offers Undo (R15, R16, R20, R21)", async () => {
    const { user, last, onclose } = await open([anXpoAccount("Acme", { Shoes: 1, Socks: 0, Hats: 0 })]);
    await user.click(box("Socks"));
    await user.click(box("Hats"));
    await user.click(box("Shoes"));
    expect(await screen.findByText("2 added, 1 removed")).toBeVisible();
    await user.click(save());
    await waitFor(() => expect(onclose).toHaveBeenCalledOnce());
    expect(last("commit")).toEqual({
      action: "allocate_accounts",
      allocate: [pair("Socks"), pair("Hats")],
      deallocate: [pair("Shoes")],
      modes: [],
      defaultReplacements: [],
    });
    expect(messages.list.at(-1)).toMatchObject({
      text: "Success: allocated <b>Account 1</b>� to Acme.",
      action: { label: "Undo" },
    });
  });

  it("requests no preview once an edit is reverted", async () => {
    const { user } = await open([anXpoAccount("Acme", { Shoes: 1, Socks: 0 })]);
    await user.click(box("Socks"));
    expect(await screen.findByText("1 added")).toBeVisible();
    await user.click(box("Socks"));
    await waitFor(() => expect(screen.queryByText("1 added")).toBeNull());
    expect(save()).toBeDisabled();
  });

  it("selects every advertiser of an XPO account in one press (A10)", async () => {
    const { user, last } = await open([
      anXpoAccount("Solo", { Only: 0 }),
      anXpoAccount("Trio", { One: 0, Two: 0, Three: 0 }),
      anXpoAccount("Nobody", {}),
    ]);
    await user.click(box("Solo"));
    await waitFor(() => expect(last("preview")?.allocate).toEqual([pair("Only")]));
    await user.click(box("Trio"));
    expect(box("Trio")).toBeChecked();
    const trio = [pair("One"), pair("Two"), pair("Three")];
    await waitFor(() => expect(last("preview")?.allocate).toEqual([pair("Only"), ...trio]));
    expect(save()).toBeEnabled();
    expect(await faults()).toEqual([]);
    await user.click(box("Trio"));
    await waitFor(() => expect(last("preview")?.allocate).toEqual([pair("Only")]));
    expect(box("Nobody: No advertisers yet")).toBeDisabled();
  });

  it("leads from an XPO account without advertisers to where they are added", async () => {
    const { user, dialog } = await open([anXpoAccount("Nobody", {})]);
    expect(within(dialog).getByRole("row")).toHaveTextContent("Nobody No advertisers yet Add advertisers");
    expect(await faults()).toEqual([]);
    await user.click(within(dialog).getByRole("button", { name: "Add advertisers to Nobody" }));
    expect(router.route).toEqual({ screen: "xpo_account", id: "x-Nobody", tab: "advertisers" });
  });

  it("never selects an archived advertiser with its XPO account", async () => {
    const account = anXpoAccount("Acme", { Shoes: 0, Old: 0 });
    const old = account.advertisers.map((one) => (one.name === "Old" ? { ...one, archived: true } : one));
    const { user, last } = await open([{ ...account, advertisers: old }]);
    await user.click(box("Acme"));
    await waitFor(() => expect(last("preview")?.allocate).toEqual([pair("Shoes")]));
  });

  it("selects the other advertisers of an XPO account, then none, then restores the previous selection", async () => {
    const { user, last } = await open([anXpoAccount("Acme", { Shoes: 1, Socks: 1, Hats: 0 })]);
    await user.click(box("Acme"));
    await waitFor(() => expect(last("preview")?.allocate).toEqual([pair("Hats")]));
    expect(last("preview")?.deallocate).toEqual([]);
    await user.click(box("Acme"));
    await waitFor(() => expect(last("preview")?.deallocate).toEqual([pair("Shoes"), pair("Socks")]));
    await user.click(box("Acme"));
    expect(box("Shoes")).toBeChecked();
    expect(box("Hats")).not.toBeChecked();
    await waitFor(() => expect(save()).toBeDisabled());
  });

  it("finds pasted names, says which it did not find, and selects all that it found", async () => {
    const { user, fake, last } = await open([
      anXpoAccount("Acme, Inc.", { Shoes: 0, Socks: 0 }),
      anXpoAccount("Acme", { Hats: 0 }),
      anXpoAccount("Beta", { One: 0, Two: 0 }),
    ]);
    fake.answers.paste = () => "acme, inc.\nTwo\nNobody";
    await user.click(screen.getByRole("searchbox", { name: "Search XPO accounts and advertisers" }));
    await user.paste("acme, inc.\r\nTwo\tNobody\r\n");
    const report = await screen.findByRole("status", { name: "Pasted names and IDs" });
    expect(report).toHaveTextContent("2 of 3 found, 1 not: Nobody");
    expect(fake.argsOf("paste")).toEqual([
      expect.objectContaining({
        text: "acme, inc.\r\nTwo\tNobody",
        target: expect.objectContaining({ into: "known" }),
      }),
    ]);
    await user.click(screen.getByRole("button", { name: "Select all 2 filtered" }));
    const expected = [pair("Shoes"), pair("Socks"), pair("Two")];
    await waitFor(() => expect(last("preview")?.allocate).toEqual(expected));
    expect(await faults()).toEqual([]);
  });

  it("shows the count above the warnings", async () => {
    const { user, fake } = await open([anXpoAccount("Acme", { Shoes: 0 })]);
    const object = named("ad_account", ONE, "Account 1");
    const warning = aWarning("account_not_approved", object);
    fake.answers.preview = (args: { action: Allocate }) => ({
      ...counting(args),
      warnings: Array<Warning>(30).fill(warning),
    });
    await user.click(box("Acme"));
    const warnings = await screen.findByRole("region", { name: "Warnings" });
    const count = screen.getByText("1 added");
    expect(count.compareDocumentPosition(warnings)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
  });

  it("closes without a question while it says that nothing would change", async () => {
    const { user, fake, onclose } = await open([anXpoAccount("Acme", { Shoes: 1 })]);
    const nothing = blockedFor(named("advertiser", "a-Shoes", "Shoes"), { reason: "nothing_to_do" });
    fake.answers.preview = () => anOutcome({ blockers: [nothing] });
    await user.click(screen.getByRole("radio", { name: "Knorex" }));
    expect(await screen.findByText("No changes")).toBeVisible();
    await waitFor(() => expect(save()).toBeDisabled());
    await user.click(screen.getByRole("button", { name: "Cancel" }));
    expect(onclose).toHaveBeenCalledOnce();
  });

  it("can be operated with the keyboard alone", async () => {
    const { user, last, onclose } = await open([
      anXpoAccount("Acme", { Shoes: 1 }),
      anXpoAccount("Beta", { One: 0, Two: 0 }),
    ]);
    const search = screen.getByRole("searchbox", { name: "Search XPO accounts and advertisers" });
    await waitFor(() => expect(search).toHaveFocus());
    await user.keyboard("{Enter}");
    const tree = screen.getByRole("treegrid");
    expect(tree).toHaveFocus();
    const current = () =>
      document.getElementById(tree.getAttribute("aria-activedescendant") ?? "")?.querySelector("input")
        ?.ariaLabel;
    await user.keyboard("{ArrowDown}{ArrowDown}");
    expect(current()).toBe("Beta");
    await user.keyboard("{ArrowRight}{ArrowRight}");
    expect(current()).toBe("One");
    await user.keyboard(" ");
    expect(box("One")).toBeChecked();
    await user.keyboard("{ArrowLeft}");
    expect(current()).toBe("Beta");
    await user.keyboard("p");
    await user.keyboard("{ArrowLeft}");
    expect(screen.queryByRole("checkbox", { name: "One" })).toBeNull();
    await user.keyboard("{Home}");
    expect(current()).toBe("Acme");
    await user.keyboard("{End}a");
    await waitFor(() => expect(last("preview")?.allocate).toHaveLength(2));
    await user.keyboard("{Enter}");
    await waitFor(() => expect(onclose).toHaveBeenCalledOnce());
    expect(last("commit")).toMatchObject({
      allocate: [pair("One"), pair("Two")],
      modes: [{ adAccount: ONE, xpoAccount: "x-Beta", mode: "knorex" }],
    });
  });

  it("sets the payment mode of all rows at once, or of a single row (R14, A9)", async () => {
    const { user, last } = await open([
      anXpoAccount("Acme", { Shoes: 1 }),
      anXpoAccount("Beta", { One: 1 }),
      anXpoAccount("Gamma", { New: 0 }),
    ]);
    expect(screen.getByRole("radio", { name: "Self" })).toBeChecked();
    await user.click(screen.getByRole("radio", { name: "Knorex" }));
    await waitFor(() =>
      expect(last("preview")?.modes).toEqual([
        { adAccount: ONE, xpoAccount: "x-Acme", mode: "knorex" },
        { adAccount: ONE, xpoAccount: "x-Beta", mode: "knorex" },
      ]),
    );
    await user.selectOptions(screen.getByRole("combobox", { name: "Payment mode of Beta" }), "Self");
    await user.click(box("Gamma"));
    await waitFor(() =>
      expect(last("preview")).toMatchObject({
        allocate: [pair("New")],
        modes: [
          { adAccount: ONE, xpoAccount: "x-Acme", mode: "knorex" },
          { adAccount: ONE, xpoAccount: "x-Gamma", mode: "knorex" },
        ],
      }),
    );
    expect(await faults()).toEqual([]);
  });

  it("gives new allocations the mode that all existing ones have, or Self if there are none (A9)", async () => {
    const { user, last } = await open([
      anXpoAccount("Acme", { Shoes: 1 }, { modes: ["knorex"] }),
      anXpoAccount("Beta", { One: 0 }),
    ]);
    expect(screen.getByRole("radio", { name: "Knorex" })).toBeChecked();
    await user.click(box("Beta"));
    await waitFor(() =>
      expect(last("preview")?.modes).toEqual([{ adAccount: ONE, xpoAccount: "x-Beta", mode: "knorex" }]),
    );
  });

  it("shows blockers in their rows and below the list, with links, and saves the other changes (R25, A12, A14)", async () => {
    const { user, fake, onclose, last } = await open([anXpoAccount("Acme", { Shoes: 1, Socks: 0 })]);
    const blockers = [
      blockedFor(named("advertiser", "a-Shoes", "Shoes")),
      blockedFor(named("advertiser", "a-Shoes", "Shoes"), {
        reason: "goal_created",
        object: named("goal", "g-1", "Sale"),
      }),
    ];
    const refusing = ({ action }: { action: Allocate }) => ({
      ...counting({ action }),
      blockers: action.deallocate.length > 0 ? blockers : [],
    });
    fake.answers.preview = refusing;
    fake.answers.unblocked_part = ({ action }: { action: Allocate }) => ({ ...action, deallocate: [] });
    await user.click(box("Shoes"));
    await user.click(box("Socks"));
    const row = box("Shoes").closest("[role=row]") as HTMLElement;
    await waitFor(() => expect(row).toHaveTextContent(/Spring is allocated to Shoes\..*\+1/));
    const way = screen.getByRole("region", { name: "Blockers" });
    expect(way).toHaveTextContent("Fix these 2 first:");
    await waitFor(() => expect(save()).toBeDisabled());
    expect(await faults()).toEqual([]);

    await user.click(within(way).getAllByRole("button", { name: /^Show campaign/ })[0] as HTMLElement);
    expect(screen.getByRole("alert")).toHaveTextContent("Leave without saving?");
    await user.click(screen.getByRole("button", { name: "Keep editing" }));
    await user.click(screen.getByRole("button", { name: "Save the other changes" }));
    await waitFor(() => expect(onclose).toHaveBeenCalledOnce());
    expect(last("commit")).toMatchObject({ allocate: [pair("Socks")], deallocate: [] });
    expect(router.route).toEqual({ screen: "overview" });
  });

  it("says that every change is blocked (A14)", async () => {
    const { user, fake, onclose } = await open([anXpoAccount("Acme", { Shoes: 1 })]);
    fake.answers.preview = () =>
      anOutcome({ blockers: [blockedFor(named("advertiser", "a-Shoes", "Shoes"))] });
    fake.answers.unblocked_part = () => null;
    await user.click(box("Shoes"));
    await user.click(await screen.findByRole("button", { name: "Save the other changes" }));
    expect(await screen.findByText("Nothing else to save")).toBeVisible();
    expect(fake.argsOf("commit")).toEqual([]);
    expect(onclose).not.toHaveBeenCalled();
  });

  it("opens the blocking object once the edits are discarded", async () => {
    const { user, fake, onclose } = await open([anXpoAccount("Acme", { Shoes: 1 })]);
    fake.answers.preview = () =>
      anOutcome({ blockers: [blockedFor(named("advertiser", "a-Shoes", "Shoes"))] });
    await user.click(box("Shoes"));
    await user.click(await screen.findByRole("button", { name: /^Show campaign/ }));
    await user.click(await screen.findByRole("button", { name: "Discard" }));
    expect(onclose).toHaveBeenCalledOnce();
    expect(router.route).toMatchObject({ screen: "campaigns", tab: "allocated", advertiser: "a-Shoes" });
  });

  describe("when an XPO account loses its default", () => {
    const defaultReplacement = (options: Named[]): DefaultReplacementRow => ({
      xpoAccount: named("xpo_account", "x-Acme", "Acme"),
      from: named("ad_account", ONE, "Account 1"),
      options,
      choice: null,
    });
    /** Waits for a new default, as the book does. */
    function waiting(options: Named[]) {
      return ({ action }: { action: Allocate }) => {
        const made = action.defaultReplacements[0];
        const choice = made && (made.to ? { choice: "account", adAccount: made.to } : { choice: "leave" });
        return {
          ...counting({ action }),
          defaultReplacements: [{ ...defaultReplacement(options), choice: choice ?? null }],
        };
      };
    }
    async function lose(options: Named[]) {
      const parts = await open([anXpoAccount("Acme", { Shoes: 1 })]);
      const wait = waiting(options);
      parts.fake.answers.preview = wait;
      parts.fake.answers.commit = (args: { action: Allocate }) => ({
        change: "c-1",
        outcome: { ...wait(args), entry: args.action.defaultReplacements.length > 0 ? 1 : null },
      });
      await parts.user.click(box("Shoes"));
      await waitFor(() => expect(save()).toBeEnabled());
      await parts.user.click(save());
      const popup = await screen.findByRole("dialog", { name: "Manage Default TikTok Accounts" });
      return { ...parts, popup };
    }

    it("opens Manage Default TikTok Accounts, waits for a choice and saves both in one (R22–R24, A7)", async () => {
      const { user, popup, last, onclose } = await lose([named("ad_account", TWO, "Account 2")]);
      const confirm = within(popup).getByRole("button", { name: "Save" });
      expect(confirm).toBeDisabled();
      expect(await faults()).toEqual([]);
      await user.selectOptions(within(popup).getByRole("combobox", { name: "New default" }), TWO);
      await user.click(confirm);
      await waitFor(() => expect(onclose).toHaveBeenCalledOnce());
      expect(last("commit")).toMatchObject({
        deallocate: [pair("Shoes")],
        defaultReplacements: [{ xpoAccount: "x-Acme", to: TWO }],
      });
    });

    it("leaves an XPO account without a default if it has no other TikTok ad account (A8)", async () => {
      const { user, popup, last, onclose } = await lose([]);
      await user.click(within(popup).getByRole("checkbox", { name: "Leave Acme without a TikTok account" }));
      await user.click(within(popup).getByRole("button", { name: "Save" }));
      await waitFor(() => expect(onclose).toHaveBeenCalledOnce());
      expect(last("commit")?.defaultReplacements).toEqual([{ xpoAccount: "x-Acme", to: null }]);
    });

    it("lets the admin allocate another TikTok ad account first, after asking about unsaved edits (A8)", async () => {
      const { user, popup, last, shown } = await lose([]);
      await user.click(within(popup).getByRole("button", { name: "Allocate another account…" }));
      await user.click(await screen.findByRole("button", { name: "Discard" }));
      expect(await screen.findByText(/Pick the TikTok ad account to allocate to/)).toHaveTextContent("Acme");
      shown.tree = [anXpoAccount("Acme", { Shoes: 0 }), anXpoAccount("Beta", { One: 0 })];
      await user.click(screen.getByRole("combobox", { name: "TikTok ad account" }));
      await user.click(await screen.findByRole("option", { name: /Account 2/ }));
      await waitFor(() => expect(screen.queryByRole("checkbox", { name: "Beta" })).toBeNull());
      await user.click(box("Acme"));
      await waitFor(() => expect(last("preview")?.allocate).toEqual([pair("Shoes", TWO)]));
    });

    it("changes nothing on Cancel", async () => {
      const { user, popup, fake, onclose } = await lose([]);
      await user.click(within(popup).getByRole("button", { name: "Cancel" }));
      await waitFor(() => expect(screen.queryByRole("dialog", { name: /Manage Default/ })).toBeNull());
      expect(box("Shoes")).not.toBeChecked();
      expect(onclose).not.toHaveBeenCalled();
      expect(fake.argsOf("commit")).toHaveLength(1);
    });
  });

  it("has a third checkbox state for many ad accounts that keeps each one's allocation (A10)", async () => {
    const { user, dialog, last } = await open(
      [anXpoAccount("Acme", { Shoes: 1, Socks: 2, Hats: 0 })],
      [ONE, TWO],
    );
    expect(dialog).toHaveTextContent("2 TikTok ad accounts");
    expect(screen.queryByRole("combobox", { name: "TikTok ad account" })).toBeNull();
    expect(box("Shoes").indeterminate).toBe(true);
    expect(box("Socks")).toBeChecked();
    await user.click(box("Shoes"));
    expect(box("Shoes")).toBeChecked();
    await waitFor(() => expect(last("preview")?.allocate).toEqual([pair("Shoes"), pair("Shoes", TWO)]));
    await user.click(box("Shoes"));
    await waitFor(() => expect(last("preview")?.deallocate).toEqual([pair("Shoes"), pair("Shoes", TWO)]));
    await user.click(box("Shoes"));
    expect(box("Shoes").indeterminate).toBe(true);
    await waitFor(() => expect(save()).toBeDisabled());
  });

  it("disables archived rows for new allocations but lets existing ones be removed", async () => {
    const tree = [
      anXpoAccount("Old", { Kept: 1, Free: 0 }, { archived: true }),
      anXpoAccount("Acme", { Shoes: 0, Socks: 0 }),
    ];
    (tree[1] as TreeAccount).advertisers[1]!.archived = true;
    const { user, last } = await open(tree);
    expect(box("Free: Archived")).toBeDisabled();
    await user.click(box("Kept"));
    await waitFor(() => expect(last("preview")?.deallocate).toEqual([pair("Kept")]));
    await user.click(box("Acme"));
    await waitFor(() => expect(last("preview")?.allocate).toEqual([pair("Shoes")]));
  });

  it("searches 1,500 advertisers while typing, and renders only the visible rows", async () => {
    const tree = Array.from({ length: 150 }, (_, x) =>
      anXpoAccount(
        `Client ${x}`,
        Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`Brand ${x}-${n}`, x === 0 ? 1 : 0])),
      ),
    );
    const { user } = await open(tree);
    const grid = screen.getByRole("treegrid");
    expect(grid).toHaveAttribute("aria-rowcount", "160");
    expect(within(grid).getAllByRole("row").length).toBeLessThan(40);
    const search = screen.getByRole("searchbox", { name: /^Search XPO/ });
    await user.type(search, "bränd 149-7");
    expect(
      within(grid)
        .getAllByRole("checkbox")
        .map((one) => one.ariaLabel),
    ).toEqual(["Client 149", "Brand 149-7"]);
    await user.clear(search);
    await user.click(box("Selected only"));
    expect(grid).toHaveAttribute("aria-rowcount", "11");
    await user.type(search, "nobody");
    expect(await screen.findByText("Nothing matches.")).toBeVisible();
  });

  it("keeps the admin's edits and shows a notice when somebody else changes the data", async () => {
    const { user, fake, shown, last } = await open([anXpoAccount("Acme", { Shoes: 0, Socks: 0 })]);
    await user.click(screen.getByRole("button", { name: "Expand Acme" }));
    await user.click(box("Shoes"));
    await waitFor(() => expect(last("preview")?.allocate).toEqual([pair("Shoes")]));
    shown.tree = [anXpoAccount("Acme", { Shoes: 0, Socks: 1, Hats: 0 }), anXpoAccount("New", { One: 0 })];
    const asked = fake.argsOf("preview").length;
    await fake.changed("decisions");
    expect(await screen.findByText("Changed elsewhere. Review before saving.")).toBeVisible();
    expect(box("Shoes")).toBeChecked();
    expect(box("Socks")).toBeChecked();
    expect(box("New")).toBeVisible();
    await waitFor(() => expect(fake.argsOf("preview").length).toBeGreaterThan(asked));
    expect(last("preview")?.allocate).toEqual([pair("Shoes")]);
    expect(await faults()).toEqual([]);
  });

  it("asks before discarding unsaved edits, also when another ad account is chosen", async () => {
    const { user, onclose } = await open([anXpoAccount("Acme", { Shoes: 1 })]);
    await user.click(box("Shoes"));
    await user.keyboard("{Escape}");
    expect(await screen.findByRole("alert")).toHaveTextContent("Leave without saving?");
    await user.click(screen.getByRole("button", { name: "Keep editing" }));
    expect(box("Shoes")).not.toBeChecked();
    await user.click(screen.getByRole("combobox", { name: "TikTok ad account" }));
    await user.click(await screen.findByRole("option", { name: /Account 2/ }));
    await user.click(await screen.findByRole("button", { name: "Discard" }));
    await waitFor(() =>
      expect(screen.getByRole("combobox", { name: "TikTok ad account" })).toHaveValue("Account 2"),
    );
    await waitFor(() => expect(box("Shoes")).toBeChecked());
    await user.click(screen.getByRole("button", { name: "Cancel" }));
    expect(onclose).toHaveBeenCalledOnce();
  });

  it("closes only the list of ad accounts with Escape, not the dialog (R12)", async () => {
    const { user, onclose } = await open([anXpoAccount("Acme", { Shoes: 0 })], []);
    const picker = screen.getByRole("combobox", { name: "TikTok ad account" });
    await waitFor(() => expect(picker).toHaveFocus());
    await user.keyboard("{ArrowDown}");
    expect(await screen.findByRole("listbox")).toBeVisible();
    await user.keyboard("{Escape}");
    expect(screen.queryByRole("listbox")).toBeNull();
    expect(onclose).not.toHaveBeenCalled();
    await user.keyboard("account 2{Enter}");
    expect(await screen.findByRole("treegrid")).toBeVisible();
  });

  it("links to XPO Accounts when there are none", async () => {
    const { user, onclose } = await open([]);
    await user.click(await screen.findByRole("button", { name: "Go to XPO Accounts" }));
    expect(onclose).toHaveBeenCalledOnce();
    expect(router.route).toEqual({ screen: "xpo" });
  });

  it("shows why the save failed, and keeps the edits", async () => {
    const { user, fake, onclose } = await open([anXpoAccount("Acme", { Shoes: 1 })]);
    fake.answers.commit = fails("disk_full");
    await user.click(box("Shoes"));
    await waitFor(() => expect(save()).toBeEnabled());
    await user.click(save());
    expect(await screen.findByText("The disk is full")).toBeVisible();
    expect(box("Shoes")).not.toBeChecked();
    expect(onclose).not.toHaveBeenCalled();
  });
});
