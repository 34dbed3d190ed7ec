import { waitFor, within } from "@testing-library/svelte";
import type { UserEvent } from "@testing-library/user-event";
import { expect } from "vitest";

/** Presses a button of a dialog once it does something: a confirmation waits for its preview. */
export async function confirm(user: UserEvent, dialog: HTMLElement, name: string): Promise<void> {
  const button = within(dialog).getByRole("button", { name });
  await waitFor(() => expect(button).not.toHaveAttribute("aria-disabled"));
  await user.click(button);
}
