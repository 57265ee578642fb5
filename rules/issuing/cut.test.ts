import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cutRandomly, nextCut, type Cut } from '#rules/issuing/cut.ts'

/** Cuts that are possible, many of them with no room at one of the bounds. */
const cuts = fc
  .record({
    count: fc.integer({ min: 1, max: 400 }),
    least: fc.integer({ min: 1, max: 500 }),
    width: fc.integer({ min: 0, max: 5_000 }),
    share: fc.oneof(fc.constant(0), fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
  })
  .map(({ count, least, width, share }): Cut => {
    const most = least + width
    return { count, least, most, total: least * count + Math.floor(width * count * share) }
  })

/** Numbers from 0, below 1, the same again for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const chances = fc.oneof(
  fc.integer().map(randomFrom),
  fc.constant(() => 0),
  fc.constant(() => 1 - 2 ** -32),
)

test('IS-14 the parts add up to the total, each within its bounds', () => {
  fc.assert(
    fc.property(cuts, chances, (cut, random) => {
      const parts = cutRandomly(cut, random)
      equal(parts.length, cut.count)
      equal(
        parts.reduce((sum, part) => sum + part, 0),
        cut.total,
      )
      ok(parts.every((part) => part >= cut.least && part <= cut.most))
    }),
  )
})

test('IS-15 every place holds the mean, on average', () => {
  const random = randomFrom(7)
  const sums = Array.from({ length: 10 }, () => 0)
  const rounds = 4_000
  for (let round = 0; round < rounds; round += 1) {
    const parts = cutRandomly({ total: 10_000, count: 10, least: 100, most: 5_000 }, random)
    parts.forEach((part, place) => (sums[place] = (sums[place] ?? 0) + part))
  }
  for (const sum of sums) ok(Math.abs(sum / rounds - 1_000) < 40, sums.join(' '))
})

test('IS-16 a budget cut part by part adds up, and every part can be cut', () => {
  const large = cuts.map((cut) => ({ ...cut, count: cut.count * 50, total: cut.total * 50 }))
  fc.assert(
    fc.property(large, (whole) => {
      const granted = { amount: 0, parts: 0 }
      for (let next = nextCut(whole, granted); next !== undefined; next = nextCut(whole, granted)) {
        ok(next.least * next.count <= next.total && next.total <= next.most * next.count)
        granted.amount += next.total
        granted.parts += next.count
      }
      deepEqual(granted, { amount: whole.total, parts: whole.count })
    }),
    { numRuns: 50 },
  )
})
