// Provides what jsdom lacks: sizes, observers, pointer capture and media queries.
import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/svelte";
import { afterEach, beforeEach } from "vitest";
import { ownProfile } from "./features/app/profile.svelte";
import { router } from "./features/app/router.svelte";
import { session } from "./features/app/session.svelte";
import { clearMocks } from "./ipc/testing/fake";
import { messages } from "./lib/messages.svelte";

/** The height of every element in pixels: a bit more than ten rows. */
const HEIGHT = 400;
const HEADER = 40;

class Observer {
  observe() {}
  unobserve() {}
  disconnect() {}
}
globalThis.ResizeObserver ??= Observer as unknown as typeof ResizeObserver;

for (const size of ["offsetHeight", "clientHeight"]) {
  Object.defineProperty(HTMLElement.prototype, size, { configurable: true, get: () => HEIGHT });
}
for (const size of ["offsetWidth", "clientWidth"]) {
  Object.defineProperty(HTMLElement.prototype, size, { configurable: true, get: () => 1600 });
}
// The height of the tallest descendant that sets one, plus a header.
Object.defineProperty(HTMLElement.prototype, "scrollHeight", {
  configurable: true,
  get(this: HTMLElement) {
    const inside = [...this.querySelectorAll<HTMLElement>("[style*=height]")];
    return Math.max(HEIGHT, ...inside.map(({ style }) => (parseFloat(style.height) || 0) + HEADER));
  },
});
// axe draws on a canvas to find icon fonts.
HTMLCanvasElement.prototype.getContext = () => null;
Object.assign(Element.prototype, {
  getClientRects: () => [{ width: 1, height: 1 }],
  scrollIntoView() {},
  hasPointerCapture: () => false,
  setPointerCapture() {},
  releasePointerCapture() {},
  scrollTo(this: Element, options: ScrollToOptions) {
    this.scrollTop = options.top ?? this.scrollTop;
    this.dispatchEvent(new Event("scroll"));
  },
});
window.matchMedia ??= (media: string) =>
  ({ media, matches: false, addEventListener() {}, removeEventListener() {} }) as unknown as MediaQueryList;

// Tests must not fail because the machine is busy.
configure({
  asyncUtilTimeout: 10_000,
  // Tables keep the elements of rows that disappeared.
  defaultIgnore: "script, style, [hidden], [hidden] *",
});

beforeEach(() => {
  localStorage.clear();
});

afterEach(() => {
  cleanup();
  clearMocks();
  document.body.innerHTML = "";
  session.current = null;
  session.startProblem = null;
  ownProfile.missing = false;
  router.restart();
  router.stay();
  messages.list = [];
});
