import { allowanceOfDay } from '#operations/campaigns/allowance-of-day.ts'
import { standingAt } from '#operations/membership/standing.ts'
import { readHoldings } from '#db/trades/holdings.ts'
import { heldFor, tradeWallets } from '#operations/trades/_holdings.ts'
import { priceFor, type Gone, type Priced } from '#operations/trades/_price.ts'
import { goneOf } from '#operations/trades/_quotas.ts'
import { reservedFrom } from '#operations/trades/_reserved.ts'
import type { TradeContext } from '#operations/trades/trade-context.ts'
import type { LinesReserved } from '#rules/members/paid/reserved.ts'
import type { Basket } from '#rules/pricing/basket.ts'
import type { Quote } from '#rules/pricing/quote.ts'
import type { QuoteBody } from '#rules/trades/body.ts'
import { dayOf } from '#rules/time/instants.ts'
import type { Figures } from '#rules/trades/expectation.ts'

/** The figures of a quote with their digest: what a buyer sends back when placing. */
export type Expect = Figures & { readonly digest: string }

export type Quoted =
  | {
      readonly ok: true
      readonly basket: Basket
      readonly quote: Quote
      readonly expect: Expect
    }
  | LinesReserved
  | { readonly ok: false; readonly refusal: 'members/sealed' | 'pricing/no-policy' }

export type QuoteRequest = {
  readonly memberId: string
  readonly body: QuoteBody
  readonly at: Temporal.Instant
}

/**
 * Prices a basket with what a member holds, by the offers in force, and changes nothing (TR-1). A
 * member that is not known yet holds nothing.
 */
export async function quoteBasket(context: TradeContext, request: QuoteRequest): Promise<Quoted> {
  const { memberId, body, at } = request
  const { db, policies } = context
  const on = dayOf(at, context.market.zone)
  const [holdings, standing, day] = await Promise.all([
    readHoldings(db, tradeWallets(memberId), at, on),
    standingAt(db, policies, memberId, at),
    allowanceOfDay(db, policies, body.lines, at),
  ])
  if (holdings.memberStatus === 'sealed') return { ok: false, refusal: 'members/sealed' }

  const reserved = reservedFrom(context, body, standing, at)
  if (reserved !== undefined) return reserved
  const held = heldFor(memberId, holdings, standing, policies, at)
  let gone: Gone = {}
  for (;;) {
    const priced = priceFor(context, body, at, held, gone, day)
    if (priced === undefined) return { ok: false, refusal: 'pricing/no-policy' }
    const more = await goneOf(db, memberId, priced.limited)
    // What is gone takes nothing off any more, so it cannot be found again.
    if (Object.keys(more).length === 0) return quotedOf(priced)
    gone = { ...gone, ...more }
  }
}

function quotedOf({ basket, quote, figures, digest }: Priced): Quoted {
  return { ok: true, basket, quote, expect: { digest, ...figures } }
}
