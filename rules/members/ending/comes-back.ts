import type { EndingPolicy } from '#rules/members/ending/policy.ts'
import { isBefore } from '#rules/time/instants.ts'

/** The kinds of things that a sealing forfeits. */
export const forfeitable = ['points', 'coupons', 'benefits', 'tiers', 'paid'] as const
export type Forfeitable = (typeof forfeitable)[number]

/** Whether a kind comes back with an unsealing, and why. */
export type ComesBack = Readonly<
  Record<
    Forfeitable,
    { readonly back: boolean; readonly why: 'byPolicy' | 'notByPolicy' | 'tooLate' }
  >
>

/** EN-3: what an unsealing gives back of what a sealing forfeited. */
export function comesBack(
  { unseal }: EndingPolicy,
  sealedAt: Temporal.Instant,
  at: Temporal.Instant,
  zone: string,
): ComesBack {
  const until = unseal.within && sealedAt.toZonedDateTimeISO(zone).add(unseal.within).toInstant()
  const isLate = until !== undefined && !isBefore(at, until)
  const each = forfeitable.map((kind) => {
    if (!unseal[kind]) return [kind, { back: false, why: 'notByPolicy' }] as const
    if (isLate) return [kind, { back: false, why: 'tooLate' }] as const
    return [kind, { back: true, why: 'byPolicy' }] as const
  })
  return Object.fromEntries(each) as unknown as ComesBack
}
