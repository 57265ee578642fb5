import { assert } from '#rules/assert.ts'
import { asFen, type Fen } from '#rules/money/fen.ts'
import { add, asPoints, least, noPoints, subtract, type Points } from '#rules/money/points.ts'
import { ppmToText, type Ppm } from '#rules/money/rate.ts'
import { expiryOf } from '#rules/points/expiry.ts'
import { ordinary, type PointsPolicy } from '#rules/points/policy.ts'

/** One line of what a member received. */
export type EarnLine = {
  readonly id: string
  readonly category: string
  /** After all discounts, without freight. */
  readonly paidFen: Fen
  /** Given back before receipt: it does not earn (PT-4). */
  readonly refundedFen: Fen
  /** The merchant's multiple, 1,000,000 for one. */
  readonly multiplePpm: Ppm
}

export type Earned = {
  readonly points: Points
  readonly byLine: ReadonlyMap<string, Points>
  /** What the points cost whoever funds them: one fen a point (PT-12). */
  readonly costFen: Fen
  readonly expiresAt: Temporal.Instant | null
  readonly why: EarnWhy
}

/** Why an earn is what it is, as JSON: kept with the entry, shown to the member. */
export type EarnWhy = {
  readonly lines: readonly EarnLineWhy[]
  /** The event whose rules were laid over, and what there would have been without it (PT-10). */
  readonly override?: EarnOverride
}

export type EarnLineWhy = {
  readonly id: string
  readonly category: string
  /** The name of the ratio used, and the ratio in points per yuan. */
  readonly ratioKey: string
  readonly ratio: string
  readonly multipleAsked: string
  readonly multiple: string
  readonly multipleMax: string
  readonly paidFen: Fen
  readonly refundedFen: Fen
  readonly baseFen: Fen
  readonly leastPaidFen?: Fen
  readonly mostPerLine?: Points
  /** The product before it is floored, exact. */
  readonly exact: string
  readonly points: Points
  readonly notes: readonly EarnNote[]
}

/** What a person should know about a line besides its figures. */
export type EarnNote =
  | 'ratio-by-class'
  | 'category-without-ratio'
  | 'multiple-capped'
  | 'refunded-before-receipt'
  | 'below-least-paid'
  | 'held-at-most-per-line'

export type EarnOverride = {
  /** The event's slug and title, and its policy as `name@version`. */
  readonly event: string
  readonly title: { readonly zh: string; readonly en: string }
  readonly policy: string
  readonly with: Points
  readonly without: Points
  readonly withoutByLine: Readonly<Record<string, Points>>
  readonly expiresAtWithout: string | null
}

/**
 * Decides what a receipt earns: for each line floor(paid x ratio x multiple), floored once (PT-1 to
 * PT-5), and when it lapses. Amounts are in minor units of a currency with `minorDigits`.
 */
export function earn(
  lines: readonly EarnLine[],
  policy: PointsPolicy,
  receivedAt: Temporal.Instant,
  zone: string,
  minorDigits = 2,
): Earned {
  const whys = lines.map((line) => explain(line, policy, minorDigits))
  const points = whys.reduce((sum, why) => add(sum, why.points), noPoints)
  return {
    points,
    byLine: new Map(whys.map((why) => [why.id, why.points])),
    costFen: asFen(points),
    expiresAt: expiryOf(receivedAt, policy, zone),
    why: { lines: whys },
  }
}

/**
 * The points for `keptFen` of a line: what it would have earned had only that been paid (PT-1 to
 * PT-5). What was earned less this is owed back after a refund (PT-13).
 */
export function pointsFor(
  line: EarnLine,
  keptFen: Fen,
  policy: PointsPolicy,
  minorDigits = 2,
): Points {
  assert(keptFen >= 0, 'what stays is not below zero')
  if (keptFen < (policy.leastPaid ?? 0)) return noPoints
  const { ratio } = ratioOf(line.category, policy)
  const exact = product(keptFen, ratio, multipleOf(line, policy))
  const points = asPoints(Number(exact / denominator(minorDigits)))
  return policy.mostPerLine === undefined ? points : least(points, policy.mostPerLine)
}

