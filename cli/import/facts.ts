import { matchReturns } from '#cli/import/match-returns.ts'
import type { OrderFact } from '#cli/import/mapping.ts'
import type { ImportRecord, OrderRecord, Origin, RefundRecord } from '#cli/import/records.ts'
import type { ReturnRecord, ReviewRecord } from '#cli/import/records.ts'
import { asFen } from '#rules/money/fen.ts'
import { readFact, type Fact } from '#rules/orders/facts.ts'

/** A fact with the row that told it. */
export type ImportFact = { readonly fact: Fact; readonly origin: Origin }

/** What cannot be told, and why: a fact that is none, or a row that says the same as another. */
export type Untold = {
  readonly id: string
  readonly reason: string
  readonly detail: string
  readonly raw: string
  readonly origin: Origin
}

export type MemberFacts = {
  readonly facts: readonly ImportFact[]
  readonly untold: readonly Untold[]
  readonly unmatched: ReturnType<typeof matchReturns>['unmatched']
}

/** A fact before it is checked. `toldAt` is its own time, or that of a fact it must not precede. */
type Draft = {
  readonly id: string
  readonly type: string
  readonly at: number
  readonly toldAt: number
  readonly orderId?: string
  readonly data: Readonly<Record<string, unknown>>
  readonly origin: Origin
}

/**
 * The facts of one member in the order in which they are told: by their times, but an order's facts
 * never before those they follow from, whatever the files say of their times. Ids are made of the
 * orders' own, so that another run tells the same facts.
 */
export function factsOfMember(
  memberId: string,
  records: readonly ImportRecord[],
  source: string,
): MemberFacts {
  const untold: Untold[] = []
  const orders = records.filter((each) => each.kind === 'order')
  const returns = records.filter((each): each is ReturnRecord => each.kind === 'return')
  const { refunds, unmatched } = matchReturns(orders, returns)
  const allRefunds = joinRefunds([...records.filter((each) => each.kind === 'refund'), ...refunds])

  const paidAt = new Map(orders.map((order) => [order.orderId, paidTime(order)]))
  const drafts = [
    ...memberDrafts(memberId, records),
    ...orders.flatMap(orderDrafts),
    ...allRefunds.map((refund) => refundDraft(refund, paidAt)),
    ...records.filter((each) => each.kind === 'review').map((each) => reviewDraft(each, paidAt)),
  ]
  const told = withoutRepeats(drafts, untold).toSorted((a, b) => a.toldAt - b.toldAt)
  return { facts: readAll(told, memberId, source, untold), untold, unmatched }
}

/** Checks the drafts; of an order that is not right nothing is told. */
function readAll(
  drafts: readonly Draft[],
  memberId: string,
  source: string,
  untold: Untold[],
): ImportFact[] {
  const facts: ImportFact[] = []
  const wrongOrders = new Set<string>()
  for (const draft of drafts) {
    const { id, type, data, origin } = draft
    if (draft.orderId !== undefined && wrongOrders.has(draft.orderId)) {
      untold.push({ id, reason: 'order-rejected', detail: '', raw: JSON.stringify(data), origin })
      continue
    }
    const time = Temporal.Instant.fromEpochMilliseconds(draft.at).toString()
    const event = { specversion: '1.0', id, source, type, time, partitionkey: memberId, data }
    const read = readFact(event)
    if (read.ok) {
      facts.push({ fact: read.fact, origin })
      continue
    }
    const detail = read.problems.map(({ path, message }) => `${path}: ${message}`).join('; ')
    untold.push({ id, reason: 'not-a-fact', detail, raw: JSON.stringify(data), origin })
    if (type === typeOf('placed') && draft.orderId !== undefined) wrongOrders.add(draft.orderId)
  }
  return facts
}

function withoutRepeats(drafts: readonly Draft[], untold: Untold[]): Draft[] {
  const seen = new Set<string>()
  return drafts.filter(({ id, data, origin }) => {
    if (!seen.has(id)) return seen.add(id)
    untold.push({ id, reason: 'told-twice', detail: '', raw: JSON.stringify(data), origin })
    return false
  })
}

function typeOf(fact: OrderFact): string {
  return `jifen.order.${fact}.v1`
}

