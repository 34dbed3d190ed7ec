// The objects of the product: their names, and the screens that show them.
import { inText, plain } from "../../components/text/text";
import { labels, type Named } from "../../ipc";
import type { Route } from "./router.svelte";

export const kindLabels = labels.ObjectKind;

/** Whether TikTok gave the object its id, which people know. Other ids are internal and never shown. */
export const isOfTiktok = ({ kind }: Named) =>
  kind === "ad_account" || kind === "campaign" || kind === "audience";

/** Returns the name, or the id that TikTok gave it if the book has no name. */
export function nameOf(named: Named): string {
  if (named.name) return plain(named.name);
  return isOfTiktok(named) ? named.id : "(removed)";
}

/** Returns the name for a text with other names or words. */
export const nameInText = (named: Named) => inText(nameOf(named));

/** Returns the page of a campaign, with its ad groups, or of an audience, with its fields. */
export const pageOf = (
  kind: "campaign" | "audience",
  { id, name, adAccount }: { id: string; name: string; adAccount: { id: string } },
): Route => ({
  screen: "account",
  id: adAccount.id,
  tab: kind === "campaign" ? "campaigns" : "audiences",
  shown: { kind, id, name },
});

/** The objects that another one belongs to. */
interface Context {
  adAccount?: Named | null;
  holder?: Named | null;
  xpoAccount?: Named | null;
}

/** Returns the screen that shows an object. */
export function routeTo(named: Named, { adAccount, holder, xpoAccount }: Context = {}): Route {
  const xpo = xpoAccount?.id ?? (holder?.kind === "xpo_account" ? holder.id : undefined);
  const advertiser = holder?.kind === "advertiser" ? holder.id : undefined;
  const picked = {
    search: named.id,
    ...(adAccount ? { adAccount: adAccount.id } : {}),
    ...(xpo && advertiser ? { xpoAccount: xpo, advertiser } : {}),
  };
  switch (named.kind) {
    case "ad_account":
      return { screen: "account", id: named.id };
    case "xpo_account":
      return { screen: "xpo_account", id: named.id };
    case "advertiser":
      return xpo ? { screen: "xpo_account", id: xpo, advertiser: named.id } : { screen: "xpo" };
    case "goal":
      return xpo
        ? {
            screen: "xpo_account",
            id: xpo,
            tab: "goals",
            search: named.name,
            ...(advertiser ? { advertiser } : {}),
          }
        : { screen: "history", about: { kind: "goal", id: named.id } };
    case "campaign":
      return advertiser
        ? { screen: "campaigns", tab: "allocated", ...picked }
        : { screen: "campaigns", tab: "available", ...picked };
    case "audience":
      return { screen: "audiences", ...picked };
    case "request":
      return { screen: "requests", search: named.name };
    case "change":
      return { screen: "history", about: { kind: "change", id: named.id } };
  }
}
