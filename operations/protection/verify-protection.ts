import type { Reader } from '#db/connection.ts'
import { wrongClaims } from '#db/protection/claims.ts'

/** A claim whose payments are not what it says is paid (BP-4). */
export type ProtectionFault = { readonly of: string; readonly what: string }

/** Compares what claims have with their payments, of one member or of all. */
export async function verifyProtection(
  db: Reader,
  memberId: string | undefined,
): Promise<ProtectionFault[]> {
  return (await wrongClaims(db, memberId)).map(
    ({ memberId: of, tradeId, lineId, paidFen, sum }) => ({
      of,
      what: `the claim of ${tradeId}/${lineId} says ${paidFen} where ${sum} was paid`,
    }),
  )
}
