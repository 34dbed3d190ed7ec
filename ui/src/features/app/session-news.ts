// Tells the admin once how the previous session left the partner's file, and the previous page its changes.
import { commands, type SessionNews } from "../../ipc";
import { plain } from "../../components/text/text";
import type { Tone } from "../../components/feedback/tone";
import { messages } from "../../lib/messages.svelte";

/** Shows what the open partner has to tell, if anything, and returns whether that matters. Each opening tells it once. */
export async function showSessionNews(): Promise<boolean> {
  try {
    const news = await commands.sessionNews();
    const said = news ? textsOf(news) : [];
    if (!said[0]) return false;
    // The most severe comes first.
    messages.show(said[0][0], said.map(([, text]) => text).join(" "));
    return said[0][0] !== "ok";
  } catch (thrown) {
    console.error("the end of the previous session could not be read", thrown);
    return false;
  }
}

export function textsOf(news: SessionNews): [Tone, string][] {
  const said: [Tone, string][] = [];
  if (news.incomplete) {
    const copy = news.damagedLog ? ` The damaged log was kept: ${plain(news.damagedLog)}` : "";
    said.push(["bad", `Some of the last changes are missing. Check the change history.${copy}`]);
  }
  if (news.foreignLog) {
    said.push([
      "wait",
      `A log of changes that doesn't belong to this version of the file was moved to ${plain(news.foreignLog)}. Its changes aren't included.`,
    ]);
  }
  if (news.heldMails > 0) {
    said.push([
      "wait",
      "This file is a copy, so unsent emails may already have been sent. Check Requests and send them again if needed.",
    ]);
  }
  if (news.editsLost) {
    said.push([
      "wait",
      "This window stopped working and was loaded again. Changes that you hadn't saved are lost. Everything you saved is here.",
    ]);
  }
  if (said.length === 0 && news.unclean) {
    said.push([
      "ok",
      "XPO Admin wasn't closed properly last time. The partner was checked, and every saved change is here.",
    ]);
  }
  return said;
}
