import { join } from 'node:path'
import pg from 'pg'
import { connect } from '#db/connection.ts'
import { readMarket } from '#db/market.ts'
import { openPolicyBook } from '#operations/policies/policy-book.ts'
import { placeTrade } from '#operations/trades/place-trade.ts'
import { PlaceBodySchema } from '#rules/trades/body.ts'
import { deploy, type Deployment } from '#test/accept/support/deployment.ts'
import { pause } from '#test/accept/support/program.ts'
import { median, type Bench, type BenchOptions, type Figures } from '#bench/support/bench.ts'
import { capture, type Flight } from '#bench/support/captured.ts'
import { checkTrades } from '#bench/support/check-trades.ts'
import { closedLoop, type ClosedLoop } from '#bench/support/closed-loop.ts'
import {
  fillMarket,
  memberName,
  shoppingListOf,
  type MarketDay,
} from '#bench/support/market-day.ts'
import { openCpuMeter, type CpuUsed } from '#bench/support/cpu-meter.ts'
import { openLoop, type OpenLoop } from '#bench/support/open-loop.ts'
import { openRawConnection, type RawConnection } from '#bench/support/raw-http.ts'
import { replayer } from '#bench/support/replayed.ts'

/** Quotes and trades through the whole product in a market of some size, beside the cost of their SQL alone. */
export const trades: Bench = {
  name: 'trades',
  about: 'quotes at 300/s and trades at 150/s in a large market; trades against their bare SQL',
  run,
}

const promise =
  'with 10,000 active offers and 100,000 members: quotes at 300/s in p95 under 20 ms, trades at 150/s in ' +
  'p95 under 60 ms, trades at 40 % of the throughput of the same SQL from a bare pg script'

const quotesPerSecond = 300
const mostQuoteMs = 20
const tradesPerSecond = 150
const mostTradeMs = 60
const leastRatio = 0.4
/** Of the open loops: more than are ever busy at once. */
const connections = 64
const clients = 16

async function run({ say, flags }: BenchOptions): Promise<Figures> {
  const rounds = Number(flags.get('rounds') ?? 6)
  const seconds = Number(flags.get('seconds') ?? 10)
  const members = Number(flags.get('size') ?? 100_000)
  const profile = flags.get('profile')
  const day: MarketDay = { members, offers: 10_000, shops: 500, skusEach: 4 }
  const deployment = await deploy({
    folder: join(import.meta.dirname, '..'),
    nodeOptions: profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profile],
  })
  try {
    const url = await deployment.databaseUrl()
    await prepare(url, day, say)
    const market = await openMarket(deployment, day)
    await market.quotes(50, 2)
    await market.trades(100, 5)
    await analyze(deployment)
    const quotes = await withCpu(deployment, () => market.quotes(quotesPerSecond, seconds))
    say(`quotes at ${quotesPerSecond}/s: ${told(quotes)}`)
    const placed = await withCpu(deployment, () => market.trades(tradesPerSecond, seconds))
    say(`trades at ${tradesPerSecond}/s: ${told(placed)}`)

    const bare = await openBare(url, day)
    say(`one trade: ${bare.statements.join(' + ')} statements`)
    const turns = await inTurns(deployment, market, bare, rounds, Math.min(seconds, 5), say)
    await market.close()
    await bare.close()
    await checkTrades(deployment, market.placed(), bare.placed(), day)
    const ratio = median(turns.map((turn) => turn.ratio))
    say(`ratio ${ratio.toFixed(3)} (median of ${rounds})`)
    const isQuick =
      quotes.failed + placed.failed === 0 &&
      quotes.p95Ms < mostQuoteMs &&
      placed.p95Ms < mostTradeMs
    const holds = isQuick && ratio >= leastRatio
    return { promise, holds, day, quotes, placed, ratio, statements: bare.statements, turns }
  } finally {
    await deployment.close()
  }
}

