import type { Database } from '#db/connection.ts'
import { standingFaults, type StandingFault } from '#db/membership/audit.ts'
import { inSnapshot } from '#operations/_snapshot.ts'

/** Compares the tiers and scores of one member or of all with their records, and rounds with their places. */
export async function verifyStandings(db: Database, memberId?: string): Promise<StandingFault[]> {
  return await inSnapshot(db, async (tx) => await standingFaults(tx, memberId))
}
