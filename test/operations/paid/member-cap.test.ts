import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { verifyQuotas } from '#operations/issuing/verify-quotas.ts'
import { closeDueTrades } from '#operations/trades/close-due.ts'
import { closeTrade, payTrade } from '#operations/trades/pay-trade.ts'
import { placeTrade, type Placed } from '#operations/trades/place-trade.ts'
import { quoteBasket } from '#operations/trades/quote-basket.ts'
import { refundTrade } from '#operations/trades/refund-trade.ts'
import { RefundBodySchema } from '#rules/trades/refund-body.ts'
import type { PlaceBody } from '#rules/trades/body.ts'
import { forEach } from '#test/support/issuing.ts'
import type { TestMarket } from '#test/support/market.ts'
import { asQuote, buy, newKey, oneLine, openPaidMarket, savings } from '#test/support/paid.ts'
import { contextOf, doubleEleven } from '#test/support/trades.ts'

let market: TestMarket
before(async () => {
  market = await openPaidMarket()
})
after(() => market.close())

const december = Temporal.Instant.from('2017-12-01T00:00:00+08:00')

async function place(memberId: string, body: PlaceBody, at = doubleEleven) {
  return await placeTrade(contextOf(market, at), { memberId, body, at }, newKey())
}

/** What a placed trade took off, in fen. */
function offOf(placed: Placed | { readonly ok: false }): number {
  if (!placed.ok) throw new Error(JSON.stringify(placed))
  return placed.quote.layers.reduce((sum, { offFen }) => sum + offFen, 0)
}

async function pay(memberId: string, tradeId: string): Promise<void> {
  const paid = await payTrade(contextOf(market), { memberId, body: { tradeId } }, newKey())
  ok(paid.ok)
}

async function refund(memberId: string, tradeId: string, refundId: string, quantity: number) {
  const returned = [{ line: '1', quantity }]
  const body = RefundBodySchema.parse({ tradeId, refundId, returned })
  const refunded = await refundTrade(contextOf(market), { memberId, body }, newKey())
  ok(refunded.ok, JSON.stringify(refunded))
}

/** What a large basket would still save. */
async function leftFor(memberId: string, at = doubleEleven): Promise<number> {
  const body = asQuote(oneLine('q', '10000.00'))
  const quoted = await quoteBasket(market, { memberId, body, at })
  ok(quoted.ok)
  return quoted.quote.layers.reduce((sum, { offFen }) => sum + offFen, 0)
}

test('PM-13 what is placed counts in its month, and the next month begins anew', async () => {
  await buy(market, 'lin')
  equal(offOf(await place('lin', oneLine('t-1', '3000.00'))), 15_000)
  equal(offOf(await place('lin', oneLine('t-2', '3000.00', { shop: 'W' }))), 5_000)
  const third = await place('lin', oneLine('t-3', '3000.00'))
  equal(offOf(third), 0)
  deepEqual(third.ok && third.quote.notApplied[0], {
    id: 'offer:88vip-supermarket',
    refusal: 'pricing/member-cap-reached',
    capFen: 20_000,
  })
  equal(await leftFor('lin'), 0)
  equal(await leftFor('lin', december.subtract({ milliseconds: 1 })), 0)
  equal(await leftFor('lin', december), 20_000)
  deepEqual(await savings(market, 'lin'), { 't-1': '15000 - 0', 't-2': '5000 - 0' })
})

test('PM-13 many baskets at once never save more than the cap together', async () => {
  await buy(market, 'crowd')
  const placed = await forEach(
    Array.from({ length: 12 }, (_, n) => `t-${n}`),
    async (tradeId) => offOf(await place('crowd', oneLine(tradeId, '900.00'))),
    12,
  )
  equal(
    placed.reduce((sum, off) => sum + off, 0),
    20_000,
  )
  deepEqual(
    placed.toSorted((a, b) => b - a),
    [4_500, 4_500, 4_500, 4_500, 2_000, 0, 0, 0, 0, 0, 0, 0],
  )
})

test('PM-13 a trade that is closed unpaid gives back what it saved, by hand or by time', async () => {
  await buy(market, 'closer')
  await place('closer', oneLine('t-1', '4000.00'))
  equal(await leftFor('closer'), 0)
  const closing = { memberId: 'closer', body: { tradeId: 't-1' } }
  ok((await closeTrade(contextOf(market), closing, newKey())).ok)
  equal(await leftFor('closer'), 20_000)

  await place('closer', oneLine('t-2', '3000.00'))
  equal(await leftFor('closer'), 5_000)
  await closeDueTrades(contextOf(market, doubleEleven.add({ hours: 24 * 4 })))
  equal(await leftFor('closer'), 20_000)
  deepEqual(await savings(market, 'closer'), { 't-1': '20000 - 20000', 't-2': '15000 - 15000' })
})

