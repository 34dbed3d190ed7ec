// Control with +, - and 0 makes everything larger, smaller and usual again.
import { keyOf } from "../../components/keys";
import { asProblem, commands, type ZoomStep } from "../../ipc";
import { messages } from "../../lib/messages.svelte";

/** Some layouts type + with Shift, and US keyboards type = without it. */
const steps: Record<string, ZoomStep> = { "+": "in", "=": "in", "-": "out", _: "out", "0": "reset" };

export function zoomWithKeys(event: KeyboardEvent): void {
  const step = steps[keyOf(event)];
  if (!step || !(event.ctrlKey || event.metaKey) || event.altKey) return;
  event.preventDefault();
  commands.zoom(step).catch((thrown: unknown) => messages.problem(asProblem(thrown)));
}
