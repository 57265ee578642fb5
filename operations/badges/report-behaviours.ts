import {
  behaviourFigures,
  benefitsPaid,
  followingPurchases,
  scorePointsPaid,
} from '#db/badges/report.ts'
import type { Database } from '#db/connection.ts'
import type { Market } from '#db/market.ts'
import { inSnapshot } from '#operations/_snapshot.ts'
import { badgeRulesAt } from '#operations/badges/badge-policy.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { behaviours, type Behaviour } from '#rules/badges/policy.ts'
import { behaviourReport, type BehaviourReport } from '#rules/badges/report.ts'
import type { ScorePolicy } from '#rules/members/policy.ts'

export type BehaviourReports =
  | {
      readonly ok: true
      readonly followDays: number
      readonly policy: string
      readonly behaviours: readonly BehaviourReport[]
    }
  | { readonly ok: false; readonly refusal: 'badges/no-policy' }

/** What each behaviour paid and brought on some days, both included, and which pays too much (BG-14). */
export async function reportBehaviours(
  context: { readonly db: Database; readonly policies: PolicyBook; readonly market: Market },
  period: { readonly from: Temporal.PlainDate; readonly to: Temporal.PlainDate },
  at: Temporal.Instant,
): Promise<BehaviourReports> {
  const { db, policies, market } = context
  const rules = badgeRulesAt(policies, market.zone, at)
  if (rules === undefined) return { ok: false, refusal: 'badges/no-policy' }
  const { followDays } = rules.policy.report
  const days = { ...period, followDays, zone: market.zone }
  const score = policies.at('score', at)?.policy as ScorePolicy | undefined
  return await inSnapshot(db, async (tx): Promise<BehaviourReports> => {
    const [figures, purchases, points, benefits] = await Promise.all([
      behaviourFigures(tx, days),
      followingPurchases(tx, days),
      scorePointsPaid(tx, days, score === undefined ? [] : weightsOf(score)),
      benefitsPaid(tx, days),
    ])
    const whole = figures.map((row) => ({
      ...row,
      behaviour: row.behaviour as Behaviour,
      scorePoints: points.get(row.behaviour) ?? 0,
      benefits: benefits.get(row.behaviour) ?? 0,
      purchasesFen: purchases.get(row.behaviour) ?? 0,
    }))
    return {
      ok: true,
      followDays,
      policy: rules.versions.at(-1)?.name ?? '',
      behaviours: behaviourReport(whole, rules.policy),
    }
  })
}

function weightsOf({ purchase, reward }: ScorePolicy) {
  return behaviours.map((behaviour) => {
    const weight = behaviour === 'purchase' ? purchase.orders : reward[behaviour]
    return { behaviour, points: weight.points, perDay: weight.perDay ?? null }
  })
}
