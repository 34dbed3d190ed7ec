import { cleanup, render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { router, type Route } from "../../features/app/router.svelte";
import { session } from "../../features/app/session.svelte";
import type { CampaignQuery, View } from "../../ipc";
import { account, aCampaign, allocatedTo, withCampaigns } from "../../ipc/testing/allocations";
import { aSession, Fake } from "../../ipc/testing/fake";
import CampaignsScreen from "./CampaignsScreen.svelte";

type CampaignRoute = Extract<Route, { screen: "campaigns" }>;

/** Opens the screen in a window that remembers no earlier choice. */
function open(route: CampaignRoute, views: View[]) {
  cleanup();
  session.current = aSession({ file: `${JSON.stringify(route)}.xpo` });
  const campaigns = [aCampaign(0), allocatedTo(aCampaign(1), 1), allocatedTo(aCampaign(2), 1)];
  const fake = new Fake({
    ...withCampaigns(() => campaigns),
    views: () => views,
    save_view: ({ view }: { view: View }) => void views.push(view),
  });
  router.go(route);
  render(CampaignsScreen, { route });
  const last = () => (fake.argsOf("list:campaigns").at(-1) as { query: CampaignQuery }).query;
  return { user: userEvent.setup(), last };
}

it("a saved view keeps the TikTok accounts, the advertiser and the tab, and opens with them", async () => {
  const views: View[] = [];
  const chosen = { adAccount: account.id, xpoAccount: "x1", advertiser: "v1" };
  const first = open({ screen: "campaigns", tab: "allocated", ...chosen }, views);
  const search = () => screen.findByRole("searchbox", { name: "Search campaigns" });
  await first.user.type(await search(), "2");
  await first.user.click(screen.getByRole("button", { name: "Views" }));
  await first.user.click(await screen.findByRole("menuitem", { name: "Save view…" }));
  expect(screen.getByText(/^The TikTok accounts, advertiser, search, filters, order/)).toBeVisible();
  await first.user.type(screen.getByRole("textbox", { name: "Name" }), "Second of Brand 1");
  await first.user.keyboard("{Enter}");
  await waitFor(() => expect(views).toHaveLength(1));
  const of = { of: "allocated", adAccounts: [account.id], advertiser: "v1" };
  expect(views[0]?.query).toMatchObject({ list: "campaigns", query: { of, search: "2" } });

  // From the other tab of another visit without an advertiser.
  const second = open({ screen: "campaigns", adAccount: account.id }, views);
  await screen.findByText("Campaign 0");
  await second.user.click(screen.getByRole("button", { name: "Views" }));
  await second.user.click(await screen.findByRole("menuitemcheckbox", { name: "Second of Brand 1" }));
  const route: CampaignRoute = {
    screen: "campaigns",
    view: "Second of Brand 1",
    tab: "allocated",
    adAccounts: [account.id],
    advertiser: "v1",
  };
  expect(router.route).toEqual(route);

  const third = open(route, views);
  await waitFor(() => expect(third.last()).toMatchObject({ of, search: "2" }));
  expect(await search()).toHaveValue("2");
  expect(screen.getByRole("combobox", { name: "XPO Account" })).toHaveValue("Client 1");
  expect(screen.getByRole("combobox", { name: "Advertiser" })).toHaveValue("Brand 1");
  await third.user.click(screen.getByRole("button", { name: "Views" }));
  const shown = await screen.findByRole("menuitemcheckbox", { name: "Second of Brand 1" });
  expect(shown).toHaveAttribute("aria-checked", "true");
  await third.user.keyboard("{Escape}");
  // The other tab has its own search.
  await third.user.click(screen.getByRole("tab", { name: /^Available/ }));
  expect(await screen.findByText("Campaign 0")).toBeVisible();
  expect(await search()).toHaveValue("");
});
