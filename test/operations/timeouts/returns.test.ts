import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { requestById } from '#db/timeouts/requests.ts'
import { askReturn } from '#operations/timeouts/ask-return.ts'
import { turnReturn } from '#operations/timeouts/turn-return.ts'
import { asFen } from '#rules/money/fen.ts'
import { askOfOrder, openAdvanceMarket, partsOf } from '#test/support/advances.ts'
import { fact, tell, type TestMarket } from '#test/support/market.ts'
import { newKey } from '#test/support/paid.ts'
import {
  ask,
  daysAfter,
  orderOf,
  paidAt,
  settle,
  shippedAt,
  stateOf,
  tellOrder,
  turn,
} from '#test/support/returns.ts'
import { contextOf } from '#test/support/trades.ts'

let market: TestMarket

before(async () => {
  market = await openAdvanceMarket()
})
after(() => market.close())

const asked = daysAfter(shippedAt, 2)
const hours = (count: number) => asked.add({ hours: count })

async function refunded(memberId: string): Promise<readonly [number, number] | undefined> {
  const [line] = (await orderOf(market, memberId)).lines
  return line === undefined ? undefined : [line.refundedQuantity, line.refundedFen]
}

async function request(memberId: string, returnId: string) {
  return await requestById(market.db, { memberId, returnId })
}

test('RT-17 goods that are confirmed are refunded once, however many confirm at once', async () => {
  await tellOrder(market, 'walk')
  equal(stateOf(await ask(market, 'walk', 'r', asked)), 'asked -')
  equal(stateOf(await turn(market, 'walk', 'r', 'agree', hours(1))), 'agreed -')
  equal(stateOf(await turn(market, 'walk', 'r', 'send', hours(2))), 'sent -')
  const results = await Promise.all(
    Array.from({ length: 64 }, () => turn(market, 'walk', 'r', 'confirm', hours(3))),
  )
  const states = results.map(stateOf).toSorted()
  equal(states.filter((each) => each === 'refunded 3333').length, 1)
  equal(states.filter((each) => each === 'return-requests/not-now').length, 63)
  deepEqual(await refunded('walk'), [1, 3_333])
})

test('RT-16 of 64 answers at once one counts, and the same key is answered alike', async () => {
  await tellOrder(market, 'answers')
  await ask(market, 'answers', 'r', asked)
  const key = newKey()
  const agree = { memberId: 'answers', returnId: 'r', shopId: 'A', turn: 'agree' } as const
  const same = await Promise.all(
    Array.from({ length: 32 }, () => turnReturn(contextOf(market, hours(1)), agree, key)),
  )
  deepEqual(new Set(same.map(stateOf)), new Set(['agreed -']))
  const others = await Promise.all(
    Array.from({ length: 32 }, () => turn(market, 'answers', 'r', 'reject', hours(1))),
  )
  deepEqual(new Set(others.map(stateOf)), new Set(['return-requests/not-now']))
  equal((await request('answers', 'r'))?.steps, 2)
})

test('RT-16 an answer at the due instant is too late, whether the job has run or not', async () => {
  const due = daysAfter(asked, 5)
  for (const member of ['edge-1', 'edge-2', 'edge-3']) {
    await tellOrder(market, member)
    await ask(market, member, 'r', asked)
  }
  const justBefore = due.subtract({ milliseconds: 1 })
  equal(stateOf(await turn(market, 'edge-1', 'r', 'reject', justBefore)), 'rejected -')
  equal(stateOf(await turn(market, 'edge-2', 'r', 'reject', due)), 'return-requests/not-now')
  const [, answer] = await Promise.all([
    settle(market, due),
    turn(market, 'edge-3', 'r', 'reject', due),
  ])
  equal(stateOf(answer), 'return-requests/not-now')
  await settle(market, due)
  for (const member of ['edge-2', 'edge-3']) {
    const known = await request(member, 'r')
    deepEqual(
      [known?.status, known?.answeredBy, known?.answeredAt, known?.dueAt],
      ['agreed', 'timeOut', due, daysAfter(due, 7)],
    )
  }
})

test('RT-16 what lapsed long ago lapsed step by step, each at its own instant', async () => {
  for (const member of ['silent', 'unsent', 'unconfirmed', 'money']) await tellOrder(market, member)
  await ask(market, 'silent', 'r', asked)
  await ask(market, 'unsent', 'r', asked)
  await ask(market, 'unconfirmed', 'r', asked)
  await ask(market, 'money', 'r', asked, { kind: 'refund', reason: 'notReceived' })
  await turn(market, 'unsent', 'r', 'agree', hours(1))
  await turn(market, 'unconfirmed', 'r', 'agree', hours(1))
  await turn(market, 'unconfirmed', 'r', 'send', hours(2))
  await settle(market, daysAfter(asked, 60))
  const ends = await Promise.all(
    ['silent', 'unsent', 'unconfirmed', 'money'].map(async (member) => {
      const known = await request(member, 'r')
      return [known?.outcome, known?.closedAt?.toString(), known?.refundedFen]
    }),
  )
  deepEqual(ends, [
    ['lapsed', daysAfter(asked, 12).toString(), null],
    ['lapsed', daysAfter(hours(1), 7).toString(), null],
    ['refunded', daysAfter(hours(2), 15).toString(), 3_333],
    ['refunded', daysAfter(asked, 5).toString(), 3_333],
  ])
})

