// Reports where an export was saved.
import { plain } from "../../components/text/text";
import { asProblem, commands } from "../../ipc";
import { messages } from "../../lib/messages.svelte";

/** Exports, then says where to; the message opens the folder. */
export async function sayExported(exporting: Promise<string>): Promise<void> {
  try {
    const path = await exporting;
    messages.say("ok", `Exported to ${plain(path)}`, {
      label: "Show in folder",
      run: () =>
        void commands.showDownloads().catch((thrown: unknown) => messages.problem(asProblem(thrown))),
    });
  } catch (thrown) {
    messages.problem(asProblem(thrown));
  }
}
