import {
  amountLimits,
  at,
  countedOf,
  countLimits,
  gradeFrom,
} from '#rules/members/score/figures.ts'
import {
  purchasePointsOf,
  reachOf,
  rewardKinds,
  rewardPointsOf,
} from '#rules/members/score/parts.ts'
import type { AmountWeight, ScoreDimensions } from '#rules/members/score/policy.ts'

type Part = 'purchase' | 'reward' | 'base'

/**
 * One line of why a score is what it is (MS-14): a rule, what it saw, what of that counted, and the
 * points it gave. All `gave` of a part add up to the part. Amounts are in fen, all else in numbers.
 */
export type Why = {
  /** `window`: what was left out. */
  readonly part: Part | 'window'
  readonly rule: string
  readonly saw?: number
  readonly amountFen?: number
  readonly counted?: number
  readonly countedAmountFen?: number
  /** Points for each that counted, or the amount that one point takes. */
  readonly points?: number
  readonly amountPerPointFen?: number
  readonly gave: number
  /** What a part can reach, or the least there is of it. */
  readonly limit?: number
  /** What each maximum held back: `order`, `day`, `month`, `category`, `shop`, `window`. */
  readonly held?: Readonly<Record<string, number>>
  readonly heldAmountFen?: Readonly<Record<string, number>>
  readonly grade?: string
  /** Whether the grade is the usual one, because none is known of the member. */
  readonly gradeFrom?: keyof typeof gradeFrom
}

/** Why a score is what it is, line by line, from its figures and the policy it was computed by alone. */
export function explainScore(figures: readonly number[], policy: ScoreDimensions): readonly Why[] {
  const { purchase, reward, base } = policy
  const lines = [
    leftOut('window.outside', figures[at.outside] ?? 0),
    leftOut('window.refunded', figures[at.refunded] ?? 0),
    amountLine(figures, 'physical', purchase.physical),
    amountLine(figures, 'virtual', purchase.virtual),
    countLine(figures, 'purchase', 'orders', purchase.orders),
    reachLine(figures, 'purchase', policy),
    ...rewardKinds.map((kind) => countLine(figures, 'reward', kind, reward[kind])),
    onceLine(figures, 'categories', reward.categories),
    onceLine(figures, 'monthsInRow', reward.monthsInRow),
    reachLine(figures, 'reward', policy),
    gradeLine(figures, policy),
    deductionLine(figures, 'unpaidAdvances', base.deductions.unpaidAdvance),
    deductionLine(figures, 'maliciousReviews', base.deductions.maliciousReview),
    deductionLine(figures, 'brokenPromises', base.deductions.brokenPromise),
  ].filter((line) => line !== undefined)
  return [...lines, ...leastOfBase(lines)]
}

function leftOut(rule: string, saw: number): Why | undefined {
  return saw === 0 ? undefined : { part: 'window', rule, saw, gave: 0 }
}

function amountLine(
  figures: readonly number[],
  kind: 'physical' | 'virtual',
  { amountPerPoint }: AmountWeight,
): Why | undefined {
  const amountFen = figures[at[kind]] ?? 0
  if (amountFen === 0) return undefined
  const countedAmountFen = countedOf(figures, at[kind], amountLimits)
  const held = heldBy(figures, at[kind], amountLimits)
  return {
    part: 'purchase',
    rule: `purchase.${kind}`,
    amountFen,
    countedAmountFen,
    amountPerPointFen: amountPerPoint,
    gave: Math.floor(countedAmountFen / amountPerPoint),
    ...(held === undefined ? {} : { heldAmountFen: held }),
  }
}

function countLine(
  figures: readonly number[],
  part: Part,
  kind: 'orders' | (typeof rewardKinds)[number],
  { points }: { readonly points: number },
): Why | undefined {
  const saw = figures[at[kind]] ?? 0
  if (saw === 0) return undefined
  const counted = countedOf(figures, at[kind], countLimits)
  const held = heldBy(figures, at[kind], countLimits)
  return {
    part,
    rule: `${part}.${kind}`,
    saw,
    counted,
    points,
    gave: counted * points,
    ...(held === undefined ? {} : { held }),
  }
}

function onceLine(
  figures: readonly number[],
  kind: 'categories' | 'monthsInRow',
  {
    points,
    perWindow = Infinity,
  }: { readonly points: number; readonly perWindow?: number | undefined },
): Why | undefined {
  const saw = figures[at[kind]] ?? 0
  if (saw === 0) return undefined
  const counted = Math.min(saw, perWindow)
  return {
    part: 'reward',
    rule: `reward.${kind}`,
    saw,
    counted,
    points,
    gave: counted * points,
    ...(counted < saw ? { held: { window: saw - counted } } : {}),
  }
}

/** What the most of a part takes off it, with the member's grade. */
function reachLine(
  figures: readonly number[],
  part: 'purchase' | 'reward',
  policy: ScoreDimensions,
): Why | undefined {
  const saw =
    part === 'purchase' ? purchasePointsOf(figures, policy) : rewardPointsOf(figures, policy)
  const limit = reachOf(figures, policy, part)
  return saw <= limit ? undefined : { part, rule: `${part}.most`, saw, gave: limit - saw, limit }
}

function gradeLine(figures: readonly number[], { base }: ScoreDimensions): Why | undefined {
  const grade = base.grades[figures[at.grade] ?? 0]
  if (grade === undefined) return undefined
  const from = (['told', 'usual', 'unknown'] as const)[figures[at.gradeFrom] ?? 0] ?? 'told'
  return {
    part: 'base',
    rule: 'base.grade',
    grade: grade.name,
    gradeFrom: from,
    gave: grade.points,
  }
}

function deductionLine(
  figures: readonly number[],
  kind: 'unpaidAdvances' | 'maliciousReviews' | 'brokenPromises',
  points: number,
): Why | undefined {
  const saw = figures[at[kind]] ?? 0
  return saw === 0
    ? undefined
    : { part: 'base', rule: `base.${kind}`, saw, points: 0 - points, gave: 0 - points * saw }
}

/** What lifts a base that deductions took below nothing (MS-13). */
function leastOfBase(lines: readonly Why[]): readonly Why[] {
  const saw = lines.reduce((sum, { part, gave }) => (part === 'base' ? sum + gave : sum), 0)
  return saw >= 0 ? [] : [{ part: 'base', rule: 'base.least', saw, gave: -saw, limit: 0 }]
}

function heldBy(
  figures: readonly number[],
  first: number,
  limits: readonly string[],
): Readonly<Record<string, number>> | undefined {
  const held = limits
    .map((limit, index) => [limit, figures[first + 1 + index] ?? 0] as const)
    .filter(([, number]) => number > 0)
  return held.length === 0 ? undefined : Object.fromEntries(held)
}
