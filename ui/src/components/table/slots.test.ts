import { describe, expect, it } from "vitest";
import { Slots } from "./slots";

const none = () => new Set<number>();

describe("the elements of rows", () => {
  it("stay with their rows in another order, and are handed on by rows that disappeared", () => {
    const slots = new Slots();
    expect(slots.assign(["a", "b", "c"], none)).toEqual([0, 1, 2]);
    expect(slots.assign(["c", "d", "a"], none)).toEqual([2, 1, 0]);
  });

  it("wait for other rows when there are fewer", () => {
    const slots = new Slots();
    slots.assign(["a", "b", "c"], none);
    expect(slots.assign([], none)).toEqual([]);
    expect(slots.spare).toEqual([0, 1, 2]);
    expect(slots.assign(["d", "b"], none)).toEqual([0, 1]);
    expect(slots.spare).toEqual([2]);
    expect(slots.assign(["b", "e", "f", "g"], none)).toEqual([1, 0, 2, 3]);
    expect(slots.spare).toEqual([]);
  });

  it("are not handed on while they are held", () => {
    const slots = new Slots();
    slots.assign(["a", "b"], none);
    expect(slots.assign(["c", "d"], () => new Set([0]))).toEqual([1, 2]);
    slots.assign([], () => new Set([1]));
    expect(slots.spare).toEqual([2]);
  });

  it("differ for a row that two pages have for a moment", () => {
    const slots = new Slots();
    slots.assign(["a", "b"], none);
    expect(slots.assign(["a", "a", "b"], none)).toEqual([0, 2, 1]);
  });
});
