// Reports the progress and the end of an export.
import { plain } from "../../components/text/text";
import { asProblem, commands, onExportProgress } from "../../ipc";
import { messages } from "../../lib/messages.svelte";
import { number } from "../../lib/numbers";

const problem = (thrown: unknown) => messages.problem(asProblem(thrown));

/** One export runs at a time, so that its progress and Cancel are not those of another one. */
let exporting = false;

/** Exports with a message that can cancel it, then says where to; the last message selects what was written. */
export async function reportExport(write: () => Promise<string | null>): Promise<void> {
  if (exporting) {
    messages.show("wait", "Another export is running. Wait until it ends, or cancel it.");
    return;
  }
  exporting = true;
  let shown: number | undefined;
  const cancel = () => void commands.cancelExport().catch(problem);
  const stop = onExportProgress((rows) => {
    shown = messages.progress(`Exporting… ${number(rows)} rows written`, cancel, shown);
  });
  try {
    const path = await write();
    if (path === null) return;
    messages.show("ok", `Exported to ${plain(path)}`, {
      label: "Show in folder",
      run: () => void commands.showInFolder(path).catch(problem),
    });
  } catch (thrown) {
    const failed = asProblem(thrown);
    const again = { label: "Save to another folder", run: () => void reportExport(write) };
    messages.problem(failed, failed.code === "export_folder" ? again : undefined);
  } finally {
    exporting = false;
    stop();
    if (shown !== undefined) messages.dismiss(shown);
  }
}
