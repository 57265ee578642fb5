import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { asFen } from '#rules/money/fen.ts'
import { applyFact } from '#rules/orders/apply.ts'
import { readFact, type Fact } from '#rules/orders/facts.ts'
import type { Order } from '#rules/orders/order.ts'
import { earnLineOf, type FactContext, type Standing } from '#rules/orders/outcome.ts'
import { pointsFor } from '#rules/points/earn.ts'
import { PointsPolicySchema } from '#rules/points/policy.ts'

const policy = PointsPolicySchema.parse({
  ratios: { ordinary: '0.5', virtual: '0.1', car: '0.001' },
  expiry: 'endOfNextCalendarYear',
})

const context: FactContext = {
  currency: 'CNY',
  minorDigits: 2,
  zone: 'Asia/Shanghai',
  rulesAt: () => ({ policy, name: 'points@1', joined: [] }),
  rulesNamed: () => policy,
}

const active: Standing = {
  status: 'active',
  nickname: null,
  joinedAt: Temporal.Instant.from('2017-01-01T00:00:00Z'),
}
const sealed: Standing = { ...active, status: 'sealed' }

type Data = Readonly<Record<string, unknown>>

/** A fact of a day of November 2017. */
function fact(type: string, day: number, data: Data = {}): Fact {
  const read = readFact({
    specversion: '1.0',
    id: `${type}-${day}`,
    source: 'shop',
    type: `jifen.${type}.v1`,
    time: `2017-11-${String(day).padStart(2, '0')}T00:00:00+08:00`,
    partitionkey: 'lin',
    data: type.startsWith('member.') ? data : { orderId: 'o1', ...data },
  })
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  return read.fact
}

const lines = [
  { id: '1', sku: 'shirt', paid: '109.00', quantity: 2 },
  { id: '2', sku: 'song', category: 'virtual', paid: '99.90' },
]
const placed = fact('order.placed', 1, { shopId: 's1', lines })
const paid = fact('order.paid', 2)
const received = fact('order.received', 5)

function refund(day: number, ...back: readonly Data[]): Fact {
  return fact('refund.succeeded', day, { lines: back })
}

/** Applies facts in the order given; the last one's outcome with the order as it then is. */
function told(facts: readonly Fact[], standing = active, by = context) {
  let order: Order | undefined
  let outcome = applyFact(standing, order, facts[0] ?? placed, by)
  for (const each of facts) {
    outcome = applyFact(standing, order, each, by)
    if (outcome.status === 'applied') order = outcome.order ?? order
  }
  return { outcome, order }
}

/** What an outcome comes to, in a word or two. */
function saidOf({ outcome }: ReturnType<typeof told>): string {
  if (outcome.status === 'parked') return `parked for ${outcome.waitsFor}`
  if (outcome.status === 'refused') return outcome.refusal
  if (outcome.effect?.type === 'earn') return `earns ${outcome.effect.earned.points}`
  if (outcome.effect?.type === 'clawBack') return `takes back ${outcome.effect.points}`
  return outcome.nothingEarned ?? outcome.effect?.type ?? 'applied'
}

test('OR-3 a fact about an order that is not known waits for it', () => {
  const about = [paid, received, fact('order.shipped', 3), fact('order.closed', 9)]
  for (const each of [...about, refund(6, { id: '1', amount: '1.00' }), fact('review.posted', 8)]) {
    equal(saidOf(told([each])), 'parked for order', each.type)
  }
  const alone = { ...fact('review.posted', 8), data: {} } as Fact
  equal(saidOf(told([alone])), 'applied')
})

test('OR-4 a receipt or refund of an order that is not paid waits for the payment', () => {
  equal(saidOf(told([placed, received])), 'parked for payment')
  equal(saidOf(told([placed, refund(6, { id: '1', amount: '1.00' })])), 'parked for payment')
  equal(saidOf(told([placed, received, paid, received])), 'earns 63')
  const paidAtOnce = fact('order.placed', 1, {
    shopId: 's1',
    lines,
    paidAt: '2017-11-01T01:00:00Z',
  })
  equal(saidOf(told([paidAtOnce, received])), 'earns 63')
})

