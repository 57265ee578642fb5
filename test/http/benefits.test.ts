import { deepEqual, equal, ok } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { openPolicyBook } from '#operations/policies/policy-book.ts'
import { settleBenefits } from '#operations/benefits/settle-benefits.ts'
import { beginning, event, keyed, testApi, type TestApi, type Told } from '#test/support/api.ts'
import { benefitOf } from '#test/support/benefits.ts'
import { bringInForce, forEach, makeMembers } from '#test/support/issuing.ts'

let api: TestApi
const many = Array.from({ length: 64 }, (_, n) => `many-${n}`)

before(async () => {
  api = await testApi()
  const policies = await openPolicyBook(api.db)
  const scope = { db: api.db, policies }
  await makeMembers(api.db, ['lin', 'mei', 'wei', ...many])
  await bringInForce(scope, 'benefit:thrice', benefitOf({ quota: { count: 3, per: 'day' } }))
  await bringInForce(scope, 'benefit:limited', benefitOf({ stock: 7 }))
  await bringInForce(scope, 'benefit:night', benefitOf({ prices: [{ money: '500.00' }] }))
  policies.close()
  await api.policies.refresh()
  const headers = keyed(await api.as('service'))
  const path = '/v1/members/lin/wallets/platform/points/earns'
  await api.ask({ path, headers, body: { amount: 1_000 } })
})
after(async () => await api.close())

async function claim(
  memberId: string,
  slug: string,
  body: object = {},
  headers?: Readonly<Record<string, string>>,
): Promise<Told> {
  const path = `/v1/members/${memberId}/benefits/${slug}/claims`
  return await api.ask({
    path,
    headers: headers ?? keyed(await api.as('member', memberId)),
    body,
  })
}

test('64 claims at once of one member give exactly the quota, and of 64 members the stock', async () => {
  const headers = await api.as('member', 'lin')
  const own = await forEach(many, () => claim('lin', 'thrice', {}, keyed(headers)))
  equal(own.filter(({ status }) => status === 201).length, 3)
  deepEqual(
    new Set(own.map(({ body }) => body.code)),
    new Set([undefined, 'benefits/quota-used-up']),
  )
  const all = await forEach(many, (memberId) => claim(memberId, 'limited'))
  equal(all.filter(({ status }) => status === 201).length, 7)
  deepEqual(new Set(all.map(({ body }) => body.code)), new Set([undefined, 'benefits/sold-out']))
})

test('a member sees every tier with what is open, what it costs and what unlocks the rest', async () => {
  const headers = await api.as('member', 'lin')
  const { status, body, text } = await api.ask({ path: '/v1/members/lin/benefits', headers })
  equal(status, 200, text)
  deepEqual(body.member, { tier: 'ordinary', score: 0, points: 1_000, paidMember: false })
  const groups = body.groups as { kind: string; tier?: string; benefits: Offered[] }[]
  deepEqual(
    groups.map((group) => group.tier ?? group.kind),
    ['everybody', 'ordinary', 'super', 'apass', 'score', 'paidMember', 'grant'],
  )
  const find = (slug: string) =>
    groups.flatMap((group) => group.benefits).find((each) => each.benefit === slug)
  const hotel = find('hotel')
  deepEqual(
    [hotel?.open, hotel?.refusal, hotel?.price, hotel?.left, hotel?.unlockedBy[0]],
    [
      false,
      'benefits/not-eligible',
      { points: 500, moneyFen: 50_000 },
      2,
      { tier: 'super', scoreFrom: 1_000, scoreMissing: 1_000 },
    ],
  )
  equal(find('scratch-card')?.open, true)
  deepEqual(find('instant-refund')?.limits?.at(-1), { tiers: ['apass'], limit: '10000.00' })
  equal(find('thrice')?.nextAt, '2017-11-21T00:00:00+08:00')
  deepEqual(find('voucher-30')?.unlockedBy, [{ paidMember: true }])
})

type Offered = {
  readonly benefit: string
  readonly open: boolean
  readonly refusal?: string
  readonly price: unknown
  readonly left: number | null
  readonly nextAt?: string
  readonly unlockedBy: readonly unknown[]
  readonly limits?: readonly unknown[]
  readonly terms: { readonly who?: unknown }
}

