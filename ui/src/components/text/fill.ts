// Templates of texts from Rust.

/**
 * Fills a template in, as the book does: `{word?this|that}` is `this` if the value of `word` is not empty, and `$word` is the
 * value.
 */
export function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template
    .replace(/\{(\w+)\?([^|}]*)\|([^}]*)\}/g, (_, word: string, then: string, otherwise: string) =>
      values[word] ? then : otherwise,
    )
    .replace(/\$([a-z]+)/gi, (_, word: string) => values[word] ?? "");
}
