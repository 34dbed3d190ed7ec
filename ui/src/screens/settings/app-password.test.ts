import { describe, expect, it } from "vitest";
import { hasExtraSpaces } from "./app-password";

// The same passwords as in `removes_what_copying_added_to_a_password` of the mail tests in Rust.
describe("a pasted password", () => {
  it.each([
    "abcd efgh ijkl mnop",
    "abcd\u00a0efgh\u00a0ijkl\u00a0mnop\n",
    "\ufeffabcd  efgh\tijkl",
    "  geheim\r\n",
    "\u200bgeheim\u200b\u00a0",
    "ge\u200bhe\u00adim",
  ])("has extra spaces: %j", (password) => expect(hasExtraSpaces(password)).toBe(true));

  it.each([
    "",
    "correct horse battery staple",
    "have cake",
    "abcd-efgh-ijkl-mnop",
    "gehe im ü:",
    "пароль 密码",
  ])("is complete as it is: %j", (password) => expect(hasExtraSpaces(password)).toBe(false));
});
