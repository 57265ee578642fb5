import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { makeAdvance, type AskAdvance } from '#operations/advances/make-advance.ts'
import { readAdvance, readAdvances } from '#operations/advances/read-advances.ts'
import { recoverDueAdvances } from '#operations/advances/recover-due.ts'
import { tellReturn, type TellReturn } from '#operations/advances/tell-return.ts'
import { verifyAdvances } from '#operations/advances/verify-advances.ts'
import { previewRefund } from '#operations/trades/preview-refund.ts'
import { refundTrade } from '#operations/trades/refund-trade.ts'
import { statusOf, sumsOf } from '#rules/advances/advance.ts'
import { asFen } from '#rules/money/fen.ts'
import { RefundBodySchema } from '#rules/trades/refund-body.ts'
import { buy, pay } from '#test/support/bought.ts'
import { bringInForce } from '#test/support/issuing.ts'
import { fact, tell, type TestMarket } from '#test/support/market.ts'
import { contextOf, doubleEleven, openTradeMarket } from '#test/support/trades.ts'

let market: TestMarket
before(async () => {
  market = await openTradeMarket()
  await bringInForce(market, 'instantRefund', {
    limits: [{ limit: '400.00' }],
    lessPerUnpaid: '100.00',
    blockedFromUnpaid: 2,
    goodsWithin: 'P10D',
  })
})
after(() => market.close())

let keys = 0
function key() {
  keys += 1
  return { idempotencyKey: `k-${keys}` }
}

const later = doubleEleven.add({ hours: 24 })

type Units = AskAdvance['returned']

function ask(memberId: string, returnId: string, returned: Units, named = key(), at = later) {
  const asked = { memberId, returnId, tradeId: 't-1', returned }
  return makeAdvance(contextOf(market, at), asked, named)
}

function told(turn: TellReturn, at = later, named = key()) {
  return tellReturn(contextOf(market, at), turn, named)
}

function refund(memberId: string, refundId: string, returned: object[]) {
  const body = RefundBodySchema.parse({ tradeId: 't-1', refundId, returned })
  return refundTrade(contextOf(market, later), { memberId, body }, key())
}

async function bought(memberId: string): Promise<void> {
  await buy(market, memberId)
  await pay(market, memberId)
}

/** An order of one line of three units for 100.01 that no trade is known of. */
async function ordered(memberId: string, orderId = 'o-1', paid = '100.01', quantity = 3) {
  const lines = [{ id: '1', sku: 's', paid, quantity }]
  const data = { orderId, shopId: 'A', paidAt: doubleEleven.toString(), lines }
  const at = doubleEleven.toString()
  await tell(market, [fact(memberId, `${orderId}-placed`, 'order.placed', at, data)], later)
}

function askOrder(memberId: string, returnId: string, quantity: number, orderId = 'o-1') {
  const asked = { memberId, returnId, orderId, returned: [{ line: '1', quantity }] }
  return makeAdvance(contextOf(market, later), asked, key())
}

function codeOf(result: { ok: true } | { ok: false; refusal: string }): string {
  return result.ok ? 'done' : result.refusal
}

async function standing(memberId: string, returnId: string) {
  const known = await readAdvance(market, memberId, returnId)
  if (known === undefined) return undefined
  const { openFen, settledFen, owedFen, repaidFen } = sumsOf(known.advance)
  return [statusOf(known.advance), openFen, settledFen, owedFen, repaidFen]
}

