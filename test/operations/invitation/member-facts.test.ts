import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { candidateOf } from '#db/membership/invitation-candidates.ts'
import { openRound } from '#operations/invitation/open-round.ts'
import { settleInvitations } from '#operations/invitation/settle-invitations.ts'
import { byScore, scoredMembers } from '#test/support/invitation.ts'
import { bringInForce } from '#test/support/issuing.ts'
import { fact, openMarket, tell, type TestMarket } from '#test/support/market.ts'

let market: TestMarket
const now = Temporal.Instant.from('2017-06-10T10:00:00+08:00')
const long = Temporal.Instant.from('2016-01-01T00:00:00+08:00')

before(async () => {
  market = await openMarket()
  await bringInForce(market, 'invitation', byScore(), long)
  await scoredMembers(market.db, { lin: 2_600, mei: 2_700 }, '2016-12-02T00:00:00+08:00')
})
after(async () => await market.close())

function order(id: string, day: string, lines: object[], shopId = 'A') {
  const time = (hour: number) => `${day}T${String(hour).padStart(2, '0')}:00:00+08:00`
  const about = { orderId: id }
  return [
    fact('lin', `${id}/placed`, 'order.placed', time(9), {
      ...about,
      shopId,
      freight: '6.00',
      lines,
    }),
    fact('lin', `${id}/paid`, 'order.paid', time(10), about),
    fact('lin', `${id}/received`, 'order.received', time(11), about),
  ]
}

const line = (id: string, category: string, paid: string) => ({ id, sku: id, category, paid })

async function recordOf(memberId: string): Promise<Record<string, number>> {
  const candidate = await candidateOf(market.db, '2017', memberId)
  const record = JSON.parse(candidate?.record ?? '{}') as { indicators: Record<string, number> }
  return record.indicators
}

test('IV-3 the facts of a candidate are read from what was recorded, in the months of the window', async () => {
  const gone = { orderId: 'closed' }
  const back = (id: string, amount: string) => ({
    orderId: id,
    lines: [{ id: `${id}-1`, amount, quantity: 1 }],
  })
  await tell(
    market,
    [
      ...order('early', '2016-05-31', [line('early-1', 'ordinary', '999.00')]),
      ...order('first', '2016-06-01', [
        line('first-1', 'ordinary', '100.00'),
        line('first-2', 'virtual', '50.00'),
      ]),
      ...order('second', '2017-01-15', [line('second-1', 'digital3c', '300.00')], 'B'),
      fact(
        'lin',
        'back',
        'refund.succeeded',
        '2017-01-20T10:00:00+08:00',
        back('second', '300.00'),
      ),
      ...order('third', '2017-05-31', [line('third-1', 'ordinary', '200.00')]),
      fact('lin', 'closed/placed', 'order.placed', '2017-02-01T10:00:00+08:00', {
        ...gone,
        shopId: 'A',
        lines: [line('x', 'ordinary', '10.00')],
      }),
      fact('lin', 'closed/closed', 'order.closed', '2017-02-02T10:00:00+08:00', gone),
      fact('lin', 'r1', 'review.posted', '2017-03-01T10:00:00+08:00', { highValue: true }),
      fact('lin', 'r2', 'review.posted', '2017-03-01T11:00:00+08:00', {}),
      fact('lin', 's1', 'interaction.recorded', '2017-03-02T10:00:00+08:00', { kind: 'share' }),
      fact('lin', 's2', 'interaction.recorded', '2017-06-02T10:00:00+08:00', { kind: 'share' }),
      fact('lin', 'c1', 'conduct.recorded', '2017-03-03T10:00:00+08:00', { kind: 'brokenPromise' }),
      fact('lin', 'g1', 'credit.assessed', '2017-03-03T10:00:00+08:00', { grade: 'great' }),
    ],
    now,
  )
  await sql`
    insert into jifen.allocation (member_id, trade_id, line_id, n, order_id, shop_id, layer,
      instrument, funder, off_fen, placed_at)
    values ('lin', 'first', 'first-1', 1, 'first', 'A', 'coupon', 'c', 'platform', 2500, now()),
      ('lin', 'first', 'first-2', 1, 'first', 'A', 'shop', 'o', 'shop:A', 500, now()),
      ('lin', 'first', 'freight:A', 1, 'first', 'A', 'freight', 'f', 'platform', 600, now())
  `.execute(market.db)
  await sql`
    insert into jifen.member_score (member_id, month, score, purchase, reward, base, figures, policy,
      scored_at)
    select 'lin', month::date, score, 0, 0, 0, '[]', 'score@1', now()
    from (values ('2016-05-01', 1), ('2016-12-01', 2000), ('2017-05-01', 2300)) as s (month, score)
  `.execute(market.db)
  await sql`
    insert into jifen.tier_change (member_id, number, at, from_tier, to_tier, cause)
    values ('lin', 1, '2017-01-08T00:00:00+08:00', 'ordinary', 'super', '{}'),
      ('lin', 2, '2017-03-08T00:00:00+08:00', 'super', 'ordinary', '{}'),
      ('lin', 3, '2017-06-08T00:00:00+08:00', 'ordinary', 'super', '{}')
  `.execute(market.db)

  await openRound(market, { round: '2017', actor: 'operator:ann', at: now })
  await settleInvitations(market, now)
  const told = await recordOf('lin')
  const expected = {
    'spend.total': 35_000,
    'spend.gross': 65_000,
    'spend.freight': 1_200,
    'frequency.orders': 2,
    'frequency.purchaseDays': 2,
    'frequency.longestGap': 364,
    'frequency.daysSinceLast': 0,
    'breadth.shops': 1,
    'breadth.categories': 2,
    'returns.wholeOrders': 1,
    'returns.afterReceipt': 1,
    'returns.medianDays': 5,
    'returns.unpaidOrders': 1,
    'credit.grade': 4,
    'credit.brokenPromises': 1,
    'interaction.reviews': 2,
    'interaction.shares': 1,
    'interaction.highValueShare': 333_333,
    'loyalty.daysMember': 181,
    'loyalty.score': 2_600,
    'loyalty.scoreTrend': 600,
    'loyalty.scoreMean': 2_150,
    'loyalty.tierRises': 1,
    'loyalty.tierFalls': 1,
    'loyalty.tierDays': 85,
    'promotions.off': 3_000,
    'promotions.couponShare': 65_789,
    'promotions.fullPriceOrders': 1,
  }
  for (const [id, value] of Object.entries(expected)) equal(told[id], value, id)
  equal((told['points.earned'] ?? 0) > 0, true)
  equal((told['points.clawedBack'] ?? 0) > 0, true)
  const nothing = await recordOf('mei')
  deepEqual(
    [nothing['spend.total'], nothing['credit.grade'], nothing['loyalty.score']],
    [0, 0, 2_700],
  )
})
