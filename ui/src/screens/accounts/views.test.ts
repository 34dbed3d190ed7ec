import { cleanup, render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { faults } from "../../components/testing/axe";
import { router } from "../../features/app/router.svelte";
import type { AccountQuery, View } from "../../ipc";
import { anAccount, aSession, Fake, Pending, withAccounts } from "../../ipc/testing/fake";
import { withRequests } from "../../ipc/testing/requests";
import { messages } from "../../lib/messages.svelte";
import AccountsScreen from "./AccountsScreen.svelte";

/** Opens the screen with these saved views, which the commands change. */
async function open(views: View[], view?: string) {
  const accounts = Array.from({ length: 4 }, (_, n) => anAccount(n));
  const fake: Fake = new Fake({
    ...withRequests(() => []),
    ...withAccounts(accounts),
    views: () => views,
    save_view: async ({ view: saved }: { view: View }) => {
      views = [...views.filter(({ name }) => name !== saved.name), saved];
      await fake.changed("views");
    },
    rename_view: async ({ from, to }: { from: string; to: string }) => {
      views = views.map((one) => (one.name === from ? { ...one, name: to } : one));
      await fake.changed("views");
    },
    delete_view: async ({ name }: { name: string }) => {
      views = views.filter((one) => one.name !== name);
      await fake.changed("views");
    },
  });
  const route = { screen: "accounts" as const, ...(view !== undefined && { view }) };
  router.go(route);
  render(AccountsScreen, { session: aSession(), route });
  await waitFor(() => expect(fake.argsOf("list:accounts").length).toBeGreaterThan(0));
  const last = () => (fake.argsOf("list:accounts").at(-1) as { query: AccountQuery }).query;
  return { fake, last, user: userEvent.setup(), views: () => views };
}

const search = () => screen.getByRole("searchbox", { name: "Search TikTok accounts" });
const menu = () => screen.findByRole("button", { name: "Views" });
const view = (name: string) => screen.findByRole("menuitemcheckbox", { name });

describe("Saved views", () => {
  it("keep the search, filters, order and columns of a list, and list them again", async () => {
    const { user, last, views } = await open([]);
    await user.type(search(), "2");
    await user.click(screen.getByRole("button", { name: "TikTok Ad Account ID" }));
    await user.click(screen.getByRole("button", { name: "Columns" }));
    await user.click(await screen.findByRole("menuitemcheckbox", { name: "Currency" }));
    await user.keyboard("{Escape}");
    await user.click(await menu());
    await user.click(await screen.findByRole("menuitem", { name: "Save view…" }));
    expect(screen.getByRole("button", { name: "Save" })).toBeDisabled();
    await user.type(screen.getByRole("textbox", { name: "Name" }), "Second");
    expect(await faults()).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(views()).toHaveLength(1));
    expect(views()[0]).toMatchObject({ name: "Second", query: { list: "accounts" } });
    expect(views()[0]?.query.query).toEqual(last());
    expect(views()[0]?.columns).toContain("currency");

    await user.clear(search());
    await waitFor(() => expect(last().search).toBe(""));
    await user.click(await menu());
    const saved = await view("Second");
    expect(saved).toHaveAttribute("aria-checked", "false");
    await user.click(saved);
    await waitFor(() => expect(last()).toMatchObject({ search: "2", sort: "id" }));
    expect(search()).toHaveValue("2");
  });

  it("say that they were saved, also after the dialog was closed", async () => {
    const { fake, user } = await open([]);
    const saved = new Pending<null>();
    fake.answers.save_view = saved.answer;
    await user.click(await menu());
    await user.click(await screen.findByRole("menuitem", { name: "Save view…" }));
    await user.type(screen.getByRole("textbox", { name: "Name" }), "Second");
    await user.click(screen.getByRole("button", { name: "Save" }));
    await user.keyboard("{Escape}");
    await user.click(await screen.findByRole("button", { name: "Discard" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    saved.resolve(null);
    await waitFor(() => expect(messages.list.at(-1)?.text).toBe("View “Second” saved."));
  });

  it("are renamed and deleted while the list shows them", async () => {
    const { user, last, views } = await open([]);
    const query = last();
    cleanup();
    const again = await open(
      [
        { name: "All", query: { list: "accounts", query }, columns: [] },
        { name: "Other", query: { list: "accounts", query: { ...query, search: "x" } }, columns: [] },
        { name: "Changes", query: { list: "history", query: {} } as View["query"], columns: [] },
      ],
      "All",
    );
    expect(views()).toEqual([]);
    void user;
    await again.user.click(await menu());
    expect(screen.queryByRole("menuitemcheckbox", { name: "Changes" })).toBeNull();
    expect(await view("All")).toHaveAttribute("aria-checked", "true");
    await again.user.click(screen.getByRole("menuitem", { name: "Rename “All”…" }));
    const name = await screen.findByRole("textbox", { name: "Name" });
    await again.user.clear(name);
    await again.user.type(name, "other");
    expect(screen.getByText("A view of this list has this name already.")).toBeVisible();
    await again.user.clear(name);
    await again.user.type(name, "Everything");
    await again.user.click(screen.getByRole("button", { name: "Rename" }));
    await waitFor(() => expect(again.views().map((one) => one.name)).toContain("Everything"));
    await again.user.click(await menu());
    await again.user.click(await screen.findByRole("menuitem", { name: "Delete “Everything”…" }));
    await again.user.click(await screen.findByRole("button", { name: "Delete" }));
    await waitFor(() => expect(again.views().map((one) => one.name)).toEqual(["Other", "Changes"]));
  });

  it("open with their screen", async () => {
    const { last } = await open([]);
    const query = { ...last(), search: "3" };
    cleanup();
    const again = await open(
      [{ name: "Third", query: { list: "accounts", query }, columns: ["currency"] }],
      "Third",
    );
    await waitFor(() => expect(again.last().search).toBe("3"));
    expect(search()).toHaveValue("3");
    expect(screen.getByRole("columnheader", { name: "Currency" })).toBeVisible();
  });
});
