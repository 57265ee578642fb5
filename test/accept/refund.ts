import { deploy } from '#test/accept/support/deployment.ts'
import type { Findings } from '#test/accept/support/findings.ts'
import { joinMembers } from '#test/accept/support/postings.ts'
import type { Random } from '#test/accept/support/random.ts'
import { checkBooks, checkEnd, mustHaveMoney } from '#test/accept/support/return-end.ts'
import { allItems, someItems } from '#test/accept/support/return-items.ts'
import {
  grantTo,
  moveClock,
  openReturnMarket,
  priceBy,
  type ReturnMarket,
} from '#test/accept/support/return-market.ts'
import {
  factData,
  receiveOrder,
  refundByFact,
  refundByRequest,
  refundTooMuch,
  spendAll,
  tell,
} from '#test/accept/support/return-steps.ts'
import {
  endow,
  fault,
  mustHavePoints,
  newWalk,
  pay,
  place,
  quote,
  tradeOf,
  walletOf,
  type Walk,
} from '#test/accept/support/return-walk.ts'
import { lapsePoints } from '#test/accept/support/told-points.ts'
import {
  giveBackItems,
  instrumentsBack,
  type Item,
  type Terms,
} from '#test/accept/support/told-returns.ts'
import type { Trial, TrialContext } from '#test/accept/support/trial.ts'
import { mustVerify, runJifen } from '#test/accept/support/verify.ts'

/** Trades of several shops with every layer, returned in parts, in any order, told more than once. */
export const refund: Trial = {
  name: 'refund',
  about:
    'trades with every layer returned in parts, before and after receipt, told up to three times',
  full: { trades: 5_000 },
  quick: { trades: 120 },
  controls: {
    // What was used comes back for orders that were received as well.
    'after-receipt': [
      {
        file: 'rules/returns/comes-back.ts',
        find: 'new Set(closed.filter((shop) => !isReceived(shop, received)))',
        replace: 'new Set(closed.filter((shop) => !isReceived(shop, received) || true))',
      },
    ],
    // The last unit costs what it cost, whatever was refunded of its line before.
    'no-rest': [
      {
        file: 'rules/returns/taken.ts',
        find: 'if (had.units + quantity === line.quantity) return leftFen\n',
        replace: '',
      },
    ],
    // What was clawed back before is not counted.
    'each-by-itself': [
      {
        file: 'rules/orders/refund.ts',
        find: 'const more = subtract(owed, line.pointsClawed)',
        replace: 'const more = owed',
      },
    ],
  },
  run,
}

const firstDay = Temporal.Instant.from('2018-03-01T02:00:00Z')
const waveDays = 90
const lapsedAfterDays = 40
const atOnce = 12

/** One wave of trades for each: what comes back when. */
const wavesOf: readonly Terms[] = [
  { coupon: 'fullOnly', redEnvelope: 'allClosed', allowance: 'allClosed' },
  { coupon: 'fullOnly', redEnvelope: 'perSubOrder', allowance: 'perSubOrder' },
  { coupon: 'never', redEnvelope: 'never', allowance: 'perSubOrder' },
  { coupon: 'fullOnly', redEnvelope: 'perSubOrder', allowance: 'allClosed' },
]

async function run({ folder, random, size, findings }: TrialContext): Promise<void> {
  const deployment = await deploy({ folder, clock: firstDay.toString() })
  const market = await openReturnMarket(deployment, atOnce * 3)
  const each = Math.ceil(size('trades') / wavesOf.length)
  for (const [n, terms] of wavesOf.entries()) {
    const at = firstDay.add({ hours: 24 * (1 + n * waveDays) })
    const wave = random.fork(`wave ${n}`)
    await walkWave({ market, terms, at, name: `w${n}`, count: each, random: wave, findings })
  }

  await checkBooks(await deployment.database(), findings)
  await mustVerify(deployment.home, findings)
  const proof = ['settle', '--prove', '--home', deployment.home]
  const period = ['--from', '2018-01-01T00:00:00Z', '--to', '2020-01-01T00:00:00Z']
  const settled = await runJifen([...proof, ...period])
  if (settled.code !== 0) findings.fault(`jifen settle said ${settled.stdout}${settled.stderr}`)
  await deployment.close()
}

type Wave = {
  readonly market: ReturnMarket
  readonly terms: Terms
  readonly at: Temporal.Instant
  readonly name: string
  readonly count: number
  readonly random: Random
  readonly findings: Findings
}

/**
 * Half of each walk before some of what was used lapses, the other half after. Facts are dated within
 * the hour before.
 */
