import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { stringify } from 'csv-stringify/sync'
import type { Row } from '#cli/import/fields.ts'
import type { SourceFile } from '#cli/import/sources.ts'

/** A row that did not become part of a fact, or a fact that was refused, and why. */
export type Reject = {
  readonly file: string
  readonly row: number
  /** The order, line, review or fact it is about, as far as it is known. */
  readonly id: string
  readonly reason: string
  /** The row as it stands in the file. */
  readonly raw: string
  /** What a person should know besides the reason. */
  readonly detail: string
}

export type Rejects = {
  readonly add: (reject: Reject) => void
  readonly addRow: (row: Row, id: string, reason: string, detail?: string) => void
  /** How many there are by their reasons. */
  readonly counts: ReadonlyMap<string, number>
  /** Ends the file; one without rejects is removed. */
  readonly close: () => void
}

const columns = ['file', 'row', 'id', 'reason', 'raw', 'detail'] as const

const flushedAt = 1_000

/**
 * Opens the file of rejects, in place of that of an earlier run once it is closed. Cells that a
 * spreadsheet would take for a formula are written with a quote before them.
 */
export function openRejects(path: string, files: readonly SourceFile[]): Rejects {
  const unfinished = `${path}.part`
  const file = openSync(unfinished, 'w', 0o600)
  const counts = new Map<string, number>()
  let waiting: Reject[] = []

  const flush = (): void => {
    if (waiting.length > 0) writeSync(file, stringify(waiting, { columns, escape_formulas: true }))
    waiting = []
  }
  const add = (reject: Reject): void => {
    counts.set(reject.reason, (counts.get(reject.reason) ?? 0) + 1)
    waiting.push(reject)
    if (waiting.length >= flushedAt) flush()
  }
  writeSync(file, `${columns.join(',')}\n`)

  return {
    add,
    addRow: (row, id, reason, detail = '') => {
      const raw = stringify([[...row.cells]], { eof: false })
      add({ file: files[row.file]?.name ?? '', row: row.line, id, reason, raw, detail })
    },
    counts,
    close: () => {
      flush()
      closeSync(file)
      if (counts.size > 0) renameSync(unfinished, path)
      else for (const each of [unfinished, path]) rmSync(each, { force: true })
    },
  }
}
