import { isDeepStrictEqual } from 'node:util'
import { sendPatiently, type Reply } from '#test/accept/support/client.ts'
import type { Findings } from '#test/accept/support/findings.ts'
import { eventOf, mustPost, walletPath } from '#test/accept/support/postings.ts'
import type { Random } from '#test/accept/support/random.ts'
import { couponsOfMember, shops, type ReturnMarket } from '#test/accept/support/return-market.ts'
import {
  categories,
  giveBackItems,
  instrumentsBack,
  lineOf,
  newTrade,
  receive,
  undone,
  unitsCost,
  type Item,
  type PlacedTrade,
  type Terms,
  type TradeState,
} from '#test/accept/support/told-returns.ts'
import {
  clawPoints,
  earnPoints,
  givePointsBack,
  lapsingRank,
  lastingRank,
  newPoints,
  spendPoints,
  availableIn,
  type PointsState,
} from '#test/accept/support/told-points.ts'

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

function tradeIdOf({ memberId }: Walk): string {
  return `${memberId}-t`
}

function categoryOf({ basket }: Walk, id: string): string {
  return basket.lines.find((line) => line.id === id)?.category ?? ''
}

let keys = 0

/** Posts under a key of its own. */
async function post({ market }: Walk, path: string, json: object): Promise<Reply> {
  keys += 1
  const headers = { 'idempotency-key': `walk-${keys}` }
  return await sendPatiently(market.client, { path, token: market.service, headers, json })
}

/** Receives an order by a fact; one that is closed already refuses it. */
export async function receiveOrder(walk: Walk, shop: string): Promise<void> {
  const trade = tradeOf(walk)
  const state = trade.shops.get(shop)
  if (state === undefined || state.isReceived) return
  const isLate = state.isClosed
  const results = await tell(walk, 'order.received', { orderId: state.orderId })
  const expected = isLate ? 'refused' : 'applied'
  if (results[0]?.status !== expected) {
    fault(walk, `receipt: ${JSON.stringify(results)}, not ${expected}`)
  }
  if (isLate) return
  const points = receive(trade, shop)
  if (results[0]?.['pointsEarned'] !== points) {
    fault(walk, `earned: ${JSON.stringify(results)}, by the rule ${points}`)
  }
  earnPoints(walk.points, state.orderId, points)
  await mustHavePoints(walk, 'a receipt')
}

/** Spends what points there are. */
export async function spendAll(walk: Walk): Promise<void> {
  const amount = availableIn(walk.points)
  if (amount === 0) return
  const { client, service: token } = walk.market
  const body = { amount, ref: `spent-${walk.steps}` }
  const { memberId } = walk
  await mustPost(client, { memberId, verb: 'spends', key: `spend-${walk.steps}`, body, token })
  spendPoints(walk.points, amount)
  walk.spent += amount
}

type Told = { readonly status: string; readonly [fact: string]: unknown }

/** Tells one fact one to three times; all but the first are duplicates. */
export async function tell(walk: Walk, type: string, data: object): Promise<readonly Told[]> {
  const { memberId, market, random } = walk
  const fact = { ...eventOf(memberId, type, `f-${walk.steps}`, nextInstant(walk)), data }
  const results: Told[] = []
  for (let times = random.int(1, 3); times > 0; times -= 1) {
    const reply = await sendPatiently(market.client, {
      path: '/v1/events',
      token: market.service,
      json: [fact],
    })
    const body = JSON.parse(reply.text) as { results?: Told[] }
    results.push(body.results?.[0] ?? { status: `answered ${reply.status} ${reply.text}` })
  }
  walk.findings.count('facts told', results.length)
  const again = results.slice(1).find((each) => each.status !== 'duplicate')
  if (again !== undefined) fault(walk, `told again: ${JSON.stringify(again)}`)
  return results
}

/** Refunds by a fact about one order, as the shop's system would tell it. */
export async function refundByFact(
  walk: Walk,
  shop: string,
  items: readonly Item[],
): Promise<void> {
  const trade = tradeOf(walk)
  const results = await tell(walk, 'refund.succeeded', factData(trade, shop, items))
  const [result] = results
  if (result?.status !== 'applied') return fault(walk, `refund: ${JSON.stringify(result)}`)
  await follow(walk, items, {
    back: result['back'] as Answer['back'],
    clawed: { [trade.shops.get(shop)?.orderId ?? '']: Number(result['pointsClawedBack'] ?? 0) },
  })
}

