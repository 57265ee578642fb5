import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, test } from 'node:test'
import { publicData } from '#test/cli/import/public-data.ts'
import { testDatabase } from '#test/support/database.ts'
import { runStatement } from '#test/support/server.ts'

const root = resolve(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'jifen-import-'))
const olist = publicData('olist')

after(() => rmSync(folder, { recursive: true }))

const orders = `order_id,member_id,shop_id,placed_at,paid_at,received_at
A1,lin,tea,2017-11-11 00:00:10,2017-11-11 00:01:00,2017-11-15 18:00:00
A2,wang,tea,2017-11-11 00:00:10,,
A3,wang,tea,whenever,,
`
const lines = `order_id,sku,category,paid
A1,oolong,food,59.80
A1,phone,digital3c,1999.00
A2,cup,,30
`
const refunds = `refund_id,order_id,line_id,amount,refunded_at
R1,A1,phone,1000.00,2017-11-20 10:00:00
`

test('an import is in the books; a second one changes nothing', async () => {
  const { url, drop } = await emptyDatabase()
  const from = plant('small', { 'orders.csv': orders, 'lines.csv': lines, 'refunds.csv': refunds })
  const home = join(folder, 'home')

  const first = await jifen(['import', '--home', home, from], url)
  equal(first.code, 0, first.err)
  match(first.out, /food +ordinary +1 +59\.80 +29 +0\n/)
  match(first.out, /digital3c +digital3c +1 +1,999\.00 +199 +100\n/)
  match(first.out, /5 applied, 0 known before, 0 parked, 0 refused/)
  match(first.out, /bad-placed-time +1/)
  const kept = readFileSync(join(home, 'import-generic-rejects.csv'), 'utf8')
  equal(kept.split('\n')[1], 'orders.csv,4,A3,bad-placed-time,"A3,wang,tea,whenever,,",')
  const books = await booksOf(url)

  const second = await jifen(['import', '--home', home, from], url)
  match(second.out, /0 applied, 5 known before/)
  match(second.out, /Everything was known before: nothing changed\./)
  deepEqual(await booksOf(url), books)
  equal((await jifen(['verify', '--home', home], url)).code, 0)
  await drop()
})

test('a run that is killed is continued by the same command', async () => {
  const { url, drop } = await emptyDatabase()
  const home = join(folder, 'killed')
  const many = Array.from({ length: 4_000 }, (_, index) => index)
  const from = plant('many', {
    'orders.csv': `order_id,member_id,shop_id,placed_at,paid_at,received_at\n${many
      .map((each) => `A${each},m${each % 900},tea,2017-11-11,2017-11-11,2017-11-15\n`)
      .join('')}`,
    'lines.csv': `order_id,sku,paid\n${many.map((each) => `A${each},x,${each}\n`).join('')}`,
  })

  const program = start(['import', '--home', home, '--batch', '50', from], url)
  while ((await booksOf(url)).events < 500) await new Promise((done) => setTimeout(done, 50))
  program.kill('SIGKILL')
  await new Promise((done) => program.once('close', done))
  const before = await booksOf(url)
  ok(before.events < 12_000)

  const again = await jifen(['import', '--home', home, from], url)
  equal(again.code, 0, again.err)
  deepEqual(await booksOf(url), {
    events: 12_000,
    orders: 4_000,
    earned: many.reduce((sum, each) => sum + Math.floor(each / 2), 0),
  })
  deepEqual(readdirSync(home), [])
  await drop()
})

test('an interrupted run says how to go on', async () => {
  const { url, drop } = await emptyDatabase()
  const program = start(
    ['import', '--home', join(folder, 'stopped'), '--batch', '50', join(folder, 'many')],
    url,
  )
  while ((await booksOf(url)).events < 200) await new Promise((done) => setTimeout(done, 50))
  program.kill('SIGINT')
  const { code, err } = await ended(program)
  equal(code, 1)
  match(err, /The import was stopped: run it again to go on\.\n$/)
  await drop()
})

// Columns: words | the sentence.
const refused = [
  [['--mapping', 'olist', '.'], /^The mapping olist needs a file olist_orders\*\.csv/],
  [['--mapping', 'ebay', '.'], /^There is no mapping "ebay": name one of generic, olist/],
  [['nowhere'], /^There is no file or folder nowhere/],
  [['--batch', '0', '.'], /^error: .*It is a whole number from 1 to 10000\./],
] as const

