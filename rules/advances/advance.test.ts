import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  makeAdvance,
  outstandingOf,
  recoverAdvance,
  repayAdvance,
  settleAdvances,
  statusOf,
  sumsOf,
  type Advance,
  type AdvanceChange,
  type AdvanceMove,
} from '#rules/advances/advance.ts'
import { amountOfOrder } from '#rules/advances/amount.ts'
import { refundOfAdvances } from '#rules/advances/by-refund.ts'
import { limitOf, mayAdvance } from '#rules/advances/limit.ts'
import { InstantRefundPolicySchema } from '#rules/advances/policy.ts'
import { asFen } from '#rules/money/fen.ts'
import { noPoints } from '#rules/money/points.ts'
import { wholePpm, type Ppm } from '#rules/money/rate.ts'
import type { Order } from '#rules/orders/order.ts'

const day = Temporal.Instant.from('2017-11-20T00:00:00+08:00')

const policy = InstantRefundPolicySchema.parse({
  limits: [
    { scoreFrom: 400, limit: '300.00' },
    { scoreFrom: 1000, limit: '600.00' },
    { tiers: ['apass'], limit: '10000.00' },
  ],
  mostPerCase: '5000.00',
  lessPerUnpaid: '100.00',
  blockedFromUnpaid: 2,
})

function member(score: number, tier: string | null = null, outstanding = 0, unpaid = 0) {
  const standing = { score, tier, paidMember: false }
  return { standing, outstandingFen: asFen(outstanding), unpaid }
}

function advance(id: string, ...amounts: readonly (readonly [string, number, number])[]): Advance {
  const lines = amounts.map(([lineId, quantity, amountFen]) => {
    return { orderId: 'o', lineId, quantity, amountFen }
  })
  const [made] = makeAdvance({ advanceId: id, tradeId: 't', madeAt: day }, lines).changed
  if (made === undefined) throw new Error('nothing was made')
  return made
}

function back(lineId: string, quantity: number, amountFen: number) {
  return { orderId: 'o', lineId, quantity, amountFen }
}

function order(quantity: number, paid: number, refunded = 0, units = 0): Order {
  const line = {
    lineId: '1',
    sku: 's',
    category: 'ordinary',
    quantity,
    paidFen: asFen(paid),
    multiplePpm: wholePpm as Ppm,
    refundedFen: asFen(refunded),
    refundedQuantity: units,
    pointsEarned: noPoints,
    pointsClawed: noPoints,
  }
  const none = { shippedAt: null, collectedAt: null, receivedAt: null, closedAt: null }
  const head = { orderId: 'o', tradeId: 't', shopId: 's', freightFen: asFen(0), earnedBy: '' }
  return { ...head, ...none, placedAt: day, paidAt: day, lines: [line] }
}

function amount(of: ReturnType<typeof amountOfOrder>): number | string {
  return of.ok ? of.lines.reduce((sum, line) => sum + line.amountFen, 0) : of.refusal
}

test('AD-1 of an order that is known by its facts, units are advanced with their part of what is left', () => {
  equal(amount(amountOfOrder(order(3, 100), [{ line: '1', quantity: 1 }], [])), 33)
  equal(amount(amountOfOrder(order(3, 100), [{ line: '1', quantity: 3 }], [])), 100)
  equal(amount(amountOfOrder(order(3, 100, 34, 1), [{ line: '1', quantity: 2 }], [])), 66)
})

test('AD-2 the limit is the highest rung that fits, by score, tier or paid membership', () => {
  equal(limitOf(policy, member(399)).limitFen, 0)
  equal(limitOf(policy, member(400)).limitFen, 30_000)
  equal(limitOf(policy, member(1000)).limitFen, 60_000)
  equal(limitOf(policy, member(2500, 'apass')).limitFen, 1_000_000)
  deepEqual(limitOf(policy, member(700)).why, [
    { rung: 1, limitFen: 30_000, fits: true },
    { rung: 2, limitFen: 60_000, fits: false, fails: ['score'] },
    { rung: 3, limitFen: 1_000_000, fits: false, fails: ['tier'] },
  ])
})

test('AD-2 outstanding and the advance together reach the limit, and never pass it', () => {
  equal(mayAdvance(policy, member(1000, null, 20_000), asFen(40_000)).ok, true)
  const over = mayAdvance(policy, member(1000, null, 20_000), asFen(40_001))
  equal(over.ok ? '' : over.refusal, 'advances/over-limit')
  equal(over.ok ? 0 : over.limit.leftFen, 40_000)
})

test('AD-3 what is owed lowers the limit and then blocks, and what is repaid restores it', () => {
  equal(limitOf(policy, member(1000, null, 5_000, 1)).leftFen, 45_000)
  const blocked = mayAdvance(policy, member(1000, null, 5_000, 2), asFen(1))
  equal(blocked.ok ? '' : blocked.refusal, 'advances/blocked-by-unpaid')
  equal(limitOf(policy, member(1000)).leftFen, 60_000)
})

test('AD-4 one advance is at most the most per case', () => {
  const over = mayAdvance(policy, member(2500, 'apass'), asFen(500_001))
  equal(over.ok ? '' : over.refusal, 'advances/over-case-limit')
  equal(mayAdvance(policy, member(2500, 'apass'), asFen(500_000)).ok, true)
})

