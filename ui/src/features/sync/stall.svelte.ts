// Why no sync can start, such as a full disk, for the top bar and Sync activity.
import { commands } from "../../ipc";
import { Resource } from "../../lib/resource.svelte";

export const syncStall = new Resource(commands.syncStall);