async function walkWave(wave: Wave): Promise<void> {
  const { market, terms, at, name, count, random, findings } = wave
  await priceBy(market, terms, at.add({ hours: 1 }))
  const walks = Array.from({ length: count }, (_, n) =>
    newWalk(market, `${name}-${n}`, random.fork(n), findings, at),
  )
  const members = walks.map((walk) => walk.memberId)
  for (let first = 0; first < members.length; first += 100) {
    const some = members.slice(first, first + 100)
    await joinMembers(market.client, market.service, some, at.toString())
  }
  await grantTo(market, name, members)

  await eachAtOnce(walks, async (walk) => {
    await begin(walk, terms)
    await goOn(walk)
  })
  const later = at.add({ hours: 24 * lapsedAfterDays })
  await moveClock(market, later.add({ hours: 1 }))
  await eachAtOnce(walks, async (walk) => {
    walk.now = later
    walk.hasLapsed = walk.had.lapses
    if (walk.hasLapsed) lapsePoints(walk.points)
    await goOn(walk)
    if (walk.random.chance(0.6)) await bringAllBack(walk)
    await checkEnd(walk)
  })
}

async function eachAtOnce(
  walks: readonly Walk[],
  go: (walk: Walk) => Promise<void>,
): Promise<void> {
  const queue = [...walks]
  const work = async (): Promise<void> => {
    for (let walk = queue.shift(); walk !== undefined; walk = queue.shift()) await go(walk)
  }
  await Promise.all(Array.from({ length: atOnce }, work))
}

/** Places and pays; a fifth of the trades has a refund told before. */
async function begin(walk: Walk, terms: Terms): Promise<void> {
  await endow(walk)
  walk.findings.count('trades')
  const early = walk.random.chance(0.2) ? await tellEarly(walk, terms) : undefined
  await place(walk, terms)
  await pay(walk)
  if (early === undefined) return
  const back = giveBackItems(tradeOf(walk), early)
  if (Object.keys(back.clawed).length > 0) fault(walk, 'clawed: before anything was earned')
  await readBack(walk)
  await mustHavePoints(walk, 'an early refund')
}

/** A refund of some order, told before the trade is placed: it waits. */
async function tellEarly(walk: Walk, terms: Terms): Promise<readonly Item[]> {
  const expected = await quote(walk, terms)
  const shop = walk.random.pick([...expected.shops.keys()])
  const items = someItems(walk.random, expected, shop)
  walk.steps += 1
  const [result] = await tell(walk, 'refund.succeeded', factData(expected, shop, items))
  if (result?.status !== 'parked') fault(walk, `early: ${JSON.stringify(result)}`)
  walk.findings.count('refunds before their order')
  return items
}

/** What an early refund brought back is told by the wallets alone; of coupons, at the end. */
async function readBack(walk: Walk): Promise<void> {
  const trade = tradeOf(walk)
  const { used } = trade.placed.quote
  const promised = instrumentsBack(trade)
  trade.back.allowanceFen = promised.allowanceFen
  Object.assign(trade.back.byEnvelopeFen, promised.byEnvelopeFen)
  for (const id of promised.coupons) trade.back.coupons.add(id)
  await mustHaveMoney(walk)

  const points = await walletOf(walk, 'points')
  trade.back.points = points.available - (walk.had.points - used.points)
  const [first] = walk.points.lots
  if (first !== undefined) first.available = points.available
  if (trade.back.points < 0 || trade.back.points > used.points) {
    fault(walk, `points back: ${trade.back.points} of ${used.points}`)
  }
}

/** Up to three refunds in any order with receipts, spending, and what is refused. */
async function goOn(walk: Walk): Promise<void> {
  const { random } = walk
  const trade = tradeOf(walk)
  const shops = [...trade.shops.keys()]
  const refunds = Array.from({ length: random.int(0, 3) }, () => 'refund')
  const receipts = shops.filter(() => random.chance(0.35)).map((shop) => `receive ${shop}`)
  const others = ['spend', 'too much'].filter(() => random.chance(0.2))
  for (const what of random.shuffle([...refunds, ...receipts, ...others])) {
    walk.steps += 1
    const [word, shop = ''] = what.split(' ')
    if (word === 'receive') await receiveOrder(walk, shop)
    else if (word === 'spend') await spendAll(walk)
    else if (word === 'too') await refundTooMuch(walk)
    else await refundSome(walk)
  }
}

async function refundSome(walk: Walk): Promise<void> {
  const trade = tradeOf(walk)
  const shop = walk.random.pick([...trade.shops.keys()])
  const byFact = walk.random.chance(0.4)
  const items = someItems(walk.random, trade, byFact ? shop : undefined)
  if (!items.some((item) => 'line' in item)) return
  if (byFact) await refundByFact(walk, shop, items)
  else await refundByRequest(walk, items)
}

async function bringAllBack(walk: Walk): Promise<void> {
  walk.steps += 1
  const items = allItems(tradeOf(walk))
  if (items.length > 0) await refundByRequest(walk, items)
  walk.findings.count('trades returned whole')
}
