import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { explainScore } from '#rules/members/score/explain.ts'
import { compareFacts, type PurchaseFact, type ScoreFact } from '#rules/members/score/facts.ts'
import { amountLimits, at, countedOf, countLimits } from '#rules/members/score/figures.ts'
import { reachOf, scoreOfFigures } from '#rules/members/score/parts.ts'
import { ScoreDimensionsSchema, type ScoreDimensions } from '#rules/members/score/policy.ts'
import { scoreMember } from '#rules/members/score/score.ts'
import { daysFor } from '#rules/members/score/window.ts'
import {
  asOfs,
  credits,
  facts,
  nestedPolicies,
  policies,
  purchases,
} from '#test/rules/members/score/any-members.ts'

test('MS-1, MS-12 a score is the sum of its parts, whole, none below zero or above its most', () => {
  fc.assert(
    fc.property(facts, credits, asOfs, policies, (told, credit, asOf, policy) => {
      const { score, parts, figures } = scoreOf(told, credit, asOf, policy)
      equal(score, parts.purchase + parts.reward + parts.base)
      for (const part of Object.values(parts)) ok(Number.isSafeInteger(part) && part >= 0)
      ok(parts.purchase <= reachOf(figures, policy, 'purchase'))
      ok(parts.reward <= reachOf(figures, policy, 'reward'))
      ok(parts.base <= policy.base.most)
    }),
  )
})

test('MS-2 a purchase wholly refunded is as one that never was', () => {
  fc.assert(
    fc.property(facts, facts, credits, asOfs, policies, (told, back, credit, asOf, policy) => {
      const bought = back.filter((fact) => fact.type === 'purchase')
      const refunded = bought.map((fact) => ({ ...fact, amountFen: 0 }))
      const without = scoreOf(told, credit, asOf, policy)
      const { score, parts } = scoreOf([...told, ...refunded], credit, asOf, policy)
      deepEqual([score, parts], [without.score, without.parts])
    }),
  )
})

test('MS-3 what is outside the window changes nothing but how much was left out', () => {
  fc.assert(
    fc.property(facts, credits, asOfs, policies, (told, credit, asOf, policy) => {
      const { fromDay, toDay } = daysFor(asOf, policy)
      const inside = told.filter((fact) => fact.day >= fromDay && fact.day <= toDay)
      const all = scoreOf(told, credit, asOf, policy)
      const figures = all.figures.with(at.outside, 0)
      deepEqual({ ...all, figures }, scoreOf(inside, credit, asOf, policy))
      equal(all.figures[at.outside], told.length - inside.length)
    }),
  )
})

test('MS-4 the order in which facts were told changes nothing, nor where conduct stands', () => {
  const told = fc.tuple(facts, fc.infiniteStream(fc.nat()))
  fc.assert(
    fc.property(told, credits, asOfs, policies, ([first, keys], credit, asOf, policy) => {
      const shuffled = first
        .map((fact) => ({ fact, key: keys.next().value }))
        .toSorted((a, b) => a.key - b.key)
        .map(({ fact }) => fact)
      const score = scoreOf(first, credit, asOf, policy)
      deepEqual(scoreOf(shuffled, credit, asOf, policy), score)

      const sorted = shuffled.toSorted(compareFacts)
      const apart = [
        ...sorted.filter((fact) => fact.type === 'purchase'),
        ...sorted.filter((fact) => fact.type !== 'purchase'),
      ]
      deepEqual(scoreMember(apart, credit, daysFor(asOf, policy), policy), score)
    }),
  )
})

test('MS-5, MS-7 no maximum is ever exceeded', () => {
  fc.assert(
    fc.property(facts, credits, asOfs, policies, (told, credit, asOf, policy) => {
      const { figures } = scoreOf(told, credit, asOf, policy)
      for (const kind of ['physical', 'virtual'] as const) {
        const counted = countedOf(figures, at[kind], amountLimits)
        ok(counted >= 0 && counted <= mostOfAmount(told, kind, policy), kind)
      }
      for (const kind of ['review', 'share', 'liveView', 'purchaseDays'] as const) {
        const counted = countedOf(figures, at[kind], countLimits)
        ok(counted >= 0 && counted <= (policy.reward[kind].perWindow ?? Infinity), kind)
      }
    }),
  )
})

