import type pg from 'pg'
import type { Findings } from '#test/accept/support/findings.ts'
import { couponsOfMember } from '#test/accept/support/return-market.ts'
import {
  fault,
  mustHavePoints,
  tradeOf,
  walletOf,
  type Walk,
} from '#test/accept/support/return-walk.ts'
import { availableIn } from '#test/accept/support/told-points.ts'
import { isAllBack } from '#test/accept/support/told-returns.ts'

/** Allowance and envelopes are what the promises come to, whatever lapsed. */
export async function mustHaveMoney(walk: Walk): Promise<void> {
  const { had, hasLapsed } = walk
  const { placed, back } = tradeOf(walk)
  const { used } = placed.quote
  const envelopes = sumOf(Object.values(had.envelopes))
  const ofEnvelopes =
    sumOf(Object.values(back.byEnvelopeFen)) - sumOf(Object.values(used.redEnvelopesFen))
  const left = {
    allowance: had.allowanceFen - used.allowanceFen + back.allowanceFen,
    redEnvelope: envelopes + ofEnvelopes,
  }
  for (const [unit, amount] of Object.entries(left)) {
    const { available, held } = await walletOf(walk, unit)
    const expected = hasLapsed ? 0 : amount
    if (available === expected && held === 0) continue
    fault(walk, `${unit}: has ${available} and holds ${held}, not ${expected}`)
  }
}

/** Wallets and coupons are what the promises come to; all back and nothing received: as before. */
export async function checkEnd(walk: Walk): Promise<void> {
  const { memberId, market } = walk
  const trade = tradeOf(walk)
  const { used } = trade.placed.quote
  await mustHaveMoney(walk)
  await mustHavePoints(walk, 'the end')

  const path = `/v1/members/${memberId}/coupons`
  const reply = await market.client.send({ path, token: market.service })
  const { coupons } = JSON.parse(reply.text) as { coupons: { couponId: string; status: string }[] }
  for (const id of couponsOfMember) {
    const isUsed = used.coupons.includes(id) && !trade.back.coupons.has(id)
    const status = coupons.find((each) => each.couponId === id)?.status
    if (status !== (isUsed ? 'used' : 'open')) fault(walk, `coupon: ${id} is ${status}`)
  }
  if (!isAllBack(trade)) return
  walk.findings.count('trades of which nothing is left')
  mustBeAsBefore(walk)
}

/** RE-10, LE-9: with all back, the member has the points of before, or owes exactly what was spent. */
function mustBeAsBefore(walk: Walk): void {
  const { had, points, spent } = walk
  if (had.lapses) return
  const net = availableIn(points) - points.debt
  if (net !== had.points - spent) {
    fault(walk, `net: ${net} points, not ${had.points - spent}`)
  }
  if (points.debt > 0) walk.findings.count('members who owe exactly what they spent')
}

/** Parts add up to the whole, to the fen: of money, of allocations, of lines, for every trade. */
export async function checkBooks(database: pg.Client, findings: Findings): Promise<void> {
  for (const [what, text] of Object.entries(books)) {
    const { rows } = await database.query<Record<string, unknown>>(text)
    for (const row of rows) findings.fault(`books: ${what}: ${JSON.stringify(row)}`)
  }
}

const books = {
  'more came back of a share than it was': `
    select a.member_id, a.line_id, a.off_fen, sum(r.off_fen) as undone
    from jifen.allocation a join jifen.allocation_reversal r using (member_id, trade_id, line_id, n)
    group by a.member_id, a.trade_id, a.line_id, a.n having sum(r.off_fen) > a.off_fen`,
  'a line that is back has something left of a share': `
    select a.member_id, a.line_id, a.off_fen, coalesce(sum(r.off_fen), 0) as undone
    from jifen.allocation a
    join jifen.member_order_line l using (member_id, order_id, line_id)
    left join jifen.allocation_reversal r using (member_id, trade_id, line_id, n)
    where l.refunded_quantity = l.quantity
    group by a.member_id, a.trade_id, a.line_id, a.n having coalesce(sum(r.off_fen), 0) <> a.off_fen`,
  'the refunds of a trade are not what its lines and freight say': `
    select t.member_id, t.pay_fen, r.fen, l.fen as of_lines
    from jifen.trade t
    join (
      select member_id, trade_id, sum(refund_fen) as fen,
        sum((select coalesce(sum(value::bigint), 0) from json_each_text(answer -> 'byLineFen'))) as by_line
      from jifen.trade_refund group by member_id, trade_id
    ) r using (member_id, trade_id)
    join (
      select member_id, trade_id, sum(refunded_fen) as fen
      from jifen.member_order join jifen.member_order_line using (member_id, order_id)
      group by member_id, trade_id
    ) l using (member_id, trade_id)
    where r.by_line <> l.fen or r.fen > t.pay_fen + t.deposit_fen`,
  'a trade is closed and not all of it is back, or the other way round': `
    select t.member_id, t.status
    from jifen.trade t
    join jifen.member_order using (member_id, trade_id)
    join jifen.member_order_line l using (member_id, order_id)
    group by t.member_id, t.trade_id
    having (t.status = 'closed') <> bool_and(l.refunded_quantity = l.quantity)`,
} as const

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0)
}