test('AD-1 of a trade, what is advanced is what the preview of the refund says', async () => {
  await bought('exact')
  const returned = [{ line: '2', quantity: 1 }]
  const body = { ...RefundBodySchema.omit({ refundId: true }).parse({ tradeId: 't-1', returned }) }
  const preview = await previewRefund(contextOf(market, later), { memberId: 'exact', body })
  const made = await ask('exact', 'r-1', returned)
  if (!made.ok || !preview.ok) throw new Error('refused')
  equal(sumsOf(made.advance).amountFen, preview.refundFen)

  const arrived = await told({ memberId: 'exact', returnId: 'r-1', turn: 'arrived' })
  if (!arrived.ok) throw new Error(arrived.refusal)
  deepEqual(await standing('exact', 'r-1'), ['settled', 0, preview.refundFen, 0, 0])
  const [row] = (
    await sql<{ answer: string }>`
      select answer from jifen.trade_refund where member_id = 'exact'
    `.execute(market.owner)
  ).rows
  const answer = JSON.parse(row?.answer ?? '{}') as { advances: unknown; toMemberFen: number }
  deepEqual(answer.advances, [{ returnId: 'r-1', settledFen: preview.refundFen }])
  equal(answer.toMemberFen, 0)
})

test('AD-2 of 64 requests at once, as many are advanced as the limit holds', async () => {
  await ordered('many', 'o-1', '6400.00', 64)
  const all = await Promise.all(Array.from({ length: 64 }, (_, n) => askOrder('many', `r-${n}`, 1)))
  equal(all.filter((each) => each.ok).length, 4)
  deepEqual(new Set(all.map(codeOf)), new Set(['done', 'advances/over-limit']))
  const now = await readAdvances(contextOf(market), 'many', later)
  deepEqual([now?.limit.outstandingFen, now?.limit.leftFen], [40_000, 0])
})

test('AD-2 killed in between and asked again, each is advanced once, and the limit holds', async () => {
  await ordered('killed', 'o-1', '1000.00', 10)
  const askAll = async () =>
    await Promise.allSettled(
      Array.from({ length: 10 }, (_, n) => {
        const returned = [{ line: '1', quantity: 1 }]
        const asked = { memberId: 'killed', returnId: `r-${n}`, orderId: 'o-1', returned }
        const named = { idempotencyKey: `killed-${n}` }
        return makeAdvance(contextOf(market, later), asked, named)
      }),
    )
  let killed = 0
  for (let round = 0; round < 20 && killed < 5; round += 1) {
    const [, more] = await Promise.all([askAll(), killConnections()])
    killed += more
  }
  ok(killed > 0)
  const settled = await askAll()
  const done = settled.filter((each) => each.status === 'fulfilled' && each.value.ok)
  equal(done.length, 4)
  deepEqual(await verifyAdvances(market.db, 'killed'), [])
  const now = await readAdvances(contextOf(market), 'killed', later)
  equal(now?.limit.outstandingFen, 40_000)
})

/** Ends whatever the program is doing in the database, several times. */
async function killConnections(): Promise<number> {
  let killed = 0
  for (let time = 0; time < 5; time += 1) {
    const rows = await sql<{ killed: boolean }>`
      select pg_terminate_backend(pid) as killed
      from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'
    `.execute(market.owner)
    killed += rows.rows.length
  }
  return killed
}

test('AD-5 of an instant refund and an ordinary one of the same unit at once, one pays the member', async () => {
  for (let round = 0; round < 8; round += 1) {
    const memberId = `both-${round}`
    await bought(memberId)
    const units = [{ line: '1', quantity: 1 }]
    const [made, refunded] = await Promise.all([
      ask(memberId, 'r-1', units),
      refund(memberId, 'f-1', units),
    ])
    if (!refunded.ok) throw new Error(refunded.refusal)
    const advanced = made.ok ? sumsOf(made.advance).amountFen : 0
    if (!made.ok) equal(made.refusal, 'returns/already-returned')
    equal(advanced + (refunded.toMemberFen ?? refunded.refundFen), refunded.refundFen)
  }
})

test('AD-5 the same return again is told as it is, with other content it is refused', async () => {
  await bought('again')
  const units = [{ line: '1', quantity: 1 }]
  const [one, two] = await Promise.all([ask('again', 'r-1', units), ask('again', 'r-1', units)])
  ok(one.ok && two.ok)
  deepEqual(one, two)
  const other = await ask('again', 'r-1', [{ line: '2', quantity: 1 }])
  equal(codeOf(other), 'advances/return-id-reused')
  equal(codeOf(await ask('again', 'r-2', units)), 'returns/already-returned')
})

