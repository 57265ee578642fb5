import type { Market } from '#db/market.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import type { ScorePolicy } from '#rules/members/policy.ts'
import type { DayWindow } from '#rules/members/score/facts.ts'
import { daysFor, windowFor } from '#rules/members/score/window.ts'
import { isBefore, startOfDay } from '#rules/time/instants.ts'

/** By what the scores of a month are computed. */
export type Scoring = {
  readonly ok: true
  /** The first day of the month of the refresh. */
  readonly month: Temporal.PlainDate
  readonly policy: ScorePolicy
  /** `score@1`. */
  readonly name: string
  /** The days that count, both included. */
  readonly from: Temporal.PlainDate
  readonly to: Temporal.PlainDate
  readonly window: DayWindow
  readonly fromFacts: boolean
  /** A month before the latest one is corrected in the record: the standing is that of the latest. */
  readonly isPast: boolean
}

type Context = {
  readonly policies: PolicyBook
  readonly market: Market
  readonly now: Temporal.Instant
}

/**
 * How a month is scored: by the policy named, else the one in force on its refresh day. Refused: a
 * month whose refresh day has not come, or without a policy.
 */
export function scoringOf(
  { policies, market, now }: Context,
  month: Temporal.PlainDate,
  {
    fromFacts,
    policy: named,
    latest,
  }: {
    readonly fromFacts: boolean
    readonly policy?: string
    /** The latest month that was refreshed. */
    readonly latest: Temporal.PlainDate | undefined
  },
): Scoring | { readonly ok: false; readonly refusal: 'score/no-policy' | 'score/month-not-due' } {
  const refreshDay = policyAt(policies, now)?.policy.refreshDay
  if (refreshDay === undefined) return { ok: false, refusal: 'score/no-policy' }
  const begins = startOfDay(month.with({ day: refreshDay }), market.zone)
  if (isBefore(now, begins)) return { ok: false, refusal: 'score/month-not-due' }
  const known = named === undefined ? policyAt(policies, begins) : policyNamed(policies, named)
  if (known === undefined) return { ok: false, refusal: 'score/no-policy' }

  const { policy, name } = known
  const window = daysFor(month, policy)
  const isPast = latest !== undefined && Temporal.PlainDate.compare(month, latest) < 0
  return { ok: true, month, policy, name, ...windowFor(month, policy), window, fromFacts, isPast }
}

/** The latest month whose refresh day has come; `undefined`: the market has no scores. */
export function refreshDueBy({ policies, market, now }: Context): Temporal.PlainDate | undefined {
  const known = policyAt(policies, now)
  if (known === undefined) return undefined
  const today = now.toZonedDateTimeISO(market.zone).toPlainDate()
  const month = today.with({ day: 1 })
  return today.day >= known.policy.refreshDay ? month : month.subtract({ months: 1 })
}

type Known = { readonly policy: ScorePolicy; readonly name: string }

function policyAt(policies: PolicyBook, at: Temporal.Instant): Known | undefined {
  const known = policies.at('score', at)
  if (known === undefined) return undefined
  return { policy: known.policy as ScorePolicy, name: `${known.name}@${known.version}` }
}

/** The version that a record names: `score@1`. */
export function policyNamed(policies: PolicyBook, name: string): Known | undefined {
  const known = policies.version('score', Number(name.slice(name.lastIndexOf('@') + 1)))
  return known === undefined ? undefined : { policy: known.policy as ScorePolicy, name }
}
