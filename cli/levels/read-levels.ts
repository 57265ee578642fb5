import { stringify } from 'csv-stringify/sync'
import { readBlocks } from '#cli/import/read-rows.ts'
import type { CsvRow } from '#operations/csv/row-reader.ts'
import { StartError } from '#cli/postgres/start-error.ts'
import type { MemberLevels } from '#operations/membership/import-levels.ts'
import { MemberIdSchema } from '#rules/fields.ts'
import { legacyLevels } from '#rules/members/tiers/policy.ts'

/** A row with a member's levels, or one that cannot be read, with why. */
export type LevelRow =
  | { readonly ok: true; readonly line: number; readonly levels: MemberLevels }
  | { readonly ok: false; readonly line: number; readonly reason: string; readonly raw: string }

type Columns = { readonly member: number; readonly t: number; readonly v: number }

/**
 * Reads a CSV file, plain or `.gz`, whose first line names `member_id` and `t`, `v` or both; a level is
 * written 3 or T3, an empty cell is none. Throws `StartError` when the file itself cannot be read.
 */
export async function* readLevels(
  path: string,
  onBytes: (bytes: number) => void,
): AsyncGenerator<LevelRow> {
  let columns: Columns | undefined
  for await (const block of readBlocks(path, onBytes)) {
    for (const { line, reason, detail, raw } of block.bad) {
      yield { ok: false, line, reason: `${reason}: ${detail}`, raw }
    }
    for (const row of block.rows) {
      if (columns === undefined) columns = columnsOf(row.cells, path)
      else yield rowOf(row, columns)
    }
  }
  if (columns === undefined) throw new StartError(`${path} is empty.`)
}

function columnsOf(cells: readonly string[], path: string): Columns {
  const names = cells.map((cell) => cell.trim().toLowerCase())
  const columns = {
    member: names.indexOf('member_id'),
    t: names.indexOf('t'),
    v: names.indexOf('v'),
  }
  if (columns.member >= 0 && (columns.t >= 0 || columns.v >= 0)) return columns
  throw new StartError(`The first line of ${path} names the columns member_id, and t, v or both.`)
}

function rowOf({ line, cells }: CsvRow, columns: Columns): LevelRow {
  const refuse = (reason: string): LevelRow => {
    return { ok: false, line, reason, raw: stringify([[...cells]], { eof: false }) }
  }
  const memberId = (cells[columns.member] ?? '').trim()
  if (!MemberIdSchema.safeParse(memberId).success) return refuse('bad-member-id')
  const t = levelOf(cells[columns.t] ?? '', 'T', legacyLevels.t)
  if (t === null) return refuse('bad-t-level')
  const v = levelOf(cells[columns.v] ?? '', 'V', legacyLevels.v)
  if (v === null) return refuse('bad-v-level')
  return { ok: true, line, levels: { memberId, t, v } }
}

/** A level; `undefined`: the cell is empty; `null`: it is none. */
function levelOf(cell: string, letter: string, highest: number): number | undefined | null {
  const text = cell.trim().toUpperCase()
  if (text === '') return undefined
  const digits = text.startsWith(letter) ? text.slice(1) : text
  return /^[0-9]$/.test(digits) && Number(digits) <= highest ? Number(digits) : null
}
