import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { assemble, groupByOrder, memberOf } from '#cli/import/assemble.ts'
import type { Assembly } from '#cli/import/assembly.ts'
import { compileMapping } from '#cli/import/compile.ts'
import { factsOfMember, type ImportFact, type MemberFacts } from '#cli/import/facts.ts'
import type { Mapping } from '#cli/import/mapping.ts'
import type { ImportRecord } from '#cli/import/records.ts'
import { openRejects, type Rejects } from '#cli/import/rejects.ts'
import { openSender, type Sink } from '#cli/import/send.ts'
import type { SourceFile } from '#cli/import/sources.ts'
import { openSpill, type Spill } from '#cli/import/spill.ts'
import { stageRows, type ReadCounts, type StagedRow } from '#cli/import/stage.ts'
import type { Market } from '#db/market.ts'
import type { EventResult } from '#operations/events/apply-order-facts.ts'

export type ImportRequest = {
  readonly mapping: Mapping
  readonly files: readonly SourceFile[]
  readonly market: Pick<Market, 'minorDigits' | 'zone'>
  readonly sink: Sink
  /** Facts sent at once. */
  readonly batch: number
  /** A folder of this run's own for what does not stay in memory; removed at the end. */
  readonly workFolder: string
  readonly rejectsPath: string
  readonly watch: ImportWatch
  readonly signal: AbortSignal
}

/** Hears how far the import has come. */
export type ImportWatch = {
  readonly onBytes: (bytes: number) => void
  /** Everything is read; so many records are to be told. */
  readonly onRead: (records: number) => void
  readonly onTold: (records: number) => void
  readonly onFact: () => void
}

/** What an import came to. */
export type ImportCounts = {
  readonly read: ReadCounts
  readonly orders: number
  readonly trades: number
  readonly members: number
  readonly facts: Readonly<Record<EventResult['status'], number>>
  readonly pointsEarned: number
  readonly pointsClawedBack: number
  readonly rejects: ReadonlyMap<string, number>
  readonly notes: ReadonlyMap<string, number>
}

/** About so many bytes of rows are held in memory at a time. */
const partitionBytes = 4_000_000

/** What CSV shrinks to, about, when it is zipped. */
const zippedTo = 8

/**
 * Imports files by a mapping: reads every row once, puts rows of one order and then records of one
 * member together on disk, and tells the facts member by member. A row that does not fit is rejected
 * and costs no other; facts that were told before change nothing.
 */
export async function runImport(request: ImportRequest): Promise<ImportCounts> {
  const { mapping, files, market, workFolder } = request
  const compiled = compileMapping(mapping, files, market.zone)
  const rejects = openRejects(request.rejectsPath, files)
  const notes = new Map<string, number>()
  const note = (name: string): void => void notes.set(name, (notes.get(name) ?? 0) + 1)
  const assembly = { compiled, minorDigits: market.minorDigits, rejects, note }
  try {
    const staged = openSpill<StagedRow>(join(workFolder, 'rows'), partitionsFor(files))
    const records = openSpill<ImportRecord>(join(workFolder, 'records'), partitionsFor(files))
    const tally = { orders: 0, records: 0 }
    const keep = (record: ImportRecord): void => {
      tally.records += 1
      if (record.kind === 'order') tally.orders += 1
      records.write(record.memberId, record)
    }

    const read = await stageRows({
      mapping,
      compiled,
      files,
      rejects,
      spill: staged,
      onMember: (row) => keepIfAny(memberOf(row, assembly), keep),
      onBytes: request.watch.onBytes,
    })
    await assembleAll(staged, assembly, keep, request.signal)
    request.watch.onRead(tally.records)
    const told = await tellAll(records, rejects, request)
    return { read, ...tally, ...told, rejects: rejects.counts, notes }
  } finally {
    rejects.close()
    rmSync(workFolder, { recursive: true, force: true })
  }
}

