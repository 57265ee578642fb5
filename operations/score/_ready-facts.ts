import { noFactsText, type ScoreFactsRow, type ToldGrade } from '#db/membership/score-facts.ts'
import type { RecordedFacts } from '#db/membership/recorded-facts.ts'
import {
  compareFacts,
  type Conduct,
  type ConductFact,
  type DayWindow,
  type PurchaseFact,
  type ScoreFact,
} from '#rules/members/score/facts.ts'
import { dayNumberOf, dayOfNumber } from '#rules/time/day-numbers.ts'

/** All that is kept of one member for the score. */
export type ReadyFacts = {
  readonly memberId: string
  /** In the order of `compareFacts`. */
  readonly purchases: readonly PurchaseFact[]
  /** In the order of `compareFacts`, one for each day and kind. */
  readonly conduct: readonly ConductFact[]
  readonly completeFrom: number | null
  readonly grade: ToldGrade | null
}

/** Under their numbers in the lists that are kept. */
const kinds: readonly Conduct[] = [
  'review',
  'share',
  'post',
  'answer',
  'liveView',
  'maliciousReview',
  'brokenPromise',
]

/** Whole months kept before the month of the newest fact: a year's window, and a refresh that is late. */
const monthsKept = 13

export function noFacts(memberId: string): ReadyFacts {
  return { memberId, purchases: [], conduct: [], completeFrom: null, grade: null }
}

type Lists = readonly [
  days: readonly number[],
  orders: readonly string[],
  shops: readonly string[],
  categories: readonly string[],
  paid: readonly number[],
  kept: readonly number[],
  conductDays: readonly number[],
  conductKinds: readonly number[],
  counts: readonly number[],
  highValues: readonly number[],
]

/** The facts of a window out of the lists that are kept, in the order that scores are computed in. */
export function factsWithin(text: string, window: DayWindow): readonly ScoreFact[] {
  const facts: ScoreFact[] = []
  readLists(text, window, facts, facts)
  return facts
}

export function readReady({ memberId, completeFrom, grade, facts }: ScoreFactsRow): ReadyFacts {
  const purchases: PurchaseFact[] = []
  const conduct: ConductFact[] = []
  readLists(facts, ever, purchases, conduct)
  return { memberId, purchases, conduct, completeFrom, grade }
}

const ever: DayWindow = { fromDay: -Infinity, toDay: Infinity }

function readLists(
  text: string,
  { fromDay, toDay }: DayWindow,
  purchases: Pick<PurchaseFact[], 'push'>,
  conduct: Pick<ConductFact[], 'push'>,
): void {
  if (text === noFactsText) return
  const [days, orders, shops, categories, paid, kept, ...rest] = JSON.parse(text) as Lists
  const [conductDays, conductKinds, counts, highValues] = rest
  for (let n = 0; n < days.length; n += 1) {
    const day = days[n]!
    if (day < fromDay || day > toDay) continue
    const [order, shop, category] = [orders[n]!, shops[n]!, categories[n]!]
    const [amountFen, paidFen] = [kept[n]!, paid[n]!]
    purchases.push({ type: 'purchase', day, order, shop, category, amountFen, paidFen })
  }
  for (let n = 0; n < conductDays.length; n += 1) {
    const day = conductDays[n]!
    if (day < fromDay || day > toDay) continue
    conduct.push(conductFact(kinds[conductKinds[n]!]!, day, counts[n]!, highValues[n]!))
  }
}

export function rowOf({ memberId, completeFrom, grade, ...facts }: ReadyFacts): ScoreFactsRow {
  return { memberId, facts: textOf(facts), completeFrom, grade }
}

function textOf({ purchases, conduct }: Pick<ReadyFacts, 'purchases' | 'conduct'>): string {
  const lists: Lists = [
    purchases.map((fact) => fact.day),
    purchases.map((fact) => fact.order),
    purchases.map((fact) => fact.shop),
    purchases.map((fact) => fact.category),
    purchases.map((fact) => fact.paidFen),
    purchases.map((fact) => fact.amountFen),
    conduct.map((fact) => fact.day),
    conduct.map((fact) => kinds.indexOf(fact.type)),
    conduct.map((fact) => fact.count),
    conduct.map((fact) => fact.highValue ?? 0),
  ]
  return JSON.stringify(lists)
}

/** The facts as they were recorded, all of them. */
export function readRecorded(recorded: RecordedFacts): ReadyFacts {
  const { memberId } = recorded
  const [days, orders, shops, categories, paid, kept] = listsOf<
    [number[], string[], string[], string[], number[], number[]]
  >(recorded.purchases)
  const [conductDays, conductKinds, counts, highValues] = listsOf<
    [number[], Conduct[], number[], number[]]
  >(recorded.conduct)
  const purchases = (days ?? []).map((day, n): PurchaseFact => {
    const [order, shop, category] = [orders![n]!, shops![n]!, categories![n]!]
    return {
      type: 'purchase',
      day,
      order,
      shop,
      category,
      amountFen: kept![n]!,
      paidFen: paid![n]!,
    }
  })
  const conduct = (conductDays ?? []).map((day, n) =>
    conductFact(conductKinds![n]!, day, counts![n]!, highValues![n]!),
  )
  return {
    memberId,
    purchases: purchases.sort(compareFacts),
    conduct: conduct.sort(compareFacts),
    completeFrom: null,
    grade: gradeOf(recorded.grade),
  }
}

function listsOf<Some extends readonly unknown[]>(text: string | null): Partial<Some> {
  return text === null ? ([] as unknown as Partial<Some>) : (JSON.parse(text) as Some)
}

function gradeOf(text: string | null): ToldGrade | null {
  if (text === null) return null
  const [grade, ms, told] = JSON.parse(text) as [string, number, string]
  return { grade, at: Temporal.Instant.fromEpochMilliseconds(ms), told }
}

/** Highly valued reviews are told apart only where there are any. */
export function conductFact(
  type: Conduct,
  day: number,
  count: number,
  highValue: number,
): ConductFact {
  return highValue === 0 ? { type, day, count } : { type, day, count, highValue }
}

/** Lets go of what no refresh asks for any more: whatever came in which order, the same stays. */
export function trimmed(facts: ReadyFacts): ReadyFacts {
  const { purchases, conduct, completeFrom } = facts
  const newest = Math.max(purchases.at(-1)?.day ?? -Infinity, conduct.at(-1)?.day ?? -Infinity)
  const oldest = Math.min(purchases[0]?.day ?? Infinity, conduct[0]?.day ?? Infinity)
  if (newest === -Infinity) return facts
  if (completeFrom === null && newest - oldest <= fewestDaysKept) return facts
  const from = firstDayKept(newest)
  if (oldest >= from) return completeFrom === null ? facts : { ...facts, completeFrom: from }
  return {
    ...facts,
    purchases: purchases.filter((fact) => fact.day >= from),
    conduct: conduct.filter((fact) => fact.day >= from),
    completeFrom: from,
  }
}

/** Days of thirteen months with two Februaries in them. */
const fewestDaysKept = 365 + 28

function firstDayKept(newest: number): number {
  return dayNumberOf(dayOfNumber(newest).with({ day: 1 }).subtract({ months: monthsKept }))
}
