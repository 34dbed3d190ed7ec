import { beforeEach, expect, test, vi } from "vitest";

// Each test has a page of its own.
beforeEach(() => vi.resetModules());

async function load() {
  vi.useFakeTimers();
  const { paintWithContent, reportFirstPaint } = await import("./first-paint");
  const page = document.createElement("div");
  paintWithContent(page);
  return { page, reportFirstPaint, isPainted: () => !page.classList.contains("unpainted") };
}

test("the page is painted once its first screen has content", async () => {
  const { reportFirstPaint, isPainted } = await load();
  vi.advanceTimersByTime(200);
  expect(isPainted()).toBe(false);
  await reportFirstPaint();
  expect(isPainted()).toBe(true);
});

test("a page whose content takes long is painted without it", async () => {
  const { isPainted } = await load();
  vi.advanceTimersByTime(300);
  expect(isPainted()).toBe(true);
});
