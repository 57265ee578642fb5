import type { Reader } from '#db/connection.ts'
import { sanctionsOf, type SanctionRow } from '#db/merchants/sanctions.ts'
import { barOf, type Bar } from '#operations/merchants/violations/bars.ts'
import type { ViolationsContext } from '#operations/merchants/violations/decide-violation.ts'
import { violationsOf } from '#operations/merchants/violations/record-violations.ts'
import {
  violationPolicyAt,
  violationSetting,
} from '#operations/merchants/violations/violation-policy.ts'
import { nextAbove } from '#rules/merchants/violations/consequences.ts'
import { violationKinds, type ViolationKind } from '#rules/merchants/violations/policy.ts'
import { totalsAt, type PointsTotal } from '#rules/merchants/violations/totals.ts'

/** The points of a shop at an instant, with what has followed and what comes next. */
export type ShopPoints = Bar & {
  readonly totals: readonly (PointsTotal & {
    readonly kind: ViolationKind
    readonly next: ReturnType<typeof nextAbove>
  })[]
  readonly sanctions: readonly SanctionRow[]
  /** `violations@1`; `undefined`: the market has no such policy. */
  readonly policy: string | undefined
}

/** The points of a shop at an instant, explained (VI-1 to VI-5). */
export async function shopPointsAt(
  db: Reader,
  context: Omit<ViolationsContext, 'db'>,
  shopId: string,
  at: Temporal.Instant,
): Promise<ShopPoints> {
  const violations = (await violationsOf(db, [shopId], at)).get(shopId) ?? []
  const sanctions = await sanctionsOf(db, [shopId])
  const inForce = violationPolicyAt(context.policies, at)
  const totals = totalsAt(violations, at, violationSetting(context.policies, context.market))
  const consequences = inForce?.policy.consequences ?? []
  return {
    ...barOf(sanctions, at),
    totals: violationKinds.map((kind) => ({
      ...totals[kind],
      kind,
      next: nextAbove(consequences, kind, totals[kind].points),
    })),
    sanctions: sanctions.filter((each) => Temporal.Instant.compare(each.at, at) <= 0),
    policy: inForce?.name,
  }
}
