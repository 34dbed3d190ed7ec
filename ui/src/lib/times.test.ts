import { describe, expect, it, vi } from "vitest";
import { formatRelative, formatExact, formatShort } from "./times";

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const at = (text: string) => new Date(text).getTime();
const now = at("2026-03-03T23:55:00");

describe("times", () => {
  it.each([
    ["today", "2026-03-03T00:05:00"],
    ["shortly after midnight, such as when a sync is due (A17)", "2026-03-04T00:25:00"],
    ["last evening", "2026-03-03T20:00:00"],
  ])("are shown as the time of day: %s", (_, moment) =>
    expect(formatShort(at(moment), now)).toBe(clock.format(at(moment))),
  );

  it("are shown as the day, then with the year", () => {
    expect(formatShort(at("2026-03-01T12:00:00"), now)).not.toContain("2026");
    expect(formatShort(at("2026-03-01T12:00:00"), now)).toMatch(/1/);
    expect(formatShort(at("2025-12-31T12:00:00"), now)).toContain("2025");
  });

  it("are shown exactly, with day and time", () =>
    expect(formatExact(now)).toContain(clock.format(now).slice(-2)));

  it.each([
    ["de-DE", "31.12.2025"],
    ["en-GB", "31 Dec 2025"],
    ["en-US", "Dec 31, 2025"],
  ])("have the format of the region %s", async (locale, expected) => {
    vi.stubGlobal("dateLocale", locale);
    vi.resetModules();
    const times = await import("./times");
    expect(times.formatShort(at("2025-12-31T12:00:00"), now)).toBe(expected);
  });

  it.each([null, "C", "POSIX", "en_US", "es-ES_tradnl"])(
    "have the format of the language where the region %s is unknown",
    async (locale) => {
      vi.stubGlobal("dateLocale", locale);
      vi.resetModules();
      const times = await import("./times");
      expect(times.formatShort(now, now)).toBe(clock.format(now));
    },
  );

  it.each([8.64e15 + 1, -9e18, Number.NaN])("are a dash where no date can have the time: %d", (at) =>
    expect([formatExact(at), formatShort(at), formatRelative(at)]).toEqual(["–", "–", "–"]),
  );

  it("follow the system to another time zone", () => {
    const home = process.env["TZ"];
    vi.useFakeTimers({ toFake: ["Date"] });
    try {
      const shown = ["Asia/Tokyo", "America/New_York"].map((zone) => {
        process.env["TZ"] = zone;
        vi.setSystemTime(Date.now() + 60_000);
        return [formatExact(Date.UTC(2026, 2, 3, 18)), formatShort(Date.UTC(2026, 2, 3, 18), 0)];
      });
      expect(shown[0]?.[0]).toMatch(/\b4\b.*3:00/u);
      expect(shown[1]?.[0]).toMatch(/\b3\b.*1:00/u);
      expect(shown[0]?.[1]).not.toBe(shown[1]?.[1]);
    } finally {
      process.env["TZ"] = home;
      vi.useRealTimers();
    }
  });

  it("are shown relative to now", () => {
    expect(formatRelative(now - 2 * 3_600_000, now)).toBe("2 hours ago");
    expect(formatRelative(now - 10_000, now)).toBe("just now");
  });
});
