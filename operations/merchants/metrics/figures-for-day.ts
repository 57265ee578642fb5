import {
  deleteFigures,
  figuresRun,
  figuresRuns,
  upsertFigures,
  upsertFiguresRun,
  type FiguresRun,
} from '#db/merchants/figures.ts'
import { planByValues } from '#db/settlement.ts'
import { keptOf, makeFigures } from '#operations/merchants/metrics/_make-figures.ts'
import type { MetricContext } from '#operations/merchants/metrics/count-orders.ts'
import { metricPolicyAt } from '#operations/merchants/metrics/metric-policy.ts'
import { inSnapshot } from '#operations/_snapshot.ts'
import { transact } from '#operations/_transact.ts'
import { dayNumberAt, dayOfNumber } from '#rules/time/day-numbers.ts'

const rowsAtOnce = 5_000
const monday = 1

export type FiguresMade =
  | { readonly ok: true; readonly run: FiguresRun; readonly made: boolean }
  | { readonly ok: false; readonly refusal: 'metrics/no-policy' }

/**
 * Has the figures of the day of an instant made for all shops (MM-10): kept ones stay unless they are
 * stale and the time of the policy has passed, or `again` asks for it.
 */
export async function figuresForDay(
  context: MetricContext,
  at: Temporal.Instant,
  { again = false }: { readonly again?: boolean } = {},
): Promise<FiguresMade> {
  const inForce = metricPolicyAt(context.policies, at)
  if (inForce === undefined) return { ok: false, refusal: 'metrics/no-policy' }
  const { policy, name } = inForce
  const day = dayNumberAt(at, context.market.zone)
  const known = await figuresRun(context.db, day)
  const staleFrom = known?.madeAt.add({ minutes: policy.remakeAfterMinutes })
  const isDue =
    known === undefined ||
    known.policy !== name ||
    (known.stale && staleFrom !== undefined && Temporal.Instant.compare(at, staleFrom) >= 0)
  if (!isDue && !again) return { ok: true, run: known, made: false }

  const made = await inSnapshot(context.db, async (tx) => {
    await planByValues(tx)
    return await makeFigures(tx, policy, day)
  })
  const run: FiguresRun = { day, madeAt: at, stale: false, policy: name, shops: made.length }
  await transact(context.db, async (tx) => {
    for (let from = 0; from < made.length; from += rowsAtOnce) {
      const some = made.slice(from, from + rowsAtOnce)
      await upsertFigures(
        tx,
        some.map((each) => ({
          shopId: each.shop.shopId,
          day,
          mainCategory: each.shop.mainCategory,
          figures: JSON.stringify(keptOf(each)),
        })),
      )
    }
    await upsertFiguresRun(tx, run)
  })
  await forgetOld(context, day, policy.keepDays)
  return { ok: true, run, made: true }
}

/** Figures of the last days stay, and those of Mondays for as many weeks. */
async function forgetOld({ db }: MetricContext, day: number, keepDays: number): Promise<void> {
  const old = (await figuresRuns(db))
    .map((run) => run.day)
    .filter((each) => {
      const age = day - each
      if (age < keepDays) return false
      return dayOfNumber(each).dayOfWeek !== monday || age >= keepDays * 7
    })
  if (old.length > 0) await transact(db, (tx) => deleteFigures(tx, old))
}
