import { describe, expect, it } from "vitest";
import { fitting } from "./columns";

const columns = [
  { id: "name", width: 176 },
  { id: "objective", width: 92, spare: 2 },
  { id: "budget", width: 92, spare: 1 },
  { id: "status", width: 126 },
  { id: "action", width: 64 },
];
const shown = (room: number, widths = {}) => fitting(columns, widths, room).map(({ id }) => id);

describe("The columns of a narrow table", () => {
  it("are without the spare ones that don't fit, so that none lies under the last one", () => {
    expect(shown(550)).toEqual(["name", "objective", "budget", "status", "action"]);
    expect(shown(549)).toEqual(["name", "budget", "status", "action"]);
    expect(shown(458)).toEqual(["name", "budget", "status", "action"]);
    expect(shown(457)).toEqual(["name", "status", "action"]);
  });

  it("scroll where the others don't fit either", () => {
    expect(shown(100)).toEqual(["name", "status", "action"]);
  });

  it("have the widths that someone chose", () => {
    expect(shown(550, { name: 300 })).toEqual(["name", "status", "action"]);
  });
});
