import { describe, expect, it } from "vitest";
import { problems, type ProblemCode } from "../ipc";
import { problem } from "../ipc/testing/fake";
import { textsOf } from "./problems";

const jargon =
  /\b(null|undefined|exception|stack|HTTP(?!s?:)|JSON|SQL\w*|token|OAuth|API error|errno|invalid|auth_?code|access_token|IPC|timeout|advertiser id)\b/i;

// The type of the table ensures that no code is missing.
describe("the table of problems", () => {
  it.each(Object.keys(problems) as ProblemCode[])("%s says what happened and what to do", (code) => {
    for (const subject of [null, "Northwind"]) {
      const { title, text } = textsOf(problem(code, { subject }));
      expect(title.length).toBeGreaterThan(5);
      expect(title).not.toMatch(/[.!]$/);
      expect(text).toMatch(/^[A-Z“].*[.!]$|: Northwind$/s);
      expect(`${title} ${text}`).not.toMatch(jargon);
      expect(`${title} ${text}`).not.toMatch(/null|undefined|_|\s{2}/);
    }
  });

  it.each(Object.keys(problems) as ProblemCode[])("%s sends nobody to Settings who is there", (code) => {
    const { text } = textsOf(problem(code), true);
    expect(text).not.toMatch(/in Settings|is kept|are kept and/);
    expect(text).toMatch(/^[A-Z“].*[.!]$/s);
  });

  it("says that a request is kept where it is about one", () => {
    const unreachable = problem("mail_server_unreachable");
    expect(textsOf(unreachable).text).toBe("Check your connection. Emails are kept and sent later.");
    expect(textsOf(unreachable, true).text).toBe("Check your connection.");
  });

  it("escapes a hostile subject", () => {
    expect(textsOf(problem("name_taken", { subject: "a\u202Eb\n" })).text).toContain("“a�b␊”");
  });

  it("treats an unknown code as a defect of the program", () => {
    const unknown = { ...problem("internal"), code: "from_the_future" as "internal" };
    expect(textsOf(unknown).title).toBe(textsOf(problem("internal")).title);
  });
});
