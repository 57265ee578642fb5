import { isDeepStrictEqual } from 'node:util'
import { sendPatiently, type Reply } from '#test/accept/support/client.ts'
import type { Findings } from '#test/accept/support/findings.ts'
import { walletPath } from '#test/accept/support/postings.ts'
import type { Random } from '#test/accept/support/random.ts'
import { couponsOfMember, shops, type ReturnMarket } from '#test/accept/support/return-market.ts'
import {
  availableIn,
  lapsingRank,
  lastingRank,
  newPoints,
  spendPoints,
  type PointsState,
} from '#test/accept/support/told-points.ts'
import {
  categories,
  newTrade,
  type PlacedTrade,
  type Terms,
  type TradeState,
} from '#test/accept/support/told-returns.ts'

/** One trade of a member of its own, from the basket to the last return. */
export type Walk = {
  readonly memberId: string
  readonly market: ReturnMarket
  readonly random: Random
  readonly findings: Findings
  readonly basket: Basket
  /** What the member began with; what lapses does so between the two halves of the walk. */
  readonly had: Had
  readonly points: PointsState
  trade: TradeState | undefined
  hasLapsed: boolean
  /** Points spent elsewhere. */
  spent: number
  /** Facts are dated a second apart, after where the clock was moved. */
  now: Temporal.Instant
  steps: number
}

type Had = {
  readonly allowanceFen: number
  readonly envelopes: Readonly<Record<string, number>>
  readonly points: number
  readonly lapses: boolean
}

export type Basket = {
  readonly lines: readonly {
    readonly id: string
    readonly shop: string
    readonly category: string
    readonly quantity: number
    readonly [key: string]: unknown
  }[]
  readonly freight: readonly { readonly shop: string; readonly amount: string }[]
}

/** A basket of two to four shops, one to three lines each. */
export function newBasket(random: Random): Basket {
  const bought = random.shuffle(shops).slice(0, random.int(2, 4))
  const lines = bought.flatMap((shop) =>
    Array.from({ length: random.int(1, 3) }, () => ({
      sku: `sku-${random.int(1, 9)}`,
      shop,
      category: random.pick([...categories, 'ordinary', 'ordinary']),
      quantity: random.int(1, 4),
      listPrice: (random.int(500, 20_000) / 100).toFixed(2),
    })),
  )
  return {
    lines: lines.map((line, n) => ({ id: String(n + 1), ...line })),
    freight: bought
      .filter(() => random.chance(0.7))
      .map((shop) => ({ shop, amount: (random.int(100, 1_500) / 100).toFixed(2) })),
  }
}

export function newWalk(
  market: ReturnMarket,
  memberId: string,
  random: Random,
  findings: Findings,
  now: Temporal.Instant,
): Walk {
  const lapses = random.chance(0.4)
  const had = {
    allowanceFen: random.int(2_000, 20_000),
    envelopes: { [`${memberId}-e1`]: random.int(100, 2_000), [`${memberId}-e2`]: 388 },
    points: random.int(0, 3_000),
    lapses,
  }
  return {
    memberId,
    market,
    random,
    findings,
    basket: newBasket(random),
    had,
    points: newPoints(had.points, lapses ? lapsingRank : lastingRank),
    trade: undefined,
    hasLapsed: false,
    spent: 0,
    now,
    steps: 0,
  }
}

/** Puts into the member's wallets what he begins with. */
export async function endow({ memberId, market, had, now }: Walk): Promise<void> {
  const expiresAt = had.lapses ? now.add({ hours: 24 * 20 }).toString() : null
  const earn = async (wallet: string, amount: number, ref: string): Promise<void> => {
    if (amount === 0) return
    const path = `${walletPath(memberId, `platform/${wallet}`)}/earns`
    const json = { amount, expiresAt, ref }
    const headers = { 'idempotency-key': ref }
    const reply = await sendPatiently(market.client, { path, token: market.service, headers, json })
    if (reply.status !== 201) throw new Error(`earning was answered ${reply.text}`)
  }
  await earn('allowance', had.allowanceFen, 'allowance')
  for (const [id, amount] of Object.entries(had.envelopes)) await earn('redEnvelope', amount, id)
  await earn('points', had.points, 'first')
}

