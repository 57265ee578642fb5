import type { Database } from '#db/connection.ts'
import { entriesWithoutPosting } from '#db/entry/audit.ts'

/** Proves that wallets hold, took and gave back what the entries to events say, of one member or all. */
export async function verifyEntries(
  db: Database,
  memberId?: string,
): Promise<readonly { readonly of: string; readonly what: string }[]> {
  const found = await entriesWithoutPosting(db, memberId)
  return found.map(({ memberId: of, what }) => ({ of, what }))
}