function partitionsFor(files: readonly SourceFile[]): number {
  const bytes = files.reduce(
    (sum, file) => sum + file.bytes * (file.path.endsWith('.gz') ? zippedTo : 1),
    0,
  )
  return Math.min(256, Math.max(1, Math.ceil(bytes / partitionBytes)))
}

function keepIfAny(record: ImportRecord | undefined, keep: (record: ImportRecord) => void): void {
  if (record !== undefined) keep(record)
}

/** Joins the rows of each order. */
async function assembleAll(
  staged: Spill<StagedRow>,
  assembly: Assembly,
  keep: (record: ImportRecord) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let partition = 0; partition < staged.partitions; partition += 1) {
    for (const rows of groupByOrder(staged.take(partition), assembly.compiled)) {
      for (const record of assemble(rows, assembly)) keep(record)
    }
    // A signal is only heard between turns of the event loop.
    await new Promise(setImmediate)
    signal.throwIfAborted()
  }
}

type Told = Pick<ImportCounts, 'members' | 'trades' | 'facts' | 'pointsEarned' | 'pointsClawedBack'>

/** Tells the facts of every member. */
async function tellAll(
  records: Spill<ImportRecord>,
  rejects: Rejects,
  request: ImportRequest,
): Promise<Told> {
  const { files, watch } = request
  const facts = { applied: 0, duplicate: 0, parked: 0, refused: 0 }
  const told = { members: 0, trades: 0, facts, pointsEarned: 0, pointsClawedBack: 0 }
  const sender = openSender({
    sink: request.sink,
    batch: request.batch,
    signal: request.signal,
    onResult: (sent, result) => {
      watch.onFact()
      facts[result.status] += 1
      told.pointsEarned += numberOr0(result['pointsEarned'])
      told.pointsClawedBack += numberOr0(result['pointsClawedBack'])
      if (isRefused(result)) rejects.add(refusedReject(sent, result, files))
    },
  })

  const source = `import:${request.mapping.name}`
  for (let partition = 0; partition < records.partitions; partition += 1) {
    const byMember = Map.groupBy(records.take(partition), (record) => record.memberId)
    for (const [memberId, ofOne] of byMember) {
      const found = factsOfMember(memberId, ofOne, source)
      rejectUntold(found, rejects, files)
      if (found.facts.length > 0) told.members += 1
      told.trades += tradesOf(ofOne)
      await sender.add(found.facts)
      watch.onTold(ofOne.length)
    }
  }
  await sender.end()
  return told
}

/** Orders without a trade are each one of their own. A trade is one member's. */
function tradesOf(records: readonly ImportRecord[]): number {
  const orders = records.filter((record) => record.kind === 'order')
  return new Set(orders.map((order) => order.tradeId ?? order.orderId)).size
}

function rejectUntold(
  { untold, unmatched }: MemberFacts,
  rejects: Rejects,
  files: readonly SourceFile[],
): void {
  for (const { id, reason, detail, raw, origin } of untold) {
    rejects.add({ file: files[origin.file]?.name ?? '', row: origin.line, id, reason, raw, detail })
  }
  for (const { returned, unitsLeft } of unmatched) {
    const detail = `${unitsLeft} of ${returned.units} units were not bought before`
    rejects.addRow(returned.row, returned.returnId, 'return-without-purchase', detail)
  }
}

/** A fact that was refused now, or was when it was told before. */
function isRefused(result: EventResult): boolean {
  return result.status === 'refused' || result.was === 'refused'
}

function refusedReject(
  { fact, origin }: ImportFact,
  result: EventResult,
  files: readonly SourceFile[],
): Parameters<Rejects['add']>[0] {
  const { source: _, id, memberId: __, status: ___, refusal, ...detail } = result
  return {
    file: files[origin.file]?.name ?? '',
    row: origin.line,
    id,
    reason: refusal ?? 'refused-before',
    raw: fact.dataText,
    detail: refusal === undefined ? '' : JSON.stringify(detail),
  }
}

function numberOr0(value: unknown): number {
  return typeof value === 'number' ? value : 0
}
