import { emit } from "@tauri-apps/api/event";
import { mockIPC } from "@tauri-apps/api/mocks";
import { expect, it, vi } from "vitest";
import { listen, onChanged, onSyncProgress } from ".";

const tauri = window as unknown as { __TAURI_INTERNALS__: { invoke: () => unknown } };

it("registers each listener once, so that a screen that opens later misses nothing meanwhile", async () => {
  mockIPC(() => null, { shouldMockEvents: true });
  listen();
  // From here on, Rust is too slow to register another listener.
  const invoke = vi.spyOn(tauri.__TAURI_INTERNALS__, "invoke");
  const changes = vi.fn();
  const progress = vi.fn();
  const stops = [onChanged(["users"], changes), onSyncProgress(progress)];
  expect(invoke).not.toHaveBeenCalled();
  await emit("data-changed", { topics: ["users"] });
  await emit("sync-progress", { syncs: [] });
  expect([changes.mock.calls, progress.mock.calls]).toEqual([[[]], [[[]]]]);
  for (const stop of stops) stop();
  await emit("data-changed", { topics: ["users"] });
  expect(changes).toHaveBeenCalledTimes(1);
});
