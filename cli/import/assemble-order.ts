import type { Assembly, OrderHead, OrderRows } from '#cli/import/assembly.ts'
import type { Row } from '#cli/import/fields.ts'
import { orderFacts, type OrderFact } from '#cli/import/mapping.ts'
import { assembleLines, type AssembledLine } from '#cli/import/assemble-lines.ts'
import type { OrderRecord, ReturnRecord } from '#cli/import/records.ts'
import { asFen, type Fen } from '#rules/money/fen.ts'
import { readAmount } from '#cli/import/values.ts'

/** The orders, one for each shop, that the rows of one order id come to. */
export type AssembledOrders = {
  readonly records: readonly (OrderRecord | ReturnRecord)[]
  /** Whose order it is; `undefined` when there is none. */
  readonly memberId?: string
  readonly firstOrderId?: string
  readonly orderOfLine: ReadonlyMap<string, string>
  /** Why what is about the order cannot be used, if it cannot. */
  readonly whyNot: 'order-unknown' | 'order-rejected'
}

const unknown: AssembledOrders = { records: [], orderOfLine: new Map(), whyNot: 'order-unknown' }
const rejected: AssembledOrders = { ...unknown, whyNot: 'order-rejected' }

/**
 * Turns the rows of an order into one record for each of its shops. An order that has no member, no
 * known status, no time of placing or no lines is rejected with all its rows.
 */
export function assembleOrders(rows: OrderRows, assembly: Assembly): AssembledOrders {
  const { compiled, rejects } = assembly
  const [row, ...others] = compiled.isOneTable ? rows.lines.slice(0, 1) : rows.orders
  for (const other of others) rejects.addRow(other, rows.id, 'duplicate-order')
  if (row === undefined) {
    for (const line of rows.lines) rejects.addRow(line, rows.id, 'order-unknown')
    return unknown
  }

  const head = readHead(row, rows.id, assembly)
  if (typeof head === 'string') return rejectAll(rows, row, head, assembly)

  const { lines, returns, freightFen, unused } = assembleLines(rows, row, head, assembly)
  if (lines.length === 0) {
    if (!compiled.isOneTable) rejects.addRow(row, rows.id, 'no-lines')
    for (const each of unused) rejects.addRow(each, rows.id, 'no-lines')
    return { ...rejected, records: returns }
  }
  const orders = splitByShop(rows.id, row, head, lines, freightFen, assembly)
  const [first] = orders
  return {
    records: [...orders, ...returns],
    memberId: head.memberId,
    ...(first === undefined ? {} : { firstOrderId: first.orderId }),
    orderOfLine: new Map(
      orders.flatMap((order) => order.lines.map((line) => [line.id, order.orderId] as const)),
    ),
    whyNot: 'order-rejected',
  }
}

function readHead(row: Row, orderId: string, assembly: Assembly): OrderHead | string {
  const { orders } = assembly.compiled
  const memberId = orders.member(row)
  if (memberId === '') return 'no-member'
  const facts = orders.facts[orders.status(row)] ?? orders.facts['*']
  if (facts === undefined) return 'unknown-status'
  const freightFen = readAmount(orders.freight(row) || '0', assembly.minorDigits)
  if (freightFen === undefined) return 'bad-amount'

  const times: Partial<Record<OrderFact | 'collected', number>> = {}
  for (const fact of orderFacts) {
    const isAsked = facts.includes(fact)
    if (!isAsked && !facts.includes(`${fact}?`)) continue
    const time = timeOfFact(row, fact, isAsked, assembly)
    if (typeof time === 'number') times[fact] = time
    else if (fact === 'placed') return time ?? 'placed-time-missing'
    else if (time !== undefined) assembly.rejects.addRow(row, orderId, time)
  }
  const collected = orders.times.collected(row)
  if (times.shipped !== undefined && typeof collected === 'number') times.collected = collected
  return { memberId, placed: times.placed ?? 0, times, freightFen }
}

/** The time of a fact, the reason why it has none, or `undefined` when it need not be told. */
function timeOfFact(
  row: Row,
  fact: OrderFact,
  isAsked: boolean,
  { compiled, note }: Assembly,
): number | string | undefined {
  const time = compiled.orders.times[fact](row)
  if (typeof time === 'number') return time
  if (time === 'bad') return `bad-${fact}-time`
  if (!isAsked) return undefined

  const assumed = compiled.orders.assumed[fact](row)
  if (typeof assumed !== 'number') return `${fact}-time-missing`
  note(`${fact}-time-assumed`)
  return assumed
}

/** One order for each shop, in the order of their first lines: `id.1`, `id.2`. */
function splitByShop(
  id: string,
  row: Row,
  head: OrderHead,
  lines: readonly AssembledLine[],
  freightFen: Fen,
  { compiled }: Assembly,
): OrderRecord[] {
  const { orders } = compiled
  const shops = [...Map.groupBy(lines, (line) => line.shopId)]
  const trade = orders.trade(row) || (shops.length > 1 ? id : '')
  const currency = orders.currency(row)
  return shops.map(([shopId, ofShop], index) => ({
    kind: 'order',
    memberId: head.memberId,
    orderId: shops.length > 1 ? `${id}.${index + 1}` : id,
    ...(trade === '' ? {} : { tradeId: trade }),
    shopId,
    ...(currency === '' ? {} : { currency }),
    // Freight that no line names goes with the first shop's part.
    freightFen: asFen(
      ofShop.reduce((sum, line) => sum + line.freightFen, index === 0 ? freightFen : 0),
    ),
    placed: head.placed,
    times: head.times,
    lines: ofShop.map((line) => line.record),
    origin: { file: row.file, line: row.line },
  }))
}

function rejectAll(
  rows: OrderRows,
  row: Row,
  reason: string,
  { compiled, rejects }: Assembly,
): AssembledOrders {
  rejects.addRow(row, rows.id, reason)
  for (const line of compiled.isOneTable ? rows.lines.slice(1) : rows.lines) {
    rejects.addRow(line, rows.id, 'order-rejected')
  }
  return rejected
}
