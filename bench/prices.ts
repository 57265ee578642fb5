import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { Bench, BenchOptions, Figures } from '#bench/support/bench.ts'
import { peakKbOf } from '#bench/support/memory.ts'
import {
  campaign,
  declareAll,
  fillPriceMarket,
  plainLowest,
  suspendedOf,
  type PriceMarket,
} from '#bench/support/price-market.ts'
import { discardPostgres, startPostgres } from '#cli/postgres/start-postgres.ts'
import { loadPreset } from '#cli/presets.ts'
import { connect, type Database } from '#db/connection.ts'
import { readMarket, type Market } from '#db/market.ts'
import { migrate } from '#db/migrate.ts'
import { dealsPage, insertDeals, type DealRow } from '#db/prices/deals.ts'
import { transact } from '#operations/_transact.ts'
import { openPolicyBook, type PolicyBook } from '#operations/policies/policy-book.ts'
import { settlePriceFreezes } from '#operations/prices/freeze-prices.ts'
import { priceSettingAt } from '#operations/prices/price-setting.ts'
import { shopCeilings } from '#operations/prices/shop-ceilings.ts'
import { dealsAsked, lowestDeal } from '#rules/prices/deals.ts'
import { windowOfDays } from '#rules/prices/windows.ts'

/** All declarations of a campaign verified against the history, beside plain SQL for the lowest price alone. */
export const prices: Bench = {
  name: 'prices',
  about:
    '100,000 declarations against 10,000,000 deals, beside plain SQL for the lowest price alone',
  run,
}

const promise =
  '100,000 declarations are verified against 10,000,000 deals in under 3 minutes and at most 3 times the plain SQL for the lowest price alone; one check takes under 10 ms in p95'
const mostSeconds = 180
const mostRatio = 3
const mostCheckMs = 10
const checks = 1_000
const proved = 300
const atOnce = 1_000
const foundedAt = Temporal.Instant.from('2009-01-01T00:00:00+08:00')
const frozenAt = Temporal.Instant.from('2017-11-11T00:00:00+08:00')
const never = new AbortController().signal

async function run({ say, flags }: BenchOptions): Promise<Figures> {
  const deals = Number(flags.get('size') ?? 10_000_000)
  const market: PriceMarket = { deals, shops: Math.max(1, deals / 10_000), skusEach: 100 }
  const home = mkdtempSync(join(tmpdir(), 'jifen-bench-'))
  const server = await startPostgres({ home })
  const raw = new pg.Client({ connectionString: server.superuserUrl })
  try {
    const { policies } = await loadPreset('tmall-2017')
    const bodies = Object.entries(policies).map(([name, body]) => {
      return { name, body: JSON.stringify(body) }
    })
    await migrate(server.superuserUrl, undefined, bodies, foundedAt)
    await raw.connect()
    const figures = await measure(raw, server.superuserUrl, market, say)
    const scale = deals / 10_000_000
    const { seconds, ratio, check } = figures
    const holds = seconds < mostSeconds * scale && ratio <= mostRatio && check.p95Ms < mostCheckMs
    return { promise, holds, ...market, ...figures }
  } finally {
    await raw.end()
    await server.stop()
    await discardPostgres(home)
    rmSync(home, { recursive: true, force: true })
  }
}

async function measure(raw: pg.Client, url: string, market: PriceMarket, say: BenchOptions['say']) {
  const filled = await secondsOf(() => fillPriceMarket(raw, market))
  const tooHigh = await declareAll(raw)
  await raw.query('checkpoint')
  const size = await sizeOf(raw)
  say(`${market.deals} deals made in ${filled} s: ${size.heapMb} MB, their key ${size.keyMb} MB`)

  const db = connect(url, { as: 'application', size: 4 })
  const [where, policies] = [await readMarket(db), await openPolicyBook(db)]
  try {
    const context = { db, policies, market: where }
    const check = await oneByOne(context, market)
    say(`one check: p50 ${check.p50Ms} ms, p95 ${check.p95Ms} ms, p99 ${check.p99Ms} ms`)
    const plain = [await plainSeconds(raw), await plainSeconds(raw)]
    const begunMs = performance.now()
    const checked = await settlePriceFreezes(context, frozenAt, never)
    const seconds = rounded((performance.now() - begunMs) / 1_000, 2)
    plain.push(await plainSeconds(raw))
    const sqlSeconds = rounded(Math.min(...plain), 2)
    const ratio = rounded(seconds / sqlSeconds, 2)
    say(`${checked} declarations in ${seconds} s, plain SQL ${plain.join(', ')} s: ratio ${ratio}`)

    const found = await prove(raw, context, market, { checked, tooHigh })
    const appendedPerSecond = await append(context, market)
    say(`${appendedPerSecond} deals appended in a second, 1,000 a statement`)
    const megabytes = Math.round(peakKbOf(process.pid) / 1_024)
    return {
      appendedPerSecond,
      filled,
      size,
      check,
      plain,
      sqlSeconds,
      seconds,
      ratio,
      checked,
      found,
      megabytes,
    }
  } finally {
    policies.close()
    await db.destroy()
  }
}

