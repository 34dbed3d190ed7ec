import { render } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import { matching } from "../form/combobox";
import { folded, inText, plain } from "./text";
import Text from "./Text.svelte";

describe("text that somebody else wrote", () => {
  it.each([
    ["a bell and a line break", "a\u0007b\nc", "a␇b␊c"],
    ["an override of direction", "invoice\u202Egpj.exe", "invoice�gpj.exe"],
    ["isolates and embeddings", "\u2066a\u2069\u202Ab\u202C", "�a��b�"],
    ["C1 controls and delete", "a\u0085b\u007F", "a�b␡"],
    ["invisible spaces", "a\u200Bb\uFEFF", "a�b�"],
  ])("shows %s as visible characters", (_, hostile, shown) => expect(plain(hostile)).toBe(shown));

  it.each(["شركة الإعلانات", "می‌خواهم", "👩‍👩‍👧 Søns", "=1+1", "<b>bold</b>", "中文广告账户"])(
    "does not change %s",
    (name) => expect(plain(name)).toBe(name),
  );

  it.each(["شركة الإعلانات", "#2 שוקולד", "ދިވެހި"])("has marks of the order of the text around %s", (name) =>
    expect(inText(name)).toBe(`\u200E${name}\u200E`),
  );

  it("has none where nothing changes places", () => expect(inText("中文 Søns\u202E")).toBe("中文 Søns�"));

  it("is not interpreted as markup and is isolated from its surroundings", () => {
    const { container } = render(Text, { value: "<img src=x onerror=alert(1)>\u202E", truncate: true });
    expect(container.querySelector("img")).toBeNull();
    const isolated = container.querySelector("bdi");
    expect(isolated).toHaveTextContent("<img src=x onerror=alert(1)>�");
    expect(isolated).toHaveAttribute("title", "<img src=x onerror=alert(1)>�");
  });
});

// The characters come from the book, whose tests have more of them.
describe("text that is searched", () => {
  it.each([
    ["Jalapeño", "jalapeno"],
    ["İzmir IŞIK", "izmir isik"],
    ["Großmarkt", "grossmarkt"],
    ["Phở Đặc Biệt", "pho dac biet"],
    ["Łódź", "lodz"],
    ["Smørrebrød", "smorrebrod"],
    ["ΚΑΦΈΣ καφές", "καφεσ καφεσ"],
    ["O’Hara O´Hara O'Hara", "ohara ohara ohara"],
    ["مَقْهى الإسكندرية", "مقهي الاسكندريه"],
    ["ｶﾞﾗｽ ぱぱ 한국", "ガラス ぱぱ 한국"],
    ["می\u200Cخواهم Coca\u2011Cola", "ميخواهم coca-cola"],
  ])("%s is folded to %s", (name, typed) => {
    expect(folded(name)).toBe(typed);
    expect(folded(name.normalize("NFD"))).toBe(typed);
    expect(matching([{ id: "1", name }], typed.toUpperCase())).toHaveLength(1);
  });

  it("keeps marks that make another word", () => expect(folded("कि はは")).not.toBe(folded("क ぱぱ")));
});
