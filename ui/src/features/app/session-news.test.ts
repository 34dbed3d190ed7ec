import { describe, expect, it } from "vitest";
import type { SessionNews } from "../../ipc";
import { Fake } from "../../ipc/testing/fake";
import { messages } from "../../lib/messages.svelte";
import { textsOf, showSessionNews } from "./session-news";

const news = (more: Partial<SessionNews>): SessionNews => ({
  unclean: false,
  incomplete: false,
  foreignLog: null,
  damagedLog: null,
  heldMails: 0,
  editsLost: false,
  ...more,
});

describe("the end of the previous session", () => {
  it("shows the paths of what was set aside", () => {
    const texts = (more: Partial<SessionNews>) =>
      textsOf(news(more))
        .map(([, text]) => text)
        .join("\n");
    expect(texts({ unclean: true, incomplete: true, damagedLog: "/data/k.damaged-wal" })).toContain(
      "/data/k.damaged-wal",
    );
    expect(texts({ unclean: true, foreignLog: "/data/k.foreign-wal" })).toContain("/data/k.foreign-wal");
    expect(texts({ heldMails: 2 })).toContain("emails");
    expect(texts({ unclean: true })).toContain("every saved change is here");
    expect(texts({ incomplete: true, unclean: true })).not.toContain("every saved change is here");
  });

  it("says nothing after a normal end", async () => {
    const fake = new Fake({ session_news: () => null });
    await showSessionNews();
    expect(fake.argsOf("session_news")).toHaveLength(1);
    expect(messages.list).toEqual([]);
  });

  it("says what was lost and what was not when the page had to be loaded again", async () => {
    new Fake({ session_news: () => news({ editsLost: true }) });
    expect(await showSessionNews()).toBe(true);
    expect(messages.list.map(({ text }) => text)).toEqual([
      "This window stopped working and was loaded again. Changes that you hadn't saved are lost. Everything you saved is here.",
    ]);
  });

  it("shows everything in one message", async () => {
    new Fake({
      session_news: () => news({ incomplete: true, foreignLog: "/data/k.foreign-wal", heldMails: 2 }),
    });
    await showSessionNews();
    expect(messages.list).toHaveLength(1);
    expect(messages.list[0]?.tone).toBe("bad");
    for (const part of ["changes are missing", "/data/k.foreign-wal", "unsent emails"])
      expect(messages.list[0]?.text).toContain(part);
  });
});
