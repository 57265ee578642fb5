import type { Assembly, OrderHead, OrderRows } from '#cli/import/assembly.ts'
import type { Row } from '#cli/import/fields.ts'
import type { LineRecord, ReturnRecord } from '#cli/import/records.ts'
import { readAmount, readPrice, readUnits } from '#cli/import/values.ts'
import { asFen, type Fen } from '#rules/money/fen.ts'

/** A line with what its order is made up from. */
export type AssembledLine = {
  readonly record: LineRecord
  readonly shopId: string
  readonly freightFen: Fen
}

export type AssembledLines = {
  readonly lines: readonly AssembledLine[]
  readonly returns: readonly ReturnRecord[]
  /** Freight of the whole order, of its own row and of rows that are freight. */
  readonly freightFen: Fen
  /** Rows that were freight: without any line they are of no use. */
  readonly unused: readonly Row[]
}

/** Reads the lines of an order; those that cannot be read are rejected, each by itself. */
export function assembleLines(
  rows: OrderRows,
  orderRow: Row,
  head: OrderHead,
  assembly: Assembly,
): AssembledLines {
  const { compiled, rejects } = assembly
  const lines: AssembledLine[] = []
  const returns: ReturnRecord[] = []
  const unused: Row[] = []
  const taken = new Set<string>()
  let freightFen = head.freightFen

  for (const row of rows.lines) {
    const read = readLine(row, rows.id, orderRow, head, taken, assembly)
    if (typeof read === 'string') rejects.addRow(row, rows.id, read)
    else if ('kind' in read) returns.push(read)
    else if ('record' in read) {
      taken.add(read.record.id)
      lines.push(read)
    } else {
      unused.push(row)
      freightFen = asFen(freightFen + read.freightFen)
    }
  }
  // Rows of freight alone are no order, and nothing to give back is none either.
  return { lines, returns, freightFen, unused: compiled.isOneTable ? unused : [] }
}

/** What a row is: a line, a return, freight, or the reason why it is none of them. */
function readLine(
  row: Row,
  orderId: string,
  orderRow: Row,
  head: OrderHead,
  taken: ReadonlySet<string>,
  { compiled, minorDigits }: Assembly,
): AssembledLine | ReturnRecord | { readonly freightFen: Fen } | string {
  const { lines, orders, isOneTable } = compiled
  if (isOneTable && orders.member(row) !== head.memberId) return 'other-member'
  const sku = lines.sku(row)
  if (sku === '') return 'no-sku'
  const quantity = readUnits(lines.quantity(row) || '1')
  if (quantity === undefined || quantity === 0) return 'bad-quantity'

  if (lines.isReturn(row)) {
    if (lines.isFreight(row)) return 'freight-returned'
    const { memberId, placed: at } = head
    const units = Math.abs(quantity)
    return { kind: 'return', memberId, returnId: orderId, sku, units, at, row }
  }
  if (quantity < 0) return 'bad-quantity'
  const paidFen = lines.isPrice
    ? readPrice(lines.paid(row), quantity, minorDigits)
    : readAmount(lines.paid(row), minorDigits)
  if (paidFen === undefined) return 'bad-amount'
  if (lines.isFreight(row)) return { freightFen: paidFen }

  const freightFen = readAmount(lines.freight(row) || '0', minorDigits)
  if (freightFen === undefined) return 'bad-amount'
  const shopId = lines.shop(row) || orders.shop(orderRow)
  if (shopId === '') return 'no-shop'
  const id = lines.id(row) || nameOf(sku, taken)
  if (taken.has(id)) return 'duplicate-line'
  const multiple = lines.multiple(row)
  const category = lines.category(row)
  const record = { id, sku, category, quantity, paidFen, line: row.line }
  return { record: multiple === '' ? record : { ...record, multiple }, shopId, freightFen }
}

/** Lines without an id are called by their SKU: `A`, `A#2`, `A#3`. */
function nameOf(sku: string, taken: ReadonlySet<string>): string {
  let id = sku
  for (let count = 2; taken.has(id); count += 1) id = `${sku}#${count}`
  return id
}
