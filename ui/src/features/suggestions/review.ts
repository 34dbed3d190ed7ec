import type { Action, Suggestion } from "../../ipc";
import { grouped } from "../../lib/grouped";
import { choicesOf } from "../audiences/audience-list.svelte";

/** Returns the action that follows suggestions, which are all about objects of one kind; null without any. */
export function actionOf(chosen: readonly Suggestion[]): Action | null {
  const kind = chosen[0]?.object.kind;
  if (!kind) return null;
  if (kind === "ad_account") {
    const allocate = chosen.map(({ object, advertiser }) => ({
      adAccount: object.id,
      advertiser: advertiser.id,
    }));
    return { action: "allocate_accounts", allocate, deallocate: [], modes: [], defaultReplacements: [] };
  }
  const groups = [...grouped(chosen, ({ advertiser }) => advertiser.id)];
  return {
    action: "allocate_to_several",
    campaigns: groups
      .filter(() => kind === "campaign")
      .map(([advertiser, those]) => ({
        advertiser,
        allocate: those.map(({ object }) => object.id),
        deallocate: [],
      })),
    audiences: groups
      .filter(() => kind === "audience")
      .map(([advertiser, those]) => ({
        advertiser,
        accounts: choicesOf(
          those.map(({ object, adAccount }) => `${object.id} ${adAccount.id}`),
          [],
        ),
      })),
  };
}
