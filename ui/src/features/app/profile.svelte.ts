// Who the admin is, as the history records it.
import { commands, earlyAnswer, type Profile, type ProfileAnswer } from "../../ipc";

class OwnProfile {
  /** The profile, or what is proposed for it. */
  value = $state.raw<Profile | null>(null);
  /** Whether the admin has still to be asked. */
  missing = $state(false);

  /** A failure leaves the program usable: it asks at the next start. */
  async start(): Promise<void> {
    const asked = earlyAnswer<ProfileAnswer>("profile") ?? commands.profile();
    const answer = await asked.catch(() => null);
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