export function factData(trade: TradeState, shop: string, items: readonly Item[]): object {
  const freight = items.find((item) => 'freight' in item)
  return {
    orderId: trade.shops.get(shop)?.orderId,
    lines: items.flatMap((item) => {
      if ('freight' in item) return []
      const told = 'quantity' in item ? item.toldFen : item.fen
      const quantity = 'quantity' in item ? item.quantity : 0
      return [{ id: item.line, quantity, amount: yuan(told ?? 0) }]
    }),
    ...(freight === undefined ? {} : { freight: yuan(freight.fen ?? 0) }),
  }
}

type Answer = {
  readonly refundFen?: number
  readonly back: {
    readonly allowanceFen: number
    readonly byEnvelopeFen: Readonly<Record<string, number>>
    readonly coupons: readonly string[]
    readonly points: number
  }
  readonly clawed: Readonly<Record<string, number>>
  readonly reversals?: readonly { line: string; n: number; offFen: number }[]
}

/** Refunds by a request, sent one to three times, sometimes at once; previewed now and then. */
export async function refundByRequest(walk: Walk, items: readonly Item[]): Promise<void> {
  const { random, memberId } = walk
  const path = `/v1/trades/${tradeIdOf(walk)}/refunds`
  const at = nextInstant(walk)
  const returned = items.map(written)
  const wanted = { memberId, returned, at }
  const preview = random.chance(0.3) ? await post(walk, `${path}/preview`, wanted) : undefined
  const body = { ...wanted, refundId: `r-${walk.steps}` }
  const times = Array.from({ length: random.int(1, 3) })
  const replies = random.chance(0.5)
    ? await Promise.all(times.map(async () => await post(walk, path, body)))
    : await inTurn(times.map(() => async () => await post(walk, path, body)))
  walk.findings.count('refunds asked for', replies.length)
  const [first] = replies
  if (first?.status !== 201) return fault(walk, `refund was answered ${first?.text}`)
  if (replies.some((reply) => reply.text !== first.text)) {
    fault(walk, `refund again was answered ${replies.map((each) => each.text).join('\n')}`)
  }
  const answer = JSON.parse(first.text) as Answer & { pointsClawedBack: Answer['clawed'] }
  if (preview !== undefined) {
    const { refundId: _, ...same } = answer as unknown as Record<string, unknown>
    walk.findings.count('previews')
    if (!isDeepStrictEqual(JSON.parse(preview.text), same)) {
      fault(walk, `preview told ${preview.text}, the refund ${first.text}`)
    }
  }
  await follow(walk, items, { ...answer, clawed: answer.pointsClawedBack })
}

async function inTurn(requests: readonly (() => Promise<Reply>)[]): Promise<Reply[]> {
  const replies: Reply[] = []
  for (const request of requests) replies.push(await request())
  return replies
}

function written(item: Item): object {
  if ('freight' in item) {
    const { freight, fen } = item
    return fen === undefined ? { freight } : { freight, amount: yuan(fen) }
  }
  if ('fen' in item) return { line: item.line, amount: yuan(item.fen) }
  return { line: item.line, quantity: item.quantity }
}

/** Compares what a refund answered with what is promised, and goes on from there. */
async function follow(walk: Walk, items: readonly Item[], answer: Answer): Promise<void> {
  const trade = tradeOf(walk)
  const before = undone(trade)
  const { fen, clawed } = giveBackItems(trade, items)
  walk.findings.count('refunds')
  if (answer.refundFen !== undefined && answer.refundFen !== fen) {
    fault(walk, `money: ${answer.refundFen}, by the promise ${fen}`)
  }
  for (const id of new Set([...Object.keys(clawed), ...Object.keys(answer.clawed)])) {
    if ((clawed[id] ?? 0) === (answer.clawed[id] ?? 0)) continue
    fault(walk, `clawed of ${id}: ${answer.clawed[id]}, by the rule ${clawed[id]}`)
  }
  if (answer.reversals !== undefined) compareReversals(walk, before, answer.reversals)
  compareBack(walk, answer)

  for (const [orderId, points] of Object.entries(clawed)) clawPoints(walk.points, orderId, points)
  givePointsBack(walk.points, answer.back.points, walk.hasLapsed)
  await mustHavePoints(walk, 'a refund')
}

function compareReversals(
  walk: Walk,
  before: ReadonlyMap<string, number>,
  reversals: NonNullable<Answer['reversals']>,
): void {
  const told = new Map(reversals.map(({ line, n, offFen }) => [`${line} ${n}`, offFen]))
  for (const [share, fen] of undone(tradeOf(walk))) {
    const more = fen - (before.get(share) ?? 0)
    if (more === (told.get(share) ?? 0)) continue
    fault(walk, `undone of share ${share}: ${told.get(share)}, by the promise ${more}`)
  }
}

