import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { loadMapping } from '#cli/import/mapping.ts'
import { runImport, type ImportCounts } from '#cli/import/run-import.ts'
import type { Sink } from '#cli/import/send.ts'
import { findSources } from '#cli/import/sources.ts'
import type { Fact } from '#rules/orders/facts.ts'

/** What an import without a database came to. */
export type DryImport = {
  readonly counts: ImportCounts
  readonly facts: readonly Fact[]
  /** `file:row reason`, with the detail where there is one. */
  readonly rejects: readonly string[]
  readonly batches: readonly number[]
}

export type DrySettings = {
  readonly mapping: string
  /** A folder, or the files to write into one: their names and texts. */
  readonly from: string | Readonly<Record<string, string | Buffer>>
  readonly batch?: number
  readonly sink?: Sink
}

/** Imports into memory: every fact is applied unless the sink says otherwise. */
export async function dryImport({
  mapping,
  from,
  batch = 500,
  sink,
}: DrySettings): Promise<DryImport> {
  const folder = mkdtempSync(join(tmpdir(), 'jifen-import-'))
  try {
    for (const [name, content] of typeof from === 'string' ? [] : Object.entries(from)) {
      writeFileSync(join(folder, name), content)
    }
    const facts: Fact[] = []
    const batches: number[] = []
    const loaded = await loadMapping(mapping)
    const rejectsPath = join(folder, 'rejects.out')
    const counts = await runImport({
      mapping: loaded,
      files: await findSources(loaded, [typeof from === 'string' ? from : folder]),
      market: { minorDigits: 2, zone: 'Asia/Shanghai' },
      batch,
      workFolder: join(folder, 'work'),
      rejectsPath,
      watch: { onBytes: nothing, onRead: nothing, onTold: nothing, onFact: nothing },
      signal: new AbortController().signal,
      sink: async (sent) => {
        facts.push(...sent)
        batches.push(sent.length)
        return (await sink?.(sent)) ?? sent.map(applied)
      },
    })
    return { counts, facts, rejects: rejectsOf(rejectsPath), batches }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Facts as `time id`, with what an order.placed or a refund says of its lines. */
export function factLines(facts: readonly Fact[]): readonly string[] {
  return facts.map((fact) => {
    const what = `${fact.time.toString()} ${fact.id}`
    if (fact.type === 'jifen.order.placed.v1') {
      const lines = fact.data.lines.map(({ id, category, quantity, paid }) => {
        return `${id} ${quantity} ${category} ${paid}`
      })
      return `${what} [${lines.join(', ')}]`
    }
    if (fact.type !== 'jifen.refund.succeeded.v1') return what
    return `${what} [${fact.data.lines.map((each) => `${each.id} ${each.quantity} ${each.amount}`).join(', ')}]`
  })
}

function applied({ source, id, memberId }: Fact) {
  return { source, id, memberId, status: 'applied' as const }
}

function rejectsOf(path: string): readonly string[] {
  if (!existsSync(path)) return []
  const rows: Record<string, string>[] = parse(readFileSync(path), { columns: true })
  return rows.map(({ file, row, reason, detail }) => `${file}:${row} ${reason} ${detail}`.trim())
}

function nothing(): void {}
