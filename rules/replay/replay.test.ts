import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { asFen } from '#rules/money/fen.ts'
import type { BasketLine } from '#rules/pricing/basket.ts'
import type { Share } from '#rules/pricing/quote.ts'
import { compareTrade, type ComparedQuote, type RepricedTrade } from '#rules/replay/compare.ts'
import { layDraft } from '#rules/replay/lay-draft.ts'
import { openReplay } from '#rules/replay/report.ts'

const half = 500_000

/** A line of 100.00, or what is given. */
function line(id: string, more: Partial<BasketLine> = {}): BasketLine {
  const listPrice = asFen(10_000)
  return { id, sku: id, shop: 'A', category: '', tags: [], quantity: 1, listPrice, ...more }
}

/** `platform:R1:888`: an instrument took so much off at the cost of a funder. */
function shares(text: string): Share[] {
  return text
    .split(' ')
    .filter((each) => each !== '')
    .map((each) => {
      const [funder = '', instrument = '', off = ''] = each.split('/')
      return { layer: 'shop', instrument, offFen: Number(off), funder }
    })
}

/** A quote of lines of 100.00, by the shares of each. */
function quote(...lines: readonly string[]): ComparedQuote {
  const quoted = lines.map((text, index) => {
    const all = shares(text)
    const payFen = 10_000 - all.reduce((sum, share) => sum + share.offFen, 0)
    return { id: `${index + 1}`, payFen, unitsFen: [payFen], shares: all }
  })
  return { payFen: quoted.reduce((sum, each) => sum + each.payFen, 0), lines: quoted, freight: [] }
}

function trade(
  memberId: string,
  before: ComparedQuote,
  after: ComparedQuote,
  lines = after.lines.map((each) => line(each.id)),
): RepricedTrade {
  return { memberId, tradeId: `t-${memberId}`, basket: { lines }, before, after }
}

test('RP-1 a trade is changed when a line, freight or a share differs, and only then', () => {
  const was = quote('shop:A/O1/1000')
  equal(compareTrade(trade('lin', was, quote('shop:A/O1/1000')), half).changed, false)
  equal(compareTrade(trade('lin', was, quote('shop:A/O1/999')), half).changed, true)
  equal(compareTrade(trade('lin', was, quote('platform/O1/1000')), half).changed, true)
  const freight = [{ shop: 'A', amountFen: 600, payFen: 0, shares: shares('shop:A/F/600') }]
  equal(compareTrade(trade('lin', was, { ...was, freight }), half).changed, true)
})

test('RP-2 cost is told by funder, and what funders save members pay', () => {
  const replay = openReplay(half)
  replay.add(trade('lin', quote('shop:A/O1/1000 platform/R1/500'), quote('platform/R1/700')))
  replay.add(trade('mei', quote('', 'shop:A/O1/10'), quote('brand:x/O2/40', 'shop:A/O1/20')))
  const { funders, pay } = replay.report()
  deepEqual(
    funders.map((each) => [each.funder, each.beforeFen, each.afterFen, each.differenceFen]),
    [
      ['brand:x', 0, 40, 40],
      ['platform', 500, 700, 200],
      ['shop:A', 1010, 20, -990],
    ],
  )
  equal(
    funders.reduce((sum, each) => sum + each.differenceFen, 0),
    -pay.differenceFen,
  )
})

test('RP-3 the ten deepest lines are told with their instruments, the deepest first', () => {
  const replay = openReplay(half)
  for (let off = 1; off <= 30; off += 1) {
    const after = quote(`shop:A/O1/${off}00 shop:A/O2/1`)
    replay.add(trade(`m${off}`, quote('shop:A/O1/100'), after))
  }
  const { deepest } = replay.report()
  equal(deepest.length, 10)
  deepEqual(deepest[0], {
    memberId: 'm30',
    tradeId: 't-m30',
    line: '1',
    ppm: 300_100,
    beforePpm: 10_000,
    instruments: ['O1', 'O2'],
  })
  deepEqual(
    deepest.map((each) => each.ppm),
    deepest.map((each) => each.ppm).sort((a, b) => b - a),
  )
})

