// Entries that the menus of several lists have.
import Copy from "@lucide/svelte/icons/copy";
import History from "@lucide/svelte/icons/history";
import { action, type MenuEntry } from "../../components/overlay/menu";
import type { HistorySubject } from "../../ipc";
import { copy } from "../../lib/clipboard";
import { messages } from "../../lib/messages.svelte";
import { router } from "./router.svelte";

export const historyEntry = (kind: HistorySubject["kind"], id: string): MenuEntry =>
  action("History", History, () => router.go({ screen: "history", about: { kind, id } }));

export const copyIdEntry = (id: string): MenuEntry => action("Copy ID", Copy, () => void copyText(id));

/** Copies a text and says so. */
export async function copyText(text: string, what = text): Promise<void> {
  if (await copy(text)) messages.show("ok", `Copied ${what}`);
  else messages.show("wait", "Couldn't copy. Select the text and copy it manually.");
}
