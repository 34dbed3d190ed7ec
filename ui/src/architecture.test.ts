// The layers of the interface, read from the imports of every file under src/.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { preProcessFile } from "typescript";
import { describe, expect, it } from "vitest";

const SRC = import.meta.dirname;

/** The folders of src/, each with those it may import. "." are the files in src/ itself. */
const mayImport: Record<string, readonly string[]> = {
  styles: [],
  ipc: [],
  components: [],
  problems: ["components", "ipc"],
  lib: ["components", "ipc", "problems"],
  features: ["components", "ipc", "problems", "lib"],
  screens: ["components", "ipc", "problems", "lib", "features"],
  shell: ["components", "ipc", "problems", "lib", "features", "screens"],
  ".": ["styles", "components", "ipc", "problems", "lib", "features", "screens", "shell"],
};

/** Words of the product, which generic code does not use. */
const productTerms = /TikTok|\bXPO\b|advertiser|campaign|audience|ad ?account/iu;
/** The prefix of keys in the local storage, which is the program's name. */
const storageKey = "xpo-admin.";

interface SourceFile {
  /** Relative to src/, with slashes. */
  path: string;
  text: string;
  /** Files of src/ that it imports. */
  imports: string[];
  packages: string[];
}

const slashed = (path: string) => path.split(sep).join("/");

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** Returns the file that a relative import means, as Vite finds it. */
function resolved(importer: string, specifier: string): string {
  const base = resolve(dirname(importer), specifier);
  const found = [base, `${base}.ts`, join(base, "index.ts")].find(exists);
  if (found === undefined) throw new Error(`${importer} imports ${specifier}, which does not exist`);
  return slashed(relative(SRC, found));
}

