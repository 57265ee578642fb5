import { sql } from 'kysely'
import { openRound } from '#operations/invitation/open-round.ts'
import { collectCandidates } from '#operations/invitation/collect-candidates.ts'
import { reviewRound } from '#operations/invitation/review-candidates.ts'
import { sendInvitations } from '#operations/invitation/send-invitations.ts'
import { releaseRound } from '#operations/invitation/turn-round.ts'
import { byScore } from '#test/support/invitation.ts'
import { bringInForce } from '#test/support/issuing.ts'
import { openMarket } from '#test/support/market.ts'
const m = await openMarket()
const t0 = performance.now()
const lap = (s: string) => console.log(s, ((performance.now() - t0) / 1000).toFixed(1))
try {
  const o = m.owner
  await sql`insert into jifen.member (member_id, joined_at, created_at) select 'm' || lpad(n::text,7,'0'), '2012-01-01', '2012-01-01' from generate_series(1,1000000) n`.execute(o)
  await sql`insert into jifen.membership (member_id, score, score_tier, tier, tier_since) select 'm' || lpad(n::text,7,'0'), case when n % 100 = 0 then 2500 + n % 977 else n % 2400 end, 'super','super', '2016-01-01' from generate_series(1,1000000) n`.execute(o)
  await sql`insert into jifen.member_order (member_id, order_id, trade_id, shop_id, placed_at, paid_at, received_at, freight_fen)
    select 'm' || lpad((k*100)::text,7,'0'), 'o' || j, 'o' || j, 's' || j % 7, timestamptz '2016-06-02' + j * interval '14 days', timestamptz '2016-06-02' + j * interval '14 days', timestamptz '2016-06-04' + j * interval '14 days', 600
    from generate_series(1,10000) k, generate_series(1,24) j`.execute(o)
  await sql`insert into jifen.member_order_line (member_id, order_id, line_id, position, sku, category, quantity, paid_fen, multiple_ppm, refunded_fen)
    select 'm' || lpad((k*100)::text,7,'0'), 'o' || j, 'l' || l, l, 'sku' || j, 'c' || j % 5, 1, 10000 + k + j, 1000000, case when j = 3 then 100 else 0 end
    from generate_series(1,10000) k, generate_series(1,24) j, generate_series(1,2) l`.execute(o)
  await sql`insert into jifen.member_event (member_id, source, event_id, type, fingerprint, order_id, occurred_at, received_at, status, data, outcome)
    select 'm' || lpad((k*100)::text,7,'0'), 'shop', 'e' || j || '-' || x, case when x = 4 then 'jifen.review.posted.v1' else 'jifen.order.paid.v1' end, 'f', 'o' || j, timestamptz '2016-06-04' + j * interval '14 days', now(), 'applied', '{}', '{}'
    from generate_series(1,10000) k, generate_series(1,24) j, generate_series(1,4) x`.execute(o)
  for (const t of ['member','membership','member_order','member_order_line','member_event']) await sql.raw(`analyze jifen.${t}`).execute(o)
  lap('made')
  await bringInForce(m, 'invitation', byScore({ quota: { members: 3000 } }), Temporal.Instant.from('2016-01-01T00:00:00Z'))
  const at = Temporal.Instant.from('2017-06-10T10:00:00+08:00')
  await openRound(m, { round: '2017', actor: 'a', at })
  lap('opened')
  let n = 0
  while (await collectCandidates(m, '2017', at)) { n += 1; if (n % 5 === 0) lap(`batch ${n} ${Math.round(process.memoryUsage().rss / 1e6)} MB`) }
  lap('collected')
  console.log((await sql`select status, count(*), max(rank) from jifen.invitation_candidate group by 1`.execute(m.db)).rows)
  await reviewRound(m, { round: '2017', accept: [], turnDown: [], acceptTop: 6000, reviewer: 'b', at })
  await releaseRound(m, { round: '2017', actor: 'c', at })
  lap('reviewed')
  while (await sendInvitations(m, '2017', at));
  lap('sent')
  const plan = await sql`explain (analyze, buffers) select s.member_id from jifen.membership s join jifen.member m using (member_id) where s.member_id > 'm0500000' and s.score >= 2500 and m.status = 'active' order by s.member_id limit 500`.execute(m.db)
  for (const row of plan.rows) console.log(Object.values(row as object)[0])
} finally { await m.close() }
