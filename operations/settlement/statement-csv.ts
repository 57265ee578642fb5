import { stringify } from 'csv-stringify/sync'
import type { Statement } from '#rules/settlement/statement.ts'

const columns = [
  'section',
  'campaign',
  'shop',
  'funder',
  'layer',
  'orders',
  'goodsFen',
  'freightFen',
  'extrasFen',
  'paidFen',
  'refundedFen',
  'ownFundedFen',
  'othersFundedFen',
  'dueFen',
  'allocatedFen',
  'reversedFen',
  'netFen',
  'earned',
  'clawedBack',
  'costFen',
  'shipments',
  'takenBackFen',
  'payments',
] as const

type Row = { readonly [Column in (typeof columns)[number]]?: string | number | null }

/**
 * A statement as CSV: a row for each row of it, and what kind it is in the first column. Amounts are
 * whole fen. Cells that a spreadsheet would take for a formula are written with a quote before them.
 */
export function statementCsv({
  funding,
  shops,
  points,
  late,
  protections,
  totals,
}: Statement): string {
  const { pointsFen, lateFen, protectionFen, ...sums } = totals
  const rows: readonly Row[] = [
    ...funding.map((row) => ({ section: 'funding', ...row })),
    ...shops.map((row) => ({ section: 'shop', ...row })),
    ...points.map((row) => ({ section: 'points', ...row })),
    ...late.map((row) => ({ section: 'late', ...row })),
    ...protections.map((row) => ({ section: 'protection', ...row })),
    { section: 'total', ...sums, costFen: pointsFen + lateFen + protectionFen },
  ]
  return stringify([...rows], { columns: [...columns], header: true, escape_formulas: true })
}