test('OR-5 an order earns when it is received, line by line, once', () => {
  const { order } = told([placed, paid, received])
  deepEqual(
    order?.lines.map((line) => [line.lineId, line.pointsEarned]),
    [
      ['1', 54],
      ['2', 9],
    ],
  )
  equal(order?.earnedBy, 'points@1')
  equal(
    saidOf(told([placed, paid, received, fact('order.received', 6)])),
    'orders/already-received',
  )
})

test('OR-5 what was refunded before the receipt does not earn', () => {
  const back = refund(3, { id: '1', amount: '9.00' })
  equal(saidOf(told([placed, paid, back, received])), 'earns 59')
  const all = refund(3, { id: '1', amount: '109.00' }, { id: '2', amount: '99.90' })
  equal(saidOf(told([placed, paid, all, received])), 'points/nothing-to-earn')
})

test('OR-5 a sealed member earns nothing, and owes nothing back later', () => {
  equal(saidOf(told([placed, paid, received], sealed)), 'members/sealed')
  const later = told([placed, paid, received, refund(6, { id: '1', amount: '109.00' })], sealed)
  equal(saidOf(later), 'applied')
})

// Columns: refunds as line:amount:quantity, one after the other | what the last comes to.
const refunds = `
  1:109.01               | orders/refund-exceeds-paid
  1:109.00               | takes back 54
  1:100.00 1:9.00        | takes back 4
  1:100.00 1:9.01        | orders/refund-exceeds-paid
  1:1.00:3               | orders/refund-exceeds-quantity
  1:1.00:2 1:1.00:1      | orders/refund-exceeds-quantity
  1:1.00:2 1:1.00        | takes back 1
  3:1.00                 | orders/unknown-line
  1:0.00:2               | applied
  2:9.90                 | applied
  2:9.91                 | takes back 1
  2:99.90                | takes back 9
`

test('OR-6, OR-7 a refund stays within its line and takes back what it had earned', () => {
  for (const row of refunds.trim().split('\n')) {
    const [list = '', said = ''] = row.split('|').map((each) => each.trim())
    const facts = list.split(' ').map((each, nth) => {
      const [id, amount, quantity = '0'] = each.split(':')
      return refund(6 + nth, { id, amount, quantity: Number(quantity) })
    })
    equal(saidOf(told([placed, paid, received, ...facts])), said, row)
  }
})

test('OR-6 one refund may name a line twice, and counts both', () => {
  const twice = (amount: string): Fact =>
    refund(6, { id: '1', amount: '60.00' }, { id: '1', amount })
  equal(saidOf(told([placed, paid, received, twice('49.00')])), 'takes back 54')
  equal(saidOf(told([placed, paid, received, twice('49.01')])), 'orders/refund-exceeds-paid')
})

test('OR-7 after every refund, taken back in total = earned - points for what stays, for each line', () => {
  const line = fc.record({
    category: fc.constantFrom('ordinary', 'virtual', 'car', 'garden'),
    paid: fc.integer({ min: 0, max: 2_000_000 }),
    multiple: fc.constantFrom('1', '1.5', '2', '3', '7'),
  })
  const back = fc.record({
    pick: fc.nat(20),
    share: fc.integer({ min: 0, max: 60 }),
    beforeReceipt: fc.integer({ min: 0, max: 5 }).map((chance) => chance === 0),
  })
  const limits = fc.constantFrom({}, { leastPaid: asFen(5_000) }, { mostPerLine: 1_000 })
  fc.assert(
    fc.property(
      fc.array(line, { minLength: 1, maxLength: 4 }),
      fc.array(back, { maxLength: 8 }),
      limits,
      (bought, backs, limit) => {
        const rules = { ...policy, ...limit } as typeof policy
        const by = {
          ...context,
          rulesAt: () => ({ policy: rules, name: 'points@1', joined: [] }),
          rulesNamed: () => rules,
        }
        const ids = bought.map((each, nth) => ({ ...each, id: String(nth), sku: 'a', quantity: 9 }))
        const order = fact('order.placed', 1, { shopId: 's1', lines: ids })
        const left = bought.map((each) => each.paid)
        const returned = backs.map(({ pick, share, beforeReceipt }) => {
          const nth = pick % bought.length
          const amount = Math.floor(((left[nth] ?? 0) * share) / 60)
          left[nth] = (left[nth] ?? 0) - amount
          return { beforeReceipt, told: refund(6, { id: String(nth), amount }) }
        })
        const first = returned.filter((each) => each.beforeReceipt).map((each) => each.told)
        const later = returned.filter((each) => !each.beforeReceipt).map((each) => each.told)
        for (let count = 0; count <= later.length; count += 1) {
          const facts = [order, paid, ...first, received, ...later.slice(0, count)]
          const { order: after } = told(facts, active, by)
          for (const each of after?.lines ?? []) {
            const kept = asFen(each.paidFen - each.refundedFen)
            const stays = pointsFor(earnLineOf(each), kept, rules)
            equal(each.pointsEarned - each.pointsClawed, stays)
          }
        }
      },
    ),
    { numRuns: 400 },
  )
})

