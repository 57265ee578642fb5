import type { Database, Writer } from '#db/connection.ts'
import { recordedFacts } from '#db/membership/recorded-facts.ts'
import { rewriteScoreFacts } from '#db/membership/score-facts.ts'
import { memberRanges } from '#db/membership/score-runs.ts'
import { lockMembersOf, type Whose } from '#db/membership/whose.ts'
import { noFacts, readRecorded, rowOf, trimmed } from '#operations/score/_ready-facts.ts'
import { transact } from '#operations/_transact.ts'

/** Makes the ready-made facts of members anew from the recorded orders and events; locks the members. */
export async function rebuildScoreFacts(tx: Writer, memberIds: readonly string[]): Promise<void> {
  await rebuildSome(tx, { memberIds })
}

/** As `rebuildScoreFacts`, of all members; returns how many there are. */
export async function rebuildAllFacts(
  db: Database,
  onProgress?: (members: number, about: number) => void,
): Promise<number> {
  const ranges = await memberRanges(db, membersAtOnce)
  const about = ranges.length * membersAtOnce
  let members = 0
  const worker = async (): Promise<void> => {
    for (let range = ranges.shift(); range !== undefined; range = ranges.shift()) {
      const whose = range
      const done = await transact(db, async (tx) => await rebuildSome(tx, whose))
      members += done
      onProgress?.(members, about)
    }
  }
  await Promise.all(Array.from({ length: rangesAtOnce }, worker))
  return members
}

const membersAtOnce = 1_000
const rangesAtOnce = 2

async function rebuildSome(tx: Writer, whose: Whose): Promise<number> {
  const memberIds = await lockMembersOf(tx, whose)
  const recorded = await recordedFacts(tx, whose)
  const found = new Map(recorded.map((each) => [each.memberId, each]))
  await rewriteScoreFacts(
    tx,
    memberIds.map((memberId) => {
      const known = found.get(memberId)
      const ready = known === undefined ? noFacts(memberId) : trimmed(readRecorded(known))
      return { ...rowOf(ready), unpaidAdvances: known?.unpaidAdvances ?? 0 }
    }),
  )
  return memberIds.length
}
