import type { Assembly, OrderRows } from '#cli/import/assembly.ts'
import type { CompiledMapping } from '#cli/import/compile.ts'
import { assembleOrders, type AssembledOrders } from '#cli/import/assemble-order.ts'
import type { ReadTimeOf, Row } from '#cli/import/fields.ts'
import type { ImportRecord, MemberRecord, RefundRecord, ReviewRecord } from '#cli/import/records.ts'
import type { Rejects } from '#cli/import/rejects.ts'
import { roles, type StagedRow } from '#cli/import/stage.ts'
import { readAmount, readUnits } from '#cli/import/values.ts'

/** Groups the rows of a partition by their orders, in the order in which they were read. */
export function groupByOrder(
  staged: readonly StagedRow[],
  compiled: CompiledMapping,
): readonly OrderRows[] {
  const keys = {
    orders: compiled.orders.id,
    lines: compiled.lines.order,
    refunds: compiled.refunds.order,
    reviews: compiled.reviews.order,
  }
  const groups = new Map<string, OrderRows>()
  for (const [index, file, line, cells] of staged) {
    const role = roles[index] ?? 'lines'
    const row = { file, line, cells }
    const id = keys[role](row)
    const group = groups.get(id) ?? { id, orders: [], lines: [], refunds: [], reviews: [] }
    group[role].push(row)
    groups.set(id, group)
  }
  return [...groups.values()]
}

/** Turns the rows of one order into records; what does not fit is rejected, row by row. */
export function assemble(rows: OrderRows, assembly: Assembly): readonly ImportRecord[] {
  const made = assembleOrders(rows, assembly)
  return [
    ...made.records,
    ...rows.refunds.flatMap((row) => refundOf(row, rows.id, made, assembly) ?? []),
    ...rows.reviews.flatMap((row) => reviewOf(row, rows.id, made, assembly) ?? []),
  ]
}

/** The record of a member's row. */
export function memberOf(row: Row, { compiled, rejects }: Assembly): MemberRecord | undefined {
  const { members } = compiled
  const memberId = members.id(row)
  if (memberId === '') return rejected(rejects, row, '', 'no-member')

  const joined = members.joined(row)
  const sealed = members.sealed(row)
  if (joined === 'bad' || sealed === 'bad') return rejected(rejects, row, memberId, 'bad-time')
  const nickname = members.nickname(row)
  if (joined === 'none' && nickname !== '') {
    return rejected(rejects, row, memberId, 'joined-time-missing')
  }
  return {
    kind: 'member',
    memberId,
    ...(nickname === '' ? {} : { nickname }),
    ...(joined === 'none' ? {} : { joined }),
    ...(sealed === 'none' ? {} : { sealed }),
    origin: { file: row.file, line: row.line },
  }
}

function refundOf(
  row: Row,
  tradeId: string,
  made: AssembledOrders,
  { compiled, minorDigits, rejects }: Assembly,
): RefundRecord | undefined {
  const { refunds } = compiled
  const id = `${tradeId}/refund/${refunds.id(row)}`
  const memberId = made.memberId ?? refunds.member(row)
  const lineId = refunds.line(row)
  if (memberId === '') return rejected(rejects, row, id, made.whyNot)
  if (refunds.id(row) === '') return rejected(rejects, row, id, 'no-refund-id')

  const at = timeOf(refunds.at, row)
  if (typeof at === 'string') return rejected(rejects, row, id, at)
  const amountFen = readAmount(refunds.amount(row), minorDigits)
  if (amountFen === undefined) return rejected(rejects, row, id, 'bad-amount')
  const quantity = readUnits(refunds.quantity(row) || '0')
  if (quantity === undefined || quantity < 0) return rejected(rejects, row, id, 'bad-quantity')
  return {
    kind: 'refund',
    memberId,
    orderId: made.orderOfLine.get(lineId) ?? tradeId,
    refundId: refunds.id(row),
    at,
    lines: [{ id: lineId, amountFen, quantity }],
    origin: { file: row.file, line: row.line },
  }
}

/** A review of an order of several shops is of its first. */
function reviewOf(
  row: Row,
  tradeId: string,
  made: AssembledOrders,
  { compiled, rejects }: Assembly,
): ReviewRecord | undefined {
  const { reviews } = compiled
  const id = `${tradeId}/review/${reviews.id(row)}`
  const memberId = made.memberId ?? reviews.member(row)
  if (memberId === '') return rejected(rejects, row, id, made.whyNot)
  if (reviews.id(row) === '') return rejected(rejects, row, id, 'no-review-id')

  const at = timeOf(reviews.at, row)
  if (typeof at === 'string') return rejected(rejects, row, id, at)
  const rating = reviews.rating(row) === '' ? undefined : readUnits(reviews.rating(row))
  if (reviews.rating(row) !== '' && !isRating(rating)) {
    return rejected(rejects, row, id, 'bad-rating')
  }
  const sku = reviews.sku(row)
  return {
    kind: 'review',
    memberId,
    orderId: made.firstOrderId ?? tradeId,
    reviewId: reviews.id(row),
    at,
    ...(rating === undefined ? {} : { rating }),
    ...(sku === '' ? {} : { sku }),
    origin: { file: row.file, line: row.line },
  }
}

function timeOf(read: ReadTimeOf, row: Row): number | 'no-time' | 'bad-time' {
  const time = read(row)
  if (time === 'none') return 'no-time'
  return time === 'bad' ? 'bad-time' : time
}

function isRating(rating: number | undefined): boolean {
  return rating !== undefined && rating >= 1 && rating <= 5
}

function rejected(rejects: Rejects, row: Row, id: string, reason: string): undefined {
  rejects.addRow(row, id, reason)
}
