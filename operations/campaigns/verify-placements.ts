import { roomsMiscounted } from '#db/campaigns/placements.ts'
import type { Database } from '#db/connection.ts'

/** Proves that the venues of campaigns count their places as they are given. */
export async function verifyPlacements(
  db: Database,
): Promise<readonly { readonly of: string; readonly what: string }[]> {
  return await roomsMiscounted(db)
}
