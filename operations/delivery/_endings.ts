import type { Reader } from '#db/connection.ts'
import { backOfLines, closingsOf, type LineBack } from '#db/delivery/order-returns.ts'
import type { MemberOrder } from '#db/orders.ts'
import { keyOf, nameOf } from '#operations/delivery/ship-by.ts'
import type { Ended } from '#rules/delivery/assess.ts'
import type { LatePolicy } from '#rules/delivery/late-policy.ts'
import { PositiveMoneySchema } from '#rules/fields.ts'
import { asFen, type Fen } from '#rules/money/fen.ts'
import type { Order } from '#rules/orders/order.ts'
import { isBefore, latest } from '#rules/time/instants.ts'

/** What came back of an order, and why it was closed. */
export type Returns = {
  readonly backs: readonly LineBack[]
  readonly closeReason: string | null
}

/** What came back of those orders of which something did, or that were closed, by order. */
export async function returnsOf(
  db: Reader,
  orders: readonly MemberOrder[],
): Promise<Map<string, Returns>> {
  const touched = orders.filter(
    ({ order }) => order.closedAt !== null || order.lines.some((line) => line.refundedFen > 0),
  )
  const keys = touched.map(keyOf)
  const [backs, closings] = await Promise.all([backOfLines(db, keys), closingsOf(db, keys)])
  const backByOrder = Map.groupBy(backs, nameOf)
  const reasons = new Map(closings.map((each) => [nameOf(each), each.reason]))
  return new Map(
    keys.map((key) => {
      const name = nameOf(key)
      return [name, { backs: backByOrder.get(name) ?? [], closeReason: reasons.get(name) ?? null }]
    }),
  )
}

/** SH-8: when an order came to nothing, for a reason that the policy takes as an excuse. */
export function endedOf(
  order: Order,
  returns: Returns | undefined,
  late: LatePolicy | undefined,
): Ended | null {
  const refundedAt = returns === undefined ? null : refundedWholeAt(order, returns.backs)
  const refundReason = returns?.backs.some((back) => back.reason === outOfStock) ?? false
  const endings: Ended[] = []
  if (refundedAt !== null) {
    endings.push({ at: refundedAt, excuse: refundReason ? outOfStock : 'refunded' })
  }
  if (order.closedAt !== null) {
    const isOut = returns?.closeReason === outOfStock || refundReason
    const excuse = isOut ? outOfStock : refundedAt === null ? 'closed' : 'refunded'
    endings.push({ at: order.closedAt, excuse })
  }
  const allowed = endings.filter(({ excuse }) => isExcuse(excuse, late))
  return allowed.reduce<Ended | null>(
    (first, each) => (first === null || isBefore(each.at, first.at) ? each : first),
    null,
  )
}

/** What a late shipment is compensated by: the price of the deal, and what it is made of. */
export type Deal = { readonly paidFen: Fen; readonly returnedFen: Fen; readonly priceFen: Fen }

/** SH-9: what was paid for the goods, less what came back before an instant. */
export function dealOf(order: Order, returns: Returns | undefined, before: Temporal.Instant): Deal {
  const paidFen = asFen(order.lines.reduce((sum, line) => sum + line.paidFen, 0))
  const backs = returns?.backs.filter((back) => isBefore(back.at, before)) ?? []
  const back = backs.reduce((sum, each) => sum + fenOf(each), 0)
  const returnedFen = asFen(Math.min(back, paidFen))
  return { paidFen, returnedFen, priceFen: asFen(paidFen - returnedFen) }
}

const outOfStock = 'outOfStock'

function isExcuse(excuse: string, late: LatePolicy | undefined): boolean {
  return late === undefined || late.excuses.some((each) => each === excuse)
}

function refundedWholeAt(order: Order, backs: readonly LineBack[]): Temporal.Instant | null {
  if (order.lines.some((line) => line.refundedFen < line.paidFen)) return null
  return backs.reduce<Temporal.Instant | null>(
    (last, { at }) => (last === null ? at : latest(last, at)),
    null,
  )
}

function fenOf(back: LineBack): number {
  return PositiveMoneySchema.parse(JSON.parse(back.amount))
}
