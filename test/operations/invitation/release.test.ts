import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { countByStatus } from '#db/membership/invitation-rounds.ts'
import { openRound } from '#operations/invitation/open-round.ts'
import { reviewRound } from '#operations/invitation/review-candidates.ts'
import { settleInvitations } from '#operations/invitation/settle-invitations.ts'
import { releaseRound } from '#operations/invitation/turn-round.ts'
import { byScore, opening, scoredMembers } from '#test/support/invitation.ts'
import { bringInForce } from '#test/support/issuing.ts'
import { openMarket, type TestMarket } from '#test/support/market.ts'

let market: TestMarket
const round = '2017'
const at = opening

before(async () => {
  market = await openMarket()
  await scoredMembers(market.db, { a: 3_000, b: 2_900, c: 2_800 })
  const long = Temporal.Instant.from('2017-01-01T00:00:00+08:00')
  await bringInForce(market, 'invitation', byScore({ secondPerson: true }), long)
})
after(async () => await market.close())

async function release(actor: string): Promise<void> {
  equal((await releaseRound(market, { round, actor, at })).ok, true)
  await settleInvitations(market, at)
}

test('IV-9 what a releaser accepted himself is sent when another releases the round after him', async () => {
  equal((await openRound(market, { round, actor: 'operator:ann', at })).ok, true)
  await settleInvitations(market, at)
  const review = { round, accept: [], turnDown: [], at }
  await reviewRound(market, { ...review, acceptTop: 2, reviewer: 'operator:bob' })
  await reviewRound(market, { ...review, accept: ['c'], reviewer: 'operator:cat' })
  await release('operator:bob')
  await release('operator:bob')
  deepEqual(await countByStatus(market.db, round), { accepted: 2, invited: 1 })
  await release('operator:cat')
  deepEqual(await countByStatus(market.db, round), { invited: 3 })
})
