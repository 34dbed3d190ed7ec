// Reports where an export was saved.
import { plain } from "../../components/text/text";
import { asProblem, commands } from "../../ipc";
import { messages } from "../../lib/messages.svelte";

/** Exports, then says where to; the message opens the folder, or offers another one if this one is unusable. */
export async function reportExport(write: () => Promise<string>): Promise<void> {
  try {
    messages.show("ok", `Exported to ${plain(await write())}`, {
      label: "Show in folder",
      run: () => void commands.showExports().catch((thrown: unknown) => messages.problem(asProblem(thrown))),
    });
  } catch (thrown) {
    const problem = asProblem(thrown);
    const elsewhere = async () => {
      await commands.useAnotherExportFolder();
      return write();
    };
    messages.problem(
      problem,
      problem.code === "export_folder"
        ? { label: "Save to another folder", run: () => void reportExport(elsewhere) }
        : undefined,
    );
  }
}