/** What comes back of instruments is what the terms say; of points, never more than were used. */
function compareBack(walk: Walk, { back }: Answer): void {
  const trade = tradeOf(walk)
  const total = trade.back
  total.allowanceFen += back.allowanceFen
  total.points += back.points
  for (const [id, fen] of Object.entries(back.byEnvelopeFen)) {
    total.byEnvelopeFen[id] = (total.byEnvelopeFen[id] ?? 0) + fen
  }
  for (const id of back.coupons) {
    if (total.coupons.has(id)) fault(walk, `coupon: ${id} came back twice`)
    total.coupons.add(id)
  }

  const promised = instrumentsBack(trade)
  const { points } = trade.placed.quote.used
  const areUnits = trade.lines.every((line) => line.units === line.unitsFen.length)
  if (total.allowanceFen !== promised.allowanceFen) {
    fault(walk, `allowance back: ${total.allowanceFen}, by the terms ${promised.allowanceFen}`)
  }
  for (const [id, fen] of Object.entries(promised.byEnvelopeFen)) {
    if ((total.byEnvelopeFen[id] ?? 0) === fen) continue
    fault(walk, `envelope back: ${total.byEnvelopeFen[id]}, by the terms ${fen}`)
  }
  if (!isDeepStrictEqual([...total.coupons].sort(), [...promised.coupons].sort())) {
    fault(walk, `coupons back: ${[...total.coupons].join()}, not ${[...promised.coupons].join()}`)
  }
  if (total.points > points || (areUnits && total.points !== points)) {
    fault(walk, `points back: ${total.points} of ${points}`)
  }
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

/** Units, money or freight that is there still, chosen by chance; nothing when all is back. */
export function someItems(walk: Walk, trade: TradeState, shop?: string): Item[] {
  const { random } = walk
  const asFact = shop !== undefined
  const open = trade.lines.filter(
    (line) => line.units < line.unitsFen.length && (!asFact || line.shop === shop),
  )
  const lines = random.shuffle(open).slice(0, random.int(1, 2))
  const items = lines.map((line): Item => {
    const leftFen = line.payFen - line.fen
    if (random.chance(0.25) && leftFen > 1)
      return { line: line.id, fen: random.int(1, leftFen - 1) }
    const quantity = random.int(1, line.unitsFen.length - line.units)
    const told = asFact ? { toldFen: unitsCost(line, quantity) } : {}
    return { line: line.id, quantity, ...told }
  })
  const charge = trade.charges.find(
    (each) => each.kind === 'freight' && each.payFen > each.fen && (!asFact || each.shop === shop),
  )
  if (charge === undefined || !random.chance(0.3)) return items
  return [...items, { freight: charge.shop, fen: random.int(1, charge.payFen - charge.fen) }]
}

/** All that is left. */
export function allItems({ lines, charges }: TradeState): Item[] {
  return [
    ...lines.flatMap((line): Item[] => {
      const quantity = line.unitsFen.length - line.units
      if (quantity > 0) return [{ line: line.id, quantity }]
      const fen = line.payFen - line.fen
      return fen > 0 ? [{ line: line.id, fen }] : []
    }),
    ...charges.flatMap((each): Item[] =>
      each.kind === 'freight' && each.payFen > each.fen ? [{ freight: each.shop }] : [],
    ),
  ]
}

/** More of a line than is left: refused, and nothing changes. */
export async function refundTooMuch(walk: Walk): Promise<void> {
  const line = lineOf(tradeOf(walk), '1')
  const quantity = line.unitsFen.length - line.units + 1
  const body = {
    memberId: walk.memberId,
    refundId: `r-${walk.steps}`,
    returned: [{ line: '1', quantity }],
  }
  const reply = await post(walk, `/v1/trades/${tradeIdOf(walk)}/refunds`, body)
  walk.findings.count('refunds of more than is left')
  if (reply.status !== 409) fault(walk, `too much was answered ${reply.status} ${reply.text}`)
}

export function tradeOf({ trade }: Walk): TradeState {
  if (trade === undefined) throw new Error('the trade is placed by now')
  return trade
}

export function fault({ findings, memberId, steps }: Walk, what: string): void {
  findings.fault(`${what} (${memberId}, step ${steps})`)
}

function nextInstant(walk: Walk): string {
  walk.now = walk.now.add({ seconds: 1 })
  return walk.now.toString()
}

function yuan(fen: number): string {
  return (fen / 100).toFixed(2)
}
