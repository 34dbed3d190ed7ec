import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import type { DecisionKind, EditRow } from "../../ipc";
import { aBlocker, anOutcome, aWarning, named } from "../../ipc/testing/directory";
import { nameOf } from "../app/objects";
import DefaultsDialog from "./DefaultsDialog.svelte";
import { aboutOf } from "./edit-labels";
import { kindsOf } from "./labels";
import OutcomeView from "./OutcomeView.svelte";

const initialized = (n: number) =>
  aWarning("initialized_stays", named("campaign", `8${n}`, "Summer"), { text: `Brand ${n} keeps it.` });

it("shows the first 20 of many warnings, and all of them on request", async () => {
  const warnings = Array.from({ length: 100 }, (_, n) => initialized(n));
  render(OutcomeView, { outcome: anOutcome({ warnings }), onnavigate: () => {} });
  const rows = () => screen.getByRole("region", { name: "Warnings" }).querySelectorAll("li");
  expect(rows()).toHaveLength(20);
  expect(rows()[1]).toHaveTextContent("Brand 1 keeps it.");
  await userEvent.click(screen.getByRole("button", { name: "Show all 100 warnings" }));
  expect(rows()).toHaveLength(100);
});

// The mark U+200E is a letter of a left-to-right script without a shape, so what stands between two of them stays in place.
it("keeps names of right-to-left scripts in the order of the sentence", () => {
  const account = { kind: "ad_account", id: "7001", name: "Bluebird" } as const;
  const brand = { kind: "advertiser", id: "v1", name: "#2 שוקולד" } as const;
  const client = { kind: "xpo_account", id: "x1", name: "ממתקים" } as const;
  const edit: EditRow = {
    kind: "account_allocation",
    object: null,
    adAccount: account,
    holder: brand,
    xpoAccount: client,
    before: null,
    after: "Self",
  };
  expect(aboutOf(edit)).toBe("Bluebird → \u200E#2 שוקולד\u200E (\u200Eממתקים\u200E)");
});

describe("the counts of a change", () => {
  const count = (kind: DecisionKind, added: number, removed: number, moved = 0) => ({
    kind,
    added,
    removed,
    moved,
    changed: 0,
  });

  it("are those of the book (A5)", () => {
    const kinds = [count("campaign_allocation", 3, 2, 2)];
    render(OutcomeView, {
      outcome: anOutcome({ added: 3, removed: 2, difference: "2 moved, 1 added", kinds }),
      onnavigate: () => {},
    });
    expect(screen.getByText("2 moved, 1 added")).toBeVisible();
  });

  it("counts allocations where one object may have several", () => {
    const kinds = [count("audience_allocation", 0, 6), count("account_allocation", 0, 2)];
    expect(kindsOf(anOutcome({ removed: 8, kinds }))).toBe(
      "6 audience allocations, 2 TikTok ad account allocations",
    );
  });
});

it("shows no internal id, but TikTok's", () => {
  expect(nameOf(named("xpo_account", "d8930992-0000-7000-8000-000000000001", ""))).toBe("(removed)");
  expect(nameOf(named("campaign", "8001", ""))).toBe("8001");
});

it("offers to resolve the blockers above their list, so that it is in view however many there are", () => {
  const blockers = Array.from({ length: 12 }, (_, n) =>
    aBlocker("campaign_allocated", named("campaign", `8${n}`, `Summer ${n}`)),
  );
  render(OutcomeView, { outcome: anOutcome({ blockers }), onnavigate: () => {}, oninclude: () => {} });
  const button = screen.getByRole("button", { name: /^Deallocate/ });
  const [first] = screen.getAllByRole("listitem");
  expect(button.compareDocumentPosition(first as Node)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
});

it("asks again for a new default once the chosen ad account is no longer offered", async () => {
  const user = userEvent.setup();
  const saveWithDefaults = vi.fn();
  const offering = (...ids: string[]) => ({
    draft: {
      openDefaults: [
        {
          xpoAccount: named("xpo_account", "x1", "Client 1"),
          from: named("ad_account", "71", "Main"),
          options: ids.map((id) => named("ad_account", id, `Account ${id}`)),
          choice: null,
        },
      ],
      saving: false,
      keepDefaults: () => {},
      saveWithDefaults,
    },
  });
  const { rerender } = render(DefaultsDialog, offering("72", "73"));
  await user.selectOptions(await screen.findByLabelText("New default"), "72");
  const save = screen.getByRole("button", { name: "Save" });
  expect(save).toBeEnabled();
  await rerender(offering("73"));
  expect(save).toBeDisabled();
  expect(screen.getByText("1 left to choose")).toBeVisible();
  await user.selectOptions(screen.getByLabelText("New default"), "73");
  await user.click(save);
  expect(saveWithDefaults).toHaveBeenCalledWith([{ xpoAccount: "x1", to: "73" }]);
});
