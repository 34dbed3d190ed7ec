import type { Component } from "svelte";

/** An icon of @lucide/svelte. */
export type Icon = Component<{ size?: number | string; "aria-hidden"?: "true" }>;