/** Prices the basket as it is to be placed, to know what its lines will cost. */
export async function quote(walk: Walk, terms: Terms): Promise<TradeState> {
  const { tradeId: _, ...body } = placing(walk)
  const reply = await post(walk, '/v1/quotes', body)
  if (reply.status !== 200) throw new Error(`the quote was answered ${reply.text}`)
  const told = JSON.parse(reply.text) as Pick<PlacedTrade, 'quote'>
  const named = [...new Set(walk.basket.lines.map((line) => line.shop))]
  const orders = named.map((shop, n) => ({ shop, orderId: `${walk.memberId}-t-${n + 1}` }))
  return newTrade({ ...told, orders }, terms, (id) => categoryOf(walk, id))
}

export async function place(walk: Walk, terms: Terms): Promise<void> {
  const body = placing(walk)
  const reply = await post(walk, '/v1/trades', body)
  if (reply.status !== 201) throw new Error(`placing was answered ${reply.text}`)
  const placed = JSON.parse(reply.text) as PlacedTrade
  walk.trade = newTrade(placed, terms, (id) => categoryOf(walk, id))
  spendPoints(walk.points, placed.quote.used.points)
  const layers = new Set(
    placed.quote.lines.flatMap((line) => line.shares.map((each) => each.layer)),
  )
  for (const layer of layers) walk.findings.count(`trades with ${layer}`)
}

export async function pay(walk: Walk): Promise<void> {
  const path = `/v1/trades/${tradeIdOf(walk)}/payments`
  const reply = await post(walk, path, { memberId: walk.memberId, paymentId: 'p' })
  if (reply.status !== 200) throw new Error(`paying was answered ${reply.text}`)
}

function placing(walk: Walk) {
  const { basket, memberId, had } = walk
  return {
    memberId,
    tradeId: tradeIdOf(walk),
    ...basket,
    allowanceStep: { every: '50.00', off: '6.00' },
    choose: {
      coupons: couponsOfMember,
      allowance: true,
      redEnvelopes: Object.keys(had.envelopes),
      points: Math.floor(had.points / 2),
    },
  }
}

export function tradeIdOf({ memberId }: Walk): string {
  return `${memberId}-t`
}

function categoryOf({ basket }: Walk, id: string): string {
  return basket.lines.find((line) => line.id === id)?.category ?? ''
}

let keys = 0

/** Posts under a key of its own. */
export async function post({ market }: Walk, path: string, json: object): Promise<Reply> {
  keys += 1
  const headers = { 'idempotency-key': `walk-${keys}` }
  return await sendPatiently(market.client, { path, token: market.service, headers, json })
}

export function tradeOf({ trade }: Walk): TradeState {
  if (trade === undefined) throw new Error('the trade is placed by now')
  return trade
}

export function fault({ findings, memberId, steps }: Walk, what: string): void {
  findings.fault(`${what} (${memberId}, step ${steps})`)
}

export function nextInstant(walk: Walk): string {
  walk.now = walk.now.add({ seconds: 1 })
  return walk.now.toString()
}

export function yuan(fen: number): string {
  return (fen / 100).toFixed(2)
}

/** The wallet of points has what the promises about earning, taking back and debts come to. */
export async function mustHavePoints(walk: Walk, after: string): Promise<void> {
  const has = await walletOf(walk, 'points')
  const expected = [availableIn(walk.points), walk.points.debt]
  if (isDeepStrictEqual([has.available, has.debt], expected)) return
  fault(
    walk,
    `points after ${after}: ${has.available} and owes ${has.debt}, not ${expected.join()}`,
  )
}

type Wallet = { readonly available: number; readonly held: number; readonly debt: number }

export async function walletOf({ market, memberId }: Walk, unit: string): Promise<Wallet> {
  const path = walletPath(memberId, `platform/${unit}`)
  const reply = await sendPatiently(market.client, { path, token: market.service })
  if (reply.status === 404) return { available: 0, held: 0, debt: 0 }
  return JSON.parse(reply.text) as Wallet
}