test('AD-6 a refund by fact settles, and its outcome tells what is left for the member', async () => {
  await ordered('by-fact')
  const made = await askOrder('by-fact', 'r-1', 1)
  if (!made.ok) throw new Error(made.refusal)
  equal(sumsOf(made.advance).amountFen, 3_333)
  const lines = [{ id: '1', amount: '50.00', quantity: 2 }]
  const at = later.toString()
  const refunded = fact('by-fact', 'f', 'refund.succeeded', at, { orderId: 'o-1', lines })
  const [result] = await tell(market, [refunded], later)
  deepEqual(
    [result?.status, result?.['advances'], result?.['toMemberFen']],
    ['applied', [{ returnId: 'r-1', settledFen: 3_333 }], 1_667],
  )
  const arrival = fact('by-fact', 'a', 'return.arrived', at, { returnId: 'r-1' })
  const [arrived] = await tell(market, [arrival, arrival], later)
  equal(arrived?.status, 'applied')
  deepEqual(await standing('by-fact', 'r-1'), ['settled', 0, 3_333, 0, 0])
})

test('AD-6 the arrival that was told before the advance was made settles it at once', async () => {
  await ordered('early')
  const at = later.toString()
  const arrival = fact('early', 'a', 'return.arrived', at, { returnId: 'r-1' })
  deepEqual(
    (await tell(market, [arrival], later)).map((each) => each.status),
    ['parked'],
  )
  const made = await askOrder('early', 'r-1', 3)
  if (!made.ok) throw new Error(made.refusal)
  deepEqual(await standing('early', 'r-1'), ['settled', 0, 10_001, 0, 0])
  const again = await tell(market, [arrival], later)
  deepEqual([again[0]?.status, again[0]?.was], ['duplicate', 'applied'])
})

test('AD-3, AD-8 a rejected return is owed, lowers the limit, and repaying restores it', async () => {
  await ordered('owing')
  const made = await askOrder('owing', 'r-1', 3)
  if (!made.ok) throw new Error(made.refusal)
  const at = later.toString()
  const rejected = fact('owing', 'x', 'return.rejected', at, { returnId: 'r-1' })
  await tell(market, [rejected, rejected], later)
  deepEqual(await standing('owing', 'r-1'), ['owed', 0, 0, 10_001, 0])
  const owing = await readAdvances(contextOf(market), 'owing', later)
  deepEqual([owing?.limit.limitFen, owing?.limit.leftFen], [30_000, 19_999])
  equal(await unpaid('owing'), 1)

  const turn = { memberId: 'owing', returnId: 'r-1', turn: 'repaid' } as const
  const named = key()
  const twice = await Promise.all([
    told({ ...turn, amountFen: asFen(4_000) }, later, named),
    told({ ...turn, amountFen: asFen(4_000) }, later, named),
  ])
  deepEqual(twice.map(codeOf), ['done', 'done'])
  deepEqual(await standing('owing', 'r-1'), ['owed', 0, 0, 6_001, 4_000])
  const more = await told({ ...turn, amountFen: asFen(6_002) })
  equal(codeOf(more), 'advances/more-than-owed')
  const rest = fact('owing', 'p', 'advance.repaid', at, { returnId: 'r-1', amount: '60.01' })
  await tell(market, [rest], later)
  deepEqual(await standing('owing', 'r-1'), ['repaid', 0, 0, 0, 10_001])
  const free = await readAdvances(contextOf(market), 'owing', later)
  deepEqual([free?.limit.limitFen, free?.limit.leftFen], [40_000, 40_000])
  equal(await unpaid('owing'), 0)
  const news = await sql<{ type: string }>`
    select type from jifen.announcement where member_id = 'owing' order by written_in, type
  `.execute(market.owner)
  deepEqual(
    news.rows.map(({ type }) => type),
    ['jifen.advance.made.v1', 'jifen.advance.owed.v1', 'jifen.advance.ended.v1'],
  )
})

