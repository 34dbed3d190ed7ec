import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { Blocker, Warning } from "../../ipc";
import { anOutcome } from "../../ipc/testing/directory";
import OutcomeView from "./OutcomeView.svelte";

const initialized = (n: number, count: number): Warning => ({
  kind: "initialized_stays",
  object: { kind: "campaign", id: `8${n}`, name: "Summer" },
  holder: { kind: "advertiser", id: `v${n}`, name: `Brand ${n}` },
  xpoAccount: null,
  count,
  kinds: [],
});

it("shows the first 20 of many warnings, each with its count, and all of them on request", async () => {
  const warnings = Array.from({ length: 100 }, (_, n) => initialized(n, n + 1));
  render(OutcomeView, { outcome: anOutcome({ warnings }), onnavigate: () => {} });
  const rows = () => screen.getByRole("region", { name: "Warnings" }).querySelectorAll("li");
  expect(rows()).toHaveLength(20);
  expect(rows()[0]).toHaveTextContent("Campaign “Summer” of “Brand 0” is initialized, so it stays");
  expect(rows()[1]).toHaveTextContent("2 campaigns of “Brand 1” are initialized, so they stay");
  await userEvent.click(screen.getByRole("button", { name: "Show all 100 warnings" }));
  expect(rows()).toHaveLength(100);
});

it("offers to resolve the blockers above their list, so that it is in view however many there are", () => {
  const blockers = Array.from({ length: 12 }, (_, n): Blocker => ({
    reason: "campaign_allocated",
    object: { kind: "campaign", id: `8${n}`, name: `Summer ${n}` },
    adAccount: null,
    holder: { kind: "advertiser", id: "v1", name: "Brand" },
    xpoAccount: null,
    entry: null,
  }));
  render(OutcomeView, { outcome: anOutcome({ blockers }), onnavigate: () => {}, oninclude: () => {} });
  const button = screen.getByRole("button", { name: /^Deallocate/ });
  const [first] = screen.getAllByRole("listitem");
  expect(button.compareDocumentPosition(first as Node)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
});
