import {
  backBetween,
  backUpTo,
  everythingBack,
  nothingBack,
  reasonsOf,
  type Back,
  type Reason,
} from '#rules/returns/comes-back.ts'
import { ordersOf, paidFenOf, type FrozenTrade } from '#rules/returns/frozen-trade.ts'
import { allReversed, reversalsBetween, type Reversal } from '#rules/returns/reversals.ts'
import {
  isClosed,
  nothingTaken,
  takeBack,
  type ReturnItem,
  type ReturnRefused,
  type Taken,
} from '#rules/returns/taken.ts'

/** A return to decide on: what comes back now, what came back before, and how far the trade is. */
export type ReturnRequest = {
  readonly isPaid: boolean
  /** Whether its orders were received, or the shops of those that were. */
  readonly received: boolean | readonly string[]
  readonly returned: readonly ReturnItem[]
  readonly before: readonly ReturnItem[]
}

/** What one return pays, gives back, undoes and closes; amounts in fen. */
export type Refund = {
  readonly ok: true
  readonly refundFen: number
  readonly byLineFen: Readonly<Record<string, number>>
  readonly freightByShopFen: Readonly<Record<string, number>>
  readonly extrasByShopFen: Readonly<Record<string, number>>
  readonly back: Back
  /** What was paid and is not paid back, this return and all before it counted. */
  readonly keptFen: number
  readonly reversals: readonly Reversal[]
  /** The shops whose orders are closed now, and those of them that this return closed. */
  readonly closed: readonly string[]
  readonly closedNow: readonly string[]
  readonly reasons: readonly Reason[]
}

export type RefundRefused = ReturnRefused &
  Pick<Refund, 'refundFen' | 'byLineFen' | 'back' | 'keptFen'>

/**
 * Decides a return by a frozen trade (RE-1 to RE-13): the preview and the deed are this one function.
 * Refused is what `takeBack` refuses, nothing at all, and a second closing of an unpaid trade.
 */
export function decideRefund(trade: FrozenTrade, request: ReturnRequest): Refund | RefundRefused {
  const { isPaid, received, returned } = request
  const paidFen = paidFenOf(trade)
  const earlier = takeBack(trade, request.before, nothingTaken(trade))
  if (!earlier.ok) return refusedWith(earlier, paidFen)
  const before = earlier.taken
  const keptFen = paidFen - fenOf(before)

  const now = takeBack(trade, returned, before)
  if (!now.ok) return refusedWith(now, isPaid ? keptFen : trade.depositFen)
  if (!isPaid) return closeUnpaid(trade, request)
  if (returned.length === 0) {
    return refusedWith({ ok: false, refusal: 'returns/nothing-returned' }, keptFen)
  }

  const after = now.taken
  const standing = { taken: after, received }
  const back = backBetween(backUpTo(trade, { taken: before, received }), backUpTo(trade, standing))
  const orders = ordersOf(trade)
  const closed = orders.filter((shop) => isClosed(trade, shop, after))
  return {
    ok: true,
    refundFen: fenOf(after) - fenOf(before),
    ...moneyBetween(trade, before, after),
    back,
    keptFen: paidFen - fenOf(after),
    reversals: reversalsBetween(trade, before, after),
    closed,
    closedNow: closed.filter((shop) => !isClosed(trade, shop, before)),
    reasons: reasonsOf(trade, standing, back, isPaid),
  }
}

/** RE-12: nothing was paid but deposits, whose fate is a decision of its own (PS-9); all else comes back. */
function closeUnpaid(
  trade: FrozenTrade,
  { received, before }: ReturnRequest,
): Refund | RefundRefused {
  if (before.length > 0) {
    return refusedWith({ ok: false, refusal: 'returns/trade-closed' }, trade.depositFen)
  }
  const back = everythingBack(trade)
  const standing = { taken: nothingTaken(trade), received }
  return {
    ok: true,
    refundFen: 0,
    byLineFen: {},
    freightByShopFen: {},
    extrasByShopFen: {},
    back,
    keptFen: trade.depositFen,
    reversals: allReversed(trade),
    closed: ordersOf(trade),
    closedNow: ordersOf(trade),
    reasons: reasonsOf(trade, standing, back, false),
  }
}

function moneyBetween(
  trade: FrozenTrade,
  before: Taken,
  after: Taken,
): Pick<Refund, 'byLineFen' | 'freightByShopFen' | 'extrasByShopFen'> {
  const byLine = trade.lines.flatMap(({ id }, index) => {
    const was = before.lines[index]
    const is = after.lines[index]
    return is === undefined || was === undefined || is === was ? [] : [[id, is.fen - was.fen]]
  })
  const byShop = (kind: string): readonly (readonly [string, number])[] => {
    return trade.charges.flatMap((charge, index) => {
      const was = before.charges[index]
      const is = after.charges[index]
      if (charge.kind !== kind || is === undefined || was === undefined || is === was) return []
      return [[charge.shop, is.fen - was.fen] as const]
    })
  }
  return {
    byLineFen: Object.fromEntries(byLine),
    freightByShopFen: Object.fromEntries(byShop('freight')),
    extrasByShopFen: Object.fromEntries(byShop('extras')),
  }
}

function fenOf({ lines, charges }: Taken): number {
  return [...lines, ...charges].reduce((sum, { fen }) => sum + fen, 0)
}

function refusedWith(refused: ReturnRefused, keptFen: number): RefundRefused {
  return { ...refused, refundFen: 0, byLineFen: {}, back: nothingBack, keptFen }
}
