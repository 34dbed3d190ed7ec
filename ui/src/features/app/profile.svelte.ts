// Who the admin is, as the history records it.
import { commands, early, type Profile } from "../../ipc";

class OwnProfile {
  /** The profile, or what is proposed for it. */
  value = $state.raw<Profile | null>(null);
  /** Whether the admin has still to be asked. */
  missing = $state(false);

  /** A failure leaves the program usable: it asks at the next start. */
  async start(): Promise<void> {
    const answer = await early("profile", commands.profile)().catch(() => null);
    this.value = answer?.profile ?? null;
    this.missing = answer?.asked === false;
  }

  async save(profile: Profile): Promise<void> {
    await commands.saveProfile(profile);
    this.value = profile;
    this.missing = false;
  }
}

export const ownProfile = new OwnProfile();
