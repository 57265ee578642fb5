import { isDeepStrictEqual } from 'node:util'
import { sendPatiently, type Reply } from '#test/accept/support/client.ts'
import { eventOf, mustPost } from '#test/accept/support/postings.ts'
import { followRefund, type RefundTold } from '#test/accept/support/return-compare.ts'
import {
  fault,
  mustHavePoints,
  nextInstant,
  post,
  tradeIdOf,
  tradeOf,
  yuan,
  type Walk,
} from '#test/accept/support/return-walk.ts'
import { availableIn, earnPoints, spendPoints } from '#test/accept/support/told-points.ts'
import { lineOf, receive, type Item, type TradeState } from '#test/accept/support/told-returns.ts'

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
  await followRefund(walk, items, {
    back: result['back'] as RefundTold['back'],
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

/** Refunds by a request, sent one to three times, sometimes at once; previewed now and then. */
export async function refundByRequest(walk: Walk, items: readonly Item[]): Promise<void> {
  const { random, memberId } = walk
  const path = `/v1/trades/${tradeIdOf(walk)}/refunds`
  const refundedAt = nextInstant(walk)
  const returned = items.map(written)
  const wanted = { memberId, returned, refundedAt }
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
  const answer = JSON.parse(first.text) as RefundTold & { pointsClawedBack: RefundTold['clawed'] }
  if (preview !== undefined) {
    const { refundId: _, ...same } = answer as unknown as Record<string, unknown>
    walk.findings.count('previews')
    if (!isDeepStrictEqual(JSON.parse(preview.text), same)) {
      fault(walk, `preview told ${preview.text}, the refund ${first.text}`)
    }
  }
  await followRefund(walk, items, { ...answer, clawed: answer.pointsClawedBack })
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