test('PM-13 what comes back can be saved again, exactly, part by part', async () => {
  await buy(market, 'returner')
  await place('returner', oneLine('t-1', '333.33', { quantity: 7 }))
  await pay('returner', 't-1')
  const off = Math.round(33_333 * 7 * 0.05)
  equal(await leftFor('returner'), 20_000 - off)
  let last = 20_000 - off
  for (let unit = 1; unit <= 7; unit += 1) {
    await refund('returner', 't-1', `r-${unit}`, 1)
    const left = await leftFor('returner')
    // As much as the units that came back carry of it, rounded down until the last of them.
    equal(left, 20_000 - off + Math.floor((off * unit) / 7))
    ok(left > last)
    last = left
  }
  equal(last, 20_000)
})

test('PM-13 what comes back in a later month is given back to the month of the trade', async () => {
  await buy(market, 'late')
  await place('late', oneLine('t-1', '4000.00'))
  await pay('late', 't-1')
  await place('late', oneLine('t-2', '2000.00'), december)
  equal(await leftFor('late', december), 10_000)
  await refund('late', 't-1', 'r-1', 1)
  equal(await leftFor('late', december), 10_000)
  equal(await leftFor('late'), 20_000)
})

test('PM-13 however trades are placed, closed and returned at once, the cap holds', async () => {
  await buy(market, 'any')
  const tradeIds = Array.from({ length: 24 }, (_, n) => `t-${n}`)
  let held = 0
  await forEach(
    tradeIds,
    async (tradeId) => {
      const n = Number(tradeId.slice(2))
      const price = `${400 + 137 * n}.0${n % 10}`
      const placed = await place('any', oneLine(tradeId, price, { shop: n % 2 ? 'V' : 'W' }))
      const off = offOf(placed)
      if (n % 3 === 0) {
        const closing = { memberId: 'any', body: { tradeId } }
        ok((await closeTrade(contextOf(market), closing, newKey())).ok)
        return
      }
      await pay('any', tradeId)
      if (n % 3 === 1) await refund('any', tradeId, `r-${n}`, 1)
      else held += off
      const kept = Object.values(await savings(market, 'any')).map((text) => text.split(' - '))
      const saved = kept.reduce((sum, [all, back]) => sum + Number(all) - Number(back), 0)
      ok(saved <= 20_000)
    },
    6,
  )
  equal(await leftFor('any'), 20_000 - held)
})

test('PM-11 of members who have not paid nothing is taken off and nothing counted', async () => {
  const placed = await place('plain', oneLine('t-1', '4000.00'))
  equal(offOf(placed), 0)
  deepEqual(placed.ok && placed.quote.notApplied, [
    {
      id: 'offer:88vip-supermarket',
      refusal: 'pricing/paid-members-only',
      unlockedBy: { paidMember: true },
    },
  ])
  deepEqual(await savings(market, 'plain'), {})
})

test('PM-12 goods that are reserved are quoted and placed for paid members alone', async () => {
  const body = oneLine('t-9', '10.00', { tags: ['88vip-only'] })
  const refused = {
    ok: false,
    refusal: 'paid/lines-reserved',
    lines: ['1'],
    unlockedBy: { paidMember: true },
  }
  const ask = { memberId: 'stranger', body: asQuote(body), at: doubleEleven }
  deepEqual(await quoteBasket(market, ask), refused)
  deepEqual(await place('stranger', body), refused)
  await buy(market, 'vip')
  ok((await place('vip', body)).ok)
})

test('PM-11 what is counted is what shares and returns come to, and verify finds what is not', async () => {
  deepEqual((await verifyQuotas(market.db)).faults, [])
  await sql`
    update jifen.offer_saving set back_fen = back_fen - 1
    where member_id = 'lin' and trade_id = 't-1'
  `.execute(market.owner)
  deepEqual((await verifyQuotas(market.db)).faults, [
    {
      of: 'lin',
      what: 'the saving by offer:88vip-supermarket of trade t-1 is not what its shares and returns come to',
    },
  ])
})
