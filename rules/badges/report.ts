import { behaviours, type BadgesPolicy, type Behaviour } from '#rules/badges/policy.ts'
import { mulDiv } from '#rules/money/mul-div.ts'

/** What is known of one behaviour over a period. */
export type BehaviourFigures = {
  readonly behaviour: Behaviour
  /** As they were told. */
  readonly facts: number
  readonly counted: number
  readonly waiting: number
  readonly struck: number
  readonly members: number
  /** Of them, those who were at a maximum on some day. */
  readonly membersAtCap: number
  /** Members times days on which it was told. */
  readonly memberDays: number
  /** The sum of the squares of what was told on each of them. */
  readonly squares: number
  readonly badgePoints: number
  /** What the weights of the score give for it, before the maxima of a month and of a part. */
  readonly scorePoints: number
  /** Benefits that were claimed for it. */
  readonly benefits: number
  /** What those members received and kept, on the day or within so many days after it. */
  readonly purchasesFen: number
}

/** What a rule of the policy says of a behaviour: it pays too much. */
export type BehaviourFlag = {
  readonly rule: 'leastFenPerPoint' | 'mostAtCap' | 'mostStruck' | 'mostBurstIndex'
  readonly saw: number
  readonly limit: number
}

export type BehaviourReport = BehaviourFigures & {
  readonly fenPerPoint: number | null
  /** Shares and the index are parts per million. */
  readonly atCapPpm: number
  readonly struckPpm: number
  /** How crowded its days are: a million where every member does as much on each day. */
  readonly burstIndexPpm: number
  readonly flags: readonly BehaviourFlag[]
}

/** BG-14: holds each behaviour against the limits of the policy; few facts raise no flag. */
export function behaviourReport(
  figures: readonly BehaviourFigures[],
  { report }: BadgesPolicy,
): readonly BehaviourReport[] {
  return figures
    .map((each): BehaviourReport => {
      const ratios = ratiosOf(each)
      const enough = each.facts >= report.leastFacts
      return { ...each, ...ratios, flags: enough ? flagsOf(ratios, report) : [] }
    })
    .sort((a, b) => behaviours.indexOf(a.behaviour) - behaviours.indexOf(b.behaviour))
}

type Ratios = Pick<BehaviourReport, 'fenPerPoint' | 'atCapPpm' | 'struckPpm' | 'burstIndexPpm'>

function ratiosOf(each: BehaviourFigures): Ratios {
  const { purchasesFen, badgePoints, members, membersAtCap, facts, struck } = each
  return {
    fenPerPoint: badgePoints === 0 ? null : Math.floor(purchasesFen / badgePoints),
    atCapPpm: ppmOf(membersAtCap, members),
    struckPpm: ppmOf(struck, facts),
    burstIndexPpm:
      facts === 0 ? 0 : ppmOf(mulDiv(each.squares, each.memberDays, facts, 'floor'), facts),
  }
}

function flagsOf(ratios: Ratios, limits: BadgesPolicy['report']): readonly BehaviourFlag[] {
  const { fenPerPoint, atCapPpm, struckPpm, burstIndexPpm } = ratios
  const { leastFenPerPoint, mostAtCap, mostStruck, mostBurstIndex } = limits
  const flags: BehaviourFlag[] = []
  if (leastFenPerPoint !== undefined && fenPerPoint !== null && fenPerPoint < leastFenPerPoint) {
    flags.push({ rule: 'leastFenPerPoint', saw: fenPerPoint, limit: leastFenPerPoint })
  }
  const most = [
    ['mostAtCap', atCapPpm, mostAtCap],
    ['mostStruck', struckPpm, mostStruck],
    ['mostBurstIndex', burstIndexPpm, mostBurstIndex],
  ] as const
  for (const [rule, saw, limit] of most) {
    if (limit !== undefined && saw > limit) flags.push({ rule, saw, limit })
  }
  return flags
}

function ppmOf(part: number, whole: number): number {
  return whole === 0 ? 0 : mulDiv(part, 1_000_000, whole, 'floor')
}
