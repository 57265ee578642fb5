import type { MemberAdvance } from '#db/advances/advances.ts'
import type { Reader } from '#db/connection.ts'
import { ordersOfTrades } from '#db/orders.ts'
import type { TradePlace } from '#db/trade-books.ts'
import { refundsOfTrades, type DoneRefund } from '#db/trades/refunds.ts'
import { frozenOfTrades, tradesConcerned } from '#db/trades/trades.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import {
  refundedLines,
  refundOfAdvances,
  type RefundOfAdvances,
} from '#rules/advances/by-refund.ts'
import { assert } from '#rules/assert.ts'
import type { Basket } from '#rules/pricing/basket.ts'
import { PricingPolicySchema, type PricingPolicy } from '#rules/pricing/policy.ts'
import type { Quote } from '#rules/pricing/quote.ts'
import { freezeTrade } from '#rules/returns/frozen-trade.ts'
import type { ReturnItem } from '#rules/returns/taken.ts'
import type { Returnable, TradeRefund } from '#rules/trades/refund.ts'
import type { Trade } from '#rules/trades/trade.ts'

/** A trade that things can be returned of, and the returns that were done. */
export type KnownReturns = Returnable & {
  readonly memberId: string
  readonly done: readonly DoneRefund[]
}

/** What was asked of a return, as it is kept. */
export type KeptRequest = { readonly returned: readonly ReturnItem[] }

/** Reads trades with all that returns of them are decided from; those that are not known are left out. */
export async function loadReturns(
  db: Reader,
  policies: PolicyBook,
  wanted: readonly TradePlace[],
): Promise<KnownReturns[]> {
  if (wanted.length === 0) return []
  const [trades, orders, texts, refunds] = await Promise.all([
    tradesConcerned(db, [], wanted),
    ordersOfTrades(db, wanted),
    frozenOfTrades(db, wanted),
    refundsOfTrades(db, wanted),
  ])
  return trades.map(({ memberId, trade }) => {
    const isOfIt = (each: TradePlace): boolean =>
      each.memberId === memberId && each.tradeId === trade.tradeId
    const frozen = texts.find(isOfIt)
    assert(frozen !== undefined, 'a trade keeps what it was placed with')
    const done = refunds.filter(isOfIt)
    const own = orders.filter(({ memberId: owner, order }) =>
      isOfIt({ memberId: owner, tradeId: order.tradeId }),
    )
    return {
      memberId,
      trade,
      orders: own.map((each) => each.order),
      frozen: freezeTrade(
        JSON.parse(frozen.basket) as Basket,
        JSON.parse(frozen.quote) as Quote,
        policyOf(policies, trade),
      ),
      before: done.flatMap((each) => (JSON.parse(each.request) as KeptRequest).returned),
      done,
    }
  })
}

/** What a decided return does to the advances of its member (AD-6). */
export function advancesIn(
  known: Pick<KnownReturns, 'orders'>,
  returned: readonly ReturnItem[],
  { refund }: Pick<TradeRefund, 'refund'>,
  advances: readonly MemberAdvance[],
): RefundOfAdvances | undefined {
  if (advances.length === 0) return undefined
  const lines = refundedLines(known.orders, returned, refund.byLineFen)
  const own = advances.map((each) => each.advance)
  return refundOfAdvances(own, lines, refund.refundFen)
}

/** The policy that a trade was priced by; one that was recorded without any used nothing that comes back. */
function policyOf(policies: PolicyBook, { policies: named }: Trade): PricingPolicy {
  const pricing = named.split(' ').find((each) => each.startsWith('pricing@'))
  if (pricing === undefined) return PricingPolicySchema.parse({ layers: ['item'] })
  const known = policies.version('pricing', Number(pricing.slice('pricing@'.length)))
  assert(known !== undefined, `the approved policy ${pricing} is known`)
  return known.policy as PricingPolicy
}
