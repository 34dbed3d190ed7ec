import { render, screen, waitFor } from "@testing-library/svelte";
import { expect, it } from "vitest";
import { router, type Route } from "../../features/app/router.svelte";
import { routeOfView } from "../../features/list/views";
import type { AudienceQuery, AudiencesOf, View } from "../../ipc";
import { account, anAudience, brand, client, withAudiences } from "../../ipc/testing/allocations";
import { Fake } from "../../ipc/testing/fake";
import AudiencesScreen from "./AudiencesScreen.svelte";

const adAccounts = [account.id];
const viewOf = (of: AudiencesOf): View => {
  const query: AudienceQuery = {
    of,
    search: "",
    sort: "size",
    descending: true,
    types: ["Lookalike"],
    availability: [],
  };
  return { name: "View", query: { list: "audiences", query }, columns: ["size"] };
};

it.each<[AudiencesOf]>([
  [{ of: "ad_accounts", adAccounts }],
  [{ of: "excluded", adAccounts }],
  [{ of: "allocated", adAccounts, advertiser: "v1", allocated: true }],
  [{ of: "allocated", adAccounts, advertiser: "v1", allocated: false }],
])("a saved view opens with what it lists: %o", async (of) => {
  const holders = [{ advertiser: brand(1), xpoAccount: client(1), archived: false }];
  const audiences = [
    anAudience(0),
    anAudience(1, { advertisers: holders }),
    anAudience(2, { excluded: true }),
  ];
  const view = viewOf(of);
  const fake = new Fake({ ...withAudiences(() => audiences), views: () => [view] });
  const route = routeOfView(view) as Extract<Route, { screen: "audiences" }>;
  router.go(route);
  render(AudiencesScreen, { route });
  const asked = () => fake.argsOf("list:audiences").at(-1) as { query: AudienceQuery } | undefined;
  await waitFor(() => expect(asked()?.query).toEqual(view.query.query));
  expect(await screen.findByRole("columnheader", { name: "Size" })).toBeVisible();
});
