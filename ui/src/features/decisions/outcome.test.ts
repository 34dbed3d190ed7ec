import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { Warning } from "../../ipc";
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
