import { deepEqual, equal, match } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { connect, type Database } from '#db/connection.ts'
import { proveSettlement } from '#operations/settlement/prove.ts'
import { settle } from '#operations/settlement/settle.ts'
import { statementCsv } from '#operations/settlement/statement-csv.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { insertTrade, refundTrade, type WrittenTrade } from '#test/support/written-trades.ts'

let database: TestDatabase
let db: Database

before(async () => {
  database = await testDatabase()
  db = connect(database.url, { as: 'application', size: 4 })
})
after(async () => {
  await db.destroy()
  await database.drop()
})

const november = {
  from: Temporal.Instant.from('2017-11-01T00:00:00+08:00'),
  to: Temporal.Instant.from('2017-12-01T00:00:00+08:00'),
}
const december = {
  from: november.to,
  to: Temporal.Instant.from('2018-01-01T00:00:00+08:00'),
}

/** The basket of the issue of quotes: two shops, an offer, the allowance, an envelope, freight. */
const double11: WrittenTrade = {
  memberId: 'lin',
  tradeId: 'T1',
  campaign: 'double11',
  paidAt: '2017-11-11T00:10:00+08:00',
  extras: [{ shop: 'A', amount: 300 }],
  freight: [{ shop: 'A', payFen: 600, shares: [] }],
  lines: [
    {
      id: '1',
      shop: 'A',
      payFen: 6822,
      shares: [
        { layer: 'allowance', instrument: 'allowance', offFen: 1000, funder: 'shop:A' },
        { layer: 'redEnvelope', instrument: 'R1', offFen: 178, funder: 'platform' },
      ],
    },
    {
      id: '2',
      shop: 'B',
      payFen: 27_290,
      shares: [
        { layer: 'shop', instrument: 'O2', offFen: 3000, funder: 'shop:B', campaign: 'autumn' },
        { layer: 'allowance', instrument: 'allowance', offFen: 4000, funder: 'shop:B' },
        { layer: 'redEnvelope', instrument: 'R1', offFen: 710, funder: 'platform' },
      ],
    },
  ],
}

const freeFreight: WrittenTrade = {
  memberId: 'mei',
  tradeId: 'T2',
  paidAt: '2017-11-30T23:59:59.999+08:00',
  freight: [
    {
      shop: 'A',
      payFen: 0,
      shares: [{ layer: 'freight', instrument: 'F', offFen: 800, funder: 'brand:acme' }],
    },
  ],
  lines: [{ id: '1', shop: 'A', payFen: 5000, shares: [] }],
}

const unpaid: WrittenTrade = { ...double11, memberId: 'mo', tradeId: 'T3', paidAt: null }

test('A period tells who funded what, what members paid and what each shop is due', async () => {
  for (const trade of [double11, freeFreight, unpaid]) await insertTrade(db, trade)
  const { funding, funders, shops, totals } = await settle(db, november)
  deepEqual(
    funding.map((row) => [row.campaign, row.shop, row.funder, row.layer, row.netFen]),
    [
      [null, 'A', 'brand:acme', 'freight', 800],
      ['autumn', 'B', 'shop:B', 'shop', 3000],
      ['double11', 'A', 'platform', 'redEnvelope', 178],
      ['double11', 'A', 'shop:A', 'allowance', 1000],
      ['double11', 'B', 'platform', 'redEnvelope', 710],
      ['double11', 'B', 'shop:B', 'allowance', 4000],
    ],
  )
  deepEqual(
    funders.map((row) => [row.funder, row.netFen]),
    [
      ['brand:acme', 800],
      ['platform', 888],
      ['shop:A', 1000],
      ['shop:B', 7000],
    ],
  )
  const [plain, ofA] = shops
  deepEqual(plain, {
    campaign: null,
    shop: 'A',
    orders: 1,
    goodsFen: 5000,
    freightFen: 800,
    extrasFen: 0,
    paidFen: 5000,
    refundedFen: 0,
    ownFundedFen: 0,
    othersFundedFen: 800,
    dueFen: 5800,
  })
  deepEqual(ofA, {
    campaign: 'double11',
    shop: 'A',
    orders: 1,
    goodsFen: 8000,
    freightFen: 600,
    extrasFen: 300,
    paidFen: 7722,
    refundedFen: 0,
    ownFundedFen: 1000,
    othersFundedFen: 178,
    dueFen: 7900,
  })
  equal(totals.dueFen, 5800 + 7900 + 28_000)
})

