import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { overRows } from '#db/rows.ts'
import type { ViolationKind } from '#rules/merchants/violations/policy.ts'

/** What followed from points of a shop. */
export type SanctionRow = {
  readonly shopId: string
  readonly sanctionId: string
  /** The violation with which the total reached the threshold. */
  readonly violationId: string
  readonly kind: ViolationKind
  readonly threshold: number
  readonly at: Temporal.Instant
  readonly barredTo: Temporal.Instant | null
  readonly penaltyFen: number | null
  readonly removes: boolean
  readonly policy: string
  readonly liftedAt: Temporal.Instant | null
}

/** Appends what follows from points; what followed before under the same name stays. */
export async function insertSanctions(tx: Writer, rows: readonly SanctionRow[]): Promise<void> {
  if (rows.length === 0) return
  await overRows(
    tx,
    {
      shop_id: ['text', rows.map((row) => row.shopId)],
      sanction_id: ['text', rows.map((row) => row.sanctionId)],
      violation_id: ['text', rows.map((row) => row.violationId)],
      kind: ['text', rows.map((row) => row.kind)],
      threshold: ['int', rows.map((row) => row.threshold)],
      at: ['timestamptz', rows.map((row) => row.at)],
      barred_to: ['timestamptz', rows.map((row) => row.barredTo)],
      penalty_fen: ['bigint', rows.map((row) => row.penaltyFen)],
      removes: ['boolean', rows.map((row) => row.removes)],
      policy: ['text', rows.map((row) => row.policy)],
    },
    (unnested, names) => `
      insert into jifen.shop_sanction (${names})
      ${unnested}
      on conflict (shop_id, sanction_id) do nothing`,
  )
}

/** What followed from the points of shops, the earliest first. */
export async function sanctionsOf(db: Reader, shopIds: readonly string[]): Promise<SanctionRow[]> {
  if (shopIds.length === 0) return []
  const rows = await sql<SanctionRow>`
    select s.shop_id as "shopId", s.sanction_id as "sanctionId",
      s.violation_id as "violationId", s.kind, s.threshold, s.at, s.barred_to as "barredTo",
      s.penalty_fen as "penaltyFen", s.removes, s.policy, s.lifted_at as "liftedAt"
    from unnest(${[...shopIds]}::text[]) as k (shop_id)
    join jifen.shop_sanction s using (shop_id)
    order by s.shop_id, s.at, s.sanction_id
  `.execute(db)
  return rows.rows
}

/** Lifts sanctions of a shop, those that are not lifted yet. */
export async function liftSanctions(
  tx: Writer,
  shopId: string,
  sanctionIds: readonly string[],
  at: Temporal.Instant,
): Promise<void> {
  if (sanctionIds.length === 0) return
  await sql`
    update jifen.shop_sanction
    set lifted_at = ${at.toString()}::timestamptz
    where shop_id = ${shopId} and sanction_id = any (${[...sanctionIds]}::text[])
      and lifted_at is null
  `.execute(tx)
}

/** Closes shops that are removed, or opens those again whose removal was lifted. */
export async function writeShopStatus(
  tx: Writer,
  shopIds: readonly string[],
  status: 'open' | 'closed',
  at: Temporal.Instant,
): Promise<void> {
  if (shopIds.length === 0) return
  await sql`
    update jifen.shop
    set status = ${status}, changed_at = ${at.toString()}::timestamptz
    where shop_id = any (${[...shopIds]}::text[]) and status <> ${status}
  `.execute(tx)
}

/** Which shops were removed for what they did, and are still. */
export async function removedAmong(
  db: Reader,
  shopIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await sql<{ shop_id: string }>`
    select distinct shop_id from jifen.shop_sanction
    where shop_id = any (${[...shopIds]}::text[]) and removes and lifted_at is null
  `.execute(db)
  return new Set(rows.rows.map((row) => row.shop_id))
}
