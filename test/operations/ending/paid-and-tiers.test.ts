import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { endingsOf } from '#db/membership/endings.ts'
import { tellMembership } from '#operations/ending/tell-membership.ts'
import { grantTier } from '#operations/membership/grant-tier.ts'
import { standingAt } from '#operations/membership/standing.ts'
import { transact } from '#operations/_transact.ts'
import tmall2017 from '#presets/tmall-2017.json' with { type: 'json' }
import { bringInForce } from '#test/support/issuing.ts'
import type { TestMarket } from '#test/support/market.ts'
import { buy, newKey, openPaidMarket } from '#test/support/paid.ts'
import { contextOf, doubleEleven } from '#test/support/trades.ts'

let market: TestMarket
before(async () => {
  market = await openPaidMarket()
  await bringInForce(market, 'score', tmall2017.policies.score)
})
after(() => market.close())

const soon = doubleEleven.add({ hours: 24 })

async function turn(memberId: string, told: 'sealed' | 'unsealed', at = soon) {
  const turned = await tellMembership(
    contextOf(market, at),
    { memberId, told, reason: 'x' },
    newKey(),
  )
  ok(turned.ok)
  return JSON.parse(turned.ending.what) as {
    readonly paid: readonly { readonly refundFen: number }[]
    readonly tiers: readonly string[]
    readonly back: { readonly tiers: readonly string[]; readonly paid: readonly string[] }
  }
}

async function standing(memberId: string, at = soon) {
  const { tier, paidMember } = await standingAt(market.db, market.policies, memberId, at)
  return [tier, paidMember]
}

async function grant(memberId: string): Promise<void> {
  const context = contextOf(market)
  const to = doubleEleven.add({ hours: 24 * 100 })
  const granted = { memberId, grantId: 'g-1', source: 'operator', tier: 'super' } as const
  await transact(market.db, async (tx) => {
    await grantTier(tx, context, { ...granted, from: doubleEleven, to, cause: { type: 'test' } })
  })
}

test('EN-2 paid membership ends with a sealing, refunded only where the policy says so', async () => {
  for (const refundsPaid of [false, true]) {
    const memberId = refundsPaid ? 'refunded' : 'forfeited'
    await bringInForce(market, 'ending', { refundsPaid })
    await buy(market, memberId)
    deepEqual((await standing(memberId))[1], true)
    const { paid } = await turn(memberId, 'sealed')
    deepEqual(
      paid.map(({ refundFen }) => refundFen > 0),
      [refundsPaid],
    )
    deepEqual((await standing(memberId))[1], false)
  }
})

test('EN-1, EN-3 granted tiers and paid membership end with a sealing and come back with an appeal', async () => {
  await bringInForce(market, 'ending', { unseal: { within: 'P7D', tiers: true, paid: true } })
  await buy(market, 'appeals')
  await grant('appeals')
  deepEqual(await standing('appeals'), ['super', true])
  const { tiers } = await turn('appeals', 'sealed')
  deepEqual(tiers, ['g-1'])
  deepEqual(await standing('appeals'), ['ordinary', false])
  const { back } = await turn('appeals', 'unsealed', soon.add({ hours: 24 }))
  deepEqual([back.tiers, back.paid.length], [['g-1'], 1])
  deepEqual(await standing('appeals', soon.add({ hours: 25 })), ['super', true])
  equal((await endingsOf(market.db, 'appeals')).length, 2)
})
