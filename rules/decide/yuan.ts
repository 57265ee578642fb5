import { asFen, fenToText } from '#rules/money/fen.ts'

/**
 * An output with its amounts as decimal texts (DE-5): a key that ends in `Fen` loses the ending, and
 * every whole number under it becomes a text: `payFen: 34712` is `pay: "347.12"`.
 */
export function inYuan(output: unknown): unknown {
  return rename(output, false)
}

function rename(value: unknown, isMoney: boolean): unknown {
  if (typeof value === 'number') return isMoney ? fenToText(asFen(value)) : value
  if (Array.isArray(value)) return value.map((each) => rename(each, isMoney))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inside]) => {
      const endsInFen = key.length > 3 && key.endsWith('Fen') && !isMoney
      return [endsInFen ? key.slice(0, -3) : key, rename(inside, isMoney || endsInFen)]
    }),
  )
}
