import { sql } from 'kysely'
import type { Reader } from '#db/connection.ts'

/** What is kept here of a shop that may or may not carry over. */
export type KeptOfShop = {
  /** Days of which facts were counted. */
  readonly metrics: number
  readonly enrolments: number
  readonly declarations: number
  readonly campaigns: number
  /** Return requests that are disputed now. */
  readonly disputesOpen: number
}

const openEnrolments = ['applied', 'inReview', 'waiting', 'passed', 'approved', 'shortlisted']

/** Counts what is kept here of a shop; of its metrics, days (since 1970-01-01) from one on. */
export async function keptOfShop(db: Reader, shopId: string, fromDay: number): Promise<KeptOfShop> {
  const { rows } = await sql<KeptOfShop>`
    select
      (
        select count(*) from jifen.shop_day where shop_id = ${shopId} and day >= ${fromDay}::integer
      ) as metrics,
      (
        select count(*) from jifen.enrolment
        where shop_id = ${shopId} and status = any (${openEnrolments}::text[])
      ) as enrolments,
      (
        select count(*) from jifen.declaration where shop_id = ${shopId} and status = 'declared'
      ) as declarations,
      (
        select count(*) from jifen.enrolment where shop_id = ${shopId} and status = 'shortlisted'
      ) as campaigns,
      (
        select count(*) from jifen.return_request where shop_id = ${shopId} and status = 'disputed'
      ) as "disputesOpen"
  `.execute(db)
  const [row] = rows
  return row ?? { metrics: 0, enrolments: 0, declarations: 0, campaigns: 0, disputesOpen: 0 }
}

/** The SKUs that a shop has declared. */
export async function declaredOf(
  db: Reader,
  shopId: string,
): Promise<{ readonly campaign: string; readonly sku: string; readonly kind: string }[]> {
  const { rows } = await sql<{ campaign: string; sku: string; kind: string }>`
    select campaign, sku, kind from jifen.declaration
    where shop_id = ${shopId} and status = 'declared'
    order by campaign, sku, kind
  `.execute(db)
  return rows
}
