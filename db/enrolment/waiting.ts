import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { enrolmentFrom, type Enrolment, type EnrolmentRow } from '#db/enrolment/enrolments.ts'

/** How many places of each pool are taken. */
export async function placesTaken(
  db: Reader,
  campaign: string,
  pools: readonly string[],
): Promise<Map<string, number>> {
  if (pools.length === 0) return new Map()
  const rows = await sql<{ pool: string; taken: number }>`
    select k.pool, count(e.shop_id) as taken
    from unnest(${pools}::text[]) as k (pool)
    join jifen.enrolment e
      on e.campaign = ${campaign} and e.pool = k.pool and e.status in ('approved', 'shortlisted')
    group by k.pool
  `.execute(db)
  return new Map(rows.rows.map(({ pool, taken }) => [pool, taken]))
}

/** How many wait before one of a pool, and it besides: its place in the list, from 1. */
export async function placeInWaitingList(db: Reader, enrolment: Enrolment): Promise<number> {
  const rows = await sql<{ before: number }>`
    select count(*) as before from jifen.enrolment
    where campaign = ${enrolment.campaign} and status = 'waiting' and pool = ${enrolment.pool}
      and (coalesce(rank, 'infinity'), shop_id)
        < (coalesce(${enrolment.rank}::numeric, 'infinity'), ${enrolment.shopId})
  `.execute(db)
  return (rows.rows[0]?.before ?? 0) + 1
}

/** Notes that a place of each of these pools became free. */
export async function notePlacesFreed(
  tx: Writer,
  campaign: string,
  pools: readonly string[],
): Promise<void> {
  if (pools.length === 0) return
  await sql`
    insert into jifen.enrolment_freed (campaign, pool)
    select ${campaign}, pool from unnest(${pools}::text[]) as pool
  `.execute(tx)
}

/** The pools of which a place became free, once each; they are not noted any more. */
export async function takePlacesFreed(tx: Writer, campaign: string): Promise<string[]> {
  const rows = await sql<{ pool: string }>`
    delete from jifen.enrolment_freed where campaign = ${campaign} returning pool
  `.execute(tx)
  return [...new Set(rows.rows.map(({ pool }) => pool))].toSorted()
}

/** Locks the first by rank of those that wait for a place of a pool. */
export async function lockWaiting(
  tx: Writer,
  campaign: string,
  pool: string,
  limit: number,
): Promise<Enrolment[]> {
  const rows = await sql<EnrolmentRow>`
    select * from jifen.enrolment
    where campaign = ${campaign} and status = 'waiting' and pool = ${pool}
    order by rank, shop_id
    limit ${limit}
    for update
  `.execute(tx)
  return rows.rows.map(enrolmentFrom)
}
