import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { compactVerify, createLocalJWKSet, decodeJwt, type JWK, type JWTPayload } from 'jose'
import { transact } from '#operations/_transact.ts'
import { draftPolicy } from '#operations/policies/draft-policy.ts'
import { endMatches, endMatchesOfPartners } from '#operations/interchange/end-matches.ts'
import { lockMembers } from '#db/members.ts'
import { beginning, keyed, testApi, type TestApi } from '#test/support/api.ts'
import { bringInForce, makeMembers } from '#test/support/issuing.ts'
import { scoredMembers } from '#test/support/invitation.ts'

let api: TestApi

const title = { zh: '伙伴', en: 'Partner' }
const window = { from: '2017-06-01T00:00:00+08:00', to: '2018-06-01T00:00:00+08:00' }
const hotel = {
  title,
  window,
  tiers: [
    { name: 'silver', title },
    { name: 'gold', title, gives: 'super' },
  ],
  ours: [{ tier: 'super', gives: 'silver' }],
  lasts: 'P1Y',
  evidence: ['card'],
}

before(async () => {
  api = await testApi()
  await makeMembers(api.db, ['lin', 'mei', 'zhao', 'bea', 'bo', 'hua', 'lan'])
  await scoredMembers(api.db, { sue: 1_500 })
  await bringInForce(api, 'interchange:hotel', hotel)
})
after(async () => await api.close())

const proof = (digit: string) => ({
  partner: 'hotel',
  tier: 'gold',
  evidence: { kind: 'card', hash: digit.repeat(64) },
})

async function submit(memberId: string, body: object, key = `of-${memberId}`) {
  const path = `/v1/members/${memberId}/tier-matches`
  const headers = keyed(await api.as('member', memberId), key)
  return await api.ask({ path, headers, body })
}

async function decide(memberId: string, matchId: string, body: object) {
  const path = `/v1/members/${memberId}/tier-matches/${matchId}/decision`
  return await api.ask({ path, headers: await api.as('operator'), body })
}

async function tierOf(memberId: string): Promise<string> {
  const path = `/v1/members/${memberId}/membership`
  return (await api.ask({ path, headers: await api.as('operator') })).body.tier
}

async function stated(memberId: string) {
  const path = `/v1/members/${memberId}/tier-statements/hotel`
  return await api.ask({ path, headers: await api.as('member', memberId) })
}

test('proof is handed in once, decided by another, and gives the tier until the policy ends', async () => {
  const told = await submit('lin', proof('a'))
  equal(told.status, 201, told.text)
  deepEqual([told.body.matchId, told.body.status], ['hotel.1', 'submitted'])
  equal((await submit('lin', proof('a'))).text, told.text)
  const other = await submit('lin', proof('b'), 'other')
  deepEqual([other.status, other.body.code], [409, 'interchange/already-submitted'])
  const headers = await api.as('service')
  const waiting = await api.ask({ path: '/v1/tier-matches/waiting', headers })
  equal(waiting.body.matches[0].memberId, 'lin')

  equal(await tierOf('lin'), 'ordinary')
  const confirmed = await decide('lin', 'hotel.1', { confirm: true })
  equal(confirmed.status, 200, confirmed.text)
  deepEqual([confirmed.body.tier, confirmed.body.to], ['super', window.to])
  equal(await tierOf('lin'), 'super')
  equal((await decide('lin', 'hotel.1', { confirm: true })).text, confirmed.text)
  const turned = await decide('lin', 'hotel.1', { confirm: false, reason: 'no' })
  deepEqual([turned.status, turned.body.code], [409, 'interchange/already-decided'])
  const soon = await submit('lin', proof('c'), 'soon')
  deepEqual([soon.status, soon.body.code], [409, 'interchange/too-soon'])
})

test('one piece of evidence serves one member, and a refused proof may be followed by another', async () => {
  await submit('mei', proof('a'))
  const used = await decide('mei', 'hotel.1', { confirm: true })
  deepEqual([used.status, used.body.code], [409, 'interchange/evidence-used'])
  const refused = await decide('mei', 'hotel.1', { confirm: false, reason: 'not yours' })
  deepEqual([refused.body.status, refused.body.reason], ['refused', 'not yours'])
  equal((await submit('mei', proof('d'), 'second')).body.matchId, 'hotel.2')
  equal(await tierOf('mei'), 'ordinary')
})

test('what does not fit the mapping is refused, and so is a decision by whoever handed the proof in', async () => {
  const wrong = async (change: object) =>
    (await submit('zhao', { ...proof('e'), ...change }, JSON.stringify(change).slice(0, 50))).body
      .code
  equal(await wrong({ partner: 'nobody' }), 'interchange/unknown-partner')
  equal(await wrong({ tier: 'silver' }), 'interchange/unknown-tier')
  const kind = { evidence: { kind: 'photo', hash: 'e'.repeat(64) } }
  equal(await wrong(kind), 'interchange/unknown-evidence')
  const path = '/v1/members/zhao/tier-matches'
  const headers = keyed(await api.as('operator'))
  equal((await api.ask({ path, headers, body: proof('e') })).status, 201)
  const own = await decide('zhao', 'hotel.1', { confirm: true })
  deepEqual([own.status, own.body.code], [403, 'interchange/submitter-decides'])
  equal((await decide('zhao', 'hotel.7', { confirm: true })).body.code, 'interchange/unknown-match')
})

