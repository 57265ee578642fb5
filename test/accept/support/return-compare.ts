import { isDeepStrictEqual } from 'node:util'
import { fault, mustHavePoints, tradeOf, type Walk } from '#test/accept/support/return-walk.ts'
import { clawPoints, givePointsBack } from '#test/accept/support/told-points.ts'
import {
  giveBackItems,
  instrumentsBack,
  undone,
  type Item,
} from '#test/accept/support/told-returns.ts'

/** What a refund was answered with. */
export type RefundTold = {
  readonly refundFen?: number
  readonly back: {
    readonly allowanceFen: number
    readonly byEnvelopeFen: Readonly<Record<string, number>>
    readonly coupons: readonly string[]
    readonly points: number
  }
  readonly clawed: Readonly<Record<string, number>>
  readonly reversals?: readonly { line: string; n: number; offFen: number }[]
}

/** Compares what a refund answered with what is promised, and goes on from there. */
export async function followRefund(
  walk: Walk,
  items: readonly Item[],
  answer: RefundTold,
): Promise<void> {
  const trade = tradeOf(walk)
  const before = undone(trade)
  const { fen, clawed } = giveBackItems(trade, items)
  walk.findings.count('refunds')
  if (answer.refundFen !== undefined && answer.refundFen !== fen) {
    fault(walk, `money: ${answer.refundFen}, by the promise ${fen}`)
  }
  for (const id of new Set([...Object.keys(clawed), ...Object.keys(answer.clawed)])) {
    if ((clawed[id] ?? 0) === (answer.clawed[id] ?? 0)) continue
    fault(walk, `clawed of ${id}: ${answer.clawed[id]}, by the rule ${clawed[id]}`)
  }
  if (answer.reversals !== undefined) compareReversals(walk, before, answer.reversals)
  compareBack(walk, answer)

  for (const [orderId, points] of Object.entries(clawed)) clawPoints(walk.points, orderId, points)
  givePointsBack(walk.points, answer.back.points, walk.hasLapsed)
  await mustHavePoints(walk, 'a refund')
}

function compareReversals(
  walk: Walk,
  before: ReadonlyMap<string, number>,
  reversals: NonNullable<RefundTold['reversals']>,
): void {
  const told = new Map(reversals.map(({ line, n, offFen }) => [`${line} ${n}`, offFen]))
  for (const [share, fen] of undone(tradeOf(walk))) {
    const more = fen - (before.get(share) ?? 0)
    if (more === (told.get(share) ?? 0)) continue
    fault(walk, `undone of share ${share}: ${told.get(share)}, by the promise ${more}`)
  }
}

/** What comes back of instruments is what the terms say; of points, never more than were used. */
function compareBack(walk: Walk, { back }: RefundTold): void {
  const trade = tradeOf(walk)
  const total = trade.back
  total.allowanceFen += back.allowanceFen
  total.points += back.points
  for (const [id, fen] of Object.entries(back.byEnvelopeFen)) {
    total.byEnvelopeFen[id] = (total.byEnvelopeFen[id] ?? 0) + fen
  }
  for (const id of back.coupons) {
    if (total.coupons.has(id)) fault(walk, `coupon: ${id} came back twice`)
    total.coupons.add(id)
  }

  const promised = instrumentsBack(trade)
  const { points } = trade.placed.quote.used
  const areUnits = trade.lines.every((line) => line.units === line.unitsFen.length)
  if (total.allowanceFen !== promised.allowanceFen) {
    fault(walk, `allowance back: ${total.allowanceFen}, by the terms ${promised.allowanceFen}`)
  }
  for (const [id, fen] of Object.entries(promised.byEnvelopeFen)) {
    if ((total.byEnvelopeFen[id] ?? 0) === fen) continue
    fault(walk, `envelope back: ${total.byEnvelopeFen[id]}, by the terms ${fen}`)
  }
  if (!isDeepStrictEqual([...total.coupons].sort(), [...promised.coupons].sort())) {
    fault(walk, `coupons back: ${[...total.coupons].join()}, not ${[...promised.coupons].join()}`)
  }
  if (total.points > points || (areUnits && total.points !== points)) {
    fault(walk, `points back: ${total.points} of ${points}`)
  }
}
