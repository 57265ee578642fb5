import { asFen } from '#rules/money/fen.ts'
import { allocate } from '#rules/money/allocate.ts'
import { assert } from '#rules/assert.ts'
import type { Basket } from '#rules/pricing/basket.ts'
import type { Quote, Share } from '#rules/pricing/quote.ts'
import { asBasketLine, type RecordBody } from '#rules/trades/body.ts'

/** A trade priced elsewhere in the form of one priced here, or the line that does not add up. */
export type Recorded =
  | { readonly ok: true; readonly basket: Basket; readonly quote: Quote }
  | {
      readonly ok: false
      readonly refusal: 'trades/does-not-add-up'
      readonly line: string
      readonly offFen: number
      readonly goodsFen: number
      readonly payFen: number
    }

/**
 * TR-9: takes the allocations of a trade that was priced elsewhere as they are. Refused: a line
 * whose price less its shares is not what was paid. It uses nothing of what the member holds here.
 */
export function recordedTrade(body: RecordBody, at: Temporal.Instant): Recorded {
  for (const line of body.lines) {
    const goodsFen = line.price * line.quantity
    const offFen = sumOff(line.shares)
    if (goodsFen - offFen === line.pay) continue
    const { id, pay } = line
    const figures = { line: id, offFen, goodsFen, payFen: pay }
    return { ok: false, refusal: 'trades/does-not-add-up', ...figures }
  }
  for (const { shop, amount, shares } of body.freight) {
    const offFen = sumOff(shares)
    if (offFen <= amount) continue
    const figures = { line: `freight:${shop}`, offFen, goodsFen: amount, payFen: 0 }
    return { ok: false, refusal: 'trades/does-not-add-up', ...figures }
  }
  return { ok: true, basket: basketOfRecord(body, at), quote: quoteOfRecord(body) }
}

function basketOfRecord(body: RecordBody, at: Temporal.Instant): Basket {
  const nothing = { coupons: [], allowance: asFen(0), redEnvelopes: [], points: 0 }
  return {
    atMs: at.epochMilliseconds,
    lines: body.lines.map(asBasketLine),
    freight: body.freight.map(({ shop, amount }) => ({ shop, amount })),
    extras: [],
    member: nothing,
    choose: { kind: 'best' },
  }
}

function quoteOfRecord(body: RecordBody): Quote {
  const freight = body.freight.map(({ shop, amount, shares }) => ({
    shop,
    amountFen: amount,
    payFen: amount - sumOff(shares),
    shares: sharesOf(shares),
  }))
  const linesFen = body.lines.reduce((sum, line) => sum + line.pay, 0)
  return {
    ok: true,
    goodsFen: body.lines.reduce((sum, line) => sum + line.price * line.quantity, 0),
    freightFen: freight.reduce((sum, each) => sum + each.amountFen, 0),
    extrasFen: 0,
    payFen: freight.reduce((sum, each) => sum + each.payFen, linesFen),
    optimal: true,
    layers: [],
    lines: body.lines.map((line) => ({
      id: line.id,
      payFen: line.pay,
      unitsFen: unitsOf(line.pay, line.quantity),
      shares: sharesOf(line.shares),
    })),
    freight,
    gifts: [],
    notApplied: [],
    missing: [],
    used: { coupons: [], allowanceFen: 0, redEnvelopesFen: {}, points: 0, offers: [] },
    policies: [],
  }
}

type WrittenShares = RecordBody['lines'][number]['shares']

function sumOff(shares: WrittenShares): number {
  return shares.reduce((sum, share) => sum + share.off, 0)
}

function sharesOf(shares: WrittenShares): Share[] {
  return shares.map(({ off, layer, instrument, funder, policy, campaign }) => ({
    layer,
    instrument,
    offFen: off,
    funder,
    ...(policy === undefined ? {} : { policy }),
    ...(campaign === undefined ? {} : { campaign }),
  }))
}

function unitsOf(payFen: number, quantity: number): readonly number[] {
  const shared = allocate(
    asFen(payFen),
    Array.from({ length: quantity }, () => 1),
  )
  assert(shared.ok, 'what was paid is shared over the units')
  return shared.shares
}
