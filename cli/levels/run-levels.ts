import { closeSync, openSync, statSync, writeSync } from 'node:fs'
import { stringify } from 'csv-stringify/sync'
import { readLevels, type LevelRow } from '#cli/levels/read-levels.ts'
import { StartError } from '#cli/postgres/start-error.ts'
import { startProgress } from '#cli/progress.ts'
import type {
  LevelsImported,
  LevelsOutcome,
  MemberLevels,
} from '#operations/membership/import-levels.ts'

export type LevelsRun = {
  readonly path: string
  readonly keep: (levels: readonly MemberLevels[]) => Promise<LevelsImported>
  /** Members in one transaction. */
  readonly size: number
  readonly rejectsPath: string
  readonly signal: AbortSignal
}

/** What an import came to: rows by outcome, those that could not be read under `bad-row`. */
export type LevelsReport = {
  readonly outcomes: ReadonlyMap<LevelsOutcome | 'bad-row', number>
  readonly seconds: number
}

type Good = LevelRow & { readonly ok: true }

const fine: ReadonlySet<string> = new Set(['granted', 'raised', 'before', 'nothing-promised'])

const shownEveryMs = 200

/**
 * Keeps the levels of a file in batches, with a progress bar. What was kept stays kept: a run that is
 * stopped or fails is continued by the same command, and one that is repeated changes nothing.
 */
export async function runLevels(run: LevelsRun): Promise<LevelsReport> {
  const begunMs = performance.now()
  const total = sizeOf(run.path)
  const progress = startProgress('Importing old levels', total)
  const rejects = openRejects(run.rejectsPath)
  const outcomes = new Map<LevelsOutcome | 'bad-row', number>()
  let bytes = 0
  let rows = 0
  let shownMs = begunMs

  const count = (outcome: LevelsOutcome | 'bad-row'): void => {
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    rows += 1
    if (performance.now() - shownMs < shownEveryMs) return
    shownMs = performance.now()
    const share = Math.floor((100 * Math.min(bytes, total)) / Math.max(1, total))
    const rate = Math.round((rows * 1_000) / (shownMs - begunMs)).toLocaleString('en')
    progress.update(bytes, `${share} %, ${rows.toLocaleString('en')} rows, ${rate} a second`)
  }
  const keep = async (batch: ReadonlyMap<string, Good>): Promise<void> => {
    run.signal.throwIfAborted()
    if (batch.size === 0) return
    const kept = await run.keep([...batch.values()].map((row) => row.levels))
    if (!kept.ok) throw new StartError('The policy score promises nothing to old levels.')
    for (const [memberId, { line }] of batch) {
      const outcome = kept.outcomes.get(memberId) ?? 'members/unknown'
      if (!fine.has(outcome)) rejects.add(line, memberId, outcome)
      count(outcome)
    }
  }

  try {
    let batch = new Map<string, Good>()
    for await (const row of readLevels(run.path, (more) => (bytes += more))) {
      if (!row.ok) {
        rejects.add(row.line, row.raw, row.reason)
        count('bad-row')
        continue
      }
      if (batch.size >= run.size || batch.has(row.levels.memberId)) {
        await keep(batch)
        batch = new Map()
      }
      batch.set(row.levels.memberId, row)
    }
    await keep(batch)
    progress.finish(`${rows.toLocaleString('en')} rows`)
    return { outcomes, seconds: (performance.now() - begunMs) / 1_000 }
  } catch (error) {
    progress.fail('Not all was imported: the same command goes on from here.')
    throw error
  } finally {
    rejects.close()
  }
}

function sizeOf(path: string): number {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats?.isFile() === true) return stats.size
  throw new StartError(`There is no file ${path}.`)
}

function openRejects(path: string) {
  const file = openSync(path, 'w', 0o600)
  writeSync(file, 'line,row,reason\n')
  return {
    add: (line: number, row: string, reason: string): void => {
      writeSync(file, stringify([[line, row, reason]], { escape_formulas: true }))
    },
    close: (): void => closeSync(file),
  }
}
