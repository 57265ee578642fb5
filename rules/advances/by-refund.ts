import {
  settleAdvances,
  type Advance,
  type AdvanceChange,
  type RefundedLine,
} from '#rules/advances/advance.ts'
import type { Order } from '#rules/orders/order.ts'
import type { ReturnItem } from '#rules/returns/taken.ts'

/** What a refund closed of advances, and what is told of it; amounts in fen. */
export type RefundOfAdvances = {
  readonly change: AdvanceChange
  readonly told: {
    /** What of the refund goes to who advanced it, by return. */
    readonly advances: readonly { readonly returnId: string; readonly settledFen: number }[]
    /** The rest of it. */
    readonly toMemberFen: number
  }
}

/** What a refund does to the advances of its member (AD-6, AD-7); `undefined`: it concerns none. */
export function refundOfAdvances(
  advances: readonly Advance[],
  refunded: readonly RefundedLine[],
  refundFen: number,
): RefundOfAdvances | undefined {
  const { changed, moves, settledFen } = settleAdvances(advances, refunded)
  if (changed.length === 0) return undefined
  const settled = moves.filter(({ kind }) => kind === 'settled')
  const byReturn = Map.groupBy(settled, ({ advanceId }) => advanceId)
  return {
    change: { changed, moves },
    told: {
      advances: [...byReturn].map(([returnId, own]) => ({
        returnId,
        settledFen: own.reduce((sum, { amountFen }) => sum + amountFen, 0),
      })),
      toMemberFen: refundFen - settledFen,
    },
  }
}

/** The lines of a return with the units that it names and what each is refunded with. */
export function refundedLines(
  orders: readonly Order[],
  returned: readonly ReturnItem[],
  byLineFen: Readonly<Record<string, number>>,
): RefundedLine[] {
  const units = new Map<string, number>()
  for (const item of returned) {
    const id = 'told' in item ? item.told : 'line' in item ? item.line : undefined
    if (id === undefined) continue
    const quantity = 'quantity' in item ? (item.quantity ?? 0) : 0
    units.set(id, (units.get(id) ?? 0) + quantity)
  }
  return orders.flatMap(({ orderId, lines }) =>
    lines
      .filter(({ lineId }) => units.has(lineId))
      .map(({ lineId }) => ({
        orderId,
        lineId,
        quantity: units.get(lineId) ?? 0,
        amountFen: byLineFen[lineId] ?? 0,
      })),
  )
}
