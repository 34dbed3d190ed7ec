// A flow diagram of allocations that stays readable with thousands of them: the largest flows are named, the others are
// drawn as one.
import { sankey } from "d3-sankey";
import { area, curveBumpX } from "d3-shape";
import type { Flow, Named } from "../../ipc";

/** How many ad accounts and XPO accounts are named. */
const MAX_NAMED = 8;
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

/** Returns the ids with the largest weights. */
const largestByWeight = (weights: Map<string, number>) =>
  new Set(
    [...weights.entries()]
      .sort(([, one], [, other]) => other - one)
      .slice(0, MAX_NAMED)
      .map(([id]) => id),
  );

function sum<T>(of: readonly T[], key: (one: T) => string, value: (one: T) => number): Map<string, number> {
  const sums = new Map<string, number>();
  for (const one of of) sums.set(key(one), (sums.get(key(one)) ?? 0) + value(one));
  return sums;
}

/** Returns the ad accounts with the largest flows into these XPO accounts, taken in turn so that each of them has one. */
function largestInto(xpoAccounts: Set<string>, flows: readonly Flow[]): Set<string> {
  const into = [...xpoAccounts].map((id) =>
    flows
      .filter(({ xpoAccount }) => xpoAccount.id === id)
      .sort((one, other) => other.advertisers - one.advertisers)
      .map(({ adAccount }) => adAccount.id),
  );
  const largest = new Set<string>();
  const rounds = Math.max(...into.map(({ length }) => length));
  for (let round = 0; round < rounds; round++) {
    for (const ids of into) {
      const next = ids.find((id) => !largest.has(id));
      if (next !== undefined && largest.size < MAX_NAMED) largest.add(next);
    }
  }
  return largest;
}

/** `width` and `height` are in pixels. */
export function flowPicture(flows: readonly Flow[], width: number, height: number): FlowPicture {
  if (flows.length === 0) return { nodes: [], ribbons: [], othersScaledDown: false };
  const shownTo = largestByWeight(
    sum(
      flows,
      ({ xpoAccount }) => xpoAccount.id,
      ({ advertisers }) => advertisers,
    ),
  );
  const shownFrom = largestInto(shownTo, flows);

  const fromOf = ({ adAccount: { id } }: Flow) => (shownFrom.has(id) ? id : OTHER);
  const toOf = ({ xpoAccount: { id } }: Flow) => (shownTo.has(id) ? id : OTHER);
  const joined = sum(
    flows,
    (flow) => `${fromOf(flow)} ${toOf(flow)}`,
    ({ advertisers }) => advertisers,
  );

  const links = [...joined.entries()].map(([key, allocations]) => {
    const [from = OTHER, to = OTHER] = key.split(" ");
    return { from, to, allocations, unnamed: from === OTHER && to === OTHER };
  });
  const rest = links.filter(({ unnamed }) => !unnamed).reduce((all, { allocations }) => all + allocations, 0);
  const unnamed = links.find((link) => link.unnamed)?.allocations ?? 0;
  const othersScaledDown = unnamed > rest * MAX_OTHERS;

  const names = new Map<string, Named>(
    flows.flatMap(({ adAccount, xpoAccount }) => [
      [`from ${adAccount.id}`, adAccount] as const,
      [`to ${xpoAccount.id}`, xpoAccount] as const,
    ]),
  );
  const count = (side: Node["side"]) => {
    const ids = new Set(
      flows.map(({ adAccount, xpoAccount }) => (side === "from" ? adAccount : xpoAccount).id),
    );
    return ids.size - (side === "from" ? shownFrom : shownTo).size;
  };
  const keys = (side: Node["side"], shown: Set<string>) =>
    [...shown, OTHER].filter((id) => links.some((link) => link[side] === id)).map((id) => `${side} ${id}`);

  const layout = sankey<SankeyNode, SankeyLink>()
    .nodeId(({ key }) => key)
    .nodeWidth(8)
    .nodePadding(20)
    .nodeSort(null as never)
    .extent([
      [0, 8],
      [width, height - 8],
    ])({
    nodes: [...keys("from", shownFrom), ...keys("to", shownTo)].map((key) => ({ key })),
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
      named: names.get(key) ?? null,
      count: id === OTHER ? count(side) : 1,
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
