import type { Writer } from '#db/connection.ts'
import { paidYearsOf, refundPaidYear, updatePaidYear } from '#db/membership/paid-years.ts'
import { announce } from '#operations/announcements/announce.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { setPaidPeriod } from '#operations/membership/set-paid-period.ts'
import { policyOfYear } from '#operations/paid/_policy.ts'
import { useOfYear } from '#operations/paid/_use.ts'
import { endedOf } from '#operations/paid/settle-paid-years.ts'
import { refundYear } from '#rules/members/paid/refund.ts'
import { isHeld, isRunningAt, paidPeriodOf, type PaidYear } from '#rules/members/paid/year.ts'
import { isBefore } from '#rules/time/instants.ts'

/** A year that was ended, and what is paid back for it. */
export type EndedYear = { readonly paymentRef: string; readonly refundFen: number }

/**
 * Ends every year of a locked member that runs or is to come, in the caller's transaction: with what
 * the rule of refunds gives back, or with nothing (PM-8). What they gave is taken back by the caller.
 */
export async function endPaid(
  tx: Writer,
  context: EventContext,
  {
    memberId,
    at,
    cause,
    refunds,
  }: {
    readonly memberId: string
    readonly at: Temporal.Instant
    readonly cause: Readonly<Record<string, unknown>>
    readonly refunds: boolean
  },
): Promise<readonly EndedYear[]> {
  const years = await paidYearsOf(tx, memberId)
  const open = years.filter((year) => isHeld(year) && isBefore(at, year.to))
  if (open.length === 0) return []
  const wasRunning = open.some((year) => isRunningAt(year, at))

  let left: readonly PaidYear[] = years
  const ended: EndedYear[] = []
  // The last one goes first (PM-8).
  for (const year of open.toReversed()) {
    const refund = refunds ? await refundOf(tx, context, memberId, year, left, at) : undefined
    const stopped: PaidYear =
      refund === undefined ? { ...year, stoppedAt: at } : { ...year, refund }
    if (refund === undefined) await updatePaidYear(tx, memberId, stopped, null)
    else await refundPaidYear(tx, memberId, year.number, { ...refund, why: cause })
    left = left.map((each) => (each.number === year.number ? stopped : each))
    ended.push({ paymentRef: year.paymentRef, refundFen: refund?.refundFen ?? 0 })
  }
  await setPaidPeriod(tx, context, memberId, paidPeriodOf(left))
  if (wasRunning) await announce(tx, [endedOf(memberId, at)])
  return ended
}

/** Lets years that were ended without a refund run again up to their old end, in the caller's transaction. */
export async function restorePaid(
  tx: Writer,
  context: EventContext,
  {
    memberId,
    paymentRefs,
  }: {
    readonly memberId: string
    readonly paymentRefs: readonly string[]
  },
): Promise<void> {
  const years = await paidYearsOf(tx, memberId)
  const restored = years.map((year) => {
    const isBack = year.stoppedAt !== null && paymentRefs.includes(year.paymentRef)
    return isBack ? { ...year, stoppedAt: null } : year
  })
  for (const [at, year] of restored.entries()) {
    if (year !== years[at]) await updatePaidYear(tx, memberId, year, context.now)
  }
  await setPaidPeriod(tx, context, memberId, paidPeriodOf(restored))
}

async function refundOf(
  tx: Writer,
  { policies, market }: EventContext,
  memberId: string,
  year: PaidYear,
  years: readonly PaidYear[],
  at: Temporal.Instant,
): Promise<NonNullable<PaidYear['refund']> | undefined> {
  const policy = policyOfYear(policies, year)
  const used = await useOfYear(tx, memberId, year, policy)
  const decided = refundYear(policy, years, year.paymentRef, used, at, market.zone)
  if (!decided.ok) return undefined
  return { ref: `ended-${year.number}`, at, refundFen: decided.refundFen }
}