test('OR-7 the rules of the day of receipt decide what is taken back', () => {
  const asked: string[] = []
  const rulesNamed = (name: string): typeof policy => {
    asked.push(name)
    return policy
  }
  told([placed, paid, received, refund(6, { id: '1', amount: '9.00' })], active, {
    ...context,
    rulesAt: () => ({ policy, name: 'points@7', joined: [] }),
    rulesNamed,
  })
  deepEqual([...new Set(asked)], ['points@7'])
})

// Columns: facts in order | what the last comes to.
const lives = `
  placed placed                     | orders/already-placed
  placed paid paid                  | orders/already-paid
  placed shipped shipped            | orders/already-shipped
  placed shipped collected          | applied
  placed collected collected        | orders/already-shipped
  placed closed4 closed4            | orders/already-closed
  placed paid closed4 received      | orders/closed
  placed paid closed5 received      | orders/closed
  placed paid closed6 received      | earns 63
  placed closed1 paid               | orders/closed
  placed closed4 paid               | applied
  placed closed1 shipped            | orders/closed
  placed paid received closed4 back | takes back 4
  placed paid closed4 back          | applied
`

test('OR-8 an order goes through its life once; what is dated after its closing is refused', () => {
  const named: Readonly<Record<string, Fact>> = {
    placed,
    paid,
    received,
    shipped: fact('order.shipped', 3),
    collected: fact('order.shipped', 3, { collectedAt: '2017-11-03T20:00:00+08:00' }),
    back: refund(7, { id: '1', amount: '9.00' }),
    ...Object.fromEntries([1, 4, 5, 6].map((day) => [`closed${day}`, fact('order.closed', day)])),
  }
  for (const row of lives.trim().split('\n')) {
    const [list = '', said = ''] = row.split('|').map((each) => each.trim())
    const facts = list.split(' ').map((each) => named[each] ?? placed)
    equal(saidOf(told(facts)), said, row)
  }
})

test('OR-9 a member is sealed once and unsealed once', () => {
  equal(saidOf(told([fact('member.sealed', 1)])), 'seal')
  equal(saidOf(told([fact('member.sealed', 1)], sealed)), 'members/already-sealed')
  equal(saidOf(told([fact('member.unsealed', 1)], sealed)), 'unseal')
  equal(saidOf(told([fact('member.unsealed', 1)])), 'members/not-sealed')
})

test('OR-10 the earliest joining counts, and the last nickname told', () => {
  const joined = applyFact(
    active,
    undefined,
    fact('member.joined', 9, { nickname: 'Lin' }),
    context,
  )
  deepEqual(joined.status === 'applied' && joined.standing?.nickname, 'Lin')
  const early = joined.status === 'applied' ? joined.standing?.joinedAt.toString() : ''
  equal(early, active.joinedAt.toString())
})

test('OR-11 an order belongs to its trade, or to one of its own id', () => {
  equal(told([placed]).order?.tradeId, 'o1')
  const traded = fact('order.placed', 1, { shopId: 's1', tradeId: 't9', lines })
  equal(told([traded]).order?.tradeId, 't9')
})

test('OR-8 an order of another currency is not taken', () => {
  const foreign = fact('order.placed', 1, { shopId: 's1', lines, currency: 'USD' })
  equal(saidOf(told([foreign])), 'orders/other-currency')
  const home = fact('order.placed', 1, { shopId: 's1', lines, currency: 'CNY' })
  equal(saidOf(told([home])), 'applied')
})
