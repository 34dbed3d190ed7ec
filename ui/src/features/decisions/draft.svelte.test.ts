import { flushSync } from "svelte";
import { describe, expect, it, vi } from "vitest";
import type { Outcome } from "../../ipc";
import { Fake, fails } from "../../ipc/testing/fake";
import { Draft } from "./draft.svelte";

const calm: Outcome = {
  entry: null,
  added: 1,
  removed: 0,
  changed: 0,
  edits: [],
  warnings: [],
  blockers: [],
  handOvers: [],
  summary: "",
  blockedEdits: [],
};
const rename = { action: "rename" as const, object: { kind: "goal" as const, id: "g-1" }, name: "New" };

describe("A decision before it is saved", () => {
  it("shows why the save failed until the next edit or save, regardless of previews", async () => {
    const fake = new Fake({ preview: () => calm, commit: fails("disk_full") });
    const draft = new Draft(() => ({ said: null }));
    const stop = draft.watch();
    draft.set(rename);
    expect(await draft.save()).toBe(false);
    await vi.waitFor(() => expect(fake.argsOf("preview")).toHaveLength(1));
    await fake.changed("decisions");
    await vi.waitFor(() => expect(fake.argsOf("preview")).toHaveLength(2));
    flushSync();
    expect(draft.problem?.code).toBe("disk_full");
    draft.set({ ...rename, name: "Newer" });
    await vi.waitFor(() => expect(draft.problem).toBeNull());
    stop();
  });

  it("can be set by an effect without making the effect depend on it", () => {
    new Fake({ preview: () => calm });
    const draft = new Draft(() => ({ said: null }));
    let runs = 0;
    const stop = $effect.root(() => {
      $effect(() => {
        runs++;
        draft.set({ ...rename });
      });
    });
    flushSync();
    stop();
    expect(runs).toBe(1);
  });
});