/** How many owed advances the score counts. */
async function unpaid(memberId: string): Promise<number | undefined> {
  const rows = await sql<{ n: number }>`
    select unpaid_advances as n from jifen.score_facts where member_id = ${memberId}
  `.execute(market.owner)
  return rows.rows[0]?.n
}

test('AD-8 goods that are not back in time make the advance owed, once', async () => {
  await ordered('late')
  const made = await askOrder('late', 'r-1', 1)
  if (!made.ok) throw new Error(made.refusal)
  await recoverDueAdvances(contextOf(market, later.add({ hours: 240 - 1 })))
  deepEqual(await standing('late', 'r-1'), ['open', 3_333, 0, 0, 0])
  await recoverDueAdvances(contextOf(market, later.add({ hours: 240 })))
  await recoverDueAdvances(contextOf(market, later.add({ hours: 240 })))
  deepEqual(await standing('late', 'r-1'), ['owed', 0, 0, 3_333, 0])
  const arrived = await told(
    { memberId: 'late', returnId: 'r-1', turn: 'arrived' },
    later.add({ hours: 300 }),
  )
  equal(codeOf(arrived), 'done')
  deepEqual(await standing('late', 'r-1'), ['settled', 0, 3_333, 0, 0])
})

test('AD-10 a sealed member and one that is not known get nothing', async () => {
  await ordered('sealed')
  await tell(market, [fact('sealed', 's', 'member.sealed', later.toString(), {})], later)
  equal(codeOf(await askOrder('sealed', 'r-1', 1)), 'members/sealed')
  equal(codeOf(await askOrder('nobody', 'r-1', 1)), 'members/unknown')
  equal(codeOf(await askOrder('late', 'r-9', 1, 'o-9')), 'trades/unknown-order')
})

test('AD-9 the books of advances are right, and every change behind their back is found', async () => {
  deepEqual(await verifyAdvances(market.db), [])
  const [one] = (
    await sql<{ memberId: string }>`
      select member_id as "memberId" from jifen.advance where status = 'settled' limit 1
    `.execute(market.owner)
  ).rows
  const memberId = one?.memberId ?? ''
  for (const [change, back] of tamperings) {
    await sql.raw(change.replaceAll('$1', `'${memberId}'`)).execute(market.owner)
    ok((await verifyAdvances(market.db, memberId)).length > 0, change)
    await sql.raw(back.replaceAll('$1', `'${memberId}'`)).execute(market.owner)
  }
  deepEqual(await verifyAdvances(market.db), [])
})

/** A change, and how it is undone. */
const tamperings = [
  [
    'update jifen.advance_entry set amount_fen = amount_fen + 1 where member_id = $1 and seq = 1',
    'update jifen.advance_entry set amount_fen = amount_fen - 1 where member_id = $1 and seq = 1',
  ],
  [
    'update jifen.advance_entry set seq = seq + 1000 where member_id = $1 and seq = 2',
    'update jifen.advance_entry set seq = seq - 1000 where member_id = $1 and seq > 1000',
  ],
  [
    'update jifen.advance set limit_fen = limit_fen - 1000000 where member_id = $1',
    'update jifen.advance set limit_fen = limit_fen + 1000000 where member_id = $1',
  ],
  [
    'update jifen.member_order_line set refunded_fen = refunded_fen - 1 where member_id = $1 and refunded_fen > 0',
    'update jifen.member_order_line set refunded_fen = refunded_fen + 1 where member_id = $1 and refunded_fen > 0',
  ],
] as const

test('a refused advance leaves its key free', async () => {
  await ordered('free')
  const named = key()
  const context = contextOf(market, later)
  const base = { memberId: 'free', returnId: 'r-1', orderId: 'o-1' }
  const no = await makeAdvance(context, { ...base, returned: [{ line: '9', quantity: 1 }] }, named)
  equal(codeOf(no), 'returns/unknown-line')
  const yes = await makeAdvance(context, { ...base, returned: [{ line: '1', quantity: 1 }] }, named)
  equal(codeOf(yes), 'done')
})