test('RT-6 the units of an open request are not asked for again, but once it has ended', async () => {
  await tellOrder(market, 'twice')
  const two = { lines: [{ line: '1', quantity: 2, sku: null }] }
  equal(stateOf(await ask(market, 'twice', 'r-1', asked, two)), 'asked -')
  equal(stateOf(await ask(market, 'twice', 'r-2', asked, two)), 'returns/already-returned')
  const rest = await ask(market, 'twice', 'r-3', asked, {
    kind: 'refund',
    lines: [{ line: '1', amountFen: asFen(3_334) }],
  })
  equal(stateOf(rest), 'asked -')
  equal(stateOf(await turn(market, 'twice', 'r-1', 'withdraw', hours(1))), 'withdrawn -')
  equal(stateOf(await ask(market, 'twice', 'r-2', hours(2), two)), 'asked -')
})

test('RT-6 of many requests for the same units at once one is made', async () => {
  await tellOrder(market, 'greedy')
  const all = { lines: [{ line: '1', quantity: 3, sku: null }] }
  const results = await Promise.all(
    Array.from({ length: 32 }, (_, n) => ask(market, 'greedy', `r-${n}`, asked, all)),
  )
  equal(results.filter((each) => each.ok).length, 1)
})

test('RT-7 a whole order that was not shipped comes back with its freight', async () => {
  await tellOrder(market, 'unshipped', { isShipped: false })
  const whole = {
    kind: 'refund',
    reason: 'noReason',
    lines: [
      { line: '1', quantity: 3, sku: null },
      { line: '2', quantity: 1, sku: null },
    ],
  } as const
  const made = await ask(market, 'unshipped', 'r', paidAt.add({ hours: 1 }), whole)
  equal(made.ok && made.request.amountFen, 12_601)
  const done = await turn(market, 'unshipped', 'r', 'agree', paidAt.add({ hours: 2 }))
  equal(stateOf(done), 'refunded 12601')
})

test('RT-5 nobody asks for the refund of what is not shipped on 11 November', async () => {
  await tellOrder(market, 'eleven', { isShipped: false })
  const refund = { kind: 'refund', reason: 'late' } as const
  const on = (text: string) => Temporal.Instant.from(text)
  const closed = await ask(market, 'eleven', 'r', on('2017-11-11T12:00:00+08:00'), refund)
  equal(stateOf(closed), 'return-requests/closed-for-now')
  const opensAt = on('2017-11-12T00:00:00+08:00')
  deepEqual('opensAt' in closed ? closed.opensAt : '', opensAt)
  equal(stateOf(await ask(market, 'eleven', 'r', opensAt, refund)), 'asked -')
})

test('RT-1 the days without a reason count from the signing that the carrier told', async () => {
  await tellOrder(market, 'signed')
  const at = '2017-10-13T18:05:00+08:00'
  const signed = { orderId: 'o-1', signedOn: '2017-10-13' }
  await tell(market, [fact('signed', 'signed-1', 'order.signed', at, signed)], daysAfter(asked, 3))
  const until = Temporal.Instant.from('2017-10-21T00:00:00+08:00')
  const wanted = { reason: 'noReason' } as const
  const late = await ask(market, 'signed', 'r', until, wanted)
  equal(stateOf(late), 'return-requests/too-late')
  const inTime = await ask(market, 'signed', 'r', until.subtract({ milliseconds: 1 }), wanted)
  equal(inTime.ok && inTime.request.freightBy, 'member')
})

test('RT-4 freight that the shipment told to be insured is not the buyer’s', async () => {
  await tellOrder(market, 'insured', { more: { freightInsured: true } })
  const made = await ask(market, 'insured', 'r', asked, { reason: 'noReason' })
  equal(made.ok && made.request.freightBy, 'insurance')
})

