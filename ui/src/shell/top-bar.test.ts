import { render, screen, waitFor } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import { faults } from "../components/testing/axe";
import { reachability } from "../features/sync/reachability.svelte";
import type { Reachability, Session, WaitsFor } from "../ipc";
import { aSession, Fake, problem } from "../ipc/testing/fake";
import { network } from "../lib/network.svelte";
import Navigation from "./Navigation.svelte";
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

  it("says Online only after TikTok has responded, and otherwise what is wrong", async () => {
    const unreachable = (waitsFor: WaitsFor, code: "offline" | "certificate" | "clock"): Reachability => ({
      state: "unreachable",
      waitsFor,
      problem: problem(code),
    });
    let state: Reachability = { state: "checking" };
    const nothing = () => undefined;
    const fake = new Fake({ reachability: () => state });
    const stop = reachability.watch();
    render(TopBar, { session: aSession(), onswitch: nothing, onclose: nothing, onsearch: nothing });
    const pill = screen.getByRole("status");
    await waitFor(() => expect(pill).toHaveTextContent("Checking…"));
    for (const [next, label] of [
      [{ state: "online" }, "Online"],
      [{ state: "not_set_up" }, "Not connected"],
      [unreachable("network", "offline"), "TikTok unreachable"],
      [unreachable("certificate", "certificate"), "Certificate not trusted"],
      [unreachable("clock", "clock"), "Wrong date or time"],
    ] as [Reachability, string][]) {
      state = next;
      await fake.changed("jobs");
      await waitFor(() => expect(pill).toHaveTextContent(label));
    }
    network.online = false;
    await waitFor(() => expect(pill).toHaveTextContent("Offline"));
    network.online = true;
    stop();
  });
});

describe("the navigation", () => {
  it("marks TikTok Accounts while a TikTok user has to sign in again", async () => {
    let state = "needs_authorization";
    const fake = new Fake({ tiktok_users: () => [{ id: "1", name: "Maria", state }] });
    render(Navigation);
    const link = screen.getByRole("button", { name: "TikTok Accounts" });
    await waitFor(() =>
      expect(link).toHaveAccessibleDescription("TikTok Accounts: 1 TikTok user has to sign in again"),
    );
    expect(await faults()).toEqual([]);
    state = "connected";
    await fake.changed("users");
    await waitFor(() => expect(link).not.toHaveAccessibleDescription(/sign in/));
  });
});
