import { join } from 'node:path'
import pg from 'pg'
import { connect } from '#db/connection.ts'
import { readMarket } from '#db/market.ts'
import { postForMember } from '#operations/ledger/post-for-member.ts'
import { openPolicyBook } from '#operations/policies/policy-book.ts'
import { asPoints } from '#rules/money/points.ts'
import { deploy, type Deployment } from '#test/accept/support/deployment.ts'
import { joinMembers, mustPost, walletPath } from '#test/accept/support/postings.ts'
import { runVerify } from '#test/accept/support/verify.ts'
import { bareSpender } from '#bench/support/bare-spend.ts'
import { median, type Bench, type BenchOptions, type Figures } from '#bench/support/bench.ts'
import { capture, type Flight } from '#bench/support/captured.ts'
import { cpuMsOf, cpuMsWithChildren, ownCpuMsNow } from '#bench/support/cpu.ts'
import { openRawConnection, type RawConnection } from '#bench/support/raw-http.ts'

/** What one spend costs through the whole product, beside the cost of its SQL alone. */
export const spend: Bench = {
  name: 'spend',
  about: 'single spends through HTTP, 16 clients, against the same SQL from a bare script',
  run,
}

const promise = 'single spend through HTTP reaches 40 % of the same SQL driven by a bare pg script'
const clients = 16
const membersEach = 25
const leastRatio = 0.4
/** As many as the product opens by itself. */
const connections = 16

async function run({ say, flags }: BenchOptions): Promise<Figures> {
  const rounds = Number(flags.get('rounds') ?? 6)
  const seconds = Number(flags.get('seconds') ?? 5)
  const profile = flags.get('profile')
  const deployment = await deploy({
    folder: join(import.meta.dirname, '..'),
    nodeOptions: profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profile],
  })
  try {
    await prepare(deployment)
    const flights = await captureSpend(await deployment.databaseUrl())
    say(`one spend: ${flights.map((flight) => flight.length).join(' + ')} statements`)

    const product = await productDriver(deployment)
    const bare = await bareDriver(await deployment.databaseUrl(), flights)
    await inTurns(deployment, [product, bare], 2)
    const turns: { product: Figure; bare: Figure; ratio: number }[] = []
    for (let round = 1; round <= rounds; round += 1) {
      const pair = round % 2 === 0 ? [bare, product] : [product, bare]
      const [a, b] = await inTurns(deployment, pair, seconds)
      const [ofProduct, ofBare] = round % 2 === 0 ? [b, a] : [a, b]
      if (ofProduct === undefined || ofBare === undefined) break
      const ratio = ofProduct.perSecond / ofBare.perSecond
      turns.push({ product: ofProduct, bare: ofBare, ratio: rounded(ratio, 3) })
      say(`${round}: product ${line(ofProduct)}; bare ${line(ofBare)}; ratio ${ratio.toFixed(3)}`)
    }
    await bare.close()
    await product.close()
    await checkCounts(deployment, bare.count())
    const ratio = median(turns.map((turn) => turn.ratio))
    say(`ratio ${ratio.toFixed(3)} (median of ${rounds})`)
    const statements = flights.map((flight) => flight.length)
    return { promise, holds: ratio >= leastRatio, ratio, clients, connections, statements, turns }
  } finally {
    await deployment.close()
  }
}

type Figure = {
  readonly perSecond: number
  /** Processor time for each spend, in microseconds. */
  readonly serverUs: number
  readonly postgresUs: number
  readonly clientUs: number
  readonly p99Ms: number
}

type Driver = {
  readonly spend: (client: number) => Promise<void>
  readonly count: () => number
  readonly close: () => Promise<void>
}

/** Members of both sides, with plenty to spend and one spend behind them. */
async function prepare(deployment: Deployment): Promise<void> {
  const token = await deployment.service('bench')
  const client = deployment.client(clients)
  const memberIds = ['http', 'bare', 'seen'].flatMap((side) =>
    Array.from({ length: clients * membersEach }, (_, n) => `${side}-${n}`),
  )
  await joinMembers(client, token, memberIds.slice(0, 800))
  await joinMembers(client, token, memberIds.slice(800))
  const rest = memberIds.values()
  const worker = async (): Promise<void> => {
    for (const memberId of rest) {
      const base = { memberId, token }
      const body = { amount: 1_000_000_000, ref: 'plenty' }
      await mustPost(client, { ...base, verb: 'earns', key: 'plenty', body })
      await mustPost(client, { ...base, verb: 'spends', key: 'first', body: { amount: 1 } })
    }
  }
  await Promise.all(Array.from({ length: clients }, worker))
}

/** The statements of one spend in its steady state, as the product itself sends them. */
async function captureSpend(url: string): Promise<readonly Flight[]> {
  return await capture(async (begin) => {
    const db = connect(url, { as: 'application', size: 1 })
    const [market, policies] = [await readMarket(db), await openPolicyBook(db)]
    policies.close()
    const one = async (name: string): Promise<void> => {
      const answer = await postForMember(
        { db, market, policies },
        {
          key: { memberId: 'seen-0', program: 'platform', unit: 'points' },
          body: { kind: 'spend', amount: asPoints(1), ref: name },
          caller: 'service:bench',
          idempotencyKey: name,
          at: Temporal.Now.instant().round({ smallestUnit: 'millisecond' }),
        },
      )
      if (!answer.ok) throw new Error(`a spend was refused: ${answer.refusal}`)
    }
    await one('seen-1')
    begin()
    await one('seen-2')
    await db.destroy()
  })
}

