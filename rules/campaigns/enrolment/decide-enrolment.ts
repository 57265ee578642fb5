import {
  figureAt,
  isWithin,
  windowBefore,
  type DaysBefore,
  type Reference,
  type Seen,
  type ShopFigures,
} from '#rules/campaigns/enrolment/figures.ts'
import type {
  Bound,
  Criterion,
  EnrolmentPolicy,
  ViolationBar,
} from '#rules/campaigns/enrolment/policy.ts'
import { compareRatios, ratioOf } from '#rules/campaigns/enrolment/ratio.ts'
import { isBefore } from '#rules/time/instants.ts'

/** What decides. */
export type EnrolmentTerms = Pick<EnrolmentPolicy, 'criteria' | 'violations'>

/** One thing that was looked at, with the evidence. */
export type CriterionSeen = {
  readonly name: string
  readonly saw: string | number | null
  readonly needs: string | number
  readonly test: 'atLeast' | 'atMost' | 'below'
  readonly ok: boolean
  readonly metric: string
  readonly category?: string
  /** First and last day that were looked at. */
  readonly window?: Pick<DaysBefore, 'first' | 'last'>
  /** It is asked of these alone. */
  readonly identities?: readonly string[]
}

export type EnrolmentDecision = {
  readonly ok: boolean
  /** What the shop takes part as: the first of the campaign's that it qualifies for (EL-7). */
  readonly identity?: string
  readonly identities: readonly string[]
  readonly criteria: readonly CriterionSeen[]
}

const kinds = ['general', 'severe', 'fake'] as const

/**
 * Decides whether a shop may take part, and as what (EL-1 to EL-7), by the reference day. It
 * qualifies for an identity when no bar is reached and all that is asked of that identity holds. A
 * campaign without identities is asked as a whole.
 */
export function decideEnrolment(
  shop: ShopFigures,
  terms: EnrolmentTerms,
  identities: readonly string[],
  reference: Reference,
): EnrolmentDecision {
  const bars = [
    ...terms.violations.flatMap((bar) => barsOf(shop, bar, reference)),
    ...standingBar(shop, reference),
  ]
  const asked = criteriaFor(terms.criteria, shop['category'])
    .filter((criterion) => applies(shop, criterion, reference))
    .map((criterion) => lookAt(shop, criterion, reference))
  const criteria = [...asked, ...bars]

  const qualifies = (identity: string | undefined): boolean =>
    criteria.every(({ ok, identities: only }) => {
      const isAsked = only === undefined || identity === undefined || only.includes(identity)
      return ok || !isAsked
    })
  const qualified = identities.filter(qualifies)
  const [identity] = qualified
  const isIn = identities.length === 0 ? qualifies(undefined) : identity !== undefined
  return {
    ok: isIn,
    ...(identity === undefined ? {} : { identity }),
    identities: qualified,
    criteria,
  }
}

/** Those of the shop's category, and the general ones for which it has none of the same name (EL-5). */
function criteriaFor(criteria: readonly Criterion[], category: unknown): readonly Criterion[] {
  const own = criteria.filter((each) => each.category !== undefined && each.category === category)
  const named = new Set(own.map(({ name }) => name))
  return criteria.filter(
    (each) => own.includes(each) || (each.category === undefined && !named.has(each.name)),
  )
}

function applies(shop: ShopFigures, { when }: Criterion, reference: Reference): boolean {
  return when === undefined || holds(figureAt(shop, when.metric, reference), when)
}

function lookAt(shop: ShopFigures, criterion: Criterion, reference: Reference): CriterionSeen {
  const { name, metric, category, atLeast, atMost, windowDays, identities, missing } = criterion
  const seen = figureAt(shop, metric, reference, windowDays)
  return {
    name,
    saw: seen?.shown ?? null,
    needs: atLeast ?? atMost ?? 0,
    test: atLeast === undefined ? 'atMost' : 'atLeast',
    ok: seen === undefined ? missing === 'passes' : holds(seen, criterion),
    metric,
    ...(category === undefined ? {} : { category }),
    ...(windowDays === undefined ? {} : { window: windowBefore(reference, windowDays) }),
    ...(identities === undefined ? {} : { identities }),
  }
}

/** A figure that equals its bound is inside it (EL-2). */
function holds(seen: Seen | undefined, { atLeast, atMost }: Bound): boolean {
  if (seen === undefined) return false
  const bound = ratioOf(atLeast ?? atMost)
  if (bound === undefined) return false
  const order = compareRatios(seen.value, bound)
  return atLeast === undefined ? order <= 0 : order >= 0
}

/** The points of each kind in a window; so many as the bar says are too many (EL-1). */
function barsOf(shop: ShopFigures, bar: ViolationBar, reference: Reference): CriterionSeen[] {
  const { days } = bar
  const violations = violationsOf(shop)
  return kinds.flatMap((kind) => {
    const needs = bar[kind]
    if (needs === undefined) return []
    const saw = violations
      .filter((each) => each['kind'] === kind && isWithin(each['at'], reference, days))
      .reduce((sum, each) => sum + Number(each['points'] ?? 0), 0)
    return [
      {
        name: `violations.${kind}${days === undefined ? '' : `.${days}`}`,
        saw,
        needs,
        test: 'below' as const,
        ok: saw < needs,
        metric: `violations.${kind}`,
        ...(days === undefined ? {} : { window: windowBefore(reference, days) }),
      },
    ]
  })
}

/** A shop that its violations bar for a time, or for good, is barred whatever the windows say (EL-1). */
function standingBar(shop: ShopFigures, { at }: Reference): CriterionSeen[] {
  const until = shop['barredUntil']
  const isBarred = until instanceof Temporal.Instant && isBefore(at, until)
  const bar = { needs: 1, test: 'below', ok: false, saw: 1 } as const
  return [
    ...(isBarred ? [{ ...bar, name: 'barred', metric: 'barredUntil' }] : []),
    ...(shop['removed'] === true ? [{ ...bar, name: 'removed', metric: 'removed' }] : []),
  ]
}

function violationsOf(shop: ShopFigures): readonly Readonly<Record<string, unknown>>[] {
  const told = shop['violations']
  return Array.isArray(told) ? (told as Readonly<Record<string, unknown>>[]) : []
}
