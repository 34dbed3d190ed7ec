import { render, screen } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import { faults } from "../components/testing/axe";
import type { Session } from "../ipc";
import { aSession, Fake } from "../ipc/testing/fake";
import TopBar from "./TopBar.svelte";

function show(of: Partial<Session>) {
  new Fake({});
  const nothing = () => undefined;
  render(TopBar, { session: aSession(of), onswitch: nothing, onclose: nothing, onsearch: nothing });
}

describe("the top bar", () => {
  it("names the server that is used instead of TikTok's", async () => {
    show({ otherServer: "https://evil.example" });
    expect(screen.getByRole("note")).toHaveTextContent("Not TikTok: https://evil.example");
    expect(await faults()).toEqual([]);
  });

  it("has no note while TikTok's servers are used", () => {
    show({});
    expect(screen.queryByRole("note")).toBeNull();
  });
});
