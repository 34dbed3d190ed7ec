import { render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { faults } from "../../components/testing/axe";
import { confirm } from "../../components/testing/confirm";
import { router, type Route } from "../../features/app/router.svelte";
import { session } from "../../features/app/session.svelte";
import type { Action, AudienceChoice, AudienceRow } from "../../ipc";
import { aSession, Fake, Pending, problem, type Answers } from "../../ipc/testing/fake";
import { account, anAudience, brand, client, withAudiences } from "../../ipc/testing/allocations";
import { aBlocker, anOutcome, aWarning, named } from "../../ipc/testing/directory";
import { messages } from "../../lib/messages.svelte";
import AudiencesScreen from "./AudiencesScreen.svelte";

type AudienceRoute = Extract<Route, { screen: "audiences" }>;
const brand1: AudienceRoute = {
  screen: "audiences",
  adAccount: account.id,
  xpoAccount: "x1",
  advertiser: "v1",
};
const holder = (n: number) => ({ advertiser: brand(n), xpoAccount: client(1), archived: false });
const many = (count: number) => Array.from({ length: count }, (_, n) => anAudience(n));

let opened = 0;
// Each test uses its own partner file, so that no earlier choice is remembered.
beforeEach(() => (session.current = aSession({ file: `partner-${opened++}.xpo` })));

function setUp(audiences: AudienceRow[], route: AudienceRoute = brand1, answers: Answers = {}) {
  const fake = new Fake({ ...withAudiences(() => audiences), ...answers });
  const user = userEvent.setup();
  render(AudiencesScreen, { route });
  return { fake, user };
}

const box = (name: string) => screen.findByRole("checkbox", { name });
const rowOf = async (name: string) => (await screen.findByText(name)).closest("[role=row]") as HTMLElement;
const save = () => screen.getByRole("button", { name: "Save" });
const lastAction = (fake: Fake, command = "preview") =>
  (fake.argsOf(command).at(-1) as { action: Action } | undefined)?.action;

/** Clicks the cell of the checkbox rather than the box itself, as people do. */
async function tick(user: ReturnType<typeof userEvent.setup>, name: string) {
  await user.click((await box(name)).closest("[role=gridcell]") as HTMLElement);
}

describe("Allocate Audiences", () => {
  const heads = () => screen.getAllByRole("columnheader").map((head) => head.getAttribute("aria-label"));

  it("R42: has the columns Audience ID, Audience Name, Type and Allocated", async () => {
    setUp([anAudience(0, { kind: "Website Traffic" })]);
    expect(await rowOf("Audience 0")).toHaveTextContent("Website Traffic");
    expect(heads()).toEqual(
      expect.arrayContaining(["Audience ID", "Audience Name", "Type", "Allocated", "Availability"]),
    );
    expect(await faults()).toEqual([]);
  });

  it("shows size, expiry and owner of an audience in optional columns", async () => {
    const { user } = setUp([anAudience(0)]);
    await box("Audience 0");
    await user.click(screen.getByRole("button", { name: "Columns" }));
    for (const name of ["Size", "Expires", "Shared"]) {
      await user.click(await screen.findByRole("menuitemcheckbox", { name }));
    }
    expect(heads()).toEqual(expect.arrayContaining(["Size", "Expires", "Shared"]));
    expect(await rowOf("Audience 0")).toHaveTextContent("5,000");
  });

  it("A19: selects the audiences of the chosen advertiser and names the other advertisers", async () => {
    setUp([
      anAudience(0, { advertisers: [holder(1), holder(2)] }),
      anAudience(1, { advertisers: [holder(2)] }),
      anAudience(2),
    ]);
    expect(await box("Allocated: Audience 0")).toBeChecked();
    // Selecting is not an edit.
    expect(await box("Audience 0")).not.toBeChecked();
    expect(screen.getByText(/^In the column Allocated, tick .* Or select audiences/u)).toBeVisible();
    expect(await rowOf("Audience 0")).toHaveTextContent("Brand 1 also Brand 2");
    expect(screen.getByTitle("Brand 1 (Client 1) Brand 2 (Client 1)")).toBeVisible();
    expect(await box("Allocated: Audience 1")).not.toBeChecked();
    expect(await rowOf("Audience 1")).toHaveTextContent("Brand 2");
    expect(await box("Allocated: Audience 2")).not.toBeChecked();
  });

  it("R43–R45, R16: allocates and deallocates in one Save that can be undone", async () => {
    const { user, fake } = setUp([anAudience(0), anAudience(1, { advertisers: [holder(1)] })]);
    await user.click(await box("Allocated: Audience 0"));
    await user.click(await box("Allocated: Audience 1"));
    expect(await screen.findByText("1 added, 1 removed")).toBeVisible();
    expect(screen.getByText("1 to be allocated, 1 to be deallocated")).toBeVisible();
    expect(screen.getByText("None selected")).toBeVisible();
    expect(await faults()).toEqual([]);
    await user.keyboard("{Control>}{Enter}{/Control}");
    const action = {
      action: "allocate_audiences",
      advertiser: "v1",
      accounts: [{ adAccount: account.id, allocate: [anAudience(0).id], deallocate: [anAudience(1).id] }],
    };
    await waitFor(() => expect(fake.argsOf("commit")).toEqual([{ action }]));
    await waitFor(() =>
      expect(messages.list.at(-1)).toMatchObject({
        text: "Success: changed Acme.",
        action: { label: "Undo" },
      }),
    );
  });

  it("allocates the selected rows, and leaves those alone that are allocated already", async () => {
    const audiences = many(250).map((audience, n) =>
      n % 2 ? { ...audience, advertisers: [holder(1)] } : audience,
    );
    const { user, fake } = setUp(audiences);
    await box("Audience 0");
    await user.click(screen.getByRole("button", { name: "Select all 250" }));
    await user.click(await screen.findByRole("button", { name: "Allocate" }));
    const choices = () => (lastAction(fake) as { accounts: AudienceChoice[] }).accounts;
    await waitFor(() => expect(choices()[0]?.allocate).toHaveLength(125));
    expect(choices()).toMatchObject([{ adAccount: account.id, deallocate: [] }]);
  });

  it("allocates selected rows that a later search does not show", async () => {
    const { user, fake } = setUp([anAudience(0), anAudience(1)]);
    await user.click(await box("Audience 0"));
    await user.type(screen.getByRole("searchbox"), "Audience 1");
    await waitFor(() => expect(screen.queryByText("Audience 0")).toBeNull());
    await user.click(await box("Audience 1"));
    await user.click(screen.getByRole("button", { name: "Allocate" }));
    const choices = () => (lastAction(fake) as { accounts: AudienceChoice[] } | undefined)?.accounts;
    await waitFor(() => expect(choices()?.[0]?.allocate).toHaveLength(2));
  });

  it("R45, A19: takes the selected audiences away after a preview, and keeps the other edits", async () => {
    const { user, fake } = setUp([
      anAudience(0),
      anAudience(1, { advertisers: [holder(1)] }),
      anAudience(2, { advertisers: [holder(1)] }),
    ]);
    await user.click(await box("Allocated: Audience 0"));
    await user.click(await box("Allocated: Audience 2"));
    await tick(user, "Audience 1");
    await tick(user, "Audience 2");
    await user.click(screen.getByRole("button", { name: "Deallocate…" }));
    const dialog = await screen.findByRole("dialog", { name: "Deallocate 2 audiences from “Brand 1”?" });
    await confirm(user, dialog, "Deallocate");
    await waitFor(() =>
      expect(lastAction(fake, "commit")).toMatchObject({
        action: "deallocate",
        holdings: {
          of: { kind: "advertiser", id: "v1" },
          audiences: [1, 2].map((n) => ({ adAccount: account.id, audience: anAudience(n).id })),
        },
      }),
    );
    expect(await screen.findByText("1 to be allocated")).toBeVisible();
    expect(screen.getByText("None selected")).toBeVisible();
  });

  it("keeps the selection of the other audiences when one is excluded", async () => {
    const { user } = setUp([anAudience(0), anAudience(1)]);
    for (const name of ["Audience 0", "Audience 1"]) await tick(user, name);
    await user.click(screen.getByRole("button", { name: "Actions for Audience 1" }));
    await user.click(await screen.findByRole("menuitem", { name: "Exclude from XPO…" }));
    const dialog = await screen.findByRole("dialog", { name: "Exclude “Audience 1” from XPO?" });
    await confirm(user, dialog, "Exclude from XPO");
    expect(await screen.findByText("1 selected")).toBeVisible();
    expect(await box("Audience 0")).toBeChecked();
  });

  it("warns of audiences that are not ready for use", async () => {
    const { user, fake } = setUp([
      anAudience(0, { availability: "not_ready" }),
      anAudience(1, { availability: "too_small" }),
      anAudience(2, { expiring: true }),
      anAudience(3, { availability: "deleted_on_tiktok", expiring: true }),
    ]);
    expect(await rowOf("Audience 0")).toHaveTextContent("Not ready");
    expect(await rowOf("Audience 1")).toHaveTextContent("Fewer than 1,000");
    expect(await rowOf("Audience 2")).toHaveTextContent("Expires soon");
    expect(await rowOf("Audience 3")).toHaveTextContent("Deleted on TikTok");
    expect(await rowOf("Audience 3")).not.toHaveTextContent("Expires soon");
    fake.answers.preview = () =>
      anOutcome({
        added: 1,
        warnings: [
          aWarning("audience_not_valid", named("audience", anAudience(0).id, "Audience 0"), {
            text: "Audience 0 is not ready for use.",
          }),
        ],
      });
    await user.click(await box("Allocated: Audience 0"));
    expect(await screen.findByText(/is not ready for use/)).toBeVisible();
    expect(save()).toBeEnabled();
  });

  it("A20: excludes audiences from XPO after a preview, and can be undone", async () => {
    const { user, fake } = setUp([anAudience(0, { advertisers: [holder(1)] }), anAudience(1)]);
    await tick(user, "Audience 0");
    await user.click(screen.getByRole("button", { name: "Exclude from XPO…" }));
    const dialog = await screen.findByRole("dialog", { name: "Exclude 1 audience from XPO?" });
    expect(await within(dialog).findByText("1 added")).toBeVisible();
    expect(await faults()).toEqual([]);
    await confirm(user, dialog, "Exclude from XPO");
    await waitFor(() =>
      expect(lastAction(fake, "commit")).toEqual({
        action: "exclude_audiences",
        audiences: [anAudience(0).id],
      }),
    );
    await waitFor(() =>
      expect(messages.list.at(-1)).toMatchObject({
        text: "Success: changed Acme.",
        action: { label: "Undo" },
      }),
    );
  });

  it("does not say that there are no audiences while it lists them again", async () => {
    const { user, fake } = setUp(many(3));
    await box("Audience 0");
    const field = screen.getByRole("searchbox", { name: "Search audiences" });
    await user.type(field, "zz");
    expect(await screen.findByText("Nothing matches")).toBeVisible();
    const answer = fake.answers["list:audiences"]!;
    const pending = new Pending<unknown>();
    fake.answers["list:audiences"] = pending.answer;
    await user.clear(field);
    expect(screen.getByText("Nothing matches")).toBeVisible();
    pending.resolve(answer(fake.argsOf("list:audiences").at(-1) as never));
    await box("Audience 0");
    expect(fake.argsOf("account_page")).toEqual([]);
  });

  it("keeps the tick of an audience that an action left out because it is blocked", async () => {
    const { user, fake } = setUp([anAudience(0), anAudience(1), anAudience(2)]);
    for (const n of [0, 1]) await tick(user, `Audience ${n}`);
    const blocker = aBlocker("unknown", named("audience", anAudience(1).id, "Audience 1"));
    fake.answers.preview = () => anOutcome({ blockers: [blocker] });
    const part = { action: "exclude_audiences" as const, audiences: [anAudience(0).id] };
    fake.answers.unblocked_part = () => part;
    await user.click(screen.getByRole("button", { name: "Exclude from XPO…" }));
    const dialog = await screen.findByRole("dialog", { name: "Exclude 2 audiences from XPO?" });
    await user.click(await within(dialog).findByRole("button", { name: /the other changes$/ }));
    await waitFor(() => expect(lastAction(fake, "commit")).toEqual(part));
    await waitFor(() => expect(screen.getByText("1 selected")).toBeVisible());
    expect(await box("Audience 0")).not.toBeChecked();
    expect(await box("Audience 1")).toBeChecked();
  });

  it("A20: lists excluded audiences with the filter Excluded, and includes one from its menu", async () => {
    const { user, fake } = setUp([anAudience(0), anAudience(1, { excluded: true })]);
    await box("Audience 0");
    await user.click(screen.getByRole("button", { name: "Filter by Excluded" }));
    await user.click(await screen.findByRole("menuitemcheckbox", { name: "Excluded from XPO" }));
    await user.keyboard("{Escape}");
    expect(await rowOf("Audience 1")).toHaveTextContent("Excluded from XPO");
    expect(await box("Allocated: Audience 1: Excluded from XPO: include it first")).toBeDisabled();
    await user.click(screen.getByRole("button", { name: "Actions for Audience 1" }));
    await user.click(await screen.findByRole("menuitem", { name: "Include in XPO…" }));
    const dialog = await screen.findByRole("dialog", { name: "Include “Audience 1” in XPO?" });
    await within(dialog).findByText(/\d (added|removed|changed)/);
    await confirm(user, dialog, "Include in XPO");
    await waitFor(() =>
      expect(lastAction(fake, "commit")).toEqual({
        action: "include_audiences",
        audiences: [anAudience(1).id],
      }),
    );
  });

  it("filters by allocated, type and availability", async () => {
    const { user, fake } = setUp([anAudience(0, { advertisers: [holder(1)] }), anAudience(1)]);
    await box("Audience 0");
    await user.click(screen.getByRole("button", { name: "Filter by Allocated" }));
    await user.click(await screen.findByRole("menuitemcheckbox", { name: "Not allocated" }));
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByText("Audience 0")).toBeNull());
    await user.click(screen.getByRole("button", { name: "Filter by Type" }));
    await user.click(await screen.findByRole("checkbox", { name: /Customer File/ }));
    await user.keyboard("{Escape}");
    await user.click(screen.getByRole("button", { name: "Filter by Availability" }));
    await user.click(await screen.findByRole("menuitemcheckbox", { name: "Not ready" }));
    await user.click(await screen.findByRole("menuitemcheckbox", { name: "Fewer than 1,000" }));
    await waitFor(() =>
      expect(fake.argsOf("list:audiences").at(-1)).toMatchObject({
        query: {
          of: { of: "allocated", advertiser: "v1", allocated: false },
          types: ["Customer File"],
          availability: ["not_ready", "too_small"],
        },
      }),
    );
  });

  it("keeps the selection while a sync adds rows", async () => {
    const audiences = many(2);
    const { user, fake } = setUp(audiences);
    await tick(user, "Audience 1");
    await user.click(await box("Allocated: Audience 1"));
    await screen.findByText("1 added");
    audiences.unshift(anAudience(9));
    await fake.changed("facts");
    expect(await box("Audience 9")).not.toBeChecked();
    expect(await box("Audience 1")).toBeChecked();
    expect(await box("Allocated: Audience 1")).toBeChecked();
  });

  it("offers a sync when nothing was synced yet (R30)", async () => {
    const { user } = setUp([]);
    expect(await screen.findByText("The audiences haven't been synced yet")).toBeVisible();
    await user.click(screen.getAllByRole("button", { name: "Sync Audiences" }).at(-1)!);
    expect(await screen.findByRole("dialog", { name: "Sync Audiences" })).toHaveTextContent(
      "They will be in XPO within 30 minutes.",
    );
  });

  it("opens with an audience of an advertiser that another screen linked to", async () => {
    const { fake } = setUp(many(3), { ...brand1, search: anAudience(1).id });
    expect(await box("Audience 1")).toBeVisible();
    expect(screen.getByRole("searchbox")).toHaveValue(anAudience(1).id);
    expect(fake.argsOf("list:audiences").at(-1)).toMatchObject({ query: { search: anAudience(1).id } });
  });

  it("exports the ticked rows, or their allocations", async () => {
    const { user, fake } = setUp(many(2), brand1, {
      export_list: () => "/downloads/audiences.csv",
      export_allocations: () => "/downloads/allocations.xlsx",
    });
    await user.click(await box("Audience 1"));
    const bar = screen.getByRole("group", { name: "Selection" });
    for (const [entry, path] of [
      ["CSV…", "/downloads/audiences.csv"],
      ["Allocations…", "/downloads/allocations.xlsx"],
    ] as const) {
      await user.click(within(bar).getByRole("button", { name: "Export" }));
      await user.click(await screen.findByRole("menuitem", { name: entry }));
      await waitFor(() => expect(messages.list.at(-1)?.text).toBe(`Exported to ${path}`));
    }
    const only = [{ adAccount: account.id, audience: anAudience(1).id }];
    for (const command of ["export_list", "export_allocations"])
      expect(fake.argsOf(command)).toEqual([
        expect.objectContaining({ list: expect.objectContaining({ only }) }),
      ]);
  });

  it("exports the matching rows", async () => {
    const { user, fake } = setUp(many(2), brand1, { export_list: () => "/downloads/audiences.csv" });
    await box("Audience 0");
    await user.click(screen.getByRole("button", { name: "Export" }));
    await user.click(await screen.findByRole("menuitem", { name: "Excel workbook…" }));
    await waitFor(() => expect(messages.list.at(-1)?.text).toBe("Exported to /downloads/audiences.csv"));
    expect(fake.argsOf("export_list")).toEqual([
      {
        format: "excel",
        list: {
          list: "audiences",
          query: expect.objectContaining({ of: { of: "ad_accounts", adAccounts: [account.id] } }),
          only: null,
        },
      },
    ]);
  });

  it("shows hostile names as text", async () => {
    const evil = { ...holder(2), advertiser: named("advertiser", "v2", "<b>Brand</b>\u202E") };
    setUp([anAudience(0, { name: "<img src=x>\u202Egnp", kind: "<i>", advertisers: [evil] })]);
    expect(await screen.findByText("<img src=x>�gnp")).toBeVisible();
    expect(screen.getByText("<b>Brand</b>�")).toBeVisible();
    expect(document.querySelector("[role=grid] :is(img, b, i)")).toBeNull();
  });

  it("opens the audience's page with Enter", async () => {
    const { user } = setUp(many(1));
    await box("Audience 0");
    screen.getByRole("grid", { name: "Audiences" }).focus();
    await user.keyboard("{Enter}");
    expect(router.route).toEqual({
      screen: "account",
      id: account.id,
      tab: "audiences",
      shown: expect.objectContaining({ kind: "audience", name: "Audience 0" }),
    });
  });

  it("shows why the pickers cannot be read, and retries", async () => {
    const { user, fake } = setUp(many(1), brand1, {
      account_names: () => Promise.reject(problem("file_damaged")),
    });
    await screen.findByRole("alert");
    Object.assign(
      fake.answers,
      withAudiences(() => many(1)),
    );
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await box("Audience 0")).toBeVisible();
  });
});