test('Filters leave out what is of other campaigns, shops and funders', async () => {
  const ofAutumn = await settle(db, { ...november, campaign: 'autumn' })
  deepEqual([ofAutumn.totals.netFen, ofAutumn.shops.length], [3000, 0])
  const ofB = await settle(db, { ...november, shop: 'B' })
  deepEqual([ofB.totals.netFen, ofB.totals.dueFen], [7710, 28_000])
  const ofPlatform = await settle(db, { ...november, funder: 'platform' })
  deepEqual([ofPlatform.totals.netFen, ofPlatform.shops.length], [888, 0])
})

test('A return counts in its own period, against the same funders', async () => {
  await refundTrade(db, double11, {
    refundId: 'R1',
    at: '2017-12-02T10:00:00+08:00',
    byLineFen: { '2': 27_290 },
    freightByShopFen: { A: 600 },
    reversals: [
      { lineId: '2', n: 0, offFen: 3000 },
      { lineId: '2', n: 1, offFen: 4000 },
      { lineId: '2', n: 2, offFen: 710 },
    ],
  })
  const before = await settle(db, november)
  equal(before.totals.reversedFen, 0)
  const { funders, shops } = await settle(db, december)
  deepEqual(
    funders.map((row) => [row.funder, row.allocatedFen, row.reversedFen]),
    [
      ['platform', 0, 710],
      ['shop:B', 0, 7000],
    ],
  )
  deepEqual(
    shops.map((row) => [row.shop, row.orders, row.refundedFen, row.dueFen]),
    [
      ['A', 0, 600, -600],
      ['B', 0, 27_290, -28_000],
    ],
  )
})

test('The total equals the sum over trades, in each period and in both', async () => {
  const both = { from: november.from, to: december.to }
  for (const period of [november, december, both]) {
    const { trades, faults } = await proveSettlement(db, period)
    deepEqual([trades, faults], [3, []])
  }
  const parts = [await settle(db, november), await settle(db, december)]
  const whole = await settle(db, both)
  equal(
    parts.reduce((sum, part) => sum + part.totals.dueFen, 0),
    whole.totals.dueFen,
  )
})

test('A statement as CSV holds every row, and nothing that a spreadsheet would run', async () => {
  await insertTrade(db, {
    ...freeFreight,
    memberId: 'zoe',
    tradeId: 'T4',
    campaign: '=1+1',
    paidAt: '2018-02-01T00:00:00+08:00',
  })
  const to = Temporal.Instant.from('2018-03-01T00:00:00+08:00')
  const csv = statementCsv(await settle(db, { from: december.from, to }))
  const lines = csv.trim().split('\n')
  match(lines[0] ?? '', /^section,campaign,shop,funder,layer,orders,goodsFen,/)
  equal(lines.filter((line) => line.startsWith("funding,'=1+1,A,brand:acme,freight")).length, 1)
  equal(lines.filter((line) => line.startsWith('shop,double11,B,,,0,')).length, 1)
  equal(csv.includes(',-28000,'), true)
  equal(lines.at(-1)?.startsWith('total,'), true)
})

test('The proof names the trade whose books were changed', async () => {
  const owner = connect(database.url, { as: 'owner', size: 1 })
  const change = `update jifen.allocation set off_fen = off_fen + 1
    where member_id = 'lin' and line_id = '1' and n = 0`
  await sql.raw(change).execute(owner)
  await owner.destroy()
  const { faultCount, faults } = await proveSettlement(db, november)
  equal(faultCount, 1)
  deepEqual([faults[0]?.memberId, faults[0]?.tradeId], ['lin', 'T1'])
  match(faults[0]?.what ?? '', /^goods 43000 less allocations 8889 are not what lines cost, 34112/)
})
