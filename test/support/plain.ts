/**
 * A value as its JSON: instants and days as texts. `deepEqual` takes any two `Temporal` values of a
 * kind for the same, so what holds them is compared in this form.
 */
export function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown
}
