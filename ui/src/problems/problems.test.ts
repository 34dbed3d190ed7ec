import { describe, expect, it } from "vitest";
import { problem } from "../ipc/testing/fake";
import { inWords, problemCodes } from "./problems";

const jargon =
  /\b(null|undefined|exception|stack|HTTP(?!s?:)|JSON|SQL\w*|token|OAuth|API error|errno|invalid|auth_?code|access_token|IPC|timeout|advertiser id)\b/i;

// That no code is missing is proved by its type.
describe("the table of problems", () => {
  it.each(problemCodes)("%s says in plain words what happened and what to do", (code) => {
    for (const subject of [null, "Northwind"]) {
      const { title, text } = inWords(problem(code, { subject }));
      expect(title.length).toBeGreaterThan(5);
      expect(title).not.toMatch(/[.!]$/);
      expect(text).toMatch(/^[A-Z“].*[.!]$|: Northwind$/s);
      expect(`${title} ${text}`).not.toMatch(jargon);
      expect(`${title} ${text}`).not.toMatch(/null|undefined|_|\s{2}/);
    }
  });

  it("makes a hostile subject harmless", () => {
    expect(inWords(problem("name_taken", { subject: "a\u202Eb\n" })).text).toContain("“a�b␊”");
  });

  it("treats a code it does not know as a mistake of the program", () => {
    const unknown = { ...problem("internal"), code: "from_the_future" as "internal" };
    expect(inWords(unknown).title).toBe(inWords(problem("internal")).title);
  });
});
