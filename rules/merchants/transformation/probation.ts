import { after } from '#rules/members/invitation/round.ts'
import { checkFigures, type CheckSaw, type Figures } from '#rules/merchants/review/checks.ts'
import type { ProbationRules } from '#rules/merchants/transformation/policy.ts'
import { isBefore } from '#rules/time/instants.ts'

/** A probation that runs. */
export type Probation = {
  readonly since: Temporal.Instant
  readonly until: Temporal.Instant
  readonly extensions: number
}

export type ProbationTurn =
  | {
      readonly outcome: 'runs'
      readonly dueAt: Temporal.Instant
      readonly saw: readonly CheckSaw[]
    }
  | {
      readonly outcome: 'extended'
      readonly until: Temporal.Instant
      readonly saw: readonly CheckSaw[]
    }
  | { readonly outcome: 'passed' | 'failed'; readonly saw: readonly CheckSaw[] }

/** A probation that begins, and when it is looked at for the first time (TF-10). */
export function beginProbation(
  rules: ProbationRules,
  at: Temporal.Instant,
  zone: string,
): Probation & { readonly dueAt: Temporal.Instant } {
  const until = after(at, rules.lasts, zone)
  const early = rules.endsEarlyAfter === undefined ? until : after(at, rules.endsEarlyAfter, zone)
  return { since: at, until, extensions: 0, dueAt: isBefore(early, until) ? early : until }
}

/** What becomes of a probation when it is looked at (TF-10): daily, once it may end early. */
export function turnProbation(
  rules: ProbationRules,
  probation: Probation,
  figures: Figures,
  at: Temporal.Instant,
  zone: string,
): ProbationTurn {
  const saw = checkFigures(rules.checks, figures)
  const isMet = saw.every(({ met }) => met)
  const isOver = !isBefore(at, probation.until)
  if (isMet && (isOver || mayEndEarly(rules, probation, at, zone))) {
    return { outcome: 'passed', saw }
  }
  if (!isOver) {
    const tomorrow = after(at, Temporal.Duration.from({ days: 1 }), zone)
    const dueAt = isBefore(tomorrow, probation.until) ? tomorrow : probation.until
    return { outcome: 'runs', dueAt, saw }
  }
  if (probation.extensions >= rules.extensionsAtMost) return { outcome: 'failed', saw }
  return { outcome: 'extended', until: after(probation.until, rules.extendBy, zone), saw }
}

function mayEndEarly(
  { endsEarlyAfter }: ProbationRules,
  { since }: Probation,
  at: Temporal.Instant,
  zone: string,
): boolean {
  return endsEarlyAfter !== undefined && !isBefore(at, after(since, endsEarlyAfter, zone))
}
