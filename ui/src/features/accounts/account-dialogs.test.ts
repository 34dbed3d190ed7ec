import { render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { aJob, aSync, Fake } from "../../ipc/testing/fake";
import { messages } from "../../lib/messages.svelte";
import { AccountActions } from "./account-actions.svelte";
import AccountDialogs from "./AccountDialogs.svelte";

const ID = "7000000000000000001";

it("says what is synced when its progress arrives after the dialog was closed", async () => {
  const fake = new Fake({ request_syncs: () => ({ queued: [aJob({ adAccount: ID })], running: [] }) });
  const actions = new AccountActions();
  actions.syncing = { kind: "campaigns", accounts: [{ id: ID, name: "Acme" }] };
  render(AccountDialogs, { actions, practice: false, onclosed: () => {} });
  await userEvent.setup().click(await screen.findByRole("button", { name: "Sync Campaigns" }));
  await waitFor(() => expect(actions.syncing).toBeNull());
  await fake.syncsMoved(aSync(1, { state: "running", adAccount: ID }));
  expect(messages.list.at(-1)?.text).toMatch(/^Success: the campaigns of/);
});
