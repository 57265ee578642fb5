import { markRunStale } from '#db/merchants/figures.ts'
import { insertToldFigures } from '#db/merchants/told-figures.ts'
import { lockShops } from '#db/shops/shops.ts'
import type { MetricContext } from '#operations/merchants/metrics/count-orders.ts'
import { metricPolicyAt } from '#operations/merchants/metrics/metric-policy.ts'
import { transact } from '#operations/_transact.ts'
import { dayNumberAt, dayNumberOf } from '#rules/time/day-numbers.ts'

/** Figures of a shop that somebody else measured. */
export type TellFigures = {
  readonly shopId: string
  readonly figures: readonly {
    readonly name: string
    readonly on: Temporal.PlainDate
    readonly value: number
    readonly source: string
  }[]
  readonly actor: string
  readonly at: Temporal.Instant
}

export type FiguresTold =
  | { readonly ok: true }
  | { readonly ok: false; readonly refusal: 'shops/unknown' | 'metrics/no-policy' }
  | { readonly ok: false; readonly refusal: 'metrics/not-told'; readonly metric: string }
  | { readonly ok: false; readonly refusal: 'metrics/in-the-future'; readonly metric: string }

/** Keeps figures that others measure, with their day and source (MM-11). */
export async function tellFigures(
  { db, policies, market }: MetricContext,
  { shopId, figures, actor, at }: TellFigures,
): Promise<FiguresTold> {
  const policy = metricPolicyAt(policies, at)?.policy
  if (policy === undefined) return { ok: false, refusal: 'metrics/no-policy' }
  const told = new Set(
    policy.metrics.filter((each) => each.kind === 'told').map(({ name }) => name),
  )
  const today = dayNumberAt(at, market.zone)
  for (const { name: metric, on } of figures) {
    if (!told.has(metric)) return { ok: false, refusal: 'metrics/not-told', metric }
    if (dayNumberOf(on) > today) return { ok: false, refusal: 'metrics/in-the-future', metric }
  }
  return await transact(db, async (tx) => {
    if (!(await lockShops(tx, [shopId])).has(shopId)) return { ok: false, refusal: 'shops/unknown' }
    const days = figures.map((each) => dayNumberOf(each.on))
    await insertToldFigures(
      tx,
      figures.map(({ name: figure, source, value }, n) => {
        const onDay = days[n] ?? today
        return { shopId, figure, onDay, source, value, toldAt: at, toldBy: actor }
      }),
    )
    await markRunStale(tx, Math.min(...days))
    return { ok: true }
  })
}
