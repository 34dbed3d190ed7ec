// Requests for tests: rows, the form's options, and answers of a partner that has them.
import {
  rowsPerPage,
  type Action,
  type Blocker,
  type MailRow,
  type MailSettings,
  type ProblemCode,
  type Reason,
  type RequestChoices,
  type RequestQuery,
  type AccountRequest,
} from "..";
import { aBlocker, anOutcome, named } from "./directory";
import { problem, type Answers } from "./fake";

export const ASKED = Date.parse("2026-03-01T10:00:00Z");

export function aRequest(n: number, more: Partial<AccountRequest> = {}): AccountRequest {
  return {
    id: `request-${n}`,
    form: {
      name: `New account ${n}`,
      industry: "Games",
      country: "SG",
      currency: "USD",
      timezone: "Asia/Singapore",
      note: "",
    },
    countryName: "Singapore",
    state: "queued",
    requester: "Maria",
    requestedAt: ASKED,
    endedAt: null,
    mail: aMail(),
    fulfilledBy: null,
    suggested: null,
    problem: null,
    ...more,
  };
}

export function aMail(more: Partial<MailRow> = {}): MailRow {
  return {
    state: "queued",
    number: 1,
    attempts: 0,
    uncertain: 0,
    dueAt: ASKED,
    triedAt: null,
    sentAt: null,
    ...more,
  };
}

/** Returns a request whose email was accepted by the mail server. */
export const aSent = (n: number, more: Partial<AccountRequest> = {}): AccountRequest =>
  aRequest(n, {
    state: "sent",
    mail: aMail({ state: "sent", attempts: 1, triedAt: ASKED, sentAt: ASKED, dueAt: null }),
    ...more,
  });

/** Returns a request whose email failed and is retried. */
export const aWaiting = (n: number, code: ProblemCode, dueAt: number): AccountRequest =>
  aRequest(n, {
    mail: aMail({ attempts: 3, triedAt: ASKED, dueAt }),
    problem: problem(code),
  });

/** Returns a request whose email failed permanently. */
export const aFailed = (n: number, code: ProblemCode): AccountRequest =>
  aRequest(n, {
    state: "failed",
    mail: aMail({ state: "failed", attempts: 9, triedAt: ASKED, dueAt: null }),
    problem: problem(code),
  });

export const choices: RequestChoices = {
  industries: ["Food & Beverage", "Games", "Other"],
  countries: [
    { code: "IO", name: "British Indian Ocean Territory" },
    { code: "FI", name: "Finland" },
    { code: "IN", name: "India" },
    { code: "NL", name: "Netherlands" },
    { code: "SG", name: "Singapore" },
    { code: "VN", name: "Viet Nam" },
  ],
  currencies: [
    { code: "USD", name: "US Dollar" },
    { code: "SGD", name: "Singapore Dollar" },
  ],
  timezones: [
    { name: "Asia/Kathmandu", offset: "UTC+05:45", accepted: false },
    { name: "Asia/Singapore", offset: "UTC+08:00", accepted: true },
  ],
};

export const mailSettings: MailSettings = {
  host: "smtp.example.com",
  port: 587,
  security: "starttls",
  user: "maria",
  sender: "xpo@example.com",
  replyTo: "maria@example.com",
  accountManager: "anna@knorex.example",
  team: "",
};

type Asked = Extract<Action, { action: "request_account" }>;

/** Returns the blockers of a request: every required field that is missing or invalid. */
export function blockersOf(request: Omit<Asked, "action">): Blocker[] {
  const object = named("request", "draft", request.name);
  const because = (reason: Reason, text: string) => aBlocker(reason, object, { text });
  return [
    ...(request.name === "" || request.name.length > 100
      ? [because("name_invalid", "Enter a name of 1 to 100 visible characters.")]
      : []),
    ...(choices.industries.includes(request.industry)
      ? []
      : [because("industry_unknown", "Choose an industry from the list.")]),
    ...(choices.countries.some(({ code }) => code === request.country)
      ? []
      : [because("country_unknown", "Choose a country from the list.")]),
  ];
}

/** Answers of a partner that has these requests; the list is searched by name, filtered and not sorted. */
export function withRequests(requests: () => AccountRequest[]): Answers {
  const found = ({ search, states, suggested }: RequestQuery) =>
    requests().filter(
      (row) =>
        `${row.id} ${row.form.name}`.toLowerCase().includes(search.toLowerCase()) &&
        (states.length === 0 || states.includes(row.state)) &&
        (suggested === null || (row.suggested !== null) === suggested),
    );
  return {
    "list:requests": ({ query }: { query: RequestQuery }) => ({
      total: found(query).length,
      of: requests().length,
      page: { rows: found(query).slice(0, rowsPerPage), first: "a", last: "b" },
    }),
    "list_page:requests": () => ({ rows: [], first: null, last: null }),
    "list_keys:requests": () => [],
    request_choices: () => choices,
    account_names: () => [],
    preview: ({ action }: { action: Action }) =>
      anOutcome(
        action.action === "request_account" ? { added: 1, blockers: blockersOf(action) } : { changed: 1 },
      ),
    commit: () => ({ change: "request-1", outcome: anOutcome({ entry: 7, added: 1 }) }),
  };
}
