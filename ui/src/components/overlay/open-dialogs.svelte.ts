// The open dialogs. What leaves them from outside, such as a button of a message, asks about their unsaved changes and
// running work first.
import { untrack } from "svelte";

interface OpenDialog {
  readonly dirty: boolean;
  /** Leaving it asks first: it is dirty, or work runs in it. */
  readonly guarded: boolean;
  /** It asks whether it is left. */
  readonly asking: boolean;
  /** Closes it, after a confirmation while it is guarded, then calls `next`. */
  leave: (next: () => void) => void;
}

class OpenDialogs {
  /** The innermost last. */
  #list = $state.raw<readonly OpenDialog[]>([]);

  get dirty(): boolean {
    return this.#list.some((dialog) => dialog.dirty);
  }

  get guarded(): boolean {
    return this.#list.some((dialog) => dialog.guarded);
  }

  get asking(): boolean {
    return this.#list.some((dialog) => dialog.asking);
  }

  /** Adds a dialog, and marks the page while one is open. Returns the function that removes it. */
  add(dialog: OpenDialog): () => void {
    const set = (list: readonly OpenDialog[]) => {
      this.#list = list;
      document.documentElement.classList.toggle("in-dialog", list.length > 0);
    };
    // Effects call this and must not depend on the list.
    untrack(() => set([...this.#list, dialog]));
    return () => untrack(() => set(this.#list.filter((other) => other !== dialog)));
  }

  /** Closes all of them from the innermost on, each after its confirmation, then calls `next`. */
  leave(next: () => void): void {
    const steps = this.#list.reduce<() => void>((then, dialog) => () => dialog.leave(then), next);
    steps();
  }
}

export const openDialogs = new OpenDialogs();
