import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import tmall2017 from '#presets/tmall-2017.json' with { type: 'json' }
import { approvePolicy } from '#operations/policies/approve-policy.ts'
import { draftPolicy } from '#operations/policies/draft-policy.ts'
import { bringInForce } from '#test/support/issuing.ts'
import { openMarket, type TestMarket } from '#test/support/market.ts'

let market: TestMarket
before(async () => {
  market = await openMarket()
})
after(async () => await market.close())

test('IC-5 a mapping that was sound when it was drafted is not approved once it would raise', async () => {
  const at = Temporal.Instant.from('2017-11-10T10:00:00+08:00')
  const title = { zh: '航空', en: 'Airline' }
  const body = {
    ...tmall2017.policies['interchange:skyways'],
    tiers: [{ name: 'blue', title, gives: 'ordinary' }],
    ours: [{ tier: 'super', gives: 'blue' }],
  }
  const drafted = await draftPolicy(market.db, {
    name: 'interchange:air',
    body,
    note: '',
    author: 'ann',
    at,
  })
  equal(drafted.ok, true, JSON.stringify(drafted))

  const turned = [
    { name: 'super', from: 0 },
    { name: 'ordinary', from: 1_000 },
  ]
  await bringInForce(market, 'score', { ...tmall2017.policies.score, tiers: turned })
  const approval = { name: 'interchange:air', version: 1, approver: 'bob', at }
  deepEqual(await approvePolicy(market.db, approval), {
    ok: false,
    refusal: 'policies/invalid',
    problems: [
      {
        path: 'tiers',
        message:
          'Tiers would raise each other: ours/super -> interchange:air/blue -> ours/ordinary.',
      },
    ],
  })
})

test('IC-5 a ladder by which approved mappings would raise is refused', async () => {
  const at = Temporal.Instant.from('2017-11-11T10:00:00+08:00')
  const ladder = (...names: string[]) => names.map((name, n) => ({ name, from: n * 1_000 }))
  const draft = async (tiers: object[]) => {
    const body = { ...tmall2017.policies.score, tiers }
    return await draftPolicy(market.db, { name: 'score', body, note: '', author: 'ann', at })
  }
  // The preset's mapping gives super for an airline's gold, which it gives to apass.
  const refused = await draft(ladder('apass', 'super'))
  equal(!refused.ok && refused.refusal, 'policies/invalid')
  equal((await draft(ladder('ordinary', 'super', 'apass'))).ok, true)
})