/** What is owed back in total of a line that earned `earned`, when `keptFen` of it stays (PT-13). */
export function owedBack(
  earned: Points,
  line: EarnLine,
  keptFen: Fen,
  policy: PointsPolicy,
  minorDigits = 2,
): Points {
  const owed = subtract(earned, pointsFor(line, keptFen, policy, minorDigits))
  assert(owed >= 0, 'a line that shrinks never earns more')
  return owed
}

/** Whether the lines earn a number of points that can be counted (MO-1). */
export function isCountable(
  lines: readonly EarnLine[],
  policy: PointsPolicy,
  minorDigits = 2,
): boolean {
  const most = lines.reduce((sum, line) => {
    const { ratio } = ratioOf(line.category, policy)
    return sum + product(line.paidFen, ratio, multipleOf(line, policy))
  }, 0n)
  return most / denominator(minorDigits) <= BigInt(Number.MAX_SAFE_INTEGER)
}

function explain(line: EarnLine, policy: PointsPolicy, minorDigits: number): EarnLineWhy {
  const baseFen = asFen(line.paidFen - line.refundedFen)
  const { ratioKey, ratio, note } = ratioOf(line.category, policy)
  const multiple = multipleOf(line, policy)
  const exact = product(baseFen, ratio, multiple)
  const points = pointsFor(line, baseFen, policy, minorDigits)

  const notes: EarnNote[] = note === undefined ? [] : [note]
  if (multiple < line.multiplePpm) notes.push('multiple-capped')
  if (line.refundedFen > 0) notes.push('refunded-before-receipt')
  if (baseFen < (policy.leastPaid ?? 0)) notes.push('below-least-paid')
  else if (exact / denominator(minorDigits) > points) notes.push('held-at-most-per-line')

  return {
    id: line.id,
    category: line.category,
    ratioKey,
    ratio: ppmToText(ratio),
    multipleAsked: ppmToText(line.multiplePpm),
    multiple: ppmToText(multiple),
    multipleMax: ppmToText(policy.merchantMultipleMax),
    paidFen: line.paidFen,
    refundedFen: line.refundedFen,
    baseFen,
    ...(policy.leastPaid === undefined ? {} : { leastPaidFen: policy.leastPaid }),
    ...(policy.mostPerLine === undefined ? {} : { mostPerLine: policy.mostPerLine }),
    exact: decimalText(exact, 12 + minorDigits),
    points,
    notes,
  }
}

/** PT-2: by the category's class, else by its own name, else the ordinary ratio. */
function ratioOf(
  category: string,
  policy: PointsPolicy,
): { readonly ratioKey: string; readonly ratio: Ppm; readonly note?: EarnNote } {
  const { ratios, classes } = policy
  const ratioKey = Object.hasOwn(classes, category) ? classes[category] : undefined
  const byClass = ratioKey === undefined ? undefined : ratios[ratioKey]
  if (ratioKey !== undefined && byClass !== undefined) {
    return { ratioKey, ratio: byClass, note: 'ratio-by-class' }
  }
  const byName = Object.hasOwn(ratios, category) ? ratios[category] : undefined
  if (byName !== undefined) return { ratioKey: category, ratio: byName }

  const ratio = ratios[ordinary]
  assert(ratio !== undefined, 'a points policy has an ordinary ratio')
  return { ratioKey: ordinary, ratio, note: 'category-without-ratio' }
}

/** PT-3: the merchant's multiple, never above the policy's largest. */
function multipleOf(line: EarnLine, policy: PointsPolicy): Ppm {
  return line.multiplePpm < policy.merchantMultipleMax
    ? line.multiplePpm
    : policy.merchantMultipleMax
}

/** Fen x ratio x multiple, exact: points x 10^12 x minor units a yuan. */
function product(fen: Fen, ratio: Ppm, multiple: Ppm): bigint {
  return BigInt(fen) * BigInt(ratio) * BigInt(multiple)
}

function denominator(minorDigits: number): bigint {
  return 10n ** BigInt(12 + minorDigits)
}

function decimalText(units: bigint, digits: number): string {
  const text = String(units).padStart(digits + 1, '0')
  const fraction = text.slice(-digits).replace(/0+$/, '')
  const whole = text.slice(0, -digits)
  return fraction === '' ? whole : `${whole}.${fraction}`
}
