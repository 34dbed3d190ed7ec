import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { platform } from "../components/platform";
import { tameWebView } from "./web-view";

let stop: () => void;
let field: HTMLInputElement;
let text: HTMLElement;

beforeEach(() => {
  document.body.innerHTML = "<input><input type=checkbox><p>Chai Nagar Official</p>";
  field = document.querySelector("input")!;
  text = document.querySelector("p")!;
  stop = tameWebView();
});

afterEach(() => {
  stop();
  platform.mac = false;
  window.getSelection()?.removeAllRanges();
});

/** Whether the web view still does what it does by itself. */
const happens = (target: Element, event: Event) => target.dispatchEvent(event);
const key = (key: string, held: KeyboardEventInit = {}) =>
  new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...held });
const menu = () => new MouseEvent("contextmenu", { bubbles: true, cancelable: true });

describe("the web view", () => {
  it("does not reload, print, find, go back or go forward, even in a text field", () => {
    for (const target of [field, text]) {
      for (const name of ["F3", "F5", "F7"]) expect(happens(target, key(name)), name).toBe(false);
      for (const name of ["r", "R", "p", "f", "g", "u"]) {
        expect(happens(target, key(name, { ctrlKey: true })), name).toBe(false);
      }
      for (const name of ["ArrowLeft", "ArrowRight"])
        expect(happens(target, key(name, { altKey: true })), name).toBe(false);
    }
  });

  it("leaves typing, copying and zooming alone", () => {
    for (const name of ["r", "f", "ArrowLeft", "Enter", "F2"])
      expect(happens(field, key(name)), name).toBe(true);
    for (const name of ["a", "c", "v", "x", "z", "+", "-", "0"]) {
      expect(happens(field, key(name, { ctrlKey: true })), name).toBe(true);
    }
  });

  it("moves the cursor with Ctrl and Option on macOS, where Command is for shortcuts", () => {
    platform.mac = true;
    expect(happens(field, key("f", { ctrlKey: true }))).toBe(true);
    expect(happens(field, key("ArrowLeft", { altKey: true }))).toBe(true);
    expect(happens(field, key("r", { metaKey: true }))).toBe(false);
    expect(happens(field, key("[", { metaKey: true }))).toBe(false);
  });

  it("shows its menu for text fields only, not for selected text", () => {
    expect(happens(text, menu())).toBe(false);
    expect(happens(document.querySelector("[type=checkbox]")!, menu())).toBe(false);
    expect(happens(field, menu())).toBe(true);
    window.getSelection()?.selectAllChildren(text);
    expect(happens(text, menu())).toBe(false);
  });
});
