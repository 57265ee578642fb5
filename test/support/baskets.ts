import { assert } from '#rules/assert.ts'
import { basketOf, QuoteInputSchema } from '#rules/pricing/input.ts'
import { indexOffers } from '#rules/pricing/offer-index.ts'
import { PricingPolicySchema, type PricingPolicy } from '#rules/pricing/policy.ts'
import { priceBasket } from '#rules/pricing/price.ts'
import type { Quote } from '#rules/pricing/quote.ts'

export const inSequence = pricingPolicy({})

/** The layers of Double 11 2017, with changes. */
export function pricingPolicy(over: Record<string, unknown>): PricingPolicy {
  return PricingPolicySchema.parse({
    layers: ['item', 'shop', 'coupon', 'allowance', 'redEnvelope'],
    ...over,
  })
}

/** Prices what a quote's input tells; `at` is there unless it is given. */
export function quoted(input: object, policy: PricingPolicy = inSequence): Quote {
  const read = QuoteInputSchema.parse({ at: '2017-11-11T10:00:00+08:00', ...input })
  const { basket, offers } = basketOf(read, 'Asia/Shanghai')
  return priceBasket(basket, indexOffers(offers), policy, 'pricing@1')
}

/** Lines written as `A 80.00 x2, B 350.00`: shop, price and quantity; ids count from 1. */
export function linesFrom(text: string): object[] {
  return text.split(',').map((written, at) => {
    const [shop = '', listPrice = '', times = 'x1'] = written.trim().split(' ')
    const id = String(at + 1)
    return { id, sku: `s${id}`, shop, listPrice, quantity: Number(times.slice(1)) }
  })
}

/**
 * An effect written as `nthUnit n=2 percent=50`; steps as `steps=300.00:30.00,500.00:10%` (an amount or a
 * percentage off from there) or `steps=2:=9.00` (a price).
 */
export function effectFrom(text: string): object {
  const [type, ...options] = text.split(' ')
  const effect: Record<string, unknown> = { type }
  for (const option of options) {
    const [key = '', value = ''] = option.split(/=(.*)/)
    effect[key] = key === 'steps' ? value.split(',').map(stepFrom) : valueFrom(value)
  }
  return effect
}

function stepFrom(text: string): object {
  const [from = '', by = ''] = text.split(':')
  if (by.endsWith('%')) return { from: valueFrom(from), percent: by.slice(0, -1) }
  if (by.startsWith('=')) return { from: valueFrom(from), price: by.slice(1) }
  return { from: valueFrom(from), off: by }
}

/** A whole number is one; everything else stays text. */
function valueFrom(text: string): number | string {
  return /^[0-9]+$/.test(text) ? Number(text) : text
}

/** What each line gave, in yuan, as `10.00 40.00`. */
export function offsOf(quote: Quote): string {
  return quote.lines
    .map(({ shares }) => yuan(shares.reduce((sum, { offFen }) => sum + offFen, 0)))
    .join(' ')
}

export function yuan(fen: number): string {
  assert(Number.isSafeInteger(fen), 'amounts are whole')
  return (fen / 100).toFixed(2)
}