test('RT-17 what was refunded elsewhere meanwhile ends the request, or is left out', async () => {
  const two = { lines: [{ line: '1', quantity: 2, sku: null }] }
  for (const [member, quantity] of [
    ['outrun', 3],
    ['partly', 2],
  ] as const) {
    await tellOrder(market, member)
    await ask(market, member, 'r', asked, two)
    const lines = [{ id: '1', quantity, amount: quantity === 3 ? '100.01' : '66.67' }]
    const at = hours(1).toString()
    const told = fact(member, `${member}-refund`, 'refund.succeeded', at, { orderId: 'o-1', lines })
    await tell(market, [told], hours(1))
  }
  await settle(market, hours(2))
  equal((await request('outrun', 'r'))?.outcome, 'nothingLeft')
  equal((await request('partly', 'r'))?.outcome, null)
  await turn(market, 'partly', 'r', 'agree', hours(3))
  await turn(market, 'partly', 'r', 'send', hours(4))
  equal(stateOf(await turn(market, 'partly', 'r', 'confirm', hours(5))), 'refunded 3334')
  deepEqual(await refunded('partly'), [3, 10_001])
})

test('RT-18 the refund of a request settles the advance on it', async () => {
  await tellOrder(market, 'advanced')
  equal((await askOfOrder(market, 'advanced', 'r', 1)).ok, true)
  equal(stateOf(await ask(market, 'advanced', 'r', asked)), 'asked -')
  await turn(market, 'advanced', 'r', 'agree', hours(1))
  deepEqual(await partsOf(market, 'advanced', 'r'), ['open', 3_333, 0, 0, 0])
  await turn(market, 'advanced', 'r', 'send', hours(2))
  equal(stateOf(await turn(market, 'advanced', 'r', 'confirm', hours(3))), 'refunded 3333')
  deepEqual(await partsOf(market, 'advanced', 'r'), ['settled', 0, 3_333, 0, 0])
})

test('RT-18 an advance is owed when its request ends without a refund', async () => {
  await tellOrder(market, 'owing')
  await askOfOrder(market, 'owing', 'r', 1)
  await ask(market, 'owing', 'r', asked)
  await turn(market, 'owing', 'r', 'withdraw', hours(1))
  deepEqual(await partsOf(market, 'owing', 'r'), ['owed', 0, 0, 3_333, 0])
})

test('A request is of its shop alone, and of its member', async () => {
  await tellOrder(market, 'own')
  await ask(market, 'own', 'r', asked)
  const context = contextOf(market, hours(1))
  const of = async (memberId: string, shopId: string): Promise<string> =>
    stateOf(await turnReturn(context, { memberId, returnId: 'r', shopId, turn: 'agree' }, newKey()))
  equal(await of('own', 'B'), 'return-requests/unknown')
  equal(await of('nobody', 'A'), 'return-requests/unknown')
  equal(await of('own', 'A'), 'agreed -')
})

test('The same request is answered as it is; its id with other content, and its key, are refused', async () => {
  await tellOrder(market, 'same')
  equal(stateOf(await ask(market, 'same', 'r', asked)), 'asked -')
  equal(stateOf(await ask(market, 'same', 'r', hours(1))), 'asked -')
  const other = { reason: 'wrongItem' } as const
  equal(stateOf(await ask(market, 'same', 'r', asked, other)), 'return-requests/id-reused')
  const key = newKey()
  const body = { memberId: 'same', orderId: 'o-1', kind: 'return', reason: 'damaged' } as const
  const rest = {
    condition: undefined,
    note: undefined,
    lines: [{ line: '1', quantity: 1, sku: null }],
  }
  const context = contextOf(market, asked)
  equal((await askReturn(context, { ...body, ...rest, returnId: 'k-1' }, key)).ok, true)
  equal(
    stateOf(await askReturn(context, { ...body, ...rest, returnId: 'k-2' }, key)),
    'requests/key-reused',
  )
})

test('What is refused leaves nothing behind, not even what had lapsed', async () => {
  await tellOrder(market, 'clean')
  await ask(market, 'clean', 'r', asked)
  const late = daysAfter(asked, 30)
  equal(stateOf(await turn(market, 'clean', 'r', 'send', late)), 'return-requests/not-now')
  equal((await request('clean', 'r'))?.status, 'asked')
  const rows = await sql<{ steps: number }>`
    select count(*)::bigint as steps from jifen.return_step where member_id = 'clean'
  `.execute(market.db)
  equal(rows.rows[0]?.steps, 1)
})

test('Member and shop are told of every step, once', async () => {
  const rows = await sql<{ told: string }>`
    select 'member' || (data ->> 'turn') as told from jifen.announcement
    where member_id = 'walk' and type = 'jifen.return-request.changed.v1'
    union all
    select 'shop' || (data ->> 'turn') from jifen.shop_announcement
    where announcement_id like 'return-request/walk/%'
  `.execute(market.db)
  ok(rows.rows.length === 8)
  deepEqual(
    new Set(rows.rows.map(({ told }) => told)),
    new Set(
      ['ask', 'agree', 'send', 'confirm'].flatMap((each) => [`member${each}`, `shop${each}`]),
    ),
  )
})
