import type { CompiledMapping } from '#cli/import/compile.ts'
import { compileField, type Read, type Row } from '#cli/import/fields.ts'
import type { Mapping } from '#cli/import/mapping.ts'
import { readBlocks } from '#cli/import/read-rows.ts'
import type { Rejects } from '#cli/import/rejects.ts'
import type { SourceFile } from '#cli/import/sources.ts'
import type { Spill } from '#cli/import/spill.ts'

/** What a row is to the order under whose id it is kept. */
export const roles = ['orders', 'lines', 'refunds', 'reviews'] as const
export type Role = (typeof roles)[number]

/** A row set down: its role, file, line and cells. */
export type StagedRow = readonly [
  role: number,
  file: number,
  line: number,
  cells: readonly string[],
]

export type Stage = {
  readonly mapping: Mapping
  readonly compiled: CompiledMapping
  readonly files: readonly SourceFile[]
  readonly rejects: Rejects
  /** Rows about orders, by the order's id. */
  readonly spill: Spill<StagedRow>
  readonly onMember: (row: Row) => void
  readonly onBytes: (bytes: number) => void
}

/** What reading came to. */
export type ReadCounts = { rows: number; replaced: number }

/**
 * Reads every file once: the tables that are looked up into memory, the rows of orders to where the
 * rows of the same order are. What cannot be read or is left out by the mapping is rejected.
 */
export async function stageRows(stage: Stage): Promise<ReadCounts> {
  const counts = { rows: 0, replaced: 0 }
  const keyed = Object.keys(stage.mapping.tables).filter((table) =>
    stage.compiled.lookups.has(table),
  )
  for (const table of keyed) await readTable(stage, table, counts, lookupReader(stage, table))
  for (const [role, table, key] of rolesOf(stage)) {
    await readTable(stage, table, counts, (row) => keep(stage, role, row, key(row)))
  }
  const members = stage.mapping.members?.table
  if (members !== undefined) await readTable(stage, members, counts, stage.onMember)
  return counts
}

async function readTable(
  stage: Stage,
  table: string,
  counts: ReadCounts,
  onRow: (row: Row) => void,
): Promise<void> {
  const leaveOut = stage.compiled.leaveOut.get(table)
  for (const file of stage.files.filter((each) => each.table === table)) {
    let isHeader = true
    for await (const block of readBlocks(file.path, stage.onBytes)) {
      counts.replaced += block.replaced
      counts.rows += block.rows.length + block.bad.length - (isHeader ? 1 : 0)
      for (const { line, reason, raw, detail } of block.bad) {
        stage.rejects.add({ file: file.name, row: line, id: '', reason, raw, detail })
      }
      for (const { line, cells } of isHeader ? block.rows.slice(1) : block.rows) {
        const row = { file: file.index, line, cells }
        const reason = leaveOut?.(row)
        if (reason === undefined) onRow(row)
        else stage.rejects.addRow(row, cells[0] ?? '', reason)
      }
      isHeader = false
    }
  }
}

/** The tables that tell of orders, each with the order's id. */
function rolesOf({ mapping, compiled }: Stage): [role: Role, table: string, key: Read][] {
  const found: [Role, string, Read][] = []
  if (!compiled.isOneTable) found.push(['orders', mapping.orders.table, compiled.orders.id])
  found.push(['lines', mapping.lines.table, compiled.lines.order])
  if (mapping.refunds !== undefined) {
    found.push(['refunds', mapping.refunds.table, compiled.refunds.order])
  }
  if (mapping.reviews !== undefined) {
    found.push(['reviews', mapping.reviews.table, compiled.reviews.order])
  }
  return found
}

function keep(stage: Stage, role: Role, row: Row, orderId: string): void {
  if (orderId === '') stage.rejects.addRow(row, '', 'no-order-id')
  else stage.spill.write(orderId, [roles.indexOf(role), row.file, row.line, row.cells])
}

/** Of two rows with one key the first counts. */
function lookupReader(stage: Stage, table: string): (row: Row) => void {
  const { mapping, compiled, files, rejects } = stage
  const lookup = compiled.lookups.get(table)
  const key = mapping.tables[table]?.key
  if (lookup === undefined || key === undefined) return () => undefined

  const context = { files, lookups: compiled.lookups }
  const readKey = compileField(key, table, context)
  const takes = lookup.takes.map((take) => compileField(take, table, context))
  return (row) => {
    const id = readKey(row)
    if (lookup.rows.has(id)) return rejects.addRow(row, id, 'duplicate-key')
    lookup.rows.set(
      id,
      takes.map((take) => take(row)),
    )
  }
}
