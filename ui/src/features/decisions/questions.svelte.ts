// The decisions that the dialogs of a screen ask about, one at a time.
import type { Renamed } from "../../ipc";
import type { Question } from "./ConfirmDecision.svelte";
import type { Held } from "./holdings";

export class Questions {
  /** The decision to confirm. */
  asked = $state.raw<Question | null>(null);
  /** What is moved to another advertiser. */
  moving = $state.raw<Held | null>(null);
  renaming = $state.raw<{ object: Renamed; name: string } | null>(null);

  readonly ask = (question: Question): void => {
    this.asked = question;
  };

  rename(kind: Renamed["kind"], { id, name }: { id: string; name: string }): void {
    this.renaming = { object: { kind, id }, name };
  }
}
