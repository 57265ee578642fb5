import type { Credit, PurchaseFact, ScoreFact } from '#rules/members/score/facts.ts'
import type { ScoreDimensions } from '#rules/members/score/policy.ts'

type Kind = 'physical' | 'virtual'
type Unit = PurchaseFact & { readonly kind: Kind; readonly month: string }

/**
 * A score as RULES.md has it, said as plainly as can be: every fen and every review by itself, and
 * every maximum counted anew for each. Slow, and shares no code with the rules.
 */
export function naiveScore(
  told: readonly ScoreFact[],
  credit: Credit,
  asOf: Temporal.PlainDate,
  policy: ScoreDimensions,
): { readonly score: number; readonly parts: Readonly<Record<string, number>> } {
  const facts = told.filter((fact) => isInWindow(fact.day, asOf, policy.months))
  const bought = facts
    .filter((fact) => fact.type === 'purchase')
    .filter((fact) => fact.amountFen > 0)
    .toSorted(byDayOrderCategory)
  const grade =
    policy.base.grades.find((each) => each.name === credit.grade) ??
    policy.base.grades.find((each) => each.name === policy.base.usual)
  const reach = (most: number): number => Math.floor((most * (grade?.reach ?? 0)) / 100)

  const purchase = Math.min(naivePurchase(bought, policy), reach(policy.purchase.most))
  const reward = Math.min(naiveReward(facts, bought, policy), reach(policy.reward.most))
  const { unpaidAdvance, maliciousReview, brokenPromise } = policy.base.deductions
  const deducted =
    credit.unpaidAdvances * unpaidAdvance +
    timesOf(facts, 'maliciousReview').length * maliciousReview +
    timesOf(facts, 'brokenPromise').length * brokenPromise
  const base = Math.max(0, (grade?.points ?? 0) - deducted)
  return { score: purchase + reward + base, parts: { purchase, reward, base } }
}

function naivePurchase(bought: readonly PurchaseFact[], policy: ScoreDimensions): number {
  const counted: Unit[] = []
  for (const fact of bought) {
    const isGoods = fact.physical ?? !policy.virtualCategories.includes(fact.category)
    const unit: Unit = { ...fact, kind: isGoods ? 'physical' : 'virtual', month: monthOf(fact.day) }
    const { most } = policy.purchase[unit.kind]
    for (let fen = 0; fen < fact.amountFen; fen += 1) {
      const before = counted.filter((each) => each.kind === unit.kind)
      const today = before.filter((each) => each.day === unit.day)
      const isRoom =
        isUnder(
          today.filter((each) => each.order === unit.order),
          most.perOrder,
        ) &&
        isUnder(today, most.perDay) &&
        isUnder(
          before.filter((each) => each.month === unit.month),
          most.perMonth,
        ) &&
        isUnder(
          before.filter((each) => each.category === unit.category),
          most.perCategory,
        ) &&
        isUnder(
          before.filter((each) => each.shop === unit.shop),
          most.perShop,
        ) &&
        isUnder(before, most.perWindow)
      if (isRoom) counted.push(unit)
    }
  }
  const pointsOf = (kind: Kind): number => {
    const fen = counted.filter((each) => each.kind === kind).length
    return Math.floor(fen / policy.purchase[kind].amountPerPoint)
  }
  const orders = new Map(bought.map((fact) => [`${fact.day} ${fact.order}`, fact.day]))
  const { orders: weight } = policy.purchase
  return pointsOf('physical') + pointsOf('virtual') + naiveCount([...orders.values()], weight)
}

function naiveReward(
  facts: readonly ScoreFact[],
  bought: readonly PurchaseFact[],
  { reward }: ScoreDimensions,
): number {
  const reviews = timesOf(facts, 'review')
  const categories = new Set(bought.map((fact) => fact.category))
  const days = new Set(bought.map((fact) => fact.day))
  return (
    naiveCount(ofWorth(reviews, false), reward.review) +
    naiveCount(ofWorth(reviews, true), reward.highValueReview) +
    (['share', 'post', 'answer', 'liveView'] as const)
      .map((type) =>
        naiveCount(
          timesOf(facts, type).map(({ day }) => day),
          reward[type],
        ),
      )
      .reduce((sum, points) => sum + points) +
    naiveCount([...days], reward.purchaseDays) +
    Math.min(categories.size, reward.categories.perWindow ?? Infinity) * reward.categories.points +
    Math.min(longestRunOf(bought), reward.monthsInRow.perWindow ?? Infinity) *
      reward.monthsInRow.points
  )
}

type Time = { readonly day: number; readonly isHighValue: boolean }

/** Each time that something happened. */
function timesOf(facts: readonly ScoreFact[], type: ScoreFact['type']): readonly Time[] {
  return facts.flatMap((fact) => {
    if (fact.type === 'purchase' || fact.type !== type) return []
    const { day, count, highValue = 0 } = fact
    return Array.from({ length: count }, (_, n) => ({ day, isHighValue: n < highValue }))
  })
}

function ofWorth(times: readonly Time[], isHighValue: boolean): readonly number[] {
  return times.filter((time) => time.isHighValue === isHighValue).map(({ day }) => day)
}

function naiveCount(
  days: readonly number[],
  weight: {
    readonly points: number
    readonly perDay?: number | undefined
    readonly perMonth?: number | undefined
    readonly perWindow?: number | undefined
  },
): number {
  const counted: number[] = []
  for (const day of days.toSorted((a, b) => a - b)) {
    const isRoom =
      isUnder(
        counted.filter((each) => each === day),
        weight.perDay,
      ) &&
      isUnder(
        counted.filter((each) => monthOf(each) === monthOf(day)),
        weight.perMonth,
      ) &&
      isUnder(counted, weight.perWindow)
    if (isRoom) counted.push(day)
  }
  return counted.length * weight.points
}

function longestRunOf(bought: readonly PurchaseFact[]): number {
  const months = new Set(bought.map((fact) => monthOf(fact.day)))
  const runs = [...months].map((first) => {
    let month = Temporal.PlainYearMonth.from(first)
    let run = 0
    while (months.has(month.toString())) {
      run += 1
      month = month.add({ months: 1 })
    }
    return run
  })
  return Math.max(0, ...runs)
}

function isUnder(counted: readonly unknown[], most: number | undefined): boolean {
  return most === undefined || counted.length < most
}

function isInWindow(day: number, asOf: Temporal.PlainDate, months: number): boolean {
  const ago = Temporal.PlainYearMonth.from(monthOf(day)).until(asOf.toPlainYearMonth(), {
    largestUnit: 'month',
  }).months
  return ago >= 1 && ago <= months
}

function monthOf(day: number): string {
  return Temporal.PlainDate.from('1970-01-01').add({ days: day }).toPlainYearMonth().toString()
}

function byDayOrderCategory(a: PurchaseFact, b: PurchaseFact): number {
  if (a.day !== b.day) return a.day - b.day
  if (a.order !== b.order) return a.order < b.order ? -1 : 1
  if (a.category !== b.category) return a.category < b.category ? -1 : 1
  return 0
}