test('a statement is signed for the partner alone, and is no token of this server', async () => {
  const told = await stated('sue')
  equal(told.status, 200, told.text)
  deepEqual([told.body.tier, told.body.partnerTier], ['super', 'silver'])
  const { keys } = (await api.ask({ path: '/v1/tier-statement-keys' })).body as { keys: JWK[] }
  // The wall is years ahead of the clock of this test: its end is no matter of the signature.
  const { payload } = await compactVerified(told.body.statement, keys)
  deepEqual([payload.aud, payload.iss], ['urn:jifen:partner:hotel', 'urn:jifen:statements'])
  const days = ((payload.exp ?? 0) - (payload.iat ?? 0)) / 86_400
  equal(days, 30)
  deepEqual([payload.sub, payload['tier'], payload['partnerTier']], ['sue', 'super', 'silver'])
  equal(
    keys.every((key) => key.d === undefined),
    true,
  )
  const headers = { authorization: `Bearer ${told.body.statement}` }
  equal((await api.ask({ path: '/v1/members/sue', headers })).status, 401)
})

test('IC-6 a tier held by interchange alone is stated to no partner', async () => {
  equal(await tierOf('lin'), 'super')
  const told = await stated('lin')
  deepEqual([told.status, told.body.code], [409, 'interchange/nothing-to-state'])
})

test('a mapping that raises tiers in a circle is refused when it is drafted', async () => {
  const airline = (tiers: object[], ours: object[]) => ({ ...hotel, tiers, ours })
  const raising = airline(
    [
      { name: 'blue', title },
      { name: 'black', title, gives: 'super' },
    ],
    [{ tier: 'ordinary', gives: 'black' }],
  )
  const at = beginning
  const draft = { name: 'interchange:air', note: '', author: 'ann', at }
  const refused = await draftPolicy(api.db, { ...draft, body: raising })
  equal(!refused.ok && refused.refusal, 'policies/invalid')
  const way = 'ours/ordinary -> interchange:air/black -> ours/super'
  const message = `Tiers would raise each other: ${way}.`
  deepEqual(!refused.ok && 'problems' in refused && refused.problems, [{ path: 'tiers', message }])
})

test('IC-8 a sealed member loses what matches gave, and what waits is refused', async () => {
  await submit('bea', proof('f'))
  await decide('bea', 'hotel.1', { confirm: true })
  equal(await tierOf('bea'), 'super')
  const context = { ...api, now: api.clock.now() }
  await transact(api.db, async (tx) => {
    await lockMembers(tx, ['bea'])
    const ending = { memberId: 'bea', at: context.now, cause: { reason: 'fraud' } }
    await endMatches(tx, context, ending)
    await endMatches(tx, context, ending)
  })
  equal(await tierOf('bea'), 'ordinary')
  const path = '/v1/members/bea/tier-matches'
  const list = await api.ask({ path, headers: await api.as('member', 'bea') })
  equal(list.body.matches[0].status, 'ended')
})

test('proofs that wait are listed page by page, those that wait longest first', async () => {
  const waiting = ['bo', 'hua', 'lan']
  for (const [n, memberId] of waiting.entries()) {
    equal((await submit(memberId, proof(String(n)))).status, 201)
  }
  const headers = await api.as('service')
  const seen: string[] = []
  let query = 'limit=2'
  for (;;) {
    const page = await api.ask({ path: `/v1/tier-matches/waiting?${query}`, headers })
    equal(page.status, 200, page.text)
    seen.push(...page.body.matches.map((each: { memberId: string }) => each.memberId))
    if (page.body.nextCursor === undefined) break
    query = `limit=2&cursor=${page.body.nextCursor}`
  }
  deepEqual(seen.toSorted(), [...new Set(seen)].toSorted())
  deepEqual(
    seen.filter((memberId) => waiting.includes(memberId)),
    waiting,
  )
})

test('a version that ends the window sooner ends the matches then', async () => {
  const sooner = { ...hotel, window: { ...window, to: '2018-01-01T00:00:00+08:00' } }
  await bringInForce(api, 'interchange:hotel', sooner, beginning)
  const end = Temporal.Instant.from('2018-01-01T00:00:00+08:00')
  await endMatchesOfPartners(api, end.subtract({ milliseconds: 1 }))
  equal(await tierOf('lin'), 'super')
  api.clock.moveTo(end)
  await endMatchesOfPartners(api, end)
  equal(await tierOf('lin'), 'ordinary')
  const path = '/v1/members/lin/announcements'
  const notices = await api.ask({ path, headers: await api.as('member', 'lin') })
  equal(notices.body.announcements[0].type.startsWith('jifen.'), true)
})

async function compactVerified(token: string, keys: JWK[]): Promise<{ payload: JWTPayload }> {
  await compactVerify(token, createLocalJWKSet({ keys }))
  return { payload: decodeJwt(token) }
}