async function prepare(url: string, day: MarketDay, say: BenchOptions['say']): Promise<void> {
  const db = connect(url, { as: 'application' })
  const owner = connect(url, { as: 'owner', size: 1 })
  const begunMs = performance.now()
  await fillMarket(db, owner, day)
  await Promise.all([db.destroy(), owner.destroy()])
  const seconds = ((performance.now() - begunMs) / 1_000).toFixed(0)
  say(`a market of ${day.offers} offers and ${day.members} members, made in ${seconds} s`)
  // Every process hears of approved policies within a second.
  await pause(3_000)
}

/**
 * What the server does by itself within minutes: statements that were planned while their tables were empty
 * are planned anew.
 */
async function analyze(deployment: Deployment): Promise<void> {
  const database = await deployment.database()
  await database.query('analyze')
}

type MarketAtWork = {
  readonly quotes: (perSecond: number, seconds: number) => Promise<OpenLoop>
  readonly trades: (perSecond: number, seconds: number) => Promise<OpenLoop>
  /** As many trades as go, by `clients` at once. */
  readonly flatOut: (seconds: number) => Promise<ClosedLoop>
  readonly placed: () => number
  readonly close: () => Promise<void>
}

/** Every trade is of another member, who has not traded before: the first half of all. */
async function openMarket(deployment: Deployment, day: MarketDay): Promise<MarketAtWork> {
  const token = await deployment.service('bench')
  const opened: RawConnection[] = []
  for (let n = 0; n < connections; n += 1) opened.push(await openRawConnection(deployment.port))
  const authorization = `authorization: Bearer ${token}\r\n`
  let [quoted, placed] = [0, 0]

  const quoteRequest = () => {
    quoted += 1
    const memberId = memberName((quoted * 37) % day.members)
    const body = JSON.stringify({ memberId, lines: shoppingListOf(quoted, day) })
    return { path: '/v1/quotes', headers: authorization, body }
  }
  const tradeRequest = () => {
    placed += 1
    if (placed >= day.members / 2) throw new Error('every member has traded')
    const body = JSON.stringify({ memberId: memberName(placed), ...tradeOf(placed, day) })
    const headers = `${authorization}idempotency-key: ${tradeName(placed)}\r\n`
    return { path: '/v1/trades', headers, body }
  }
  return {
    quotes: (perSecond, seconds) =>
      openLoop(opened, { perSecond, seconds, wanted: 200 }, quoteRequest),
    trades: (perSecond, seconds) =>
      openLoop(opened, { perSecond, seconds, wanted: 201 }, tradeRequest),
    flatOut: (seconds) =>
      closedLoop(clients, seconds, async (client) => {
        const { path, headers, body } = tradeRequest()
        const status = await opened[client]?.post(path, headers, body)
        if (status !== 201) throw new Error(`a trade was answered ${status}`)
      }),
    placed: () => placed,
    close: async () => opened.forEach((each) => each.close()),
  }
}

type BareAtWork = {
  readonly statements: readonly number[]
  readonly flatOut: (seconds: number) => Promise<ClosedLoop>
  readonly placed: () => number
  readonly close: () => Promise<void>
}

/** The same statements for the members of the second half, who are as the one was whose trade was seen. */
async function openBare(url: string, day: MarketDay): Promise<BareAtWork> {
  const last = day.members - 1
  const flights = await captureTrade(url, day, last)
  const send = replayer(flights, [memberName(last), tradeName(last)])
  const pool = new pg.Pool({
    connectionString: url,
    max: clients,
    pipeline: true,
    options: '-c role=jifen_app -c plan_cache_mode=force_generic_plan -c enable_seqscan=off',
  })
  // The server may be stopped first, when something failed.
  pool.on('error', () => undefined)
  let placed = 0
  return {
    statements: flights.map((flight) => flight.length),
    flatOut: (seconds) =>
      closedLoop(clients, seconds, async () => {
        placed += 1
        const n = Math.floor(day.members / 2) + placed
        if (n >= last - 1) throw new Error('every member has traded')
        const connection = await pool.connect()
        await send(connection, [memberName(n), tradeName(n)])
        connection.release()
      }),
    placed: () => placed,
    close: async () => await pool.end(),
  }
}