/** When an order's payment is told, or its placing when that is all there is. */
function paidTime(order: OrderRecord): number {
  return Math.max(order.placed, order.times.paid ?? order.placed)
}

function orderDrafts(order: OrderRecord): Draft[] {
  const { orderId, times, origin } = order
  const drafts: Draft[] = [placedDraft(order)]
  let toldAt = order.placed
  for (const fact of ['paid', 'shipped', 'received', 'closed'] as const) {
    const at = times[fact]
    if (at === undefined) continue
    toldAt = Math.max(toldAt, at)
    const data =
      fact === 'shipped' && times.collected !== undefined
        ? { orderId, collectedAt: instantText(times.collected) }
        : { orderId }
    drafts.push({ id: `${orderId}/${fact}`, type: typeOf(fact), at, toldAt, orderId, data, origin })
  }
  return drafts
}

function placedDraft(order: OrderRecord): Draft {
  const { orderId, tradeId, shopId, currency, freightFen, placed, origin } = order
  const lines = order.lines.map(({ id, sku, category, quantity, paidFen, multiple }) => ({
    id,
    sku,
    category,
    quantity,
    paid: paidFen,
    ...(multiple === undefined ? {} : { multiple }),
  }))
  const data = {
    orderId,
    ...(tradeId === undefined ? {} : { tradeId }),
    shopId,
    ...(currency === undefined ? {} : { currency }),
    ...(freightFen === 0 ? {} : { freight: freightFen }),
    lines,
  }
  const id = `${orderId}/placed`
  return { id, type: typeOf('placed'), at: placed, toldAt: placed, orderId, data, origin }
}

function refundDraft(refund: RefundRecord, paidAt: ReadonlyMap<string, number>): Draft {
  const { orderId, refundId, at, origin } = refund
  const lines = refund.lines.map(({ id, amountFen, quantity }) => ({
    id,
    amount: amountFen,
    quantity,
  }))
  return {
    id: `${orderId}/refund/${refundId}`,
    type: 'jifen.refund.succeeded.v1',
    at,
    toldAt: Math.max(at, paidAt.get(orderId) ?? at),
    orderId,
    data: { orderId, lines },
    origin,
  }
}

function reviewDraft(review: ReviewRecord, paidAt: ReadonlyMap<string, number>): Draft {
  const { orderId, reviewId, sku, rating, at, origin } = review
  return {
    id: `${orderId}/review/${reviewId}`,
    type: 'jifen.review.posted.v1',
    at,
    toldAt: Math.max(at, paidAt.get(orderId) ?? at),
    orderId,
    data: {
      orderId,
      ...(sku === undefined ? {} : { sku }),
      ...(rating === undefined ? {} : { rating }),
    },
    origin,
  }
}

function memberDrafts(memberId: string, records: readonly ImportRecord[]): Draft[] {
  return records
    .filter((each) => each.kind === 'member')
    .flatMap(({ nickname, joined, sealed, origin }): Draft[] => {
      const drafts: Draft[] = []
      if (joined !== undefined) {
        const data = nickname === undefined ? {} : { nickname }
        const type = 'jifen.member.joined.v1'
        drafts.push({ id: `${memberId}/joined`, type, at: joined, toldAt: joined, data, origin })
      }
      if (sealed !== undefined) {
        const type = 'jifen.member.sealed.v1'
        drafts.push({
          id: `${memberId}/sealed`,
          type,
          at: sealed,
          toldAt: sealed,
          data: {},
          origin,
        })
      }
      return drafts
    })
}

/** Rows of one refund are one fact: its lines together, dated by the first row. */
function joinRefunds(refunds: readonly RefundRecord[]): RefundRecord[] {
  const groups = Map.groupBy(refunds, (each) => `${each.orderId}\n${each.refundId}`)
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return []
    const lines = [first, ...others].flatMap((each) => each.lines)
    const byLine = Map.groupBy(lines, (line) => line.id)
    const joined = [...byLine].map(([id, parts]) => ({
      id,
      amountFen: asFen(parts.reduce((sum, part) => sum + part.amountFen, 0)),
      quantity: parts.reduce((sum, part) => sum + part.quantity, 0),
    }))
    return [{ ...first, lines: joined }]
  })
}

function instantText(ms: number): string {
  return Temporal.Instant.fromEpochMilliseconds(ms).toString()
}
