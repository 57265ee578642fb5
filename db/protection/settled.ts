import { sql } from 'kysely'
import type { Reader } from '#db/connection.ts'
import type { ProtectionPaid } from '#rules/settlement/protection.ts'

/** What shops owe buyers in money by price protection in a half-open period (ST-10). */
export async function protectionPaidIn(
  db: Reader,
  {
    from,
    to,
    shop = null,
  }: {
    readonly from: Temporal.Instant
    readonly to: Temporal.Instant
    readonly shop?: string | null | undefined
  },
): Promise<ProtectionPaid[]> {
  const rows = await sql<ProtectionPaid>`
    select campaign, shop_id as shop, count(*) filter (where fen > 0) as payments,
      coalesce(sum(fen) filter (where fen > 0), 0)::bigint as "paidFen",
      coalesce(-sum(fen) filter (where fen < 0), 0)::bigint as "takenBackFen"
    from jifen.protection_payment
    where paid_as = 'money' and at >= ${from.toString()}::timestamptz
      and at < ${to.toString()}::timestamptz
      and (${shop}::text is null or shop_id = ${shop})
    group by campaign, shop_id
  `.execute(db)
  return rows.rows
}
