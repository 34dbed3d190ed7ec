import { describe, expect, it } from "vitest";
import type { Flow, JoinedFlow, Named } from "../../ipc";
import { joined } from "../../ipc/testing/fake";
import { flowPicture } from "./flow-picture";

const aNamed = (kind: Named["kind"], id: number): Named => ({ kind, id: String(id), name: `${kind} ${id}` });
const flow = (from: number, to: number, advertisers = 1): Flow => ({
  adAccount: aNamed("ad_account", from),
  xpoAccount: aNamed("xpo_account", to),
  advertisers,
});
const draw = (flows: Flow[]) => flowPicture(joined(flows), 600, 400);

describe("the flow diagram", () => {
  it("is empty when nothing is allocated", () =>
    expect(draw([])).toEqual({ nodes: [], ribbons: [], othersScaledDown: false }));

  it("names each of a few flows, and draws them to scale", () => {
    const { nodes, ribbons, othersScaledDown } = draw([flow(1, 1, 3), flow(1, 2), flow(2, 2, 4)]);
    expect(nodes.map(({ named: node, allocations }) => [node?.name, allocations])).toEqual([
      ["ad_account 1", 4],
      ["ad_account 2", 4],
      ["xpo_account 1", 3],
      ["xpo_account 2", 5],
    ]);
    expect(ribbons.map(({ allocations }) => allocations).sort()).toEqual([1, 3, 4]);
    expect(othersScaledDown).toBe(false);
    const [one, two] = nodes.filter(({ side }) => side === "to");
    expect(two!.height / one!.height).toBeCloseTo(5 / 3, 1);
  });

  it("stays readable with 1,700 ad accounts: it names eight on each side, joins the others and counts all", () => {
    const eight = (kind: Named["kind"]) => Array.from({ length: 8 }, (_, n) => aNamed(kind, n));
    const flows = {
      count: 3_400,
      adAccounts: 1_700,
      xpoAccounts: 401,
      from: eight("ad_account"),
      to: eight("xpo_account"),
      largest: [],
      joined: [
        ...Array.from({ length: 8 }, (_, n): JoinedFlow => ({ from: n, to: n, allocations: 3 })),
        ...Array.from({ length: 8 }, (_, n): JoinedFlow => ({ from: n, to: null, allocations: 2 })),
        ...Array.from({ length: 8 }, (_, n): JoinedFlow => ({ from: null, to: n, allocations: 15 })),
        { from: null, to: null, allocations: 6_640 },
      ],
    };
    const { nodes, ribbons, othersScaledDown } = flowPicture(flows, 600, 400);
    for (const side of ["from", "to"] as const) {
      const here = nodes.filter((node) => node.side === side);
      expect(here).toHaveLength(9);
      expect(here.at(-1)).toMatchObject({ named: null, count: side === "from" ? 1_692 : 393 });
      const all = flows.joined.reduce((sum, { allocations }) => sum + allocations, 0);
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
