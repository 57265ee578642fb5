import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { fileRowsPage, openFiles } from '#db/declarations/files.ts'
import {
  receiveFile,
  settleDeclarationFiles,
  workFile,
} from '#operations/declarations/declaration-files.ts'
import { listDeclarations } from '#operations/declarations/read-declarations.ts'
import { reportCsv } from '#operations/declarations/report-csv.ts'
import {
  campaign,
  declare,
  declaring,
  leftOf,
  openDeclaringMarket,
  spot,
} from '#test/support/declarations.ts'
import type { TestMarket } from '#test/support/market.ts'

let market: TestMarket
before(async () => {
  market = await openDeclaringMarket(['A', 'B', 'C', 'D'])
})
after(() => market.close())

let keys = 0

async function send(shopId: string, content: string | Buffer, key = `f-${(keys += 1)}`) {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  const sent = { content: bytes, caller: `merchant:${shopId}`, key, at: declaring }
  const received = await receiveFile(market, { campaign, shopId }, sent)
  ok(received.ok, JSON.stringify(received))
  return received.file
}

async function work(shopId: string, content: string | Buffer) {
  const file = await send(shopId, content)
  const done = await workFile(market, file, declaring)
  ok(done !== undefined)
  return done
}

function countsOf({
  status,
  rowsDone,
  declared,
  changed,
  unchanged,
  refused,
}: {
  status: string
  rowsDone: number
  declared: number
  changed: number
  unchanged: number
  refused: number
}) {
  return { status, rowsDone, declared, changed, unchanged, refused }
}

const never = new AbortController().signal

test('DL-13 rows that are allowed land, others are told with line, field and reason', async () => {
  await declare(market, 'A', spot('taken'))
  const file = await work(
    'A',
    [
      '\uFEFF类型,商品编码,申报价,数量,定金',
      '现货,s1,100.00,5,',
      '预售,p1,90.00,5,10.00',
      '现货,taken,100.00,10,',
      '现货,taken,98.50,12,',
      '预售,p2,90.00,5,',
      '现货,s2,100.005,5,',
      '现货,s3,100.00,0,',
      '换货,s4,100.00,1,',
      '现货,,100.00,1,',
      '"现货","two\nlines",100.00,1,',
      '预售,p3,90.00,5,60.00',
      '现货,s5,100.00,1',
      '现货,p1,80.00,1,',
      '',
    ].join('\r\n'),
  )
  deepEqual(countsOf(file), {
    status: 'done',
    rowsDone: 13,
    declared: 2,
    changed: 1,
    unchanged: 1,
    refused: 9,
  })
  const rows = await fileRowsPage(market.db, file, { behind: 0, isRefused: true }, 100)
  deepEqual(
    rows.map(({ line, field, refusal }) => [line, field, refusal]),
    [
      [6, 'deposit', 'declarations/terms-missing'],
      [7, 'price', 'declarations/bad-value'],
      [8, 'quantity', 'declarations/quantity-not-allowed'],
      [9, 'kind', 'declarations/bad-value'],
      [10, 'sku', 'declarations/missing-value'],
      [11, 'sku', 'declarations/bad-value'],
      [13, 'deposit', 'declarations/terms-not-allowed'],
      [14, 'row', 'declarations/bad-row'],
      [15, 'price', 'declarations/below-presale-price'],
    ],
  )
  equal(await leftOf(market, 'A', 'taken'), 12)
})

test('DL-14 a file that is sent again changes nothing and says so', async () => {
  const text = 'sku,price,quantity\na1,10.00,1\na2,20.00,2\n'
  const first = await send('B', text, 'same')
  equal((await send('B', text, 'same')).fileId, first.fileId)
  const other = { content: Buffer.from('sku,price,quantity\n'), caller: 'merchant:B', key: 'same' }
  const reused = await receiveFile(market, { campaign, shopId: 'B' }, { ...other, at: declaring })
  equal(reused.ok ? '' : reused.refusal, 'requests/key-reused')
  await workFile(market, first, declaring)
  const again = await work('B', text)
  deepEqual(countsOf(again), {
    status: 'done',
    rowsDone: 2,
    declared: 0,
    changed: 0,
    unchanged: 2,
    refused: 0,
  })
})

test('DL-14 a file that was stopped goes on from its row, whoever works at it', async () => {
  const many = Array.from({ length: 2_500 }, (_, n) => `m${n},10.00,1`)
  const file = await send('C', `sku,price,quantity\n${many.join('\n')}\n`)
  const stopping = new AbortController()
  const half = await workFile(market, file, declaring, {
    stopping: stopping.signal,
    onProgress: () => stopping.abort(),
  })
  deepEqual([half?.status, half?.rowsDone], ['working', 1_000])
  equal((await openFiles(market.db, 10)).length, 1)
  await Promise.all([
    settleDeclarationFiles(market, declaring, never),
    settleDeclarationFiles(market, declaring, never),
  ])
  const rows = await fileRowsPage(market.db, file, { behind: 0, isRefused: false }, 10_000)
  deepEqual(
    rows.map(({ n }) => n),
    Array.from({ length: 2_500 }, (_, n) => n + 1),
  )
  const shown = await listDeclarations(market.db, { campaign, shopId: 'C' }, undefined, 5_000)
  deepEqual(new Set(shown.map(({ number }) => number)), new Set([1]))
  equal(shown.length, 2_500)
})

test('DL-13 files in GB18030 and UTF-16 are read, what is no table is told why', async () => {
  const gbk = Buffer.concat([
    Buffer.from([0xc9, 0xcc, 0xc6, 0xb7, 0xb1, 0xe0, 0xc2, 0xeb]),
    Buffer.from(',price,quantity\ng1,10.00,1\n'),
  ])
  equal((await work('D', gbk)).declared, 1)
  const utf16 = Buffer.from('\uFEFFsku,price,quantity\nu1,10.00,1\n', 'utf16le')
  equal((await work('D', utf16)).declared, 1)
  const problemOf = async (text: string) => {
    const { status, problem } = await work('D', text)
    return [status, problem]
  }
  deepEqual(await problemOf('sku,price\nx,1\n'), [
    'unreadable',
    { problem: 'missing-column', column: 'quantity' },
  ])
  deepEqual(await problemOf('sku,price,quantity,colour\n'), [
    'unreadable',
    { problem: 'unknown-column', column: 'colour' },
  ])
  deepEqual(await problemOf('\n'), ['unreadable', { problem: 'empty' }])
})

test('A report has a row for each row, and no cell that a spreadsheet would run', async () => {
  const file = await work('D', 'sku,price,quantity\n@cmd,=1+1,1\n-d2,10.00,1\n')
  let report = ''
  for await (const piece of reportCsv(market.db, file, false)) report += piece
  equal(
    report,
    '\uFEFFline,outcome,kind,sku,field,reason,ceilingFen,cause\n' +
      `2,refused,,'@cmd,price,declarations/bad-value,,"{""value"":""=1+1""}"\n` +
      "3,declared,spot,'-d2,,,,\n",
  )
})
