import { press } from "../../components/shortcuts";
import { asProblem, commands, type ZoomStep } from "../../ipc";
import { messages } from "../../lib/messages.svelte";

/** Makes everything larger, smaller and usual again. */
export function zoomWithKeys(event: KeyboardEvent): void {
  const zoom = (step: ZoomStep) => () =>
    void commands.zoom(step).catch((thrown: unknown) => messages.problem(asProblem(thrown)));
  press(event, { zoomIn: zoom("in"), zoomOut: zoom("out"), zoomReset: zoom("reset") });
}
