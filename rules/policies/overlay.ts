/**
 * Values that are one of several shapes: laying { "yearlyOn" } over { "after" } must not leave both.
 */
const replacedWhole: ReadonlySet<string> = new Set(['expiry'])

/**
 * Lays `patch` over `base`: objects are merged key by key and all the way down, everything else is
 * replaced, arrays and `null` too (PO-6). Neither is changed. The result is not checked.
 */
export function overlay<T>(base: T, patch: unknown): T {
  if (!isPlainObject(base) || !isPlainObject(patch)) return patch as T
  const laid = Object.entries(patch)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => {
      const below = Object.hasOwn(base, key) ? base[key] : undefined
      return [key, replacedWhole.has(key) ? value : overlay(below, value)]
    })
  return Object.fromEntries([...Object.entries(base), ...laid]) as T
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
