import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { makeAdvance, type AskAdvance } from '#operations/advances/make-advance.ts'
import { tellReturn } from '#operations/advances/tell-return.ts'
import { verifyAdvances } from '#operations/advances/verify-advances.ts'
import { previewRefund } from '#operations/trades/preview-refund.ts'
import { refundTrade } from '#operations/trades/refund-trade.ts'
import { sumsOf } from '#rules/advances/advance.ts'
import { RefundBodySchema } from '#rules/trades/refund-body.ts'
import {
  askOfOrder,
  codeOf,
  limitOf,
  openAdvanceMarket,
  partsOf,
  placeOrder,
  sentBack,
} from '#test/support/advances.ts'
import { buy, pay } from '#test/support/bought.ts'
import { fact, tell, type TestMarket } from '#test/support/market.ts'
import { newKey } from '#test/support/paid.ts'
import { contextOf } from '#test/support/trades.ts'

let market: TestMarket
before(async () => {
  market = await openAdvanceMarket()
})
after(async () => {
  deepEqual(await verifyAdvances(market.db), [])
  await market.close()
})

function ask(memberId: string, returnId: string, returned: AskAdvance['returned']) {
  const asked = { memberId, returnId, tradeId: 't-1', returned }
  return makeAdvance(contextOf(market, sentBack), asked, newKey())
}

function refund(memberId: string, refundId: string, returned: object[]) {
  const body = RefundBodySchema.parse({ tradeId: 't-1', refundId, returned })
  return refundTrade(contextOf(market, sentBack), { memberId, body }, newKey())
}

async function bought(memberId: string): Promise<void> {
  await buy(market, memberId)
  await pay(market, memberId)
}

test('AD-1 of a trade, what is advanced is what the preview of the refund says', async () => {
  await bought('exact')
  const returned = [{ line: '2', quantity: 1 }]
  const body = { ...RefundBodySchema.omit({ refundId: true }).parse({ tradeId: 't-1', returned }) }
  const preview = await previewRefund(contextOf(market, sentBack), { memberId: 'exact', body })
  const made = await ask('exact', 'r-1', returned)
  if (!made.ok || !preview.ok) throw new Error('refused')
  equal(sumsOf(made.advance).amountFen, preview.refundFen)

  const turn = { memberId: 'exact', returnId: 'r-1', turn: 'arrived' } as const
  const arrived = await tellReturn(contextOf(market, sentBack), turn, newKey())
  if (!arrived.ok) throw new Error(arrived.refusal)
  deepEqual(await partsOf(market, 'exact', 'r-1'), ['settled', 0, preview.refundFen, 0, 0])
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
  await placeOrder(market, 'many', { paid: '6400.00', quantity: 64 })
  const all = await Promise.all(
    Array.from({ length: 64 }, (_, n) => askOfOrder(market, 'many', `r-${n}`, 1)),
  )
  equal(all.filter((each) => each.ok).length, 4)
  deepEqual(new Set(all.map(codeOf)), new Set(['done', 'advances/over-limit']))
  const limit = await limitOf(market, 'many')
  deepEqual([limit?.outstandingFen, limit?.leftFen], [40_000, 0])
})

test('AD-2 killed in between and asked again, each is advanced once, and the limit holds', async () => {
  await placeOrder(market, 'killed', { paid: '1000.00', quantity: 10 })
  const askAll = async () =>
    await Promise.allSettled(
      Array.from({ length: 10 }, (_, n) => {
        const returned = [{ line: '1', quantity: 1 }]
        const asked = { memberId: 'killed', returnId: `r-${n}`, orderId: 'o-1', returned }
        const named = { idempotencyKey: `killed-${n}` }
        return makeAdvance(contextOf(market, sentBack), asked, named)
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
  equal((await limitOf(market, 'killed'))?.outstandingFen, 40_000)
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

test('AD-10 a sealed member and one that is not known get nothing', async () => {
  await placeOrder(market, 'sealed')
  await tell(market, [fact('sealed', 's', 'member.sealed', sentBack.toString(), {})], sentBack)
  equal(codeOf(await askOfOrder(market, 'sealed', 'r-1', 1)), 'members/sealed')
  equal(codeOf(await askOfOrder(market, 'nobody', 'r-1', 1)), 'members/unknown')
  equal(codeOf(await askOfOrder(market, 'many', 'r-99', 1, 'o-9')), 'trades/unknown-order')
})

test('a refused advance leaves its key free', async () => {
  await placeOrder(market, 'free')
  const named = newKey()
  const context = contextOf(market, sentBack)
  const base = { memberId: 'free', returnId: 'r-1', orderId: 'o-1' }
  const no = await makeAdvance(context, { ...base, returned: [{ line: '9', quantity: 1 }] }, named)
  equal(codeOf(no), 'returns/unknown-line')
  const yes = await makeAdvance(context, { ...base, returned: [{ line: '1', quantity: 1 }] }, named)
  equal(codeOf(yes), 'done')
})
