import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { recoverDueAdvances } from '#operations/advances/recover-due.ts'
import { tellReturn, type TellReturn } from '#operations/advances/tell-return.ts'
import { verifyAdvances } from '#operations/advances/verify-advances.ts'
import { sumsOf } from '#rules/advances/advance.ts'
import { asFen } from '#rules/money/fen.ts'
import {
  askOfOrder,
  codeOf,
  limitOf,
  openAdvanceMarket,
  partsOf,
  placeOrder,
  sentBack,
} from '#test/support/advances.ts'
import { fact, tell, type TestMarket } from '#test/support/market.ts'
import { newKey } from '#test/support/paid.ts'
import { contextOf } from '#test/support/trades.ts'

let market: TestMarket
before(async () => {
  market = await openAdvanceMarket()
})
after(() => market.close())

const at = sentBack.toString()

function told(turn: TellReturn, now = sentBack, named = newKey()) {
  return tellReturn(contextOf(market, now), turn, named)
}

/** An advance `r-1` of units of an order, and how much it is. */
async function advanced(memberId: string, quantity: number): Promise<number> {
  await placeOrder(market, memberId)
  const made = await askOfOrder(market, memberId, 'r-1', quantity)
  if (!made.ok) throw new Error(made.refusal)
  return sumsOf(made.advance).amountFen
}

test('AD-6 a refund by fact settles, and its outcome tells what is left for the member', async () => {
  equal(await advanced('by-fact', 1), 3_333)
  const lines = [{ id: '1', amount: '50.00', quantity: 2 }]
  const refunded = fact('by-fact', 'f', 'refund.succeeded', at, { orderId: 'o-1', lines })
  const [result] = await tell(market, [refunded], sentBack)
  deepEqual(
    [result?.status, result?.['advances'], result?.['toMemberFen']],
    ['applied', [{ returnId: 'r-1', settledFen: 3_333 }], 1_667],
  )
  const arrival = fact('by-fact', 'a', 'return.arrived', at, { returnId: 'r-1' })
  const [arrived] = await tell(market, [arrival, arrival], sentBack)
  equal(arrived?.status, 'applied')
  deepEqual(await partsOf(market, 'by-fact', 'r-1'), ['settled', 0, 3_333, 0, 0])
})

test('AD-6 the arrival that was told before the advance was made settles it at once', async () => {
  await placeOrder(market, 'early')
  const arrival = fact('early', 'a', 'return.arrived', at, { returnId: 'r-1' })
  deepEqual(
    (await tell(market, [arrival], sentBack)).map((each) => each.status),
    ['parked'],
  )
  const made = await askOfOrder(market, 'early', 'r-1', 3)
  if (!made.ok) throw new Error(made.refusal)
  deepEqual(await partsOf(market, 'early', 'r-1'), ['settled', 0, 10_001, 0, 0])
  const again = await tell(market, [arrival], sentBack)
  deepEqual([again[0]?.status, again[0]?.was], ['duplicate', 'applied'])
})

test('AD-3, AD-8 a rejected return is owed, lowers the limit, and repaying restores it', async () => {
  await advanced('owing', 3)
  const rejected = fact('owing', 'x', 'return.rejected', at, { returnId: 'r-1' })
  await tell(market, [rejected, rejected], sentBack)
  deepEqual(await partsOf(market, 'owing', 'r-1'), ['owed', 0, 0, 10_001, 0])
  const owing = await limitOf(market, 'owing')
  deepEqual([owing?.limitFen, owing?.leftFen], [30_000, 19_999])
  equal(await unpaid('owing'), 1)

  const turn = { memberId: 'owing', returnId: 'r-1', turn: 'repaid' } as const
  const named = newKey()
  const twice = await Promise.all([
    told({ ...turn, amountFen: asFen(4_000) }, sentBack, named),
    told({ ...turn, amountFen: asFen(4_000) }, sentBack, named),
  ])
  deepEqual(twice.map(codeOf), ['done', 'done'])
  deepEqual(await partsOf(market, 'owing', 'r-1'), ['owed', 0, 0, 6_001, 4_000])
  const more = await told({ ...turn, amountFen: asFen(6_002) })
  equal(codeOf(more), 'advances/more-than-owed')
  const rest = fact('owing', 'p', 'advance.repaid', at, { returnId: 'r-1', amount: '60.01' })
  await tell(market, [rest], sentBack)
  deepEqual(await partsOf(market, 'owing', 'r-1'), ['repaid', 0, 0, 0, 10_001])
  const free = await limitOf(market, 'owing')
  deepEqual([free?.limitFen, free?.leftFen], [40_000, 40_000])
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
  await advanced('late', 1)
  await recoverDueAdvances(contextOf(market, sentBack.add({ hours: 240 - 1 })))
  deepEqual(await partsOf(market, 'late', 'r-1'), ['open', 3_333, 0, 0, 0])
  await recoverDueAdvances(contextOf(market, sentBack.add({ hours: 240 })))
  await recoverDueAdvances(contextOf(market, sentBack.add({ hours: 240 })))
  deepEqual(await partsOf(market, 'late', 'r-1'), ['owed', 0, 0, 3_333, 0])
  const arrived = await told(
    { memberId: 'late', returnId: 'r-1', turn: 'arrived' },
    sentBack.add({ hours: 300 }),
  )
  equal(codeOf(arrived), 'done')
  deepEqual(await partsOf(market, 'late', 'r-1'), ['settled', 0, 3_333, 0, 0])
})

test('AD-9 the books of advances are right, and every change behind their back is found', async () => {
  deepEqual(await verifyAdvances(market.db), [])
  for (const [change, back] of tamperings) {
    await sql.raw(change).execute(market.owner)
    ok((await verifyAdvances(market.db, 'early')).length > 0, change)
    await sql.raw(back).execute(market.owner)
  }
  deepEqual(await verifyAdvances(market.db), [])
})

/** A change, and how it is undone. */
const tamperings = [
  [
    `update jifen.advance_entry set amount_fen = amount_fen + 1 where member_id = 'early' and seq = 1`,
    `update jifen.advance_entry set amount_fen = amount_fen - 1 where member_id = 'early' and seq = 1`,
  ],
  [
    `update jifen.advance_entry set seq = seq + 1000 where member_id = 'early' and seq = 2`,
    `update jifen.advance_entry set seq = seq - 1000 where member_id = 'early' and seq > 1000`,
  ],
  [
    `update jifen.advance set limit_fen = limit_fen - 1000000 where member_id = 'early'`,
    `update jifen.advance set limit_fen = limit_fen + 1000000 where member_id = 'early'`,
  ],
  [
    `update jifen.member_order_line set refunded_fen = refunded_fen - 1 where member_id = 'early'`,
    `update jifen.member_order_line set refunded_fen = refunded_fen + 1 where member_id = 'early'`,
  ],
] as const
