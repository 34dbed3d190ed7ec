// What is said after Submit: that the request is saved, and then what became of its mail. "Sent" is said only once the
// mail server has taken it.
import type { Tone } from "../../components/feedback/tone";
import { lists, onChanged, type AccountRequest } from "../../ipc";
import { messages } from "../../lib/messages.svelte";
import { network } from "../../lib/network.svelte";
import { inWords } from "../../problems/problems";
import { router } from "../app/router.svelte";
import { undoing } from "../decisions/undo.svelte";
import { nextTry } from "./labels";

interface Said {
  tone: Tone;
  text: string;
  action: { label: string; run: () => void };
}

/** Milliseconds after which nobody waits for a word about a mail any more; Requests shows how it stands. */
const PATIENCE = 120_000;

export const SENT = "Your request has been sent to Knorex.";

/** Says that a request was saved as the change `id`, then what became of its mail. */
export function followMail(id: string): void {
  const undo = { label: "Undo", run: () => void undoing.undo(id) };
  follow(id, null, messages.say("ok", words("Your request is saved"), undo));
}

/** Says that the mail of a request is sent once more, then what became of it. */
export function followResend({ id, mail }: AccountRequest): void {
  follow(id, mail?.triedAt ?? null, messages.say("ok", words("Your request is in the queue")));
}

/** Follows the mail to the mail server's first answer. `before` is when it was tried last until now. */
function follow(id: string, before: number | null, first: number): void {
  const stop = onChanged(["requests"], () => void look());
  const timer = setTimeout(end, PATIENCE);
  let ended = false;
  void look();

  function end() {
    ended = true;
    clearTimeout(timer);
    stop();
  }

  async function look() {
    const row = await requestOf(id).catch(() => null);
    if (ended || !row) return;
    const tried = row.mail?.state === "queued" && row.mail.triedAt !== before;
    const answered = row.state !== "queued" || (tried && row.problem !== null);
    if (!answered) return;
    end();
    const said = answerOf(row);
    if (!said) return;
    messages.dismiss(first);
    messages.say(said.tone, said.text, said.action);
  }
}

/** The request as it is now; nothing when the book that is open does not have it. */
export async function requestOf(id: string): Promise<AccountRequest | null> {
  const query = { search: id, sort: "requested", descending: false, states: [], suggested: null } as const;
  const { page } = await lists.requests.list({ ...query, states: [] });
  return page.rows.find((row) => row.id === id) ?? null;
}

const words = (begin: string) =>
  network.online
    ? `${begin} and is being sent to Knorex.`
    : `${begin}. It will be sent to Knorex as soon as there is a network.`;

/** Nothing when it was taken back meanwhile. */
function answerOf(row: AccountRequest): Said | null {
  if (row.state === "sent") {
    const withdraw = () => router.go({ place: "requests", withdraw: row.id });
    return { tone: "ok", text: SENT, action: { label: "Withdraw…", run: withdraw } };
  }
  if (row.problem === null || (row.state !== "queued" && row.state !== "failed")) return null;
  const { title, action } = inWords(row.problem);
  const way =
    action === "mail"
      ? { label: "Mail settings", run: () => router.go({ place: "settings", section: "mail" }) }
      : { label: "Requests", run: () => router.go({ place: "requests" }) };
  return row.state === "failed"
    ? { tone: "bad", text: `Your request is saved, but was not sent. ${title}.`, action: way }
    : {
        tone: "wait",
        text: `Your request is saved, but is not sent yet. ${title}. ${nextTry(row)}`.trim(),
        action: way,
      };
}
