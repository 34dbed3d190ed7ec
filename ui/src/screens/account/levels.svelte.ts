// Which campaigns, ad groups or ads of a TikTok ad account are shown: all of them, or those of one campaign or ad group.
import type { Named } from "../../ipc";

type Level = "campaigns" | "ad_groups" | "ads";

/** What is shown again when the admin comes back. */
export interface KeptLevel {
  level: Level;
  campaign: Named | null;
}

export class Levels {
  level = $state<Level>("campaigns");
  /** Whose ad groups and ads are shown; null shows those of all campaigns. */
  campaign = $state.raw<Named | null>(null);
  /** Whose ads are shown; null shows those of all ad groups. */
  adGroup = $state.raw<{ id: string; name: string } | null>(null);

  constructor({ level, campaign }: KeptLevel) {
    this.show(level, campaign);
  }

  show(
    level: Level,
    campaign: Named | null = null,
    adGroup: { id: string; name: string } | null = null,
  ): void {
    this.level = level;
    this.campaign = campaign;
    this.adGroup = adGroup;
  }

  /** The ads of an ad group are left for the list of ad groups. */
  get kept(): KeptLevel {
    return { level: this.adGroup ? "ad_groups" : this.level, campaign: this.campaign };
  }
}
