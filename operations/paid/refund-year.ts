import type { Writer } from '#db/connection.ts'
import { paidYearsOf, refundPaidYear } from '#db/membership/paid-years.ts'
import { transact } from '#operations/_transact.ts'
import { announce } from '#operations/announcements/announce.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { setPaidPeriod } from '#operations/membership/set-paid-period.ts'
import { policyOfYear } from '#operations/paid/_policy.ts'
import { endedOf } from '#operations/paid/settle-paid-years.ts'
import { takeBackCoupons, useOfYear } from '#operations/paid/_use.ts'
import { beginKeyed, digestOf, type Keyed, type KeyReused } from '#operations/requests/keyed.ts'
import { undoRefused } from '#operations/_refused.ts'
import { refundYear as decideRefund, type YearRefunded } from '#rules/members/paid/refund.ts'
import { isRunningAt, paidPeriodOf, type PaidYear } from '#rules/members/paid/year.ts'

export type RefundYear = {
  readonly memberId: string
  readonly paymentRef: string
  /** What names the refund, once for the member. */
  readonly refundRef: string
}

export type YearRefund =
  | { readonly ok: true; readonly year: PaidYear; readonly refundFen: number }
  | Extract<YearRefunded, { readonly ok: false }>
  | {
      readonly ok: false
      readonly refusal: 'members/unknown' | 'members/sealed' | 'paid/refund-reused'
    }

/**
 * Refunds a year of paid membership as the policy says by which it was bought (PM-6 to PM-8): it ends
 * at once, and open coupons that it gave are taken back. The same refund again is told as it was done.
 */
export async function refundYear(
  context: EventContext,
  request: RefundYear,
  { idempotencyKey }: Keyed,
): Promise<YearRefund | KeyReused> {
  const { memberId } = request
  const fingerprint = digestOf(['paid-refund', request])
  const keyed = { memberId, caller: context.actor, key: idempotencyKey, at: context.now }
  return await undoRefused(
    (operation) => transact(context.db, operation),
    async (tx): Promise<YearRefund | KeyReused> => {
      const begun = await beginKeyed(tx, keyed, fingerprint)
      if (!begun.ok) return begun
      return await refundIn(tx, context, request, begun.member.status === 'sealed')
    },
  )
}

async function refundIn(
  tx: Writer,
  context: EventContext,
  { memberId, paymentRef, refundRef }: RefundYear,
  isSealed: boolean,
): Promise<YearRefund> {
  const { policies, market, now } = context
  const years = await paidYearsOf(tx, memberId)
  const done = years.find(({ refund }) => refund?.ref === refundRef)
  if (done !== undefined) {
    if (done.paymentRef !== paymentRef) return { ok: false, refusal: 'paid/refund-reused' }
    return { ok: true, year: done, refundFen: done.refund?.refundFen ?? 0 }
  }
  if (isSealed) return { ok: false, refusal: 'members/sealed' }
  const year = years.find((each) => each.paymentRef === paymentRef)
  if (year === undefined) return { ok: false, refusal: 'paid/unknown' }

  const policy = policyOfYear(policies, year)
  const { coupons, ...used } = await useOfYear(tx, memberId, year, policy)
  const decided = decideRefund(policy, years, paymentRef, used, now, market.zone)
  if (!decided.ok) return decided
  const { refundFen, why } = decided
  const refund = { ref: refundRef, at: now, refundFen }
  await refundPaidYear(tx, memberId, year.number, { ...refund, why: { why, ...used } })
  const refunded: PaidYear = { ...year, refund }
  const left = years.map((each) => (each === year ? refunded : each))
  await setPaidPeriod(tx, context, memberId, paidPeriodOf(left))
  if (isRunningAt(year, now)) await announce(tx, [endedOf(memberId, now)])
  await takeBackCoupons(tx, memberId, coupons)
  return { ok: true, year: refunded, refundFen }
}
