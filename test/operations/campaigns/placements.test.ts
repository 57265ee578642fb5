import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { placementsPage } from '#db/campaigns/placements.ts'
import { transact } from '#operations/_transact.ts'
import { fillVenues } from '#operations/campaigns/fill-venues.ts'
import { placeInVenue, removeFromVenue } from '#operations/campaigns/place.ts'
import { releasePlacements } from '#operations/campaigns/release-placements.ts'
import { verifyPlacements } from '#operations/campaigns/verify-placements.ts'
import { fairOf, shortlist } from '#test/support/campaigns.ts'
import { bringInForce, forEach } from '#test/support/issuing.ts'
import { openMarket, type TestMarket } from '#test/support/market.ts'
import { makeShops } from '#test/support/shops.ts'

let market: TestMarket
const at = Temporal.Instant.from('2017-10-25T10:00:00+08:00')
const many = Array.from({ length: 64 }, (_, n) => `shop-${String(n).padStart(2, '0')}`)
const askedBy = 'operator:ann'

before(async () => {
  market = await openMarket(12)
  await makeShops(
    market.db,
    [...many, 'other', 'helper', 'home'].map((shopId) => ({
      shopId,
      ...(shopId === 'home' ? { mainCategory: 'home' } : {}),
    })),
  )
  await bringInForce(market, 'campaign:fair', fairOf({ clothes: 7, hats: 1 }))
  await shortlist(market, 'fair', many)
  await shortlist(market, 'fair', ['helper'], { identity: 'happyMobilisation' })
  await shortlist(market, 'fair', ['home'])
})
after(async () => {
  deepEqual(await verifyPlacements(market.db), [])
  await market.close()
})

async function place(shopId: string, sku = ''): Promise<string> {
  const told = await placeInVenue(market, {
    campaign: 'fair',
    venue: 'main',
    shopId,
    sku,
    askedBy,
    at,
  })
  return told.ok ? told.placement.status : told.refusal
}

async function placed(): Promise<string[]> {
  const page = { campaign: 'fair', venue: 'main', status: 'placed', offset: 0, limit: 100 } as const
  return (await placementsPage(market.db, page)).map(({ shopId, sku }) => `${shopId}${sku}`)
}

async function line(): Promise<string[]> {
  const page = {
    campaign: 'fair',
    venue: 'main',
    status: 'waiting',
    offset: 0,
    limit: 100,
  } as const
  return (await placementsPage(market.db, page)).map(({ shopId, sku }) => `${shopId}${sku}`)
}

test('CP-8 64 clients at once get exactly the places, the others stand in one line', async () => {
  const told = await forEach(many, (shopId) => place(shopId))
  equal(told.filter((each) => each === 'placed').length, 7)
  equal(told.filter((each) => each === 'waiting').length, 57)
  const again = await forEach(many, (shopId) => place(shopId))
  deepEqual(again, told)
  deepEqual(await verifyPlacements(market.db), [])
})

test('CP-8 who is not shortlisted, of another identity or category, gets no place', async () => {
  equal(await place('other'), 'campaigns/not-shortlisted')
  equal(await place('helper'), 'campaigns/wrong-identity')
  equal(await place('home'), 'campaigns/no-places')
  equal(await place('nobody'), 'shops/unknown')
  equal(await place(many[0]!, 'undeclared'), 'campaigns/not-declared')
})

test('CP-9 what becomes free is given on in the order of the line, never twice', async () => {
  const [first = '', second = '', ...rest] = await line()
  const gone = (await placed())[0]!
  const asked = { campaign: 'fair', venue: 'main', shopId: gone, sku: '', askedBy, at }
  equal((await removeFromVenue(market, asked)).ok, true)
  equal((await removeFromVenue(market, asked)).ok, true)
  deepEqual([(await placed()).includes(first), await line()], [true, [second, ...rest]])

  const leaving = await placed()
  await forEach(leaving, async (shopId) => {
    await transact(market.db, async (tx) => {
      await releasePlacements(tx, market, [{ campaign: 'fair', shopId }], { at, cause: {} })
    })
  })
  deepEqual((await placed()).toSorted(), [second, ...rest].slice(0, 7).toSorted())
  deepEqual(await verifyPlacements(market.db), [])
  equal(await place(gone), 'waiting')
  equal((await line()).at(-1), gone)
})

test('CP-8 and CP-9 declared goods are placed by their category, and leave when they are withdrawn', async () => {
  await sql`
    insert into jifen.declaration (
      campaign, shop_id, sku, kind, number, status, category, price_fen, quantity, declared_at,
      changed_at
    )
    select 'fair', 'shop-00', sku, 'spot', 1, 'declared', 'hats', 100, 1, ${at.toString()}::timestamptz,
      ${at.toString()}::timestamptz
    from unnest(array['hat-1', 'hat-2']) as k (sku)
  `.execute(market.db)
  deepEqual(
    [await place('shop-00', 'hat-1'), await place('shop-00', 'hat-2')],
    ['placed', 'waiting'],
  )
  await transact(market.db, async (tx) => {
    const release = { campaign: 'fair', shopId: 'shop-00', sku: 'hat-1' }
    await releasePlacements(tx, market, [release], { at, cause: { type: 'withdrawn' } })
  })
  equal((await placed()).includes('shop-00hat-2'), true)
})

test('CP-9 more places are given on at once, fewer throw nobody out', async () => {
  await bringInForce(
    market,
    'campaign:fair',
    fairOf({ clothes: 10, hats: 1 }),
    at.subtract({ hours: 2 }),
  )
  equal(await fillVenues(market, at), 3)
  equal(await fillVenues(market, at), 0)
  equal((await placed()).length, 11)
  await bringInForce(
    market,
    'campaign:fair',
    fairOf({ clothes: 2, hats: 1 }),
    at.subtract({ hours: 1 }),
  )
  equal(await fillVenues(market, at), 0)
  equal((await placed()).length, 11)
  const told = await sql<{ count: number }>`
    select count(*)::int as count from jifen.shop_announcement where type like 'jifen.placement.%'
  `.execute(market.db)
  equal(told.rows[0]!.count > 64, true)
})
