import type { Reader } from '#db/connection.ts'
import type { EnrolmentContext, EnrolmentTermsAt } from '#operations/enrolment/terms.ts'
import { figuresForDay } from '#operations/merchants/metrics/figures-for-day.ts'
import { shopFiguresOf } from '#operations/merchants/metrics/metrics-of.ts'
import type { ShopFigures } from '#rules/campaigns/enrolment/figures.ts'
import { isBefore } from '#rules/time/instants.ts'

/** By when the figures are that applications are decided by: the close of sign-up, or now before it. */
export function figuresAt(
  { signUp }: Pick<EnrolmentTermsAt, 'signUp'>,
  at: Temporal.Instant,
): Temporal.Instant {
  return isBefore(at, signUp.to) ? at : signUp.to
}

/** Has the figures of all shops ready, once before many are decided. */
export async function prepareFigures(
  context: EnrolmentContext,
  at: Temporal.Instant,
): Promise<void> {
  await figuresForDay(context, at)
}

/** What is known of shops at an instant, by shop; one that is not registered is left out. */
export async function figuresOf(
  db: Reader,
  context: EnrolmentContext,
  shopIds: readonly string[],
  at: Temporal.Instant,
): Promise<Map<string, ShopFigures>> {
  return await shopFiguresOf(db, context, shopIds, at)
}