async function productDriver(deployment: Deployment): Promise<Driver> {
  const token = await deployment.service('bench')
  const opened: RawConnection[] = []
  for (let n = 0; n < clients; n += 1) opened.push(await openRawConnection(deployment.port))
  const start = `authorization: Bearer ${token}\r\nidempotency-key: `
  const next = counter()
  return {
    spend: async (client) => {
      const turn = next(client)
      const path = `${walletPath(memberOf('http', client, turn))}/spends`
      const body = `{"amount":1,"ref":"http-${client}-${turn}"}`
      const status = await opened[client]?.post(path, `${start}${client}-${turn}\r\n`, body)
      if (status !== 201) throw new Error(`a spend was answered ${status}`)
    },
    count: next.count,
    close: async () => opened.forEach((each) => each.close()),
  }
}

async function bareDriver(url: string, flights: readonly Flight[]): Promise<Driver> {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    pipeline: true,
    options: '-c role=jifen_app -c plan_cache_mode=force_generic_plan -c enable_seqscan=off',
  })
  // When something else fails the database stops: what these connections say then would hide it.
  pool.on('connect', (client) => void client.on('error', () => undefined))
  pool.on('error', () => undefined)
  const send = bareSpender(flights, 1)
  const next = counter()
  return {
    spend: async (client) => {
      const turn = next(client)
      const connection = await pool.connect()
      await send(connection, memberOf('bare', client, turn), `bare-${client}-${turn}`)
      connection.release()
    },
    count: next.count,
    close: async () => await pool.end(),
  }
}

/** Each client has members of its own: what is measured is not how they wait for each other. */
function memberOf(side: string, client: number, turn: number): string {
  return `${side}-${client * membersEach + (turn % membersEach)}`
}

function counter() {
  const turns = Array.from({ length: clients }, () => 0)
  const next = (client: number): number => {
    const turn = (turns[client] ?? 0) + 1
    turns[client] = turn
    return turn
  }
  next.count = (): number => turns.reduce((sum, each) => sum + each, 0)
  return next
}

async function inTurns(
  deployment: Deployment,
  drivers: readonly Driver[],
  seconds: number,
): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const driver of drivers) figures.push(await measure(deployment, driver, seconds))
  return figures
}

async function measure(deployment: Deployment, driver: Driver, seconds: number): Promise<Figure> {
  const { pid } = deployment.program()
  const postmaster = deployment.postmaster() ?? 0
  const cpu = () => ({
    server: cpuMsOf(pid),
    postgres: cpuMsWithChildren(postmaster),
    client: ownCpuMsNow(),
  })
  const latencies: number[] = []
  const before = cpu()
  const begunMs = performance.now()
  const endMs = begunMs + seconds * 1_000
  const worker = async (client: number): Promise<void> => {
    while (performance.now() < endMs) {
      const sentMs = performance.now()
      await driver.spend(client)
      latencies.push(performance.now() - sentMs)
    }
  }
  await Promise.all(Array.from({ length: clients }, (_, client) => worker(client)))
  const tookMs = performance.now() - begunMs
  const after = cpu()
  const each = (ms: number): number => rounded((ms * 1_000) / latencies.length, 0)
  const sorted = latencies.toSorted((a, b) => a - b)
  return {
    perSecond: rounded((latencies.length * 1_000) / tookMs, 0),
    serverUs: each(after.server - before.server),
    postgresUs: each(after.postgres - before.postgres),
    clientUs: each(after.client - before.client),
    p99Ms: rounded(sorted[Math.floor(sorted.length * 0.99)] ?? 0, 1),
  }
}

/** Both sides must have done what was counted, and the product's books must be right. */
async function checkCounts(deployment: Deployment, bareSpends: number): Promise<void> {
  const database = await deployment.database()
  const found = await database.query<{ entries: number; left: number; seq: number }>(
    `select (select count(*) from jifen.entry where member_id like 'bare-%') as entries,
       (select sum(1000000000 - available) from jifen.wallet where member_id like 'bare-%')::bigint as left,
       (select sum(seq) from jifen.wallet where member_id like 'bare-%')::bigint as seq`,
  )
  const wanted = bareSpends + clients * membersEach
  const [row] = found.rows
  if (
    row?.left !== wanted ||
    row.seq !== row.entries ||
    row.entries !== wanted + clients * membersEach
  ) {
    throw new Error(`the bare script did ${JSON.stringify(row)}, not ${wanted} spends`)
  }
  const { faults } = await runVerify(deployment.home)
  const ours = faults.filter((fault) => !fault.member_id.startsWith('bare-'))
  if (ours.length > 0) throw new Error(`the books are wrong: ${JSON.stringify(ours[0])}`)
}

function line(figure: Figure): string {
  const { perSecond, serverUs, postgresUs, clientUs, p99Ms } = figure
  return `${perSecond}/s (server ${serverUs} us, PostgreSQL ${postgresUs} us, client ${clientUs} us, p99 ${p99Ms} ms)`
}

function rounded(figure: number, digits: number): number {
  return Number(figure.toFixed(digits))
}
