// The JSON that TikTok returned, as a list of fields.

export interface Field {
  /** TikTok's own name. Nested names are joined with dots. */
  key: string;
  value: string;
}

function spread(key: string, value: unknown): Field[] {
  if (value === null || value === undefined || value === "") return [{ key, value: "–" }];
  if (typeof value !== "object") return [{ key, value: String(value) }];
  if (!Array.isArray(value)) {
    const parts = Object.entries(value);
    if (parts.length === 0) return [{ key, value: "–" }];
    return parts.flatMap(([name, part]) => spread(key ? `${key}.${name}` : name, part));
  }
  if (value.length === 0) return [{ key, value: "–" }];
  if (value.every((part) => typeof part !== "object" || part === null))
    return [{ key, value: value.join(", ") }];
  return value.flatMap((part, index) => spread(`${key} ${index + 1}`, part));
}

/** Returns the fields of a JSON object, sorted by name. Anything else becomes one field without a name. */
export function fieldsOf(json: string): Field[] {
  try {
    return spread("", JSON.parse(json)).sort((a, b) => a.key.localeCompare(b.key, "en", { numeric: true }));
  } catch {
    return [{ key: "", value: json }];
  }
}

/** Returns "Budget mode" for `budget_mode`. */
export function titleOf(key: string): string {
  const words = key.replaceAll("_", " ").replaceAll(".", " · ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
