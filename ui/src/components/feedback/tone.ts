/** How good something is. It is never shown by color alone. */
export type Tone = "ok" | "wait" | "bad" | "off";
