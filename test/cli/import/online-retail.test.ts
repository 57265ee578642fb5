import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { dryImport, factLines } from '#test/cli/import/dry-import.ts'
import { publicData } from '#test/cli/import/public-data.ts'

const retail = publicData('online-retail')

const head = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country'

test('an invoice is an order that is placed, paid and received at once; its lines are its SKUs', async () => {
  const { facts, rejects } = await dryImport({
    mapping: 'online-retail',
    from: {
      'online_retail.csv': `${head}
536365,85123A,"HOLDER, WHITE",6,2010-12-01 08:26:00,2.55,17850,United Kingdom
536366,22633,HAND WARMER,6,2010-12-01 08:28:00,1.85,17850,United Kingdom
536365,85123A,HOLDER,2,2010-12-01 08:26:00,2.50,17850,United Kingdom
536365,POST,POSTAGE,1,2010-12-01 08:26:00,18.00,17850,United Kingdom
`,
    },
  })
  deepEqual(factLines(facts), [
    '2010-12-01T08:26:00Z 536365/placed [85123A 6 ordinary 1530, 85123A#2 2 ordinary 500]',
    '2010-12-01T08:26:00Z 536365/paid',
    '2010-12-01T08:26:00Z 536365/received',
    '2010-12-01T08:28:00Z 536366/placed [22633 6 ordinary 1110]',
    '2010-12-01T08:28:00Z 536366/paid',
    '2010-12-01T08:28:00Z 536366/received',
  ])
  const [placed] = facts
  equal(placed?.type === 'jifen.order.placed.v1' && placed.data.freight, 1800)
  deepEqual(rejects, [])
})

test('an invoice starting with C returns the latest earlier purchases of the same customer', async () => {
  const { facts, rejects } = await dryImport({
    mapping: 'online-retail',
    from: {
      'online_retail.csv': `${head}
1,A,a,5,2011-01-01 10:00:00,1.00,12345,UK
2,A,a,5,2011-01-02 10:00:00,2.00,12345,UK
3,A,a,50,2011-01-02 10:00:00,2.00,67890,UK
C4,A,a,-7,2011-01-03 10:00:00,2.00,12345,UK
C5,A,a,-9,2011-01-04 10:00:00,2.00,12345,UK
C5,X1,x,-1,2011-01-04 10:00:00,2.00,12345,UK
6,A,a,5,2011-01-05 10:00:00,1.00,12345,UK
`,
    },
  })
  const refunds = facts.filter((fact) => fact.type === 'jifen.refund.succeeded.v1')
  deepEqual(factLines(refunds), [
    '2011-01-03T10:00:00Z 2/refund/C4 [A 5 1000]',
    '2011-01-03T10:00:00Z 1/refund/C4 [A 2 200]',
    '2011-01-04T10:00:00Z 1/refund/C5 [A 3 300]',
  ])
  deepEqual(rejects, [
    'online_retail.csv:6 return-without-purchase 6 of 9 units were not bought before',
    'online_retail.csv:7 return-without-purchase 1 of 1 units were not bought before',
  ])
})

test('rows without a customer, without goods or without a price are left out and told', async () => {
  const { facts, rejects } = await dryImport({
    mapping: 'online-retail',
    from: {
      'Online Retail.csv': `${head}
1,A,a,5,12/1/2010 8:26,1.00,,UK
1,A,a,5,12/1/2010 8:26,0,12345,UK
C2,D,Discount,-1,12/1/2010 8:26,27.50,12345,UK
3,M,Manual,1,12/1/2010 8:26,27.50,12345,UK
4,POST,Postage,1,12/1/2010 8:26,27.50,12345,UK
C5,POST,Postage,-1,12/1/2010 8:26,27.50,12345,UK
6,PADS,pads,1,12/1/2010 8:26,0.001,12345,UK
7,A,a,-1,12/1/2010 8:26,1.00,12345,UK
8,A,a,1,31/12/2010 8:26,1.00,12345,UK
`,
    },
  })
  equal(facts.length, 0)
  deepEqual(rejects.toSorted(), [
    'Online Retail.csv:10 bad-placed-time',
    'Online Retail.csv:2 no-customer',
    'Online Retail.csv:3 no-price',
    'Online Retail.csv:4 not-goods',
    'Online Retail.csv:5 not-goods',
    'Online Retail.csv:6 no-lines',
    'Online Retail.csv:7 freight-returned',
    'Online Retail.csv:8 bad-amount',
    'Online Retail.csv:9 bad-quantity',
  ])
})

test('the whole of UCI Online Retail is told: 541,909 rows', { skip: retail.missing }, async () => {
  const { counts, facts } = await dryImport({ mapping: 'online-retail', from: retail.folder })
  equal(counts.read.rows, 541_909)
  deepEqual([counts.orders, counts.members], [18_402, 4_334])
  deepEqual(Object.fromEntries(counts.rejects), {
    'bad-amount': 3,
    'freight-returned': 98,
    'no-customer': 135_080,
    'no-lines': 55,
    'no-price': 34,
    'not-goods': 570,
    'return-without-purchase': 1_107,
  })
  const refunded = facts
    .filter((fact) => fact.type === 'jifen.refund.succeeded.v1')
    .flatMap((fact) => fact.data.lines)
  equal(
    refunded.reduce((sum, each) => sum + each.quantity, 0),
    250_677,
  )
})
