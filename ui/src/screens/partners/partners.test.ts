import { render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { faults } from "../../components/testing/axe";
import type { PartnerFile, Problem, ProblemCode, Session } from "../../ipc";
import { aSession, Fake, fails, problem, type Answers } from "../../ipc/testing/fake";
import { formatExact } from "../../lib/times";
import { textsOf } from "../../problems/problems";
import PartnersScreen from "./PartnersScreen.svelte";

const aFile = (name: string, more: Partial<PartnerFile> = {}): PartnerFile => ({
  file: `${name}.xpo`,
  name,
  practice: false,
  modifiedAt: "2026-03-01T10:00:00Z",
  problem: null,
  ...more,
});

function show(answers: Answers, props: { current?: Session; problem?: Problem } = {}) {
  const fake = new Fake(answers);
  const onopened = vi.fn();
  const onback = vi.fn();
  render(PartnersScreen, { current: null, problem: null, onopened, onback, ...props });
  return { fake, onopened, onback, user: userEvent.setup() };
}

describe("the partner picker", () => {
  it("shows a welcome on first start", async () => {
    const { fake } = show({});
    expect(await screen.findByRole("heading", { name: "Welcome" })).toBeVisible();
    await waitFor(() => expect(screen.getByLabelText("Partner name")).toHaveFocus());
    expect(screen.queryByRole("list", { name: "Partners" })).toBeNull();
    await waitFor(() => expect(fake.argsOf("window_ready")).toHaveLength(1));
    expect(await faults()).toEqual([]);
  });

  it("lists partners, including those that cannot be opened, with the reason", async () => {
    show({
      partners: () => [
        aFile("Northwind"),
        aFile("Newer", { problem: problem("file_newer", { subject: "Newer.xpo" }) }),
        aFile("Elsewhere", { problem: problem("file_in_use") }),
      ],
    });
    const list = await screen.findByRole("list", { name: "Partners" });
    expect(within(list).getAllByRole("listitem")).toHaveLength(3);
    expect(within(list).getByText("This partner needs a newer version of XPO Admin")).toBeVisible();
    expect(screen.getByRole("button", { name: "Open Northwind" })).toBeEnabled();
    expect(screen.queryByRole("button", { name: /open Newer/i })).toBeNull();
    expect(screen.getByRole("button", { name: "Try again to open Elsewhere" })).toBeEnabled();
    expect(await faults()).toEqual([]);
  });

  it("offers the backups of a file that does not open, and opens the restored one after a confirmation", async () => {
    const { user, fake, onopened } = show({
      partners: () => [aFile("Damaged", { problem: problem("file_damaged", { subject: "Damaged.xpo" }) })],
      backups_of_file: () => [
        { name: "damaged-daily-2.sqlite", takenAt: "2026-03-02T10:00:00Z", size: 2_000_000 },
        { name: "damaged-daily-1.sqlite", takenAt: "2026-03-01T10:00:00Z", size: 1_000_000 },
      ],
      restore_file: () => aSession({ name: "Damaged" }),
    });
    const restore = await screen.findAllByRole("button", { name: /^Restore the backup of / });
    expect(restore).toHaveLength(2);
    expect(await faults()).toEqual([]);
    if (restore[1]) await user.click(restore[1]);
    const taken = formatExact(Date.parse("2026-03-01T10:00:00Z"));
    const dialog = await screen.findByRole("dialog", { name: `Restore the backup of ${taken}?` });
    expect(within(dialog).getByText(`Changes made after ${taken} are not in it.`)).toBeVisible();
    expect(await faults()).toEqual([]);
    expect(fake.argsOf("restore_file")).toEqual([]);
    await user.click(within(dialog).getByRole("button", { name: "Restore" }));
    await waitFor(() => expect(onopened).toHaveBeenCalledWith(aSession({ name: "Damaged" })));
    expect(fake.argsOf("restore_file")).toEqual([{ file: "Damaged.xpo", backup: "damaged-daily-1.sqlite" }]);
  });

  it("restores a backup from another folder in place of a file that does not open", async () => {
    const { user, fake, onopened } = show({
      partners: () => [aFile("Damaged", { problem: problem("file_damaged") })],
      backups_of_file: () => [],
      choose_backup: () => ({ name: "/stick/b.sqlite", takenAt: "2026-03-02T10:00:00Z", size: 2_000_000 }),
      restore_file: () => aSession({ name: "Damaged" }),
    });
    await user.click(await screen.findByRole("button", { name: "Restore from a file…" }));
    await user.click(await screen.findByRole("button", { name: "Restore" }));
    await waitFor(() => expect(onopened).toHaveBeenCalledWith(aSession({ name: "Damaged" })));
    expect(fake.argsOf("restore_file")).toEqual([{ file: "Damaged.xpo", backup: "/stick/b.sqlite" }]);
  });

  it("says that the file of the last partner is missing, and restores one of its backups", async () => {
    const { user, fake, onopened } = show(
      {
        backups_of_file: () => [{ name: "b.sqlite", takenAt: "2026-03-02T10:00:00Z", size: 2_000_000 }],
        restore_file: () => aSession(),
      },
      { problem: problem("file_missing", { subject: "Northwind.xpo" }) },
    );
    const part = within(await screen.findByRole("region", { name: "Missing partner" }));
    expect(part.getByText("This partner's file is missing")).toBeVisible();
    expect(part.getByText(/“Northwind.xpo” was moved or deleted/)).toBeVisible();
    expect(screen.queryByText("Create your first partner")).toBeNull();
    expect(await faults()).toEqual([]);
    await user.click(await part.findByRole("button", { name: /^Restore the backup of / }));
    expect(await screen.findByText(/takes the place of the missing file/)).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Restore" }));
    await waitFor(() => expect(onopened).toHaveBeenCalledWith(aSession()));
    expect(fake.argsOf("backups_of_file")).toEqual([{ file: "Northwind.xpo" }]);
    expect(fake.argsOf("restore_file")).toEqual([{ file: "Northwind.xpo", backup: "b.sqlite" }]);
  });

  it("offers the backups of a file that went missing while it was listed", async () => {
    let files = [aFile("Northwind")];
    const { user } = show({
      partners: () => files,
      open_partner: () => {
        files = [];
        return fails("file_missing", { subject: "Northwind.xpo" })();
      },
      backups_of_file: () => [],
    });
    await user.click(await screen.findByRole("button", { name: "Open Northwind" }));
    const part = await screen.findByRole("region", { name: "Missing partner" });
    expect(within(part).getByText("This partner's file is missing")).toBeVisible();
  });

  it("restores a backup of a partner that is lost, and says if it is not", async () => {
    let answer: () => Session | null = fails("partner_exists", { subject: "Northwind" });
    const { user, onopened } = show({ restore_lost_partner: () => answer() });
    const restore = await screen.findByRole("button", { name: "Restore a backup…" });
    await user.click(restore);
    expect(await screen.findByText("This partner is already on this computer")).toBeVisible();
    answer = () => null;
    await user.click(restore);
    await waitFor(() => expect(screen.queryByText("This partner is already on this computer")).toBeNull());
    expect(onopened).not.toHaveBeenCalled();
    answer = () => aSession();
    await user.click(restore);
    await waitFor(() => expect(onopened).toHaveBeenCalledWith(aSession()));
  });

  it("opens a file without its missing changes only when asked to", async () => {
    const { user, fake, onopened } = show({
      partners: () => [aFile("Northwind")],
      open_partner: fails("file_incomplete", { subject: "Northwind.xpo" }),
      backups_of_file: () => [],
      open_incomplete_partner: () => aSession(),
    });
    await user.click(await screen.findByRole("button", { name: "Open Northwind" }));
    expect(await screen.findByText("Recent changes to this partner are missing")).toBeVisible();
    expect(screen.getByText("There are no backups of this partner in the backups folder.")).toBeVisible();
    expect(fake.argsOf("open_incomplete_partner")).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Open Northwind without the missing changes" }));
    await waitFor(() => expect(onopened).toHaveBeenCalledWith(aSession()));
  });

  it("marks a copy of a partner, compares it with the original, and opens it only when asked to", async () => {
    const copied: Problem = {
      ...problem("file_copied"),
      subject: "acme-1234.sqlite",
      details: {
        tiktokCode: null,
        requestId: null,
        message: "acme-1234.sqlite: 3 changes. Acme (2).sqlite: 5 changes.",
      },
    };
    const { user, fake, onopened } = show({
      partners: () => [{ ...aFile("Acme"), file: "Acme (2).sqlite", problem: copied }],
      open_partner_copy: () => aSession(),
    });
    const row = within(await screen.findByRole("listitem"));
    expect(row.getByText("Copy")).toBeVisible();
    expect(row.getByText(/“acme-1234.sqlite” has the same partner/)).toBeVisible();
    expect(row.queryByRole("button", { name: "Open Acme" })).toBeNull();
    await user.click(row.getByText("Details"));
    expect(row.getByText(/5 changes/)).toBeVisible();
    expect(await faults()).toEqual([]);
    await user.click(row.getByRole("button", { name: "Open the copy Acme (2).sqlite" }));
    await waitFor(() => expect(onopened).toHaveBeenCalledWith(aSession()));
    expect(fake.argsOf("open_partner_copy")).toEqual([{ file: "Acme (2).sqlite" }]);
  });

  it("opens a partner", async () => {
    const { user, fake, onopened } = show({
      partners: () => [aFile("Northwind")],
      open_partner: () => aSession(),
    });
    await user.click(await screen.findByRole("button", { name: "Open Northwind" }));
    await waitFor(() => expect(onopened).toHaveBeenCalledWith(aSession()));
    expect(fake.argsOf("open_partner")).toEqual([{ file: "Northwind.xpo" }]);
  });

  it("shows in its row why a partner could not be opened", async () => {
    const { user, onopened } = show({
      partners: () => [aFile("Northwind")],
      open_partner: fails("file_in_use"),
    });
    await user.click(await screen.findByRole("button", { name: "Open Northwind" }));
    const row = screen.getByRole("listitem");
    expect(await within(row).findByText("This partner's file is in use")).toBeVisible();
    expect(onopened).not.toHaveBeenCalled();
  });

  it.each<ProblemCode>(["name_empty", "name_too_long", "name_characters", "name_taken"])(
    "shows %s at the field",
    async (code) => {
      const { user } = show({ create_partner: fails(code) });
      const field = await screen.findByLabelText("Partner name");
      await user.type(field, "../x{Enter}");
      await waitFor(() => expect(field).toBeInvalid());
      expect(field).toHaveAccessibleDescription(new RegExp(textsOf(problem(code)).title));
      await waitFor(() => expect(field).toHaveFocus());
    },
  );

  it("creates a partner", async () => {
    const { user, fake, onopened } = show({ create_partner: () => aSession({ name: "Acme" }) });
    await user.type(await screen.findByLabelText("Partner name"), "Acme");
    await user.click(screen.getByRole("button", { name: "Create partner" }));
    await waitFor(() => expect(onopened).toHaveBeenCalledWith(aSession({ name: "Acme" })));
    expect(fake.argsOf("create_partner")).toEqual([{ name: "Acme" }]);
  });

  it("opens the practice partner", async () => {
    const { user, onopened } = show({ open_practice: () => aSession({ practice: true }) });
    await user.click(await screen.findByRole("button", { name: "Try with demo data" }));
    await waitFor(() => expect(onopened).toHaveBeenCalledWith(aSession({ practice: true })));
  });

  it("shows why the last partner did not open", async () => {
    show({ partners: () => [aFile("Northwind")] }, { problem: problem("file_damaged") });
    expect(await screen.findByRole("alert")).toHaveTextContent("This partner's file is damaged");
  });

  it("returns to the partner that is open", async () => {
    const { user, onback } = show(
      { partners: () => [aFile("Northwind")] },
      { current: aSession({ file: "Northwind.xpo" }) },
    );
    expect(await screen.findByText("Current")).toBeVisible();
    await user.click(await screen.findByRole("button", { name: "Back to Northwind" }));
    expect(onback).toHaveBeenCalled();
  });
});