test('MS-11 a purchase after all others never lowers a score', () => {
  fc.assert(
    fc.property(facts, purchases, credits, asOfs, policies, (told, one, credit, asOf, policy) => {
      const lastDay = Math.max(one.day, ...told.map((fact) => fact.day))
      const last: PurchaseFact = { ...one, day: lastDay, order: 'o999', shop: 's1' }
      const before = scoreOf(told, credit, asOf, policy)
      ok(scoreOf([...told, last], credit, asOf, policy).score >= before.score)
    }),
  )
})

test('MS-11 no purchase lowers a score where each maximum lies within the next', () => {
  fc.assert(
    fc.property(
      facts,
      purchases,
      credits,
      asOfs,
      nestedPolicies,
      (told, one, credit, asOf, policy) => {
        const before = scoreOf(told, credit, asOf, policy)
        ok(scoreOf([...told, one], credit, asOf, policy).score >= before.score)
      },
    ),
  )
})

test('MS-11 where maxima cross, an earlier purchase may take the room of two later ones', () => {
  const most = { perCategory: 10, perShop: 10 }
  const amount = { amountPerPoint: 1, most }
  const policy = ScoreDimensionsSchema.parse({
    purchase: { most: 100, physical: amount, virtual: amount },
    reward: { most: 0 },
    base: { most: 0, usual: 'usual', grades: [{ name: 'usual', points: 0 }] },
  })
  const asOf = Temporal.PlainDate.from('2017-06-08')
  const { toDay } = daysFor(asOf, policy)
  const buy = (day: number, shop: string, category: string): PurchaseFact => {
    const order = `${day}${shop}`
    return { type: 'purchase', day, order, shop, category, amountFen: 10, paidFen: 10 }
  }
  const later = [buy(toDay, 'A', 'books'), buy(toDay, 'B', 'toys')]
  equal(scoreOf(later, { unpaidAdvances: 0 }, asOf, policy).score, 20)
  const all = [buy(toDay - 1, 'A', 'toys'), ...later]
  equal(scoreOf(all, { unpaidAdvances: 0 }, asOf, policy).score, 10)
})

test('MS-14, MS-15 the figures give the score again, and lines that add up to its parts', () => {
  fc.assert(
    fc.property(facts, credits, asOfs, policies, (told, credit, asOf, policy) => {
      const { score, parts, figures } = scoreOf(told, credit, asOf, policy)
      const kept = JSON.parse(JSON.stringify(figures)) as number[]
      deepEqual(scoreOfFigures(kept, policy), { score, parts })
      const sums = { purchase: 0, reward: 0, base: 0, window: 0 }
      for (const { part, gave } of explainScore(kept, policy)) sums[part] += gave
      deepEqual(sums, { ...parts, window: 0 })
    }),
  )
})

function scoreOf(
  told: readonly ScoreFact[],
  credit: Parameters<typeof scoreMember>[1],
  asOf: Temporal.PlainDate,
  policy: ScoreDimensions,
): ReturnType<typeof scoreMember> {
  return scoreMember(told.toSorted(compareFacts), credit, daysFor(asOf, policy), policy)
}

/** The most that could count of goods or services by each maximum alone. */
function mostOfAmount(
  told: readonly ScoreFact[],
  kind: 'physical' | 'virtual',
  policy: ScoreDimensions,
): number {
  const {
    perOrder,
    perDay,
    perCategory,
    perShop,
    perWindow = Infinity,
  } = policy.purchase[kind].most
  const bought = told.filter((fact) => fact.type === 'purchase')
  const groups = (most: number | undefined, keyOf: (fact: PurchaseFact) => string): number => {
    return most === undefined ? Infinity : most * new Set(bought.map(keyOf)).size
  }
  return Math.min(
    perWindow,
    groups(perOrder, (fact) => `${fact.day} ${fact.order}`),
    groups(perDay, (fact) => String(fact.day)),
    groups(perCategory, (fact) => fact.category),
    groups(perShop, (fact) => fact.shop),
  )
}