/** The statements of one trade, as the product itself sends them. */
async function captureTrade(url: string, day: MarketDay, last: number): Promise<readonly Flight[]> {
  return await capture(async (begin) => {
    const db = connect(url, { as: 'application', size: 1 })
    const [market, policies] = [await readMarket(db), await openPolicyBook(db)]
    policies.close()
    const one = async (n: number): Promise<void> => {
      const at = Temporal.Now.instant().round({ smallestUnit: 'millisecond' })
      const answer = await placeTrade(
        { db, market, policies, now: at, actor: 'service:bench' },
        { memberId: memberName(n), body: PlaceBodySchema.parse(tradeOf(n, day)), at },
        { idempotencyKey: tradeName(n) },
      )
      if (!answer.ok) throw new Error(`a trade was refused: ${answer.refusal}`)
    }
    await one(last - 1)
    begin()
    await one(last)
    await db.destroy()
  })
}

function tradeOf(n: number, day: MarketDay) {
  return { tradeId: tradeName(n), lines: shoppingListOf(n, day), allowanceStep }
}

const allowanceStep = { every: '400.00', off: '50.00' }

function tradeName(n: number): string {
  return `t-${String(n).padStart(6, '0')}`
}

type Turn = {
  readonly product: Flow
  readonly bare: Flow
  readonly ratio: number
}

type Flow = ClosedLoop & { readonly cpu: CpuUsed }

async function inTurns(
  deployment: Deployment,
  market: MarketAtWork,
  bare: BareAtWork,
  rounds: number,
  seconds: number,
  say: BenchOptions['say'],
): Promise<readonly Turn[]> {
  const flow = async (side: MarketAtWork | BareAtWork): Promise<Flow> => {
    const used = openCpuMeter(deployment)
    const loop = await side.flatOut(seconds)
    return { ...loop, cpu: used(loop.done) }
  }
  await market.flatOut(2)
  await bare.flatOut(2)
  await analyze(deployment)
  const turns: Turn[] = []
  for (let round = 1; round <= rounds; round += 1) {
    const isBareFirst = round % 2 === 0
    const first = await flow(isBareFirst ? bare : market)
    const second = await flow(isBareFirst ? market : bare)
    const [product, alone] = isBareFirst ? [second, first] : [first, second]
    const ratio = product.perSecond / alone.perSecond
    turns.push({ product, bare: alone, ratio: Number(ratio.toFixed(3)) })
    say(
      `${round}: product ${toldFlow(product)}; bare ${toldFlow(alone)}; ratio ${ratio.toFixed(3)}`,
    )
  }
  return turns
}

function toldFlow({ perSecond, p99Ms, cpu }: Flow): string {
  const { serverUs, postgresUs, clientUs } = cpu
  return `${perSecond}/s (server ${serverUs} us, PostgreSQL ${postgresUs} us, client ${clientUs} us, p99 ${p99Ms} ms)`
}

type Load = OpenLoop & { readonly cpu: CpuUsed }

async function withCpu(deployment: Deployment, run: () => Promise<OpenLoop>): Promise<Load> {
  const used = openCpuMeter(deployment)
  const loop = await run()
  return { ...loop, cpu: used(loop.sent) }
}

function told({ p50Ms, p95Ms, p99Ms, maxMs, failed, sent, cpu }: Load): string {
  const { serverUs, postgresUs, clientUs } = cpu
  return `p50 ${p50Ms} ms, p95 ${p95Ms} ms, p99 ${p99Ms} ms, max ${maxMs} ms, ${failed} of ${sent} failed (server ${serverUs} us, PostgreSQL ${postgresUs} us, client ${clientUs} us each)`
}
