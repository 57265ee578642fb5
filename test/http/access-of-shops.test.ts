import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { keyed, testApi, type TestApi, type Told } from '#test/support/api.ts'
import { operationsOf, pathFor, type Operation } from '#test/support/operations.ts'
import { makeShops } from '#test/support/shops.ts'

let api: TestApi
let operations: readonly Operation[]

before(async () => {
  api = await testApi()
  await makeShops(api.db, [
    { shopId: 'shop-lily', merchantId: 'merchant-lily' },
    { shopId: 'shop-rose', merchantId: 'merchant-rose' },
  ])
  operations = operationsOf(api.http).filter(({ access }) => access.includes('merchant'))
})
after(() => api.close())

test('no operation lets a merchant reach the shop of another: it answers as if there were none', async () => {
  const headers = await api.as('merchant', 'merchant-rose')
  const ofShops = operations.filter(({ path }) => path.includes('/shops/shop-lily'))
  ok(ofShops.length >= 30, `${ofShops.length} operations of shops`)
  for (const operation of ofShops) {
    const foreign = await ask(operation, headers)
    const unknown = await ask(operation, headers, operation.path.replace('shop-lily', 'nobody'))
    deepEqual(
      [operation.id, foreign.status, foreign.body.code],
      [operation.id, 404, 'shops/unknown'],
    )
    equal(unknown.body.code, 'shops/unknown', operation.id)
  }
})

test('no operation lets a merchant ask as another merchant', async () => {
  const headers = await api.as('merchant', 'merchant-rose')
  const ofMerchants = operations.filter(({ path }) => path.includes('/merchants/merchant-lily'))
  ok(ofMerchants.length > 0)
  for (const operation of ofMerchants) {
    const foreign = await ask(operation, headers)
    deepEqual(
      [operation.id, foreign.status, foreign.body.code],
      [operation.id, 404, 'merchants/unknown'],
    )
  }
})

test('every operation that a merchant may ask has its shop or itself in the path, or is the same for all', () => {
  const others = operations
    .filter(({ path }) => !path.includes('/shops/') && !path.includes('/merchants/'))
    .map(({ id }) => id)
  deepEqual(others.toSorted(), sameForAll)
})

/** What these tell is told to every merchant alike, or is about the caller alone. */
const sameForAll = [
  'getCampaign',
  'getCampaignTimeline',
  'getEntryEvent',
  'getMarket',
  'getSession',
  'listCampaigns',
  'listEntryEvents',
  'listPolicies',
  'listPolicyVersions',
]

async function ask(
  operation: Operation,
  headers: Readonly<Record<string, string>>,
  path = pathFor(operation, 'lin'),
): Promise<Told> {
  const given = operation.isPosting ? keyed(headers) : headers
  return await api.ask({ method: operation.method, path, headers: given, body: operation.body })
}
