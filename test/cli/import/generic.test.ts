import { deepEqual, equal, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { dryImport, factLines } from '#test/cli/import/dry-import.ts'

const orders = `order_id,trade_id,member_id,shop_id,freight,placed_at,paid_at,shipped_at,received_at,closed_at
A1,T1,lin,tea,5.00,2017-11-11 00:00:10,2017-11-11 00:01:00,2017-11-12 09:00:00,2017-11-15 18:00:00,
A2,T1,lin,cups,,2017-11-11 00:00:10,2017-11-11 00:01:00,,,
A3,,wang,tea,,2017-11-11T08:00:00+08:00,,,,2017-11-12
`
const lines = `order_id,line_id,sku,category,quantity,paid,multiple
A1,1,oolong,food,2,59.80,
A1,2,phone,digital3c,1,1999.00,2
A2,1,cup,,1,30,
A3,1,oolong,food,1,29.90,
`

test('orders and lines become facts, member by member, in the order of their times', async () => {
  const {
    facts,
    counts,
    rejects: rejected,
  } = await dryImport({
    mapping: 'generic',
    from: { 'orders.csv': orders, 'lines.csv': lines },
  })
  deepEqual(factLines(facts.toSorted(byMember)), [
    '2017-11-10T16:00:10Z A1/placed [1 2 food 5980, 2 1 digital3c 199900]',
    '2017-11-10T16:00:10Z A2/placed [1 1 ordinary 3000]',
    '2017-11-10T16:01:00Z A1/paid',
    '2017-11-10T16:01:00Z A2/paid',
    '2017-11-12T01:00:00Z A1/shipped',
    '2017-11-15T10:00:00Z A1/received',
    '2017-11-11T00:00:00Z A3/placed [1 1 food 2990]',
    '2017-11-11T16:00:00Z A3/closed',
  ])
  deepEqual(rejected, [])
  deepEqual([counts.orders, counts.trades, counts.members], [3, 2, 2])
  equal(
    facts.every((fact) => fact.source === 'import:generic'),
    true,
  )
})

test('refunds, reviews and members are facts of their own', async () => {
  const { facts, rejects: rejected } = await dryImport({
    mapping: 'generic',
    from: {
      'orders.csv': orders,
      'lines.csv': lines,
      'refunds.csv': `refund_id,order_id,line_id,amount,quantity,refunded_at
R1,A1,1,29.90,1,2017-11-20 10:00:00
R1,A1,2,100.00,,2017-11-20 10:00:00
R2,A9,1,1.00,1,2017-11-20 10:00:00
`,
      'reviews.csv': `review_id,order_id,rating,posted_at
V1,A1,5,2017-11-16 10:00:00
V2,A1,6,2017-11-16 10:00:00
`,
      'members.csv': `member_id,nickname,joined_at,sealed_at
lin,琳琳,2016-01-01 00:00:00,
zhao,,,2018-01-01 00:00:00
`,
    },
  })
  const others = facts.filter((fact) => !fact.type.startsWith('jifen.order.'))
  deepEqual(factLines(others.toSorted(byMember)), [
    '2015-12-31T16:00:00Z lin/joined',
    '2017-11-16T02:00:00Z A1/review/V1',
    '2017-11-20T02:00:00Z A1/refund/R1 [1 1 2990, 2 0 10000]',
    '2017-12-31T16:00:00Z zhao/sealed',
  ])
  deepEqual(rejected.toSorted(), ['refunds.csv:4 order-unknown', 'reviews.csv:3 bad-rating'])
})

test('dirty rows are told by file, row and reason, and cost no other', async () => {
  const { facts, rejects: rejected } = await dryImport({
    mapping: 'generic',
    from: {
      'orders.csv': `order_id,member_id,shop_id,placed_at,paid_at
A1,lin,tea,2017-11-11 00:00:10,2017-11-11 00:01:00
A1,lin,tea,2017-11-11 00:00:10,
A2,,tea,2017-11-11 00:00:10,
A3,lin,tea,yesterday,
A4,lin,tea,2017-11-11 00:00:10,soon
A5,lin,tea,2017-11-11 00:00:10,
A6,lin,,2017-11-11 00:00:10,
A7,lin "x,tea,2017-11-11 00:00:10,
A8,not a member,tea,2017-11-11 00:00:10,2017-11-11 00:01:00
`,
      'lines.csv': `order_id,line_id,sku,quantity,paid
A1,1,a,1,10.00
A1,1,a,1,10.00
A1,2,,1,10.00
A1,3,a,0,10.00
A1,4,a,1,10.001
A1,5,a,1
,1,a,1,10.00
A2,1,a,1,10.00
A3,1,a,1,10.00
A4,1,a,1,10.00
A6,1,a,1,10.00
A7,1,a,1,10.00
A8,1,a,1,10.00
`,
    },
  })
  deepEqual(factLines(facts), [
    '2017-11-10T16:00:10Z A1/placed [1 1 ordinary 1000]',
    '2017-11-10T16:00:10Z A4/placed [1 1 ordinary 1000]',
    '2017-11-10T16:01:00Z A1/paid',
  ])
  deepEqual(rejected.toSorted(), [
    'lines.csv:10 order-rejected',
    'lines.csv:12 no-shop',
    'lines.csv:13 order-unknown',
    'lines.csv:3 duplicate-line',
    'lines.csv:4 no-sku',
    'lines.csv:5 bad-quantity',
    'lines.csv:6 bad-amount',
    'lines.csv:7 wrong-columns it has 4 columns where the header has 5',
    'lines.csv:8 no-order-id',
    'lines.csv:9 order-rejected',
    'orders.csv:10 not-a-fact partitionkey: A member id is 1 to 64 characters of A-Z a-z 0-9 _ . : and -.',
    'orders.csv:10 order-rejected',
    'orders.csv:3 duplicate-order',
    'orders.csv:4 no-member',
    'orders.csv:5 bad-placed-time',
    'orders.csv:6 bad-paid-time',
    'orders.csv:7 no-lines',
    'orders.csv:8 no-lines',
    'orders.csv:9 bad-csv a quote is open or in the wrong place',
  ])
})

test('zipped and plain files are read alike', async () => {
  const { facts } = await dryImport({
    mapping: 'generic',
    from: { 'orders.csv.gz': gzipSync(orders), 'lines.csv': lines },
  })
  equal(facts.length, 8)
})

test('facts that are refused are rejects with the refusal', async () => {
  const { counts, rejects: rejected } = await dryImport({
    mapping: 'generic',
    from: { 'orders.csv': orders, 'lines.csv': lines },
    sink: async (facts) =>
      facts.map(({ source, id, memberId }) => {
        const named = { source, id, memberId }
        if (id !== 'A1/paid') return { ...named, status: 'duplicate', was: 'applied' }
        return { ...named, status: 'refused', refusal: 'orders/already-paid', paidAt: 'then' }
      }),
  })
  deepEqual(counts.facts, { applied: 0, duplicate: 7, parked: 0, refused: 1 })
  deepEqual(rejected, ['orders.csv:2 orders/already-paid {"paidAt":"then"}'])
})

test("a member's facts are never in two batches at once", async () => {
  const many = Array.from({ length: 40 }, (_, index) => `m${index % 4},B${index}`)
  const busy = new Set<string>()
  const { counts, batches } = await dryImport({
    mapping: 'generic',
    batch: 5,
    from: {
      'orders.csv': `member_id,order_id,shop_id,placed_at\n${many.map((each) => `${each},s,2017-11-11\n`).join('')}`,
      'lines.csv': `order_id,sku,paid\n${many.map((each) => `${each.split(',')[1]},x,1\n`).join('')}`,
    },
    sink: async (facts) => {
      const members = new Set(facts.map((fact) => fact.memberId))
      for (const member of members) {
        equal(busy.has(member), false)
        busy.add(member)
      }
      await new Promise(setImmediate)
      for (const member of members) busy.delete(member)
      return facts.map(({ source, id, memberId }) => ({ source, id, memberId, status: 'applied' }))
    },
  })
  deepEqual([counts.facts.applied, Math.max(...batches)], [40, 5])
})

// Columns: files | the sentence.
const impossible = [
  [{ 'x.csv': 'a' }, /^There is nothing to import in /],
  [{ 'orders.csv': orders }, /^Orders come with their lines: a file lines.csv/],
  [{ 'orders.csv': '', 'lines.csv': lines }, /has no first row with the names of its columns/],
  [{ 'orders.csv': 'order_id\nA', 'lines.csv': lines }, /^orders.csv has no column member_id/],
  [{ 'orders.csv': orders, 'lines.csv': 'sku,sku\n' }, /has two columns called sku/],
  [{ 'orders.csv.gz': Buffer.from('no gzip'), 'lines.csv': lines }, /is not a whole gzip file/],
] as const

test('files that cannot be imported at all are one sentence', async () => {
  for (const [from, message] of impossible) {
    await rejects(dryImport({ mapping: 'generic', from }), { name: 'StartError', message })
  }
})

function byMember(a: { memberId: string }, b: { memberId: string }): number {
  if (a.memberId === b.memberId) return 0
  return a.memberId < b.memberId ? -1 : 1
}
