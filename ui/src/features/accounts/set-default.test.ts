import { render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { faults } from "../../components/testing/axe";
import { confirm } from "../../components/testing/confirm";
import type { Action, Holding } from "../../ipc";
import { anOutcome } from "../../ipc/testing/directory";
import { anAccount, Fake, fails } from "../../ipc/testing/fake";
import { messages } from "../../lib/messages.svelte";
import SetDefaultDialog from "./SetDefaultDialog.svelte";

type SetDefaults = Action & { action: "set_defaults" };
const account = anAccount(1, { name: "<b>Shop</b>\u202E" });

const has = (name: string, isDefault = false): Holding => ({
  xpoAccount: { kind: "xpo_account", id: `x-${name}`, name },
  archived: false,
  adAccount: { kind: "ad_account", id: account.id, name: account.name },
  default: isDefault,
  mode: "self",
  advertisers: [],
});

function open(holdings: Holding[]) {
  const shown = { holdings };
  const outcome = ({ action }: { action: SetDefaults }) => anOutcome({ changed: action.defaults.length });
  const fake = new Fake({
    account_rows: () => [{ ...account, holdings: shown.holdings }],
    preview: outcome,
    commit: (args: { action: SetDefaults }) => ({ change: "c-1", outcome: { ...outcome(args), entry: 1 } }),
  });
  const [onclose, onallocate] = [vi.fn(), vi.fn()];
  render(SetDefaultDialog, { id: account.id, onclose, onallocate });
  return { user: userEvent.setup(), fake, shown, onclose, onallocate };
}

describe("Set as Default (R4, A24)", () => {
  it("asks for which XPO accounts to set the default, marks those that already have it, and saves", async () => {
    const { user, fake, onclose } = open([has("Acme", true), has("Beta"), has("Gamma")]);
    const dialog = await screen.findByRole("dialog", { name: "Set as Default" });
    expect(await within(dialog).findByRole("checkbox", { name: "Acme" })).toBeDisabled();
    expect(screen.getByRole("checkbox", { name: "Acme" })).toBeChecked();
    expect(dialog).toHaveTextContent("Current default");
    expect(dialog).toHaveTextContent(`Make <b>Shop</b>� (${account.id}) the default`);
    expect(screen.getByRole("button", { name: "Save" })).toBeDisabled();
    expect(await faults()).toEqual([]);
    await user.click(screen.getByRole("checkbox", { name: "Gamma" }));
    await user.click(screen.getByRole("checkbox", { name: "Beta" }));
    await user.click(screen.getByRole("checkbox", { name: "Gamma" }));
    await waitFor(() => expect(dialog).toHaveTextContent("1 changed"));
    await confirm(user, dialog, "Save");
    await waitFor(() => expect(onclose).toHaveBeenCalledOnce());
    expect(fake.argsOf("commit")).toEqual([
      { action: { action: "set_defaults", defaults: [{ xpoAccount: "x-Beta", adAccount: account.id }] } },
    ]);
    expect(messages.list.at(-1)).toMatchObject({
      text: "Success: changed Acme.",
      action: { label: "Undo" },
    });
  });

  it("preselects the only XPO account, so that Enter saves", async () => {
    const { user, fake, onclose } = open([has("Acme")]);
    await waitFor(() => expect(screen.getByRole("checkbox", { name: "Acme" })).toBeChecked());
    const save = screen.getByRole("button", { name: "Save" });
    save.focus();
    await waitFor(() => expect(save).not.toHaveAttribute("aria-disabled"));
    await user.keyboard("{Enter}");
    await waitFor(() => expect(onclose).toHaveBeenCalledOnce());
    expect(fake.argsOf("commit")).toHaveLength(1);
  });

  it("drops the selection of an allocation that somebody else removed", async () => {
    const { user, fake, shown } = open([has("Beta"), has("Gamma")]);
    await user.click(await screen.findByRole("checkbox", { name: "Beta" }));
    await user.click(screen.getByRole("checkbox", { name: "Gamma" }));
    shown.holdings = [has("Gamma")];
    await fake.changed("decisions");
    await waitFor(() => expect(screen.queryByRole("checkbox", { name: "Beta" })).toBeNull());
    await waitFor(() =>
      expect((fake.argsOf("preview").at(-1) as { action: SetDefaults }).action.defaults).toEqual([
        { xpoAccount: "x-Gamma", adAccount: account.id },
      ]),
    );
  });

  it("links to Allocate Account while the ad account is not allocated", async () => {
    const { user, onallocate } = open([]);
    expect(await screen.findByText("Not allocated yet")).toBeVisible();
    expect(await faults()).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Allocate Account" }));
    expect(onallocate).toHaveBeenCalledOnce();
  });

  it("shows why the data cannot be read, and retries", async () => {
    const { user, fake } = open([has("Acme", true)]);
    const right = fake.answers.account_rows!;
    fake.answers.account_rows = fails("file_damaged");
    await fake.changed("decisions");
    expect(await screen.findByText("This partner's file is damaged")).toBeVisible();
    fake.answers.account_rows = right;
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("checkbox", { name: "Acme" })).toBeChecked();
  });
});
