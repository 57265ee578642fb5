import type { Reader } from '#db/connection.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { factContext } from '#operations/policies/fact-context.ts'
import { freightOf, itemsOf } from '#operations/timeouts/_refund.ts'
import { loadReturns } from '#operations/trades/returnable.ts'
import type { AmountRefused } from '#rules/advances/amount.ts'
import { asFen } from '#rules/money/fen.ts'
import type { Order } from '#rules/orders/order.ts'
import {
  amountOfUnits,
  areLeft,
  isWhole,
  pinnedItems,
  type AskedLine,
  type Pinned,
} from '#rules/timeouts/left.ts'
import type { RequestedLine } from '#rules/timeouts/requested.ts'
import { decideTradeRefund } from '#rules/trades/refund.ts'

export type RequestedAmount =
  | {
      readonly ok: true
      readonly lines: readonly RequestedLine[]
      readonly withFreight: boolean
      /** All of it, with freight. */
      readonly amountFen: number
    }
  | AmountRefused

type Asked = {
  readonly memberId: string
  readonly order: Order
  readonly asked: readonly AskedLine[]
  readonly pinned: readonly Pinned[]
}

/**
 * RT-6, RT-7: what lines of an order would be refunded with now: of a trade as it was frozen, else their
 * part of what was paid. Refused: more than is left besides what is pinned.
 */
export async function requestedAmount(
  db: Reader,
  context: EventContext,
  { memberId, order, asked, pinned }: Asked,
): Promise<RequestedAmount> {
  const left = areLeft(order, asked, pinned)
  if (!left.ok) return left
  const isUnshipped = order.shippedAt === null && order.receivedAt === null
  const withFreight = isUnshipped && isWhole(order, asked)
  const lines = asked.map((each): RequestedLine => {
    const lineId = each.line
    if ('amountFen' in each) return { lineId, quantity: 0, amountFen: each.amountFen, sku: null }
    const line = order.lines.find((known) => known.lineId === lineId)
    const amountFen = line === undefined ? asFen(0) : amountOfUnits(line, each.quantity, pinned)
    return { lineId, quantity: each.quantity, amountFen, sku: each.sku }
  })
  const { tradeId } = order
  const [known] = await loadReturns(db, context.policies, [{ memberId, tradeId }])
  if (known === undefined) {
    const goodsFen = lines.reduce((sum, { amountFen }) => sum + amountFen, 0)
    const freightFen = withFreight ? order.freightFen : 0
    return { ok: true, lines, withFreight, amountFen: goodsFen + freightFen }
  }

  const before = [...known.before, ...pinnedItems(order, pinned)]
  const returned = itemsOf(lines, withFreight ? freightOf(known, order.shopId) : [])
  const rules = factContext(context.policies, context.market, [])
  const decided = decideTradeRefund({ ...known, before }, { returned, at: context.now }, rules)
  if (!decided.ok) return decided
  const { byLineFen, refundFen } = decided.refund
  return {
    ok: true,
    lines: lines.map((line) => ({ ...line, amountFen: asFen(byLineFen[line.lineId] ?? 0) })),
    withFreight,
    amountFen: refundFen,
  }
}
