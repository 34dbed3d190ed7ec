import { flushSync } from "svelte";
import { describe, expect, it, vi } from "vitest";
import type { Action } from "../../ipc";
import { aBlocker, anOutcome, named } from "../../ipc/testing/directory";
import { Fake, fails, Pending } from "../../ipc/testing/fake";
import { Draft } from "./draft.svelte";

const calm = anOutcome({ added: 1 });
const rename = { action: "rename" as const, object: { kind: "goal" as const, id: "g-1" }, name: "New" };

describe("A decision before it is saved", () => {
  it("shows why the save failed until the next edit or save, regardless of previews", async () => {
    const fake = new Fake({ preview: () => calm, commit: fails("disk_full") });
    const draft = new Draft(() => ({ quiet: true }));
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

  it("is saved by a confirmation only after the preview of what it saves", async () => {
    const fake = new Fake({
      preview: () => calm,
      commit: () => ({ change: "c", outcome: { ...calm, entry: 1 } }),
    });
    const draft = new Draft(() => ({ quiet: true, previewFirst: true }));
    const stop = draft.watch();
    for (const action of [rename, { ...rename, name: "Newer" }]) {
      draft.set(action);
      expect([draft.unseen, draft.disabled, await draft.save()]).toEqual([true, false, false]);
      await vi.waitFor(() => expect(draft.unseen).toBe(false));
    }
    // The dialog sets the same edit again when it has read its data again.
    draft.set({ ...rename, name: "Newer" });
    expect(draft.unseen).toBe(false);
    fake.answers.preview = fails("disk_full");
    draft.set(rename);
    await vi.waitFor(() => expect(draft.problem?.code).toBe("disk_full"));
    expect([draft.previewing, await draft.save()]).toEqual([false, false]);
    expect(fake.argsOf("commit")).toEqual([]);
    draft.set({ ...rename, name: "Newest" });
    fake.answers.preview = () => calm;
    await vi.waitFor(() => expect(draft.unseen).toBe(false));
    expect(await draft.save()).toBe(true);
    stop();
  });

  it("did not change elsewhere when the data changes while an edit is previewed", async () => {
    const fake = new Fake({ preview: ({ action }) => ({ ...calm, summary: JSON.stringify(action) }) });
    const draft = new Draft(() => ({ quiet: true }));
    const stop = draft.watch();
    draft.set(rename);
    await vi.waitFor(() => expect(draft.outcome?.summary).toContain("New"));
    draft.set({ ...rename, name: "Newer" });
    await fake.changed("decisions");
    await vi.waitFor(() => expect(draft.outcome?.summary).toContain("Newer"));
    await vi.waitFor(() => expect(draft.previewing).toBe(false));
    expect(draft.changedElsewhere).toBe(false);
    stop();
  });

  it("can be set by an effect without making the effect depend on it", () => {
    new Fake({ preview: () => calm });
    const draft = new Draft(() => ({ quiet: true }));
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

  it("deallocates what blocks it with the change, also with new defaults, until the next edit", async () => {
    const blocker = aBlocker("campaign_allocated", named("campaign", "8001", "Spring"));
    const fake = new Fake({
      preview: ({ action }: { action: Action }) =>
        action.action === "deallocate_first" ? calm : { ...calm, blockers: [blocker] },
      commit: () => ({ change: "c", outcome: { ...calm, entry: 1 } }),
    });
    const saved = vi.fn();
    const draft = new Draft(() => ({ quiet: true, onsaved: saved }));
    const base = {
      action: "allocate_accounts" as const,
      allocate: [],
      deallocate: [],
      modes: [],
      defaultReplacements: [],
    };
    draft.set(base);
    await vi.waitFor(() => expect(draft.removable.campaigns).toEqual(["8001"]));
    draft.include();
    // The dialog sets the same edit again when it has read its data again.
    draft.set({ ...base });
    await vi.waitFor(() => expect(draft.blocked).toBe(false));
    const defaultReplacements = [{ xpoAccount: "x1", to: null }];
    expect(await draft.saveWithDefaults(defaultReplacements)).toBe(true);
    const then = { ...base, defaultReplacements };
    const action = { action: "deallocate_first", campaigns: ["8001"], goals: [], then };
    expect(fake.argsOf("commit")).toEqual([{ action }]);
    expect(saved.mock.calls[0]?.[1], "the dialog gets its own action").toEqual(then);
    fake.answers.commit = () => ({
      outcome: { ...calm, defaultReplacements: [{ choice: null }] },
      change: "c2",
    });
    draft.set({ ...base, modes: [] });
    await draft.save();
    expect(draft.openDefaults).toHaveLength(1);
    fake.answers.commit = fails("disk_full");
    expect(await draft.saveWithDefaults(defaultReplacements)).toBe(false);
    expect([draft.openDefaults, draft.problem?.code]).toEqual([[], "disk_full"]);
    draft.set({ ...base, allocate: [{ adAccount: "71", advertiser: "v1" }] });
    await vi.waitFor(() => expect(draft.removable.campaigns).toEqual(["8001"]));
  });

  it("saves the other changes once, and not when it is edited or closed before they are known", async () => {
    const rest = new Pending<Action | null>();
    const fake = new Fake({
      preview: () => calm,
      unblocked_part: rest.answer,
      commit: () => ({ change: "c", outcome: { ...calm, entry: 1 } }),
    });
    const draft = new Draft(() => ({ quiet: true }));
    const stop = draft.watch();
    draft.set(rename);
    const edited = draft.saveOthers();
    expect(draft.saving).toBe(true);
    expect(await draft.saveOthers()).toBe(false);
    expect(fake.argsOf("unblocked_part")).toHaveLength(1);
    const newer = { ...rename, name: "Newer" };
    draft.set(newer);
    rest.resolve(rename);
    expect(await edited).toBe(false);
    expect([draft.action, draft.saving]).toEqual([newer, false]);

    const kept = draft.saveOthers();
    // The dialog sets the same edit again when it has read its data again.
    draft.set({ ...newer });
    rest.resolve(newer);
    expect(await kept).toBe(true);
    expect(fake.argsOf("commit")).toEqual([{ action: newer }]);

    const closed = draft.saveOthers();
    stop();
    rest.resolve(newer);
    expect(await closed).toBe(false);
    expect(fake.argsOf("commit")).toHaveLength(1);
  });
});
