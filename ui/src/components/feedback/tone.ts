/** The severity of a state. Never shown by color alone. */
export type Tone = "ok" | "wait" | "bad" | "off";
