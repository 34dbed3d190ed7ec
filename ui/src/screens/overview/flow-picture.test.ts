import { describe, expect, it } from "vitest";
import type { Flow, Named } from "../../ipc";
import { flowPicture } from "./flow-picture";

const named = (kind: Named["kind"], id: number): Named => ({ kind, id: String(id), name: `${kind} ${id}` });
const flow = (from: number, to: number, advertisers = 1): Flow => ({
  adAccount: named("ad_account", from),
  xpoAccount: named("xpo_account", to),
  advertisers,
});
const draw = (flows: Flow[]) => flowPicture(flows, 600, 400);

describe("the flow diagram", () => {
  it("is empty when nothing is allocated", () =>
    expect(draw([])).toEqual({ nodes: [], ribbons: [], othersScaledDown: false }));

  it("names each of a few flows, and draws them to scale", () => {
    const { nodes, ribbons, othersScaledDown } = draw([flow(1, 1, 3), flow(1, 2), flow(2, 2, 4)]);
    expect(nodes.map(({ named: node, allocations }) => [node?.name, allocations])).toEqual([
      ["ad_account 2", 4],
      ["ad_account 1", 4],
      ["xpo_account 2", 5],
      ["xpo_account 1", 3],
    ]);
    expect(ribbons.map(({ allocations }) => allocations).sort()).toEqual([1, 3, 4]);
    expect(othersScaledDown).toBe(false);
    const [two, one] = nodes.filter(({ side }) => side === "to");
    expect(two!.height / one!.height).toBeCloseTo(5 / 3, 1);
  });

  it("stays readable with 1,700 ad accounts: it names eight on each side, joins the others and counts all", () => {
    const flows = Array.from({ length: 3_400 }, (_, n) => flow(n % 1_700, n % 401, 1 + (n % 3)));
    const { nodes, ribbons, othersScaledDown } = draw(flows);
    for (const side of ["from", "to"] as const) {
      const here = nodes.filter((node) => node.side === side);
      expect(here).toHaveLength(9);
      expect(here.at(-1)).toMatchObject({ named: null, count: side === "from" ? 1_692 : 393 });
      const all = flows.reduce((sum, { advertisers }) => sum + advertisers, 0);
      expect(here.reduce((sum, { allocations }) => sum + allocations, 0)).toBe(all);
      // Labels of 20 pixels do not overlap, and nothing is outside the diagram.
      const middles = here.map(({ top, height }) => top + height / 2);
      for (let index = 1; index < middles.length; index++) {
        expect(middles[index]! - middles[index - 1]!).toBeGreaterThanOrEqual(20);
      }
      expect(Math.max(...here.map(({ top, height }) => top + height))).toBeLessThanOrEqual(400);
    }
    expect(othersScaledDown).toBe(true);
    // Named flows are drawn to the same scale.
    const named = nodes.filter((node) => node.named);
    const scale = named.map(({ height, allocations }) => height / allocations);
    for (const one of scale) expect(one).toBeCloseTo(scale[0]!, 5);
    expect(Math.min(...named.map(({ height }) => height))).toBeGreaterThan(1);
    // Every named XPO account has a flow from a named ad account.
    for (const node of named.filter(({ side }) => side === "to")) {
      expect(ribbons.some(({ from, to }) => to === node && from.named)).toBe(true);
    }
    expect(ribbons.every(({ path }) => path.startsWith("M") && !path.includes("NaN"))).toBe(true);
  });
});
