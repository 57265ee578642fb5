import { mulDiv } from '#rules/money/mul-div.ts'
import { ppmToText, wholePpm, type Ppm } from '#rules/money/rate.ts'
import type { CarryOverRules } from '#rules/merchants/transformation/policy.ts'

/** What a shop has when it changes. `null`: nobody told. Deposits are in fen. */
export type Held = {
  readonly metrics: number | null
  readonly violations: {
    readonly general: number
    readonly severe: number
    readonly fake: number
  }
  readonly points: number | null
  readonly followers: number | null
  readonly brandMembers: number | null
  readonly deposits: number | null
  readonly enrolments: number
  readonly declarations: number
  readonly campaigns: number
}

/** What becomes of one subject: `before` = `carried` + `dropped`, wherever there is a figure (TF-4). */
export type CarriedLine = {
  readonly subject: string
  readonly how: 'carried' | 'share' | 'reset' | 'probation'
  readonly share?: string
  readonly before: number | null
  readonly carried: number | null
  readonly dropped: number | null
}

/** What carries over into the changed shop (TF-4 to TF-6), in the order of the statement. */
export function carryOver(held: Held, rules: CarryOverRules): readonly CarriedLine[] {
  const { violations } = held
  return [
    lineOf('metrics', held.metrics, rules.metrics),
    lineOf('violations.general', violations.general, rules.violations),
    lineOf('violations.severe', violations.severe, rules.violations),
    lineOf('violations.fake', violations.fake, rules.violations),
    lineOf('points', held.points, rules.points),
    lineOf('followers', held.followers, rules.followers),
    lineOf('brandMembers', held.brandMembers, rules.brandMembers),
    lineOf('deposits', held.deposits, rules.deposits),
    lineOf('enrolments', held.enrolments, rules.enrolments),
    lineOf('declarations', held.declarations, rules.declarations),
    lineOf('campaigns', held.campaigns, rules.campaigns),
  ]
}

/** The subjects of which a share carries over and whose figure nobody told (TF-9). */
export function figuresMissing(held: Held, rules: CarryOverRules): readonly string[] {
  return (['followers', 'brandMembers', 'deposits'] as const).filter(
    (subject) => rules[subject].how === 'share' && held[subject] === null,
  )
}

/**
 * What becomes, at the end of a probation, of what was on it (TF-10, TF-11): `carried` is what the
 * statement of the change carried on probation.
 */
export function afterProbation(
  lines: readonly CarriedLine[],
  isPassed: boolean,
): readonly CarriedLine[] {
  return lines
    .filter(({ how }) => how === 'probation')
    .map(({ subject, carried }) => {
      if (isPassed) return { ...whole(carried), subject, how: 'carried' }
      return { ...none(carried), subject, how: 'reset' }
    })
}

type Rule = {
  readonly how: CarriedLine['how']
  readonly share?: Ppm
}

function lineOf(subject: string, before: number | null, rule: Rule): CarriedLine {
  const { how, share } = rule
  if (how === 'reset') return { subject, how, ...none(before) }
  if (share === undefined) return { subject, how, ...whole(before) }
  const carried = before === null ? null : mulDiv(before, share, wholePpm, 'floor')
  const dropped = before === null || carried === null ? null : before - carried
  return { subject, how, share: ppmToText(share), before, carried, dropped }
}

function whole(before: number | null) {
  return { before, carried: before, dropped: before === null ? null : 0 }
}

function none(before: number | null) {
  return { before, carried: before === null ? null : 0, dropped: before }
}
