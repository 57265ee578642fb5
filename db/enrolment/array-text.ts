/** Texts as one text that PostgreSQL casts to `text[]`. */
export function arrayText(texts: readonly string[]): string {
  return `{${texts.map((each) => `"${each.replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`
}
