import { deepEqual, equal, rejects, throws } from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { test } from 'node:test'
import { compileMapping } from '#cli/import/compile.ts'
import { loadMapping, mappingNames, readMapping } from '#cli/import/mapping.ts'
import { loadMarket } from '#cli/presets.ts'

const presets = resolve(import.meta.dirname, '../../../presets')

const smallest = {
  name: 'small',
  title: 'Small',
  tables: { rows: { files: ['*.csv'] } },
  orders: {
    table: 'rows',
    id: 'order',
    member: 'member',
    times: { placed: 'at' },
    facts: { '*': ['placed'] },
  },
  lines: {
    table: 'rows',
    order: 'order',
    sku: 'sku',
    category: { constant: 'ordinary' },
    paid: { amount: 'paid' },
  },
}

test('every mapping that comes with the program fits, and the market it names', async () => {
  const files = readdirSync(join(presets, 'mappings')).map((file) => basename(file, '.json'))
  deepEqual(files.toSorted(), [...mappingNames])
  for (const name of mappingNames) {
    const { currency, zone, market } = await loadMapping(name)
    if (market === undefined) continue
    const loaded = await loadMarket(join(presets, 'markets', `${market}.json`))
    deepEqual([loaded.market.currency, loaded.market.zone], [currency, zone])
  }
})

// Columns: what is laid over the smallest mapping | the sentence.
const wrong = [
  [{ name: 'No Name' }, /^The mapping x is not right: name: /],
  [{ colour: 'red' }, /^The mapping x is not right: colour: There is no key "colour" here\.$/],
  [{ orders: { ...smallest.orders, table: 'orders' } }, /it reads from a table orders that its/],
  [
    { lines: { ...smallest.lines, returnWhen: { column: 'order', startsWith: 'C', atMost: 1 } } },
    /lines\.returnWhen: A condition asks one thing of its column/,
  ],
] as const

test('a mapping that does not fit is one sentence that names the place', () => {
  equal(readMapping(smallest, 'x').name, 'small')
  for (const [over, message] of wrong) {
    throws(() => readMapping({ ...smallest, ...over }, 'x'), { name: 'StartError', message })
  }
})

test('a lookup needs a table with a key', () => {
  const lookup = { lookup: 'rows', by: 'member', take: 'name' }
  const orders = { ...smallest.orders, member: lookup }
  const mapping = readMapping({ ...smallest, orders }, 'x')
  throws(() => compileMapping(mapping, [], 'UTC'), /which is no table of it with a key/)
})

test('a mapping file that is not there is one sentence', async () => {
  const message = 'The file ./nowhere.json cannot be read (ENOENT).'
  await rejects(loadMapping('./nowhere.json'), { name: 'StartError', message })
})