test('a claim is answered again under its key, listed, and given back by its member alone', async () => {
  const headers = keyed(await api.as('member', 'lin'))
  const told = await claim('lin', 'points-voucher', {}, headers)
  equal(told.status, 201, told.text)
  deepEqual([told.body.claimId, told.body.status], ['points-voucher.1', 'claimed'])
  deepEqual(told.body.price, { points: 200, moneyFen: 0 })
  deepEqual(told.body.given, { kind: 'voucher', amountFen: 200 })
  equal((await claim('lin', 'points-voucher', {}, headers)).text, told.text)
  const path = '/v1/members/lin/benefit-claims/points-voucher.1'
  equal((await api.ask({ path, headers })).text, told.text)
  const list = await api.ask({ path: '/v1/members/lin/benefit-claims?limit=1', headers })
  equal(list.body.claims.length, 1)
  ok(list.body.nextCursor)

  const foreign = await api.as('member', 'mei')
  equal((await api.ask({ method: 'POST', path: `${path}/return`, headers: foreign })).status, 404)
  const back = await api.ask({ method: 'POST', path: `${path}/return`, headers })
  deepEqual([back.status, back.body.status], [200, 'returned'])
  const wallet = await api.ask({ path: '/v1/members/lin/wallets/platform/points', headers })
  equal(wallet.body.available, 1_000)
})

test('a price in money needs the payment that a service tells; a right is used by its code once', async () => {
  const refused = await claim('mei', 'night')
  deepEqual([refused.status, refused.body.code], [409, 'benefits/payment-missing'])
  deepEqual(refused.body.price, { points: 0, moneyFen: 50_000 })
  const payment = { ref: 'pay-1', amountFen: 50_000 }
  equal((await claim('mei', 'night', { payment })).status, 403)
  const service = await api.as('service')
  const told = await claim('mei', 'night', { payment }, keyed(service))
  equal(told.status, 201, told.text)
  equal(String(told.body.given.code).length, 19)

  const path = `/v1/members/mei/benefit-claims/${told.body.claimId}/use`
  const member = await api.as('member', 'mei')
  equal((await api.ask({ method: 'POST', path, headers: member })).status, 403)
  const used = await api.ask({ method: 'POST', path, headers: service })
  deepEqual([used.status, used.body.status], [200, 'used'])
  equal((await api.ask({ method: 'POST', path, headers: service })).text, used.text)
})

test('an operator grants a benefit for a time, and ends it', async () => {
  equal((await claim('mei', 'fresh-food-card')).body.code, 'benefits/not-eligible')
  const headers = await api.as('operator')
  const to = '2017-12-20T00:00:00+08:00'
  const body = { name: 'sorry', members: ['mei', 'nobody'], to }
  const path = '/v1/benefits/fresh-food-card/grants'
  const told = await api.ask({ path, headers, body })
  deepEqual(told.body.outcomes, { mei: 'granted', nobody: 'members/unknown' })
  deepEqual((await api.ask({ path, headers, body })).body.outcomes.mei, 'before')
  const claimed = await claim('mei', 'fresh-food-card')
  equal(claimed.status, 201, claimed.text)
  deepEqual([claimed.body.given.percent, claimed.body.given.categories], [12, ['fresh']])

  const line = { id: '1', sku: 's', shop: 'a', category: 'fresh', quantity: 1, listPrice: '100.00' }
  const priceFor = async (memberId: string): Promise<number> => {
    const quoted = await api.ask({
      path: '/v1/quotes',
      headers: await api.as('service'),
      body: { memberId, lines: [line] },
    })
    equal(quoted.status, 200, quoted.text)
    return quoted.body.expect.payFen as number
  }
  deepEqual([await priceFor('mei'), await priceFor('lin')], [8_800, 10_000])

  const end = '/v1/members/mei/benefits/fresh-food-card/grants/end'
  equal((await api.ask({ path: end, headers, body: { name: 'sorry' } })).status, 200)
  equal((await api.ask({ path: end, headers, body: { name: 'sorry' } })).status, 404)
  equal((await claim('mei', 'fresh-food-card')).body.code, 'benefits/not-eligible')
  const late = { name: 'late', members: ['mei'], to: '2017-11-20T09:00:00+08:00' }
  equal((await api.ask({ path, headers, body: late })).status, 400)
})

