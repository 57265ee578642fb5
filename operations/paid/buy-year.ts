import type { Writer } from '#db/connection.ts'
import { insertPaidYear, paidYearsOf } from '#db/membership/paid-years.ts'
import { transact } from '#operations/_transact.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { setPaidPeriod } from '#operations/membership/set-paid-period.ts'
import { standingAt } from '#operations/membership/standing.ts'
import { paidPolicyAt } from '#operations/paid/_policy.ts'
import { settleYearsOf } from '#operations/paid/settle-paid-years.ts'
import { beginKeyed, digestOf, type Keyed, type KeyReused } from '#operations/requests/keyed.ts'
import { undoRefused } from '#operations/_refused.ts'
import { offerYear, type YearOffer } from '#rules/members/paid/purchase.ts'
import { paidPeriodOf, type PaidYear } from '#rules/members/paid/year.ts'

export type BuyYear = {
  readonly memberId: string
  /** What names the payment: it buys one year, for ever. */
  readonly paymentRef: string
  /** What was paid, in fen. */
  readonly expectFen: number
}

export type YearBought =
  | { readonly ok: true; readonly year: PaidYear }
  | Extract<YearOffer, { readonly ok: false }>
  | { readonly ok: false; readonly refusal: 'paid/price-changed'; readonly priceFen: number }
  | {
      readonly ok: false
      readonly refusal:
        'members/unknown' | 'members/sealed' | 'paid/no-policy' | 'paid/payment-reused'
    }

/**
 * Records that a member paid for a year of membership (PM-1 to PM-5), once for each payment, and gives
 * what a year that begins at once gives. Refused, with nothing left behind: another price than was
 * paid, and a renewal that comes too early.
 */
export async function buyYear(
  context: EventContext,
  request: BuyYear,
  { idempotencyKey }: Keyed,
): Promise<YearBought | KeyReused> {
  const { memberId } = request
  const fingerprint = digestOf(['paid-year', request])
  const keyed = { memberId, caller: context.actor, key: idempotencyKey, at: context.now }
  const bought: YearBought | KeyReused = await undoRefused(
    (operation) => transact(context.db, operation),
    async (tx): Promise<YearBought | KeyReused> => {
      const begun = await beginKeyed(tx, keyed, fingerprint)
      if (!begun.ok) return begun
      return await buyIn(tx, context, request, begun.member.status === 'sealed')
    },
  )
  // The job would do it as well; whoever paid has what it gives in hand at once.
  if (bought.ok) await settleYearsOf(context, memberId, context.now)
  return bought
}

async function buyIn(
  tx: Writer,
  context: EventContext,
  { memberId, paymentRef, expectFen }: BuyYear,
  isSealed: boolean,
): Promise<YearBought> {
  const { policies, market, now } = context
  const years = await paidYearsOf(tx, memberId)
  const same = years.find((year) => year.paymentRef === paymentRef)
  if (same !== undefined) {
    const isSame = same.priceFen === expectFen
    return isSame ? { ok: true, year: same } : { ok: false, refusal: 'paid/payment-reused' }
  }
  if (isSealed) return { ok: false, refusal: 'members/sealed' }
  const known = paidPolicyAt(policies, now)
  if (known === undefined) return { ok: false, refusal: 'paid/no-policy' }

  const { score } = await standingAt(tx, policies, memberId, now)
  const offer = offerYear(known.policy, score, years, now, market.zone)
  if (!offer.ok) return offer
  const { priceFen, from, to } = offer
  if (priceFen !== expectFen) return { ok: false, refusal: 'paid/price-changed', priceFen }

  const year: PaidYear = {
    number: years.length + 1,
    paymentRef,
    priceFen,
    score,
    policy: known.name,
    boughtAt: now,
    from,
    to,
    begunAt: null,
    warnedAt: null,
    endedAt: null,
    stoppedAt: null,
    refund: null,
  }
  await insertPaidYear(tx, memberId, year, from)
  await setPaidPeriod(tx, context, memberId, paidPeriodOf([...years, year]))
  return { ok: true, year }
}
