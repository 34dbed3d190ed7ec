// The labels of enums, from Rust.
import { labels as pairs } from "./bindings";

type Labels = { readonly [Name in keyof typeof pairs]: Record<(typeof pairs)[Name][number][0], string> };

/** By enum and value; the values are in the order of Rust. */
export const labels = Object.fromEntries(
  Object.entries(pairs).map(([name, labelsOf]) => [name, Object.fromEntries(labelsOf)]),
) as Labels;
