import type { BasketLine, Target, TargetKeys } from '#rules/pricing/basket.ts'

/** Whether a target means a line: every key given has it, and no key of `exclude` has (PR-3). */
export function isMeant(target: Target | undefined, line: BasketLine): boolean {
  if (target === undefined) return true
  const { skus, shops, categories, tags, lines, exclude } = target
  if (lines !== undefined && !has(lines, line.id)) return false
  if (skus !== undefined && !has(skus, line.sku)) return false
  if (shops !== undefined && !has(shops, line.shop)) return false
  if (categories !== undefined && !has(categories, line.category)) return false
  if (tags !== undefined && !hasAny(tags, line.tags)) return false
  return exclude === undefined || !isNamed(exclude, line)
}

/** Whether any of the keys names the line: what `exclude` asks (PR-3). */
function isNamed(keys: TargetKeys, line: BasketLine): boolean {
  const { skus, shops, categories, tags, lines } = keys
  if (lines !== undefined && has(lines, line.id)) return true
  if (skus !== undefined && has(skus, line.sku)) return true
  if (shops !== undefined && has(shops, line.shop)) return true
  if (categories !== undefined && has(categories, line.category)) return true
  return tags !== undefined && hasAny(tags, line.tags)
}

function hasAny(keys: readonly string[], values: readonly string[]): boolean {
  for (const value of values) if (has(keys, value)) return true
  return false
}

/** Short lists are searched; long ones become sets, once: offers are matched again and again. */
function has(keys: readonly string[], value: string): boolean {
  if (keys.length <= longList) return keys.includes(value)
  let set = sets.get(keys)
  if (set === undefined) {
    set = new Set(keys)
    sets.set(keys, set)
  }
  return set.has(value)
}

const longList = 16

const sets = new WeakMap<readonly string[], ReadonlySet<string>>()
