import { equal, notEqual, ok, throws } from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { drawPrize, messageOf } from '#rules/benefits/draw.ts'
import { GivesSchema } from '#rules/benefits/gives.ts'

const seed = createHash('sha256').update('a secret of a test').digest()

function draw(n: number, weights: readonly number[]): { prize: number; ticket: number } {
  const mark = { memberId: 'lin', claimId: `card.${n}`, number: n, word: '' }
  for (let round = 0; ; round += 1) {
    const bytes = createHmac('sha256', seed).update(messageOf(mark, round)).digest()
    const drawn = drawPrize(bytes, weights)
    if (drawn !== undefined) return drawn
  }
}

test('BF-12 of 100,000 draws every prize comes as often as its weight says', () => {
  const weights = [9_000, 900, 90, 10]
  const draws = 100_000
  const seen = weights.map(() => 0)
  for (let n = 1; n <= draws; n += 1) {
    const { prize } = draw(n, weights)
    seen[prize] = (seen[prize] ?? 0) + 1
  }
  ok(chiSquare(seen, weights, draws) < limitFor999[3], String(seen))
  // The same prizes by other odds would be seen.
  ok(chiSquare(seen, [8_900, 1_000, 90, 10], draws) > limitFor999[3])
})

test('BF-12 every one of many tickets is as likely as any other', () => {
  // Just above a third of all that four bytes can be: without passing over, low tickets came twice as often.
  const half = 2 ** 31 / 2 + 2 ** 29
  const weights = [half, half]
  const draws = 20_000
  const seen = [0, 0]
  for (let n = 1; n <= draws; n += 1) {
    const { prize } = draw(n, weights)
    seen[prize] = (seen[prize] ?? 0) + 1
  }
  ok(chiSquare(seen, weights, draws) < limitFor999[1], String(seen))
})

test('BF-12 the bytes decide by big-endian words, and words past the last multiple are passed over', () => {
  // 2^32 = 3 x 1431655765 + 1: of three tickets only the word ffffffff is passed over.
  equal(drawPrize(Uint8Array.of(0xff, 0xff, 0xff, 0xff), [1, 1, 1]), undefined)
  const words = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 5)
  equal(drawPrize(words, [1, 1, 1])?.ticket, 2)
  equal(drawPrize(words, [2, 1])?.prize, 1)
  equal(drawPrize(Uint8Array.of(1, 2, 3), [1]), undefined)
  throws(() => drawPrize(words, []))
})

test('BF-12 the ticket falls on the prize whose weights it is in, and the same bytes draw the same', () => {
  const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 })
  const weights = fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(bytes, weights, (given, of) => {
      const drawn = drawPrize(given, of)
      if (drawn === undefined) return
      const below = of.slice(0, drawn.prize).reduce((sum, each) => sum + each, 0)
      ok(below <= drawn.ticket && drawn.ticket < below + (of[drawn.prize] ?? 0))
      equal(drawPrize(given, of)?.ticket, drawn.ticket)
    }),
  )
})

test('BF-12 two marks never have the same message', () => {
  const mark = { memberId: 'lin', claimId: 'card.1', number: 1, word: 'x' }
  notEqual(messageOf(mark), messageOf(mark, 1))
  notEqual(messageOf(mark), messageOf({ ...mark, number: 2 }))
  notEqual(messageOf(mark), messageOf({ ...mark, word: '' }))
})

test('BF-13 a draw with a prize below the least is no policy', () => {
  const prizes = [
    { weight: 9, amount: '2.00' },
    { weight: 1, amount: '1.99' },
  ]
  equal(GivesSchema.safeParse({ draw: { least: '2.00', prizes } }).success, false)
  equal(GivesSchema.safeParse({ draw: { least: '1.99', prizes } }).success, true)
})

/** What chi-square stays under in 999 of 1,000 cases, by degrees of freedom. */
const limitFor999 = { 1: 10.83, 3: 16.27 } as const

function chiSquare(seen: readonly number[], weights: readonly number[], draws: number): number {
  const total = weights.reduce((sum, each) => sum + each, 0)
  return seen.reduce((sum, count, prize) => {
    const expected = (draws * (weights[prize] ?? 0)) / total
    return sum + (count - expected) ** 2 / expected
  }, 0)
}