test('BF-14 a scratch card gives at least 2 yuan, and is drawn again when the secret is told', async () => {
  const headers = await api.as('member', 'lin')
  const told = await claim('lin', 'scratch-card', { word: 'my-luck' }, keyed(headers))
  equal(told.status, 201, told.text)
  ok(told.body.given.amountFen >= 200)
  const path = `/v1/members/lin/benefit-claims/${told.body.claimId}/draw`
  const draw = await api.ask({ path, headers })
  equal(draw.status, 200, draw.text)
  deepEqual([draw.body.epoch.seed, draw.body.holds, draw.body.word], [null, null, 'my-luck'])
  equal(draw.body.message, 'lin/scratch-card.1/1/my-luck')
  equal((await claim('lin', 'scratch-card', {}, keyed(headers))).status, 201)
  const back = `/v1/members/lin/benefit-claims/${told.body.claimId}/return`
  equal((await api.ask({ method: 'POST', path: back, headers })).body.code, 'benefits/drawn')

  await settleBenefits(api, beginning.add({ hours: 24 * 8 }))
  const after = await api.ask({ path, headers })
  deepEqual([after.body.holds, after.body.epoch.commitment], [true, draw.body.epoch.commitment])
  const seed = Buffer.from(after.body.epoch.seed, 'hex')
  equal(createHash('sha256').update(seed).digest('hex'), draw.body.epoch.commitment)
  const epochs = await api.ask({ path: '/v1/draw-epochs', headers })
  ok((epochs.body.epochs as { seed: string | null }[]).some((each) => each.seed === null))
  const none = '/v1/members/lin/benefit-claims/thrice.1/draw'
  equal((await api.ask({ path: none, headers })).body.code, 'benefits/no-draw')
})

test('a purchase that the shop told gives mobile data once', async () => {
  const at = '2017-11-20T09:00:00+08:00'
  const lines = [{ id: '1', sku: 'sku-1', paid: '10.00' }]
  const order = { orderId: 'o-1', shopId: 'shop-1', lines }
  const headers = await api.as('service')
  const body = [
    event('lin', 'order.placed', 'o-1/1', at, order),
    event('lin', 'order.paid', 'o-1/2', at, { orderId: 'o-1' }),
  ]
  await api.ask({ path: '/v1/events', headers, body })
  const ask = (told: object) => claim('lin', 'mobile-data', { channel: 'unicom', ...told })
  equal((await ask({})).body.code, 'benefits/subject-missing')
  equal((await ask({ purchase: 'o-2' })).body.code, 'benefits/unknown-subject')
  const locked = await ask({ purchase: 'o-1' })
  deepEqual([locked.body.code, locked.body.unlockedBy.tier], ['benefits/not-eligible', 'super'])
})

test('who else is on a list is told to nobody, and nothing stands open to whoever is sealed', async () => {
  const policies = await openPolicyBook(api.db)
  const who = { audience: { members: ['lin', 'mei', 'wei'] } }
  await bringInForce({ db: api.db, policies }, 'benefit:listed', benefitOf({ who }))
  policies.close()
  await api.policies.refresh()
  const benefitsOf = async (memberId: string): Promise<readonly Offered[]> => {
    const headers = await api.as('member', memberId)
    const { body } = await api.ask({ path: `/v1/members/${memberId}/benefits`, headers })
    return body.groups.flatMap((group: { benefits: Offered[] }) => group.benefits)
  }
  const listed = (await benefitsOf('mei')).find(({ benefit }) => benefit === 'listed')
  deepEqual([listed?.open, listed?.terms.who], [true, { audience: { members: ['mei'] } }])

  const headers = keyed(await api.as('operator'))
  const path = '/v1/members/wei/sealing'
  equal((await api.ask({ path, headers, body: { reason: 'fakes' } })).status, 200)
  const told = (await benefitsOf('wei')).map(({ open, refusal }) => `${open} ${refusal}`)
  deepEqual(new Set(told), new Set(['false members/sealed']))
})
