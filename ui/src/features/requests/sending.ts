// The messages after Submit: the request is saved, then the result of its email. They say "sent" only once the mail server
// has accepted the email.
import type { Tone } from "../../components/feedback/tone";
import { openDialogs } from "../../components/overlay/open-dialogs.svelte";
import { lists, onChanged, type AccountRequest } from "../../ipc";
import { messages } from "../../lib/messages.svelte";
import { network } from "../../lib/network.svelte";
import { textsOf } from "../../problems/problems";
import { router, type Route } from "../app/router.svelte";
import { session } from "../app/session.svelte";
import { undoing } from "../decisions/undo.svelte";
import { nextTry } from "./labels";

interface Message {
  tone: Tone;
  text: string;
  action: { label: string; run: () => void };
}

/** Milliseconds after which no message follows. Requests still shows the result. */
const FOLLOWED = 120_000;

export const SENT = "Your request has been sent to Knorex.";
const SAVED_AS_FILE = "Saved as a file, because the practice partner sends no email. Requests shows it.";

/** Says that a request was saved as the change `id`, then follows its email. */
export function followMail(id: string): void {
  follow(id, null, undoing.saved(savedText("Your request is saved"), id));
}

/** Says that the email of a request is being sent again, then follows it. */
export function followResend({ id, mail }: AccountRequest): void {
  follow(id, mail?.triedAt ?? null, messages.show("ok", savedText("Your request is queued")));
}

/** Reports the first result of the email in place of the message `shown`. `triedBefore` is the last attempt so far. */
function follow(id: string, triedBefore: number | null, shown: number): void {
  const stop = onChanged(["requests"], () => void check());
  const timer = setTimeout(end, FOLLOWED);
  let ended = false;
  void check();

  function end() {
    ended = true;
    clearTimeout(timer);
    stop();
  }

  async function check() {
    const row = await requestOf(id).catch(() => null);
    if (ended || !row) return;
    const retried = row.mail?.state === "queued" && row.mail.triedAt !== triedBefore;
    const answered = row.state !== "queued" || (retried && row.problem !== null);
    if (!answered) return;
    end();
    const result = resultOf(row);
    if (!result) return;
    messages.dismiss(shown);
    withdrawOffer(row, messages.show(result.tone, result.text, result.action));
  }
}

/** Takes the button off a message once its request is in another state. */
function withdrawOffer({ id, state }: AccountRequest, shown: number): void {
  const stop = onChanged(["requests"], async () => {
    if ((await requestOf(id).catch(() => null))?.state === state) return;
    stop();
    messages.endAction(shown);
  });
  setTimeout(stop, FOLLOWED);
}

/** Returns the request as it is now, or null if the open book does not have it. */
export async function requestOf(id: string): Promise<AccountRequest | null> {
  const query = { search: id, sort: "requested", descending: false, states: [], suggested: null } as const;
  const { page } = await lists.requests.list({ ...query, states: [] });
  return page.rows.find((row) => row.id === id) ?? null;
}

const savedText = (begin: string) =>
  session.current?.practice
    ? `${begin}.`
    : network.online
      ? `${begin} and is being sent to Knorex.`
      : `${begin}. It will be sent to Knorex when you're online.`;

const show = (route: Route) => () => openDialogs.leave(() => router.go(route));

/** Returns null if the request has been undone or withdrawn. */
function resultOf(row: AccountRequest): Message | null {
  if (row.state === "sent") {
    const withdraw = show({ screen: "requests", opens: { withdraw: row.id } });
    const text = session.current?.practice ? SAVED_AS_FILE : SENT;
    return { tone: "ok", text, action: { label: "Withdraw…", run: withdraw } };
  }
  if (row.problem === null || (row.state !== "queued" && row.state !== "failed")) return null;
  const { title, action } = textsOf(row.problem);
  const remedy =
    action === "mail"
      ? { label: "Mail settings", run: show({ screen: "settings", section: "mail" }) }
      : { label: "Requests", run: show({ screen: "requests" }) };
  return row.state === "failed"
    ? { tone: "bad", text: `Your request is saved, but was not sent. ${title}.`, action: remedy }
    : {
        tone: "wait",
        text: `Your request is saved, but is not sent yet. ${title}. ${nextTry(row)}`.trim(),
        action: remedy,
      };
}
