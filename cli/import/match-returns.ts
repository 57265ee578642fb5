import type { OrderRecord, RefundRecord, ReturnRecord } from '#cli/import/records.ts'
import { mulDiv } from '#rules/money/mul-div.ts'
import { asFen, type Fen } from '#rules/money/fen.ts'

export type MatchedReturns = {
  readonly refunds: readonly RefundRecord[]
  /** Returns of which units are left that the member had not bought before. */
  readonly unmatched: readonly { readonly returned: ReturnRecord; readonly unitsLeft: number }[]
}

/** A line of an order with what of it came back so far. */
type Purchase = {
  readonly order: OrderRecord
  readonly line: OrderRecord['lines'][number]
  unitsBack: number
  fenBack: Fen
}

/**
 * Finds what each return of one member gives back: the latest earlier purchases of the SKU with
 * units left, the later line of an order first. Each unit is worth what was paid for it: refunded in
 * total is floor(paid x units back / units), so that all units are the whole amount.
 */
export function matchReturns(
  orders: readonly OrderRecord[],
  returns: readonly ReturnRecord[],
): MatchedReturns {
  const purchases = Map.groupBy(
    orders.flatMap((order) =>
      order.lines.map((line): Purchase => ({ order, line, unitsBack: 0, fenBack: asFen(0) })),
    ),
    (purchase) => purchase.line.sku,
  )
  for (const ofSku of purchases.values()) ofSku.sort(latestFirst)

  const refunds = new Map<string, RefundRecord>()
  const unmatched: { returned: ReturnRecord; unitsLeft: number }[] = []
  for (const returned of returns.toSorted(earliestFirst)) {
    const ofSku = purchases.get(returned.sku) ?? []
    const unitsLeft = giveBack(
      returned,
      ofSku.filter((each) => isEarlier(each, returned)),
      refunds,
    )
    if (unitsLeft > 0) unmatched.push({ returned, unitsLeft })
  }
  return { refunds: [...refunds.values()], unmatched }
}

/** Adds what a return gives back to the refunds, one for each order; returns the units left over. */
function giveBack(
  returned: ReturnRecord,
  purchases: readonly Purchase[],
  refunds: Map<string, RefundRecord>,
): number {
  let unitsLeft = returned.units
  for (const purchase of purchases) {
    const { order, line } = purchase
    const quantity = Math.min(unitsLeft, line.quantity - purchase.unitsBack)
    if (quantity === 0) continue

    unitsLeft -= quantity
    purchase.unitsBack += quantity
    const inTotal = asFen(mulDiv(line.paidFen, purchase.unitsBack, line.quantity, 'floor'))
    const amountFen = asFen(inTotal - purchase.fenBack)
    purchase.fenBack = inTotal
    const key = `${returned.returnId}\n${order.orderId}`
    const before = refunds.get(key) ?? refundOf(returned, order)
    refunds.set(key, {
      ...before,
      lines: added(before.lines, { id: line.id, amountFen, quantity }),
    })
    if (unitsLeft === 0) break
  }
  return unitsLeft
}

function refundOf(returned: ReturnRecord, order: OrderRecord): RefundRecord {
  const { memberId, returnId, at, row } = returned
  const origin = { file: row.file, line: row.line }
  return {
    kind: 'refund',
    memberId,
    orderId: order.orderId,
    refundId: returnId,
    at,
    lines: [],
    origin,
  }
}

/** The lines with one more; of a line that is there already, with both together. */
function added(
  lines: RefundRecord['lines'],
  more: RefundRecord['lines'][number],
): RefundRecord['lines'] {
  const before = lines.find((line) => line.id === more.id)
  if (before === undefined) return [...lines, more]
  const both = {
    id: more.id,
    amountFen: asFen(before.amountFen + more.amountFen),
    quantity: before.quantity + more.quantity,
  }
  return lines.map((line) => (line === before ? both : line))
}

/** What was bought at the same time is earlier when it stands earlier in the files. */
function isEarlier({ order, line }: Purchase, returned: ReturnRecord): boolean {
  if (order.placed !== returned.at) return order.placed < returned.at
  if (order.origin.file !== returned.row.file) return order.origin.file < returned.row.file
  return line.line < returned.row.line
}

function latestFirst(a: Purchase, b: Purchase): number {
  return (
    b.order.placed - a.order.placed ||
    b.order.origin.file - a.order.origin.file ||
    b.line.line - a.line.line
  )
}

function earliestFirst(a: ReturnRecord, b: ReturnRecord): number {
  return a.at - b.at || a.row.file - b.row.file || a.row.line - b.row.line
}
