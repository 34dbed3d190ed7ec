import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { createRawSnippet } from "svelte";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import Combobox from "./form/Combobox.svelte";
import SearchField from "./form/SearchField.svelte";
import { keyOf } from "./keys";
import Palette from "./overlay/Palette.svelte";
import { isPressed, press as act, shortcuts, type ShortcutName } from "./shortcuts";
import DialogHost from "./testing/DialogHost.svelte";

/** A key while an input method composes, as each web view reports it. */
const composed = (key: string) => [
  { key, isComposing: true },
  { key, keyCode: 229 },
  { key: "Process", keyCode: 229, isComposing: true },
];
const press = (init: KeyboardEventInit) => new KeyboardEvent("keydown", init);

describe("A key that an input method uses", () => {
  it("is no key for any handler", () => {
    for (const key of ["Enter", "Escape", "ArrowDown", "ArrowUp", " ", "a", "Backspace"]) {
      for (const init of composed(key)) expect(keyOf(press(init))).toBe("");
      const pressed = press({ key, isComposing: true, ctrlKey: true });
      for (const name of Object.keys(shortcuts)) expect(isPressed(pressed, name as ShortcutName)).toBe(false);
    }
  });

  it("picks nothing in a combobox, moves nothing and leaves the list open", async () => {
    const onchange = vi.fn();
    const options = ["Aomori", "Akita"].map((name) => ({ id: name, name }));
    render(Combobox, { label: "City", options, value: null, onchange });
    const field = screen.getByRole("combobox");
    await userEvent.setup().type(field, "a");
    const active = field.getAttribute("aria-activedescendant");
    for (const key of ["Enter", "ArrowDown", "Escape"]) {
      for (const init of composed(key)) expect(await fireEvent.keyDown(field, init)).toBe(true);
    }
    expect(field).toHaveAttribute("aria-expanded", "true");
    expect(field).toHaveAttribute("aria-activedescendant", active);
    expect(onchange).not.toHaveBeenCalled();
    await fireEvent.keyDown(field, { key: "Enter" });
    expect(onchange).toHaveBeenCalledWith("Aomori");
  });

  it("opens nothing in the search over everything, and leaves it open", async () => {
    const onchoose = vi.fn();
    const onclose = vi.fn();
    const onback = vi.fn();
    const groups = [{ title: "Cities", entries: [{ id: "1", label: "Aomori" }] }];
    const nothing = createRawSnippet(() => ({ render: () => "<p>Nothing</p>" }));
    render(Palette, {
      open: true,
      label: "Search",
      placeholder: "",
      text: "",
      groups,
      onchoose,
      onclose,
      onback,
      nothing,
    });
    const field = screen.getByRole("combobox");
    for (const key of ["Enter", "Escape", "Backspace"]) {
      for (const init of composed(key)) await fireEvent.keyDown(field, init);
    }
    for (const called of [onchoose, onclose, onback]) expect(called).not.toHaveBeenCalled();
    await fireEvent.keyDown(field, { key: "Enter" });
    expect(onchoose).toHaveBeenCalledOnce();
  });

  it("neither clears a search field nor leaves it", async () => {
    const onleave = vi.fn();
    render(SearchField, { label: "Search", value: "あお", onleave });
    const field = screen.getByRole("searchbox");
    for (const key of ["Enter", "Escape", "ArrowDown"]) {
      for (const init of composed(key)) await fireEvent.keyDown(field, init);
    }
    expect(field).toHaveValue("あお");
    expect(onleave).not.toHaveBeenCalled();
  });

  it("does not close a dialog", async () => {
    render(DialogHost, { onsubmit: vi.fn() });
    await userEvent.setup().click(screen.getByRole("button", { name: "Rename" }));
    const field = await screen.findByLabelText("Name");
    for (const init of composed("Escape")) await fireEvent.keyDown(field, init);
    expect(screen.getByRole("dialog")).toBeVisible();
    await fireEvent.keyDown(field, { key: "Escape" });
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  it("is handled nowhere else: every handler reads its key from keys.ts or shortcuts.ts", () => {
    const src = join(import.meta.dirname, "..");
    const files = readdirSync(src, { recursive: true, encoding: "utf8" })
      .filter((path) => /\.(?:svelte|ts)$/u.test(path) && !/keys\.ts$|\.test\.ts$/u.test(path))
      .map((path) => ({ path, text: readFileSync(join(src, path), "utf8") }));
    const handling = files.filter(({ text }) =>
      /onkey(?:down|up|press)|["']key(?:down|up|press)/u.test(text),
    );
    expect(handling.length).toBeGreaterThan(8);
    const own = handling.filter(({ text }) => !/\b(?:keyOf|isPressed|press|zoomWithKeys)\b/u.test(text));
    const raw = files.filter(({ text }) => /\bevent\.(?:key|code|keyCode|which)\b/u.test(text));
    const dialogs = files.filter(({ text }) => /<(?:Dialog|Popover)\.Content/u.test(text));
    const closing = dialogs.filter(({ text }) => !text.includes("onEscapeKeydown={keepWhileComposing}"));
    expect([...own, ...raw, ...closing].map(({ path }) => path)).toEqual([]);
  });
});

describe("A shortcut", () => {
  it.each([
    [
      "search",
      [
        ["л", "KeyK"],
        ["κ", "KeyK"],
        ["า", "KeyK"],
        ["ن", "KeyK"],
        ["ל", "KeyK"],
        ["ㅏ", "KeyK"],
        ["K", "KeyK"],
        ["ｋ", "KeyK"],
      ],
    ],
    [
      "selectAll",
      [
        ["ф", "KeyA"],
        ["Ф", "KeyA"],
        ["α", "KeyA"],
        ["ฟ", "KeyA"],
        ["A", "KeyA"],
        ["a", "KeyQ"],
      ],
    ],
    [
      "save",
      [
        ["ы", "KeyS"],
        ["σ", "KeyS"],
        ["ห", "KeyS"],
        ["S", "KeyS"],
      ],
    ],
    [
      "zoomReset",
      [
        ["จ", "Digit0"],
        ["à", "Digit0"],
        ["٠", "Digit0"],
        ["0", "Numpad0"],
      ],
    ],
  ])("for %s works on every layout and with Caps Lock", (name, keys) => {
    for (const [key, code] of keys)
      expect(isPressed(press({ key, code, ctrlKey: true }), name as ShortcutName)).toBe(true);
  });

  it("/ works where the key types another letter or a full stop", () => {
    const keys = [
      ["/", "Slash"],
      ["/", "Digit7"],
      ["/", "NumpadDivide"],
      [".", "Slash"],
      ["ฝ", "Slash"],
      ["ظ", "Slash"],
    ];
    for (const [key, code] of keys) expect(keyOf(press({ key, code }))).toBe("/");
  });

  it("is the letter that a Latin layout types, not the place of the key", () => {
    expect(keyOf(press({ key: "a", code: "KeyQ" }))).toBe("a");
    expect(keyOf(press({ key: "-", code: "Slash" }))).toBe("-");
    expect(keyOf(press({ key: "ą", code: "KeyA" }))).toBe("ą");
    expect(keyOf(press({ key: "Enter", code: "Enter" }))).toBe("Enter");
    const k = { key: "k", code: "KeyK", ctrlKey: true };
    expect(isPressed(press(k), "search")).toBe(true);
    for (const more of [{ ctrlKey: false }, { altKey: true }, { shiftKey: true }])
      expect(isPressed(press({ ...k, ...more }), "search")).toBe(false);
  });

  it("acts once while its keys are held, unless it moves", () => {
    const actions = { next: vi.fn(), move: vi.fn() };
    for (const repeat of [false, true, true]) {
      expect(act(press({ key: "ArrowDown", repeat }), actions)).toBe(true);
      expect(act(press({ key: "m", ctrlKey: true, shiftKey: true, repeat }), actions)).toBe(true);
    }
    expect([actions.next.mock.calls.length, actions.move.mock.calls.length]).toEqual([3, 1]);
  });

  it("is what its list says, and no two do the same thing in one place", () => {
    const names = Object.keys(shortcuts) as ShortcutName[];
    const pressedIn = (where: string, event: KeyboardEvent) =>
      names.filter((name) => shortcuts[name].where === where && isPressed(event, name));
    for (const name of names.filter((one) => shortcuts[one].where !== "Other")) {
      for (const keys of shortcuts[name].keys) {
        const parts = keys.split(/\+(?=.)/u);
        const modifiers = {
          ctrlKey: parts.includes("Mod"),
          shiftKey: parts.includes("Shift"),
          altKey: parts.includes("Alt"),
        };
        const event = press({ key: parts.at(-1) ?? "", ...modifiers });
        expect(pressedIn(shortcuts[name].where, event)).toEqual([name]);
        expect(
          isPressed(press({ key: parts.at(-1) ?? "", ...modifiers, altKey: !modifiers.altKey }), name),
        ).toBe(false);
      }
    }
  });
});
