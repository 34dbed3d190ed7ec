// A flow diagram of allocations that stays readable with thousands of them: the others than the largest are drawn as one.
import { sankey } from "d3-sankey";
import { area, curveBumpX } from "d3-shape";
import type { Flows, Named } from "../../ipc";

/** The maximum width of the flow between the others, in widths of all named flows. */
const MAX_OTHERS = 0.5;

export interface Node {
  side: "from" | "to";
  /** Null for all that are not named. */
  named: Named | null;
  /** How many ad accounts or XPO accounts it represents. */
  count: number;
  /** How many allocations to advertisers it has. */
  allocations: number;
  /** In pixels from the top. */
  top: number;
  height: number;
}

export interface Ribbon {
  from: Node;
  to: Node;
  allocations: number;
  /** An SVG path. */
  path: string;
}

export interface FlowPicture {
  nodes: Node[];
  ribbons: Ribbon[];
  /** Whether the flow between the others is limited to `MAX_OTHERS`. */
  othersScaledDown: boolean;
}

interface SankeyNode {
  key: string;
  y0?: number;
  y1?: number;
}
interface SankeyLink {
  source: string;
  target: string;
  value: number;
}

const OTHER = "others";

/** `width` and `height` are in pixels. */
export function flowPicture(flows: Flows, width: number, height: number): FlowPicture {
  if (flows.count === 0) return { nodes: [], ribbons: [], othersScaledDown: false };
  const links = flows.joined.map(({ from, to, allocations }) => ({
    from: String(from ?? OTHER),
    to: String(to ?? OTHER),
    allocations,
    unnamed: from === null && to === null,
  }));
  const rest = links.filter(({ unnamed }) => !unnamed).reduce((all, { allocations }) => all + allocations, 0);
  const unnamed = links.find((link) => link.unnamed)?.allocations ?? 0;
  const othersScaledDown = unnamed > rest * MAX_OTHERS;

  const others = { from: flows.adAccounts - flows.from.length, to: flows.xpoAccounts - flows.to.length };
  const keys = (side: Node["side"]) =>
    [...flows[side].keys(), OTHER]
      .map(String)
      .filter((id) => links.some((link) => link[side] === id))
      .map((id) => `${side} ${id}`);

  const layout = sankey<SankeyNode, SankeyLink>()
    .nodeId(({ key }) => key)
    .nodeWidth(8)
    .nodePadding(20)
    .nodeSort(null as never)
    .extent([
      [0, 8],
      [width, height - 8],
    ])({
    nodes: [...keys("from"), ...keys("to")].map((key) => ({ key })),
    links: links.map(({ from, to, allocations, unnamed: many }) => ({
      source: `from ${from}`,
      target: `to ${to}`,
      value: many && othersScaledDown ? rest * MAX_OTHERS : allocations,
    })),
  });

  const nodes = new Map<string, Node>();
  for (const { key, y0 = 0, y1 = 0 } of layout.nodes) {
    const side = key.startsWith("from ") ? "from" : "to";
    const id = key.slice(side.length + 1);
    nodes.set(key, {
      side,
      named: flows[side][Number(id)] ?? null,
      count: id === OTHER ? others[side] : 1,
      allocations: links.reduce((all, link) => (link[side] === id ? all + link.allocations : all), 0),
      top: y0,
      height: Math.max(1, y1 - y0),
    });
  }
  const ribbon = area<[number, number, number]>()
    .x(([x]) => x)
    .y0(([, y0]) => y0)
    .y1(([, , y1]) => y1)
    .curve(curveBumpX);
  const ribbons = layout.links.flatMap((link, index): Ribbon[] => {
    const { source, target, y0 = 0, y1 = 0, width: wide = 0 } = link;
    const [from, to] = [nodes.get((source as SankeyNode).key), nodes.get((target as SankeyNode).key)];
    if (!from || !to) return [];
    const half = Math.max(0.5, wide / 2);
    const path = ribbon([
      [8, y0 - half, y0 + half],
      [width - 8, y1 - half, y1 + half],
    ]);
    return [{ from, to, allocations: links[index]?.allocations ?? 0, path: path ?? "" }];
  });
  return { nodes: [...nodes.values()], ribbons, othersScaledDown };
}
