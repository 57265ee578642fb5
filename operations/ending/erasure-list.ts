import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Database } from '#db/connection.ts'
import { markFiled, notErased, unfiledErasures } from '#db/membership/erasures.ts'
import { transact } from '#operations/_transact.ts'
import { eraseAgain } from '#operations/ending/erase-member.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'

/** The list of erasures beside the database, one JSON object a line: member and instant, no more. */
export const erasuresName = 'erasures.jsonl'

const atOnce = 1_000

/**
 * Writes erasures that are not in the list yet to it (EN-6). Killed in between, some are written twice,
 * which changes nothing.
 */
export async function fileErasures(
  db: Database,
  folder: string,
  at: Temporal.Instant,
): Promise<number> {
  let filed = 0
  for (;;) {
    const fresh = await unfiledErasures(db, atOnce)
    if (fresh.length === 0) return filed
    const lines = fresh.map(({ memberId, erasedAt }) =>
      JSON.stringify({ memberId, erasedAt: erasedAt.toString() }),
    )
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await appendFile(join(folder, erasuresName), `${lines.join('\n')}\n`, {
      mode: 0o600,
      flush: true,
    })
    const memberIds = fresh.map(({ memberId }) => memberId)
    await transact(db, async (tx) => await markFiled(tx, memberIds, at))
    filed += fresh.length
  }
}

/** The members of a list of erasures, each once. A list that is not there has none. */
export async function listedErasures(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if ((error as { code?: string }).code === 'ENOENT') return ''
    throw error
  })
  const lines = text.split('\n').filter((line) => line !== '')
  return [...new Set(lines.map((line) => (JSON.parse(line) as { memberId: string }).memberId))]
}

/**
 * Applies a list of erasures again to a database that may have been restored from before them (EN-6);
 * returns how many members were erased by it. Members that are not known, or erased, are left.
 */
export async function replayErasures(context: EventContext, file: string): Promise<number> {
  const listed = await listedErasures(file)
  let erased = 0
  for (let from = 0; from < listed.length; from += atOnce) {
    const left = await notErased(context.db, listed.slice(from, from + atOnce))
    for (const memberId of left) erased += (await eraseAgain(context, memberId)) ? 1 : 0
  }
  return erased
}