test('AD-5 units that are advanced or refunded are out of reach of another advance', () => {
  const one = advance('r1', ['1', 1, 33])
  equal(amount(amountOfOrder(order(3, 100), [{ line: '1', quantity: 2 }], [one])), 67)
  const three = amountOfOrder(order(3, 100), [{ line: '1', quantity: 3 }], [one])
  equal(amount(three), 'returns/already-returned')
  const refunded = amountOfOrder(order(1, 100, 100, 1), [{ line: '1', quantity: 1 }], [])
  equal(amount(refunded), 'returns/already-returned')
})

test('AD-6 a refund goes first to the earliest advance of its line, and the rest to the member', () => {
  const [one, two] = [advance('r1', ['1', 1, 100]), advance('r2', ['1', 1, 101], ['2', 1, 50])]
  const settled = refundOfAdvances([one, two], [back('1', 2, 250)], 260)
  deepEqual(settled?.told, {
    advances: [
      { returnId: 'r1', settledFen: 100 },
      { returnId: 'r2', settledFen: 101 },
    ],
    toMemberFen: 59,
  })
  deepEqual(settled?.change.changed.map(statusOf), ['settled', 'open'])
  equal(refundOfAdvances([one], [back('2', 1, 50)], 50), undefined)
})

test('AD-6 money that comes without units settles as well, and the units bring nothing twice', () => {
  const first = settleAdvances([advance('r1', ['1', 1, 100])], [back('1', 0, 100)])
  deepEqual(first.changed.map(statusOf), ['settled'])
  const again = settleAdvances(first.changed, [back('1', 1, 0)])
  equal(again.settledFen, 0)
})

test('AD-6 what was owed is paid by the refund that comes after all', () => {
  const [owed] = recoverAdvance(advance('r1', ['1', 1, 100])).changed
  const after = settleAdvances(owed === undefined ? [] : [owed], [back('1', 1, 80)])
  deepEqual(after.changed.map(sumsOf), [
    { amountFen: 100, openFen: 0, settledFen: 80, owedFen: 20, repaidFen: 0 },
  ])
})

test('AD-7 what all units were worth less than was advanced is owed', () => {
  const { changed, moves } = settleAdvances([advance('r1', ['1', 2, 200])], [back('1', 2, 150)])
  deepEqual(changed.map(statusOf), ['owed'])
  deepEqual(
    moves.map(({ kind, debit, credit, amountFen }) => [kind, debit, credit, amountFen]),
    [
      ['settled', 'advanced', 'settled', 150],
      ['recovered', 'advanced', 'owed', 50],
    ],
  )
})

test('AD-8, AD-10 what is open is owed once it is recovered, and is repaid in parts, never more', () => {
  const [owed] = recoverAdvance(advance('r1', ['1', 1, 100], ['2', 1, 50])).changed
  if (owed === undefined) throw new Error('nothing is owed')
  deepEqual(recoverAdvance(owed), { changed: [], moves: [] })
  const part = repayAdvance(owed, asFen(120))
  if (!part.ok) throw new Error(part.refusal)
  deepEqual(part.changed.map(statusOf), ['owed'])
  const [left] = part.changed
  const tooMuch = repayAdvance(left ?? owed, asFen(31))
  deepEqual(tooMuch, { ok: false, refusal: 'advances/more-than-owed', owedFen: 30 })
  const rest = repayAdvance(left ?? owed, asFen(30))
  deepEqual(rest.ok ? rest.changed.map(statusOf) : [], ['repaid'])
})

type Act =
  | { readonly act: 'refund'; readonly line: number; readonly units: number; readonly fen: number }
  | { readonly act: 'recover' }
  | { readonly act: 'repay'; readonly fen: number }

/** What an act does; nothing where it is refused. */
function changeBy(known: Advance, each: Act): AdvanceChange {
  if (each.act === 'recover') return recoverAdvance(known)
  if (each.act === 'refund') {
    return settleAdvances([known], [back(String(each.line), each.units, each.fen)])
  }
  const repaid = repayAdvance(known, asFen(each.fen))
  return repaid.ok ? repaid : { changed: [], moves: [] }
}

test('AD-9 whatever happens, the parts add up to what was advanced, and to the entries', () => {
  const act = fc.oneof(
    fc.record({
      act: fc.constant('refund' as const),
      line: fc.nat(1),
      units: fc.nat(3),
      fen: fc.nat(300),
    }),
    fc.record({ act: fc.constant('recover' as const) }),
    fc.record({ act: fc.constant('repay' as const), fen: fc.integer({ min: 1, max: 200 }) }),
  )
  fc.assert(
    fc.property(fc.array(act, { maxLength: 12 }), (acts) => {
      const head = { advanceId: 'r', tradeId: 't', madeAt: day }
      const made = makeAdvance(head, [back('0', 2, 201), back('1', 3, 100)])
      const moves: AdvanceMove[] = [...made.moves]
      let known = made.changed[0] ?? advance('r', ['0', 2, 201])
      for (const each of acts) {
        const change = changeBy(known, each)
        moves.push(...change.moves)
        known = change.changed[0] ?? known
      }
      const sums = sumsOf(known)
      equal(sums.openFen + sums.settledFen + sums.owedFen + sums.repaidFen, 301)
      equal(Math.min(...Object.values(sums), ...known.lines.map(outstandingOf)) >= 0, true)
      const account = (name: string): number =>
        moves.reduce(
          (sum, { debit, credit, amountFen }) =>
            sum + (credit === name ? amountFen : 0) - (debit === name ? amountFen : 0),
          0,
        )
      deepEqual(['advanced', 'settled', 'owed', 'repaid'].map(account), [
        sums.openFen,
        sums.settledFen,
        sums.owedFen,
        sums.repaidFen,
      ])
    }),
  )
})
