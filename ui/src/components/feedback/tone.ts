/** How good something is. Never shown by colour alone. */
export type Tone = "ok" | "wait" | "bad" | "off";
