// The script that runs before the first paint, and the page that loads it.
import { readFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";

const read = (file: string) => readFileSync(`${import.meta.dirname}/../${file}`, "utf8");

/** Returns the theme of a page that was just opened. */
function openedIn(stored: string | null, systemIsDark: boolean): string | undefined {
  delete document.documentElement.dataset.theme;
  if (stored !== null) localStorage.setItem("xpo-admin.theme", stored);
  vi.stubGlobal("matchMedia", () => ({ matches: systemIsDark }));
  new Function(read("public/theme.js"))();
  vi.unstubAllGlobals();
  return document.documentElement.dataset.theme;
}

describe("The theme at the start", () => {
  it.each([
    [null, false, "light"],
    [null, true, "dark"],
    ['"system"', true, "dark"],
    ['"dark"', false, "dark"],
    ['"light"', true, "light"],
    ["not JSON", true, "dark"],
  ])("is %s on a system that is dark: %s", (stored, systemIsDark, expected) => {
    expect(openedIn(stored, systemIsDark)).toBe(expected);
  });

  it("is set by a script that the page waits for, before its modules and its styles", () => {
    const head = new DOMParser().parseFromString(read("index.html"), "text/html").head;
    const [first] = head.querySelectorAll("script, link");
    expect(first?.outerHTML).toBe('<script src="/theme.js"></script>');
  });
});
