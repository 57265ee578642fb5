import type { PolicyBook } from '#operations/policies/policy-book.ts'
import type { TradeView } from '#operations/trades/read-trades.ts'
import { policyOfEnvelope } from '#rules/issuing/red-envelope.ts'

export type Titles = Readonly<Record<string, { readonly zh: string; readonly en: string }>>

/** What offers, coupons and red envelopes that a trade used or did not use are called, by their ids. */
export function titlesOf(
  policies: PolicyBook,
  { trade, allocations, quote }: Pick<TradeView, 'trade' | 'allocations' | 'quote'>,
): Titles {
  const named = new Map(allocations.map(({ instrument, policy }) => [instrument, policy]))
  const ids = new Set([
    ...named.keys(),
    ...quote.notApplied.map(({ id }) => id),
    ...quote.missing.map(({ id }) => id),
  ])
  const titles = [...ids].flatMap((id) => {
    const policy = named.get(id) ?? policyOfEnvelope(id)
    const [name = '', version] = policy?.split('@') ?? []
    const known =
      version === undefined
        ? (policies.at(id, trade.placedAt) ??
          policies.at(`coupon-batch:${batchOf(id)}`, trade.placedAt))
        : policies.version(name, Number(version))
    // Of an offer the rules know no title: it is in the body alone.
    const { title } = (known?.body ?? {}) as { readonly title?: Titles[string] }
    return title === undefined ? [] : [[id, title] as const]
  })
  return Object.fromEntries(titles)
}

/** A coupon is named after its batch and its number there (IS-9). */
function batchOf(coupon: string): string {
  return coupon.replace(/\.[0-9]+$/, '')
}
