// What is asked for before the code of the page is loaded.
import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { early, forgetEarly } from "./early";

const read = (file: string) => readFileSync(`${import.meta.dirname}/${file}`, "utf8");

/** Runs the script of the page. Returns the commands that it calls, as the bindings write them. */
function ask(answer: (command: string) => Promise<unknown>): string[] {
  const asked: string[] = [];
  const invoke = (command: string, options?: object) => {
    const names = Object.keys(options ?? {});
    asked.push(`>("${command}"${names.length > 0 ? `, { ${names.join(", ")} }` : ""})`);
    return answer(command);
  };
  vi.stubGlobal("__TAURI_INTERNALS__", { invoke });
  new Function(read("../../public/early.js"))();
  return asked;
}

afterEach(() => {
  forgetEarly();
  vi.unstubAllGlobals();
});

describe("Early answers", () => {
  it("are those of commands that exist", () => {
    const bindings = read("bindings.ts");
    const asked = ask(() => Promise.resolve());
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.filter((call) => !bindings.includes(call))).toEqual([]);
  });

  it("are asked for before all code, and each is used by a screen", () => {
    const head = new DOMParser().parseFromString(read("../../index.html"), "text/html").head;
    expect([...head.querySelectorAll("script")].map((script) => script.getAttribute("src"))).toContain(
      "/early.js",
    );
    ask(() => Promise.resolve());
    const users = [
      "../features/app/session.svelte.ts",
      "../features/app/profile.svelte.ts",
      "../screens/overview/OverviewScreen.svelte",
    ].map(read);
    for (const question of window.earlyAnswers!.keys()) {
      const [command, of] = question.split(" ");
      const text = of ? `\`${command} \${of}\`` : `"${command}"`;
      const taken = [`early(${text}`, `>(${text})`].filter((use) => users.join("").includes(use));
      expect(taken, question).toHaveLength(1);
    }
  });

  it("are taken once", async () => {
    ask((command) => Promise.resolve(`early ${command}`));
    const flows = early("flows", () => Promise.resolve("late"));
    expect([await flows(), await flows()]).toEqual(["early flows", "late"]);
  });

  it("that failed are asked for again", async () => {
    ask(() => Promise.reject(new Error("no partner is open")));
    expect(await early("flows", () => Promise.resolve("late"))()).toBe("late");
  });

  it("are forgotten once the page is painted or another partner is open", async () => {
    ask(() => Promise.resolve("early"));
    forgetEarly();
    expect(await early("flows", () => Promise.resolve("late"))()).toBe("late");
  });
});
