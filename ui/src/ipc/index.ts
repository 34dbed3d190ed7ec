// Commands, events and their types. Nothing else imports @tauri-apps/*.
import { commands, events } from "./bindings";
import type { Activity, DataChanged, FileDrag, ImportStage, Problem, ScreenChosen, Topic } from "./bindings";

export { commands };
export { early, earlyAnswer, forgetEarly } from "./early";
export { dateLocale } from "./date-locale";
export { problems, rowsPerPage } from "./bindings";
export { labels } from "./labels";
export { firstTurn, lists, paste, type Source } from "./lists";
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

/** An event with one listener, which is registered by `listen`, and any number of callbacks. */
class Channel<Payload> {
  readonly #callbacks = new Set<(payload: Payload) => void>();
  readonly #listen: (callback: (event: { payload: Payload }) => void) => Promise<unknown>;

  constructor(event: { listen: (callback: (event: { payload: Payload }) => void) => Promise<unknown> }) {
    this.#listen = event.listen;
  }

  listen(): void {
    this.#listen(({ payload }) => {
      for (const callback of [...this.#callbacks]) callback(payload);
    }).catch((thrown: unknown) => console.error("failed to listen to events", thrown));
  }

  /** Calls back with each event. Returns the function that stops it. */
  on(callback: (payload: Payload) => void): () => void {
    this.#callbacks.add(callback);
    return () => void this.#callbacks.delete(callback);
  }
}

const changed = new Channel(events.dataChanged);
const importStage = new Channel(events.importStage);
const exportProgress = new Channel(events.exportProgress);
const readProgress = new Channel(events.readProgress);
const fileDrag = new Channel(events.fileDrag);
const linkRefused = new Channel(events.linkRefused);
const signInPage = new Channel(events.signInPage);
const syncProgress = new Channel(events.syncProgress);
const closeRequested = new Channel(events.closeRequested);
const crashed = new Channel(events.crashed);
const screenChosen = new Channel(events.screenChosen);

/**
 * Registers the listeners of all events, once and before anything is read: Rust registers a listener a moment after it was
 * asked to, and a screen with a listener of its own would miss what happens until then.
 */
export function listen(): void {
  for (const channel of [
    changed,
    importStage,
    exportProgress,
    readProgress,
    fileDrag,
    linkRefused,
    signInPage,
    syncProgress,
    closeRequested,
    crashed,
    screenChosen,
  ] as const) {
    channel.listen();
  }
}

/** Calls back after each commit that changed one of `topics`. Returns the function that stops it. */
export function onChanged(topics: readonly Topic[], callback: () => void): () => void {
  return changed.on((change: DataChanged) => {
    if (change.topics.some((one) => topics.includes(one))) callback();
  });
}

/** Calls back with each step of the running import. Returns the function that stops it. */
export const onImportStage = (callback: (stage: ImportStage) => void) => importStage.on(callback);

/** Calls back with the number of rows that the running export has written. Returns the function that stops it. */
export const onExportProgress = (callback: (rows: number) => void) =>
  exportProgress.on(({ rows }) => callback(rows));

/** Calls back with the number of rows that the running import has read. Returns the function that stops it. */
export const onReadProgress = (callback: (rows: number) => void) =>
  readProgress.on(({ rows }) => callback(rows));

/** Calls back while a file is dragged over the window, and when it is dropped. Returns the function that stops it. */
export const onFileDrag = (callback: (drag: FileDrag) => void) => fileDrag.on(callback);

/** Calls back with the address of a link that the sign-in window does not open. Returns the function that stops it. */
export const onLinkRefused = (callback: (address: string) => void) =>
  linkRefused.on(({ address }) => callback(address));

/** Calls back when a sign-in page has loaded, with whether it shows an error. Returns the function that stops it. */
export const onSignInPage = (callback: (failed: boolean) => void) =>
  signInPage.on(({ failed }) => callback(failed));

/** Calls back with syncs that made progress. Returns the function that stops it. */
export const onSyncProgress = (callback: (syncs: Activity[]) => void) =>
  syncProgress.on(({ syncs }) => callback(syncs));

/** Calls back after a panic in Rust. Returns the function that stops it. */
export const onCrashed = (callback: () => void) => crashed.on(() => callback());

/** Calls back when the admin closes the window while leaving the page asks first. Returns the function that stops it. */
export const onCloseRequested = (callback: () => void) => closeRequested.on(() => callback());

/** Calls back when the admin chose a screen in the menu bar or with a notification. Returns the function that stops it. */
export const onScreenChosen = (callback: (screen: ScreenChosen) => void) => screenChosen.on(callback);
