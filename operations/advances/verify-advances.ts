import { advanceFaults, type AdvanceFault } from '#db/advances/audit.ts'
import type { Database } from '#db/connection.ts'
import { inSnapshot } from '#operations/_snapshot.ts'

/** Compares the advances of one member or of all with their entries, limits and refunds (AD-9). */
export async function verifyAdvances(db: Database, memberId?: string): Promise<AdvanceFault[]> {
  return await inSnapshot(db, async (tx) => await advanceFaults(tx, memberId))
}
