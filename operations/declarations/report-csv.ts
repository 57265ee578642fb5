import { stringify } from 'csv-stringify/sync'
import type { Reader } from '#db/connection.ts'
import { fileRowsPage, type FileKey, type FileRow } from '#db/declarations/files.ts'

const rowsAtOnce = 1_000

const columns = [
  'line',
  'outcome',
  'kind',
  'sku',
  'field',
  'reason',
  'ceilingFen',
  'cause',
] as const

/**
 * The report of a file as CSV, a piece for so many rows: with a mark, so that spreadsheets read it as UTF-8,
 * and cells that they would take for a formula written with a quote before them.
 */
export async function* reportCsv(
  db: Reader,
  key: FileKey,
  isRefused: boolean,
): AsyncGenerator<string> {
  yield `\uFEFF${columns.join(',')}\n`
  let behind = 0
  for (;;) {
    const rows = await fileRowsPage(db, key, { behind, isRefused }, rowsAtOnce)
    if (rows.length > 0) {
      yield stringify(rows.map(cellsOf), { columns: [...columns], escape_formulas: true })
    }
    const last = rows.at(-1)
    if (last === undefined || rows.length < rowsAtOnce) return
    behind = last.n
  }
}

function cellsOf({ line, outcome, kind, sku, field, refusal, facts }: FileRow) {
  const { ceilingFen, ...others } = (facts ?? {}) as { readonly ceilingFen?: number | null }
  const { field: _, ...cause } = others as { readonly field?: string }
  const isExplained = Object.keys(cause).length > 0
  return {
    line,
    outcome,
    kind,
    sku,
    field,
    reason: refusal,
    ceilingFen: ceilingFen ?? null,
    cause: isExplained ? JSON.stringify(cause) : null,
  }
}
