// The states that XPO accounts can be set to, as entries of a menu.
import CircleCheck from "@lucide/svelte/icons/circle-check";
import CircleMinus from "@lucide/svelte/icons/circle-minus";
import Clock from "@lucide/svelte/icons/clock";
import type { MenuEntry } from "../../components/overlay/menu";
import type { XpoState } from "../../ipc";
import { states, stateLabels } from "./labels";

const icons = { active: CircleCheck, suspended: Clock, inactive: CircleMinus };

/** `now` is what it is already, where that is known. */
export const stateEntries = (choose: (state: XpoState) => void, now?: XpoState): MenuEntry[] =>
  states
    .filter((state) => state !== now)
    .map((state) => ({
      kind: "action",
      label: `Set to ${stateLabels[state].label}…`,
      icon: icons[state],
      onselect: () => choose(state),
    }));