/** Returns the imports of a file: static, dynamic, of types, re-exported and mocked ones. */
function specifiers(path: string, text: string): string[] {
  if (path.endsWith(".css"))
    return [...text.matchAll(/@import\s+["']([^"']+)["']/gu)].map(([, name = ""]) => name);
  const scripts = path.endsWith(".svelte")
    ? [...text.matchAll(/<script[^>]*>(.*?)<\/script>/gsu)].map(([, script = ""]) => script).join("\n")
    : text;
  const mocked = [...scripts.matchAll(/\bvi\.(?:do)?mock\(\s*["']([^"']+)["']/giu)].map(
    ([, name = ""]) => name,
  );
  return [...preProcessFile(scripts, true, true).importedFiles.map(({ fileName }) => fileName), ...mocked];
}

const sources: SourceFile[] = readdirSync(SRC, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.(?:ts|svelte|css)$/u.test(entry.name))
  .map((entry) => {
    const absolute = join(entry.parentPath, entry.name);
    const text = readFileSync(absolute, "utf8");
    const all = specifiers(absolute, text);
    return {
      path: slashed(relative(SRC, absolute)),
      text,
      imports: all.filter((name) => name.startsWith(".")).map((name) => resolved(absolute, name)),
      packages: all.filter((name) => !name.startsWith(".")),
    };
  });

const isTest = (path: string) => /\.test\.ts$|^test-setup\.ts$|\/testing\//u.test(path);

/** Returns "features" for "features/sync/labels.ts", and "." for "App.svelte". */
const layerOf = (path: string) => (path.includes("/") ? (path.split("/")[0] ?? "") : ".");

/** Returns "screens/history" for "screens/history/moments.ts". */
const folderOf = (path: string) => path.split("/").slice(0, 2).join("/");

const arrows = sources.flatMap(({ path, imports }) => imports.map((target) => ({ path, target })));

const shown = (list: { path: string; target: string }[]) =>
  list.map(({ path, target }) => `${path} -> ${target}`);

/** Returns one cycle of the graph, as the nodes on it; empty when there is none. */
function cycleIn(graph: Map<string, Set<string>>): string[] {
  const done = new Set<string>();
  const path: string[] = [];
  function visit(node: string): string[] {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (done.has(node)) return [];
    path.push(node);
    for (const next of graph.get(node) ?? []) {
      const cycle = visit(next);
      if (cycle.length > 0) return cycle;
    }
    path.pop();
    done.add(node);
    return [];
  }
  for (const node of graph.keys()) {
    const cycle = visit(node);
    if (cycle.length > 0) return cycle;
  }
  return [];
}

function graphOf(list: { path: string; target: string }[]): Map<string, Set<string>> {
  const graph = new Map<string, Set<string>>();
  for (const { path, target } of list) graph.set(path, (graph.get(path) ?? new Set()).add(target));
  return graph;
}

describe("The layers of the interface", () => {
  it("list every folder", () => {
    const folders = readdirSync(SRC, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const layers = Object.keys(mayImport).filter((layer) => layer !== ".");
    expect(folders.map(({ name }) => name).sort()).toEqual(layers.sort());
  });

  it("keep features and screens in folders of their own", () => {
    const loose = sources.filter(({ path }) => /^(?:features|screens)\/[^/]+$/u.test(path));
    expect(loose.map(({ path }) => path)).toEqual([]);
  });

  it("import only the layers below them", () => {
    expect(arrows.length).toBeGreaterThan(1_000);
    const upward = arrows.filter(({ path, target }) => {
      const [from, to] = [layerOf(path), layerOf(target)];
      return from !== to && !mayImport[from]?.includes(to);
    });
    expect(shown(upward)).toEqual([]);
  });

  it("have no import cycle between files", () => {
    expect(cycleIn(graphOf(arrows))).toEqual([]);
  });

  it("have no import cycle between the folders of features", () => {
    const between = arrows
      .filter(({ path, target }) => layerOf(path) === "features" && layerOf(target) === "features")
      .map(({ path, target }) => ({ path: folderOf(path), target: folderOf(target) }))
      .filter(({ path, target }) => path !== target);
    expect(between.length).toBeGreaterThan(10);
    expect(cycleIn(graphOf(between))).toEqual([]);
  });

  it("have no screen that imports another screen", () => {
    const across = arrows.filter(
      ({ path, target }) =>
        layerOf(path) === "screens" && layerOf(target) === "screens" && folderOf(path) !== folderOf(target),
    );
    expect(shown(across)).toEqual([]);
  });

  it("reach Tauri through ipc/ only", () => {
    const importers = sources.filter(({ packages }) =>
      packages.some((name) => name.startsWith("@tauri-apps/")),
    );
    expect(importers.length).toBeGreaterThan(0);
    expect(importers.map(({ path }) => path).filter((path) => layerOf(path) !== "ipc")).toEqual([]);
  });

  it("use the helpers of tests in tests only", () => {
    const wrong = arrows.filter(({ path, target }) => isTest(target) && !isTest(path));
    expect(shown(wrong)).toEqual([]);
  });

  it("know no word of the product in components/ and lib/", () => {
    const generic = sources.filter(({ path }) => ["components", "lib"].includes(layerOf(path)));
    const lines = generic.flatMap(({ path, text }) =>
      text
        .replaceAll(storageKey, "")
        .split("\n")
        .filter((line) => productTerms.test(line))
        .map((line) => `${path}: ${line.trim()}`),
    );
    expect(lines).toEqual([]);
  });

  it("call no command in components/, lib/ and problems/", () => {
    const callers = sources.filter(
      ({ path, text }) =>
        ["components", "lib", "problems"].includes(layerOf(path)) &&
        !isTest(path) &&
        /\bcommands\.|import\s*\{[^}]*\bcommands\b/u.test(text),
    );
    expect(callers.map(({ path }) => path)).toEqual([]);
  });
});

describe("The first paint", () => {
  it("needs no table, dialog, menu or chart", () => {
    const packages = new Set<string>();
    const loaded = new Set<string>();
    const load = (path: string) => {
      if (loaded.has(path)) return;
      loaded.add(path);
      const text = sources.find((source) => source.path === path)?.text ?? "";
      const statically = /^\s*(?:import|export)\s(?!type\b)(?:[^;"']*?\sfrom\s+)?["']([^"']+)["']/gmu;
      for (const [, name = ""] of text.matchAll(statically)) {
        if (name.startsWith(".")) load(resolved(join(SRC, path), name));
        else packages.add(name);
      }
    };
    load("main.ts");
    expect(loaded).toContain("screens/overview/OverviewScreen.svelte");
    expect(
      [...loaded].filter((path) => /^components\/(?:table|overlay\/(?:Menu|Dialog|Palette))/u.test(path)),
    ).toEqual([]);
    const late = ["bits-ui", "d3-sankey", "d3-shape", "@tanstack/virtual-core"];
    expect(late.filter((name) => packages.has(name))).toEqual([]);
  });
});

describe("Files that only export snippets", () => {
  it("have no styles: a build leaves out those of a component that is never created", () => {
    const only = sources.filter(
      ({ path, text }) => path.endsWith(".svelte") && !/^<script(?![^>]*\bmodule\b)/mu.test(text),
    );
    const exporting = only.filter(({ text }) => text.includes("<script"));
    expect(exporting.length).toBeGreaterThan(5);
    expect(exporting.filter(({ text }) => text.includes("<style>")).map(({ path }) => path)).toEqual([]);
  });
});

describe("The search for cycles", () => {
  it("finds a cycle behind a dead end", () => {
    const graph = graphOf([
      { path: "a", target: "b" },
      { path: "a", target: "c" },
      { path: "c", target: "d" },
      { path: "d", target: "c" },
    ]);
    expect(cycleIn(graph)).toEqual(["c", "d", "c"]);
  });
});

describe("The search for imports", () => {
  it("finds every kind", () => {
    const text = `
      import a from "./a";
      import type { B } from "./b";
      import { type C } from "./c";
      export * from "./d";
      export type * from "./e";
      import "./f";
      const g = await import("./g");
      vi.mock(${JSON.stringify("./h")});
    `;
    const all = ["./a", "./b", "./c", "./d", "./e", "./f", "./g", "./h"];
    expect(specifiers("x.ts", text).sort()).toEqual(all);
    expect(
      specifiers("x.svelte", `<script lang="ts" generics="T">${text}</script><p>./i</p>`).sort(),
    ).toEqual(all);
  });
});
