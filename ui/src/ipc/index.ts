// Commands, events and their types. Nothing else imports @tauri-apps/*.
import { commands, events } from "./bindings";
import type { Activity, Changed, FileDrag, ImportStage, Problem, What } from "./bindings";

export { commands };
export { labels } from "./labels";
export { lists, type Source } from "./lists";
export type * from "./bindings";

/** Returns the Problem that a command failed with. Anything else becomes `internal`. */
export function asProblem(thrown: unknown): Problem {
  if (typeof thrown === "object" && thrown !== null && "code" in thrown && typeof thrown.code === "string") {
    return thrown as Problem;
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return {
    code: "internal",
    subject: null,
    details: { tiktokCode: null, requestId: null, message },
    canContinue: false,
  };
}

const followers = new Set<(changed: Changed) => void>();

/**
 * Starts to report changes to `onChanged`, once and before anything is read: Rust registers a listener a moment after it was
 * asked to, and a screen with a listener of its own would miss what changes until then.
 */
export function listenForChanges(): void {
  void events.changed.listen(({ payload }: { payload: Changed }) => {
    for (const follower of [...followers]) follower(payload);
  });
}

/** Calls back after each commit that changed one of `what`. Returns the function that stops it. */
export function onChanged(what: readonly What[], callback: () => void): () => void {
  const follower = (changed: Changed) => {
    if (changed.what.some((one) => what.includes(one))) callback();
  };
  followers.add(follower);
  return () => void followers.delete(follower);
}

/** Calls back with each step of the running import. Returns the function that stops it. */
export function onImportStage(callback: (stage: ImportStage) => void): () => void {
  return stopLater(events.importStage.listen(({ payload }) => callback(payload)));
}

/** Calls back while a file is dragged over the window, and when it is dropped. Returns the function that stops it. */
export function onFileDrag(callback: (drag: FileDrag) => void): () => void {
  return stopLater(events.fileDrag.listen(({ payload }) => callback(payload)));
}

/** Calls back with the address of a link that the sign-in window does not open. Returns the function that stops it. */
export function onLinkRefused(callback: (address: string) => void): () => void {
  return stopLater(events.linkRefused.listen(({ payload }) => callback(payload.address)));
}

/** Calls back with syncs that made progress. Returns the function that stops it. */
export function onSyncsMoved(callback: (syncs: Activity[]) => void): () => void {
  return stopLater(events.syncMoved.listen(({ payload }) => callback(payload.syncs)));
}

/** Calls back after a panic in Rust. Returns the function that stops it. */
export function onCrashed(callback: () => void): () => void {
  return stopLater(events.crashed.listen(() => callback()));
}

/** Calls back when the admin chose Settings… in the menu bar. Returns the function that stops it. */
export function onSettingsChosen(callback: () => void): () => void {
  return stopLater(events.settingsChosen.listen(() => callback()));
}

function stopLater(listening: Promise<() => void>): () => void {
  let stopped = false;
  let end: (() => void) | undefined;
  listening.then(
    (stop) => {
      if (stopped) stop();
      else end = stop;
    },
    (thrown: unknown) => console.error("failed to listen to events", thrown),
  );
  return () => {
    stopped = true;
    end?.();
    end = undefined;
  };
}