type Context = {
  readonly db: Database
  readonly policies: PolicyBook
  readonly market: Market
}

/** What a merchant is shown before he types, one SKU after the other. */
async function oneByOne(context: Context, { shops, skusEach }: PriceMarket) {
  const skus = shops * skusEach
  const ask = async (n: number): Promise<number> => {
    const sku = (n * 7_919 + 13) % skus
    const begunMs = performance.now()
    const shown = await shopCeilings(context.db, context, {
      campaign,
      shopId: `shop-${1 + Math.floor(sku / skusEach)}`,
      skus: [`sku-${sku}`],
      kinds: ['spot'],
      at: frozenAt,
    })
    const tookMs = performance.now() - begunMs
    const ceilingFen = shown.ok ? shown.ceilings[0]?.ceiling.ceilingFen : undefined
    if (typeof ceilingFen !== 'number' || ceilingFen < 1) throw new Error(`no ceiling of ${sku}`)
    return tookMs
  }
  for (let n = 0; n < 100; n += 1) await ask(n)
  const took: number[] = []
  for (let n = 0; n < checks; n += 1) took.push(await ask(100 + n))
  took.sort((a, b) => a - b)
  const at = (part: number): number => rounded(took[Math.floor(took.length * part)] ?? 0, 2)
  return { p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) }
}

async function plainSeconds(raw: pg.Client): Promise<number> {
  return await secondsOf(async () => {
    await raw.query(`select count(*), sum(lowest_fen) from (${plainLowest}) as found`)
  })
}

/** How many deals of any SKUs a second one writer appends, in the order of time. */
async function append({ db }: Context, { shops, skusEach }: PriceMarket): Promise<number> {
  const batches = 20
  const begunMs = performance.now()
  for (let batch = 0; batch < batches; batch += 1) {
    const deals = Array.from({ length: atOnce }, (_, n): DealRow => {
      const sku = ((batch * atOnce + n) * 7_919) % (shops * skusEach)
      return {
        shopId: `shop-${1 + Math.floor(sku / skusEach)}`,
        sku: `sku-${sku}`,
        dealId: `later-${batch}-${n}/1`,
        orderedAt: Temporal.Instant.from('2017-12-01T00:00:00+08:00'),
        units: 1,
        priceFen: 10_000,
        off: { allowance: 1_250 },
        event: null,
        paidOnly: false,
        recordedAt: frozenAt,
        source: 'told',
      }
    })
    await transact(db, (tx) => insertDeals(tx, deals))
  }
  return Math.round((batches * atOnce * 1_000) / (performance.now() - begunMs))
}

/** What was suspended is what had to be, and what was found is what the rules find among the deals. */
async function prove(
  raw: pg.Client,
  context: Context,
  { shops, skusEach }: PriceMarket,
  { checked, tooHigh }: { readonly checked: number; readonly tooHigh: number },
) {
  const skus = shops * skusEach
  const found = await suspendedOf(raw)
  if (checked !== skus) throw new Error(`${checked} of ${skus} declarations were checked`)
  if (tooHigh < skus / 100 || found.right !== tooHigh || found.wrong + found.missed > 0) {
    throw new Error(`${tooHigh} are too high, and suspended are ${JSON.stringify(found)}`)
  }
  const setting = priceSettingAt(context, campaign, frozenAt)
  if (setting === undefined) throw new Error('the campaign verifies prices')
  const days = setting.price.spot.deals
  const asked = dealsAsked(setting.policy, windowOfDays(days, setting.zone), campaign)
  for (let n = 0; n < proved; n += 1) {
    const at = (n * 104_729) % skus
    const sku = { shopId: `shop-${1 + Math.floor(at / skusEach)}`, sku: `sku-${at}` }
    const history = await dealsPage(context.db, sku, { before: undefined, limit: 1_000_000 })
    const shown = await shopCeilings(context.db, context, {
      campaign,
      shopId: sku.shopId,
      skus: [sku.sku],
      kinds: ['spot'],
      at: frozenAt,
    })
    const lowest = shown.ok ? shown.ceilings[0]?.ceiling.lowestDeal : undefined
    const wanted = lowestDeal(history, asked)
    if (history.length < 50 || wanted === undefined || lowest?.dealId !== wanted.dealId) {
      throw new Error(`${sku.sku} has another lowest deal by the rules: ${wanted?.dealId}`)
    }
  }
  return found
}

async function sizeOf(raw: pg.Client) {
  const { rows } = await raw.query<{ heap: string; key: string }>(
    `select pg_table_size('jifen.deal') as heap, pg_indexes_size('jifen.deal') as key`,
  )
  const [row] = rows
  const megabytes = (bytes: string | undefined): number => Math.round(Number(bytes) / 2 ** 20)
  return { heapMb: megabytes(row?.heap), keyMb: megabytes(row?.key) }
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const begunMs = performance.now()
  await work()
  return rounded((performance.now() - begunMs) / 1_000, 2)
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