test('what cannot be imported is one sentence and ends with 1', async () => {
  for (const [words, sentence] of refused) {
    const { code, err } = await jifen(['import', '--home', join(folder, 'none'), ...words], 'none')
    deepEqual([code, err.match(sentence) !== null], [1, true], err)
  }
})

test('a mapping of another currency than the market is refused', async () => {
  const { url, drop } = await testDatabase()
  const { code, err } = await importOlistRow(url)
  equal(code, 1)
  match(err, /The mapping olist is in BRL and this market in CNY: import it into a database of its/)
  await drop()
})

test('an empty database needs a market that fits the mapping', async () => {
  const { url, drop } = await emptyDatabase()
  const { code, err } = await importOlistRow(url)
  equal(code, 1)
  match(err, /has no market yet: add --market olist to found the one that the mapping olist is for/)

  const { code: now, out } = await importOlistRow(url, '--market', 'olist')
  equal(now, 0)
  match(out, /1 orders of 1 trades and 1 members/)
  await drop()
})

test(
  'the sample of Olist earns what its delivered items come to',
  { skip: olist.missing },
  async () => {
    const { url, drop } = await emptyDatabase()
    const home = join(folder, 'olist')
    const words = [
      'import',
      '--home',
      home,
      '--mapping',
      'olist',
      '--market',
      'olist',
      olist.folder,
    ]
    const { code, out, err } = await jifen(words, url)
    equal(code, 0, err)
    match(out, /all of +ordinary +22,110 +2,724,961\.68 +1,329,641 +0\n/)
    match(out, /all of +digital3c +3,999 +410,389\.52 +37,986 +0\n/)
    match(out, /99,699 applied, 0 known before, 0 parked, 0 refused/)
    await drop()
  },
)

async function importOlistRow(url: string, ...more: readonly string[]): Promise<Outcome> {
  const from = plant('olist-row', {
    'olist_orders.csv':
      'order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,order_delivered_carrier_date,order_delivered_customer_date\no1,c1,created,2017-11-24 10:00:00,,,\n',
    'olist_order_items.csv':
      'order_id,order_item_id,product_id,seller_id,price,freight_value\no1,1,p1,s1,99.90,1.00\n',
    'olist_customers.csv': 'customer_id,customer_unique_id\nc1,maria\n',
    'olist_products.csv': 'product_id,product_category_name\np1,artes\n',
  })
  const home = join(folder, 'olist-row-home')
  return await jifen(['import', '--home', home, '--mapping', 'olist', ...more, from], url)
}

function plant(name: string, files: Readonly<Record<string, string>>): string {
  const place = join(folder, name)
  mkdirSync(place, { recursive: true })
  for (const [file, text] of Object.entries(files)) writeFileSync(join(place, file), text)
  return place
}

type Outcome = { readonly code: number | null; readonly out: string; readonly err: string }

async function jifen(words: readonly string[], url: string): Promise<Outcome> {
  return await ended(start(words, url))
}

function start(words: readonly string[], url: string) {
  const env = { ...process.env, DATABASE_URL: url }
  return spawn(process.execPath, ['cli/main.ts', ...words], { cwd: root, env })
}

async function ended(program: ReturnType<typeof start>): Promise<Outcome> {
  const said = { out: '', err: '' }
  program.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text))
  program.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text))
  const code = await new Promise<number | null>((done) => program.once('close', done))
  return { code, ...said }
}

/** A database in which nothing was founded. */
async function emptyDatabase() {
  const database = await testDatabase()
  await runStatement(database.url, 'drop schema jifen cascade')
  return database
}

type Books = { readonly events: number; readonly orders: number; readonly earned: number }

/** What is in the books; nothing while they are not there yet. */
async function booksOf(url: string): Promise<Books> {
  const none = { events: 0, orders: 0, earned: 0 }
  const there = await runStatement(url, "select to_regclass('jifen.entry') as name")
  if ((there.rows[0] as { name: unknown }).name === null) return none
  const read = await runStatement(
    url,
    `select (select count(*)::int from jifen.member_event) as events,
       (select count(*)::int from jifen.member_order) as orders,
       (select coalesce(sum(amount), 0)::int from jifen.entry where kind = 'earn') as earned`,
  )
  return (read.rows[0] as Books | undefined) ?? none
}
