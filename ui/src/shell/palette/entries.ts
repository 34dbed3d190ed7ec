// The entries of the search palette: screens, actions and objects.
import ArrowRight from "@lucide/svelte/icons/arrow-right";
import Bookmark from "@lucide/svelte/icons/bookmark";
import Clock from "@lucide/svelte/icons/clock";
import Flag from "@lucide/svelte/icons/flag";
import Store from "@lucide/svelte/icons/store";
import type { Icon } from "../../components/icon";
import type { PaletteEntry, PaletteGroup } from "../../components/overlay/palette";
import { folded, plain } from "../../components/text/text";
import { nameOf, routeTo } from "../../features/app/objects";
import type { Route } from "../../features/app/router.svelte";
import { sectionsOf, settingsSections } from "../../features/app/settings-sections";
import { routeOfView } from "../../features/list/views";
import type { Hit, Hits, ObjectKind, View } from "../../ipc";
import { mainScreens, type MainScreen } from "../main-screens";
import type { Recent } from "./recent.svelte";

export type Group = PaletteGroup<Entry>;

const kinds: Partial<Record<ObjectKind, { title: string; icon: Icon }>> = {
  ad_account: { title: "TikTok ad accounts", icon: mainScreens.accounts.icon },
  xpo_account: { title: "XPO accounts", icon: mainScreens.xpo.icon },
  advertiser: { title: "Advertisers", icon: Store },
  campaign: { title: "Campaigns", icon: mainScreens.campaigns.icon },
  audience: { title: "Audiences", icon: mainScreens.audiences.icon },
  goal: { title: "Goals and tags", icon: Flag },
  request: { title: "Requests", icon: mainScreens.requests.icon },
};

/** Returns the screen that shows a search result. */
export function routeOf({ named, inside, advertiser, xpoAccount }: Hit): Route {
  const adAccount = inside?.kind === "ad_account" ? inside : null;
  // What the client has, with the first campaign at hand.
  if (named.kind === "xpo_account") return { ...routeTo(named), tab: "campaigns" } as Route;
  const xpo = xpoAccount ?? (inside?.kind === "xpo_account" ? inside : null);
  return routeTo(named, { adAccount, holder: advertiser, xpoAccount: xpo });
}

/** Returns "71… · Account 1 · Brand 1, Client 1", which distinguishes objects with the same name. */
function noteOf({ named, inside, advertiser, xpoAccount, archived }: Hit): string {
  const allocation = advertiser && xpoAccount ? `${nameOf(advertiser)}, ${nameOf(xpoAccount)}` : "";
  const hasId = named.kind === "ad_account" || named.kind === "campaign" || named.kind === "audience";
  return [hasId ? named.id : "", inside ? nameOf(inside) : "", allocation, archived ? "Archived" : ""]
    .filter(Boolean)
    .join(" · ");
}

/** The kinds of which several results can be handed to an action. */
const pickable: ObjectKind[] = ["ad_account", "campaign", "audience"];

export const keyOfHit = ({ named, inside }: Hit) => `${named.kind} ${named.id} ${inside?.id ?? ""}`;

export interface Entry extends PaletteEntry {
  run: () => void;
  hit?: Hit;
}

export function foundGroups(
  found: Hits[],
  go: (hit: Hit) => void,
  picked: ReadonlyMap<string, Hit> = new Map(),
): Group[] {
  return found.flatMap(({ kind, hits, more }) => {
    const group = kinds[kind];
    if (!group) return [];
    const entries = hits.map((hit) => ({
      id: keyOfHit(hit),
      hit,
      picked: pickable.includes(kind) ? picked.has(keyOfHit(hit)) : undefined,
      label: nameOf(hit.named),
      note: noteOf(hit),
      icon: group.icon,
      run: () => go(hit),
    }));
    return [
      {
        title: group.title,
        entries,
        more: more ? "There are more results. Type more of the name or ID." : undefined,
      },
    ];
  });
}

export const screenEntries = (go: (route: Route) => void): Entry[] =>
  (Object.keys(mainScreens) as MainScreen[]).map((screen) => ({
    id: `screen ${screen}`,
    label: mainScreens[screen].label,
    icon: mainScreens[screen].icon,
    run: () => go({ screen }),
  }));

/** Returns an entry for each section of Settings. */
export const sectionEntries = (practice: boolean, go: (route: Route) => void): Entry[] =>
  sectionsOf(practice).map((section) => ({
    id: `section ${section}`,
    label: `Settings: ${settingsSections[section]}`,
    icon: mainScreens.settings.icon,
    run: () => go({ screen: "settings", section }),
  }));

/** Returns an entry for each saved view. */
export const viewEntries = (views: readonly View[], go: (route: Route) => void): Entry[] =>
  views.flatMap((view) => {
    const route = routeOfView(view);
    if (!route) return [];
    const { label } = mainScreens[route.screen as MainScreen];
    return [
      { id: `view ${view.name}`, label: plain(view.name), note: label, icon: Bookmark, run: () => go(route) },
    ];
  });

export const recentEntries = (list: readonly Recent[], go: (route: Route) => void): Entry[] =>
  list.map(({ title, route }) => ({
    id: `recent ${JSON.stringify(route)}`,
    label: title,
    note: route.screen === "account" ? route.id : "",
    icon: route.screen in mainScreens ? ArrowRight : Clock,
    run: () => go(route),
  }));

/** Returns the entries whose label has a word that starts with each typed word. */
export function matching(entries: readonly Entry[], text: string): Entry[] {
  const wordsOf = (label: string) => folded(label).match(/[\p{L}\p{N}]+/gu) ?? [];
  const typed = wordsOf(text);
  if (typed.length === 0) return [];
  return entries.filter(({ label }) => {
    const words = wordsOf(label);
    return typed.every((part) => words.some((word) => word.startsWith(part)));
  });
}
