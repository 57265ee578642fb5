import type { Random } from '#test/accept/support/random.ts'
import { unitsCost, type Item, type TradeState } from '#test/accept/support/told-returns.ts'

/** Units, money or freight that is there still, chosen by chance; nothing when all is back. */
export function someItems(random: Random, trade: TradeState, shop?: string): Item[] {
  const asFact = shop !== undefined
  const open = trade.lines.filter(
    (line) => line.units < line.unitsFen.length && (!asFact || line.shop === shop),
  )
  const lines = random.shuffle(open).slice(0, random.int(1, 2))
  const items = lines.map((line): Item => {
    const leftFen = line.payFen - line.fen
    if (random.chance(0.25) && leftFen > 1)
      return { line: line.id, fen: random.int(1, leftFen - 1) }
    const quantity = random.int(1, line.unitsFen.length - line.units)
    const cost = unitsCost(line, quantity)
    // What a shop pays back elsewhere may be less than what the units cost.
    const toldFen = random.chance(0.3) ? random.int(0, cost) : cost
    const told = asFact ? { toldFen } : {}
    return { line: line.id, quantity, ...told }
  })
  const charge = trade.charges.find(
    (each) => each.kind === 'freight' && each.payFen > each.fen && (!asFact || each.shop === shop),
  )
  if (charge === undefined || !random.chance(0.3)) return items
  return [...items, { freight: charge.shop, fen: random.int(1, charge.payFen - charge.fen) }]
}

/** All that is left. */
export function allItems({ lines, charges }: TradeState): Item[] {
  return [
    ...lines.flatMap((line): Item[] => {
      const quantity = line.unitsFen.length - line.units
      if (quantity > 0) return [{ line: line.id, quantity }]
      const fen = line.payFen - line.fen
      return fen > 0 ? [{ line: line.id, fen }] : []
    }),
    ...charges.flatMap((each): Item[] =>
      each.kind === 'freight' && each.payFen > each.fen ? [{ freight: each.shop }] : [],
    ),
  ]
}
