import { beforeEach, describe, expect, it } from "vitest";
import { aSession } from "../../ipc/testing/fake";
import { router } from "../app/router.svelte";
import { session } from "../app/session.svelte";
import { ListMemory } from "./list-memory";

describe("what a list showed last", () => {
  beforeEach(() => {
    session.current = aSession({ file: "memory.xpo" });
    router.go({ screen: "requests" });
    router.go({ screen: "accounts" });
  });

  const stored = (search: string) => {
    const memory = new ListMemory("accounts", { search, connections: ["lost"] });
    memory.keep({
      query: { search, connections: ["lost"] },
      filters: [],
      top: 720,
      ticks: ["7000000000000000001"],
    });
    memory.store();
    const [[, kept]] = JSON.parse(localStorage.getItem("xpo-admin.lists.memory.xpo") ?? "[]");
    return kept;
  };

  it("is stored for the next start, without ticks", () => {
    expect(stored("orbit")).toEqual({
      query: { search: "orbit", connections: ["lost"] },
      filters: [],
      top: 720,
      ticks: [],
    });
  });

  it("is stored without a search that is too long, with its filters", () => {
    const pasted = Array.from({ length: 1_100 }, (_, n) => `70000000000000${n + 10_000}`).join("\n");
    expect(stored(pasted).query).toEqual({ search: "", connections: ["lost"] });
  });
});