// Columns: least price of a unit | off before | off after | under floor | under half of the list price.
const cheap = `
  0    | 0    | 5000 | 0 | 0
  0    | 0    | 5001 | 0 | 1
  5100 | 0    | 4900 | 0 | 0
  5100 | 0    | 4901 | 1 | 0
  5100 | 4901 | 5001 | 1 | 1
`

test('RP-4 a line is under its floor or under the ratio below the exact fen', () => {
  for (const row of cheap.trim().split('\n')) {
    const [floor = 0, before = 0, after = 0, underFloor, underRatio] = row.split('|').map(Number)
    const lines = [line('1', floor === 0 ? {} : { minPrice: asFen(floor) })]
    const priced = (off: number) => quote(off === 0 ? '' : `shop:A/O1/${off}`)
    const replay = openReplay(half)
    replay.add(trade('lin', priced(before), priced(after), lines))
    const report = replay.report()
    equal(report.underFloor.after, underFloor, row)
    equal(report.underRatio.after, underRatio, row)
    equal(report.underFloor.before, Number(10_000 - before < floor), row)
    equal(report.underFloor.examples.length, underFloor, row)
  }
})

test('RP-5 a member counts once, by the sum of its trades', () => {
  const changes = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 900 })),
  )
  fc.assert(
    fc.property(changes, (drawn) => {
      const sorted = drawn.toSorted(([a], [b]) => a - b)
      const replay = openReplay(half)
      const sums = new Map<number, number>()
      for (const [member, off] of sorted) {
        replay.add(trade(`m${member}`, quote('platform/R/450'), quote(`platform/R/${off}`)))
        sums.set(member, (sums.get(member) ?? 0) + 450 - off)
      }
      const all = [...sums.values()]
      const { members } = replay.report()
      equal(members.better, all.filter((sum) => sum < 0).length)
      equal(members.worse, all.filter((sum) => sum > 0).length)
      equal(members.same, all.filter((sum) => sum === 0).length)
      equal(members.most?.differenceFen ?? 0, Math.min(0, ...all))
      equal(members.least?.differenceFen ?? 0, Math.max(0, ...all))
    }),
  )
})

test('RP-6 a trade that was priced elsewhere is counted, and nothing else', () => {
  const replay = openReplay(half)
  replay.addNotPriced()
  const report = replay.report()
  deepEqual([report.notPriced, report.trades, report.changed], [1, 0, 0])
})

const offer = {
  layer: 'shop',
  target: { shops: ['A'] },
  effect: { type: 'thresholdOff', steps: [{ from: '300.00', off: '30.00' }] },
}
const whole = { layer: 'shop', effect: { type: 'amountOffTotal', off: '5.00' } }

test('RP-7 a draft says what it changes; an offer that is whole by itself replaces', () => {
  const laid = (name: string, inForce: unknown, draft: unknown): unknown => {
    const { body, parsed } = layDraft(name, inForce, draft)
    return parsed.ok ? body : parsed.refusal
  }
  const pricing = { layers: ['item', 'shop'], threshold: 'parallel' }
  deepEqual(laid('pricing', pricing, { layers: ['item'] }), { ...pricing, layers: ['item'] })
  deepEqual(laid('offer:x', offer, { priority: 1 }), { ...offer, priority: 1 })
  deepEqual(laid('offer:x', offer, whole), whole)
  deepEqual(laid('offer:new', undefined, whole), whole)
  deepEqual(laid('offer:x', offer, undefined), offer)
  equal(laid('offer:x', offer, { effect: { type: 'amountOffTotal' } }), 'policies/invalid')
  equal(laid('offer:new', undefined, { priority: 1 }), 'policies/invalid')
  equal(laid('offers', undefined, whole), 'policies/unknown-name')
})
