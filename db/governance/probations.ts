import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import type { Probation } from '#rules/merchants/transformation/probation.ts'

export type ShopProbation = Probation & {
  readonly transformationId: string
  readonly shopId: string
  readonly status: 'running' | 'passed' | 'failed'
  /** Whether its limits hold. */
  readonly isLimiting: boolean
  /** What it saw when it was looked at last: JSON. */
  readonly saw: string | null
  readonly dueAt: Temporal.Instant | null
  readonly endedAt: Temporal.Instant | null
}

const columns = sql`
  transformation_id as "transformationId", shop_id as "shopId", since, until, extensions, status,
  is_limiting as "isLimiting", saw, due_at as "dueAt", ended_at as "endedAt"
`

export async function insertProbation(
  tx: Writer,
  made: Pick<ShopProbation, 'transformationId' | 'shopId' | 'since' | 'until'> & {
    readonly dueAt: Temporal.Instant
  },
): Promise<void> {
  await sql`
    insert into jifen.probation (transformation_id, shop_id, since, until, due_at)
    values (${made.transformationId}, ${made.shopId}, ${made.since.toString()}::timestamptz,
      ${made.until.toString()}::timestamptz, ${made.dueAt.toString()}::timestamptz)
  `.execute(tx)
}

/** Writes how far a probation of a locked shop is. */
export async function updateProbation(tx: Writer, to: ShopProbation): Promise<void> {
  await sql`
    update jifen.probation set
      until = ${to.until.toString()}::timestamptz,
      extensions = ${to.extensions},
      status = ${to.status},
      is_limiting = ${to.isLimiting},
      saw = ${to.saw}::json,
      due_at = ${to.dueAt?.toString() ?? null}::timestamptz,
      ended_at = ${to.endedAt?.toString() ?? null}::timestamptz
    where transformation_id = ${to.transformationId}
  `.execute(tx)
}

/** The probations of a shop, the latest first. */
export async function probationsOf(db: Reader, shopId: string): Promise<ShopProbation[]> {
  const { rows } = await sql<ShopProbation>`
    select ${columns} from jifen.probation
    where shop_id = ${shopId}
    order by since desc, transformation_id
  `.execute(db)
  return rows
}

export async function probationOf(
  db: Reader,
  transformationId: string,
): Promise<ShopProbation | undefined> {
  const { rows } = await sql<ShopProbation>`
    select ${columns} from jifen.probation where transformation_id = ${transformationId}
  `.execute(db)
  return rows[0]
}

/** Probations that have to be looked at by an instant, the longest due first. */
export async function dueProbations(
  db: Reader,
  by: Temporal.Instant,
  limit: number,
): Promise<{ readonly transformationId: string; readonly shopId: string }[]> {
  const { rows } = await sql<{ transformationId: string; shopId: string }>`
    select transformation_id as "transformationId", shop_id as "shopId"
    from jifen.probation
    where due_at <= ${by.toString()}::timestamptz
    order by due_at, transformation_id
    limit ${limit}
  `.execute(db)
  return rows
}

/** What shops on probation may not do. */
export type ProbationLimits = {
  readonly enrols: boolean
  readonly declarationsAtMost: number | undefined
}

/** The limits of shops, the strictest of each; shops without limits are left out. */
export async function limitsOf(
  db: Reader,
  shopIds: readonly string[],
): Promise<Map<string, ProbationLimits>> {
  if (shopIds.length === 0) return new Map()
  const { rows } = await sql<{ shopId: string; enrols: boolean; most: number | null }>`
    select p.shop_id as "shopId",
      bool_and(coalesce((k.limits ->> 'enrols')::boolean, true)) as enrols,
      min((k.limits ->> 'declarationsAtMost')::bigint) as most
    from unnest(${[...shopIds]}::text[]) as asked (shop_id)
    join jifen.probation p on p.shop_id = asked.shop_id and p.is_limiting
    join jifen.transformation t on t.transformation_id = p.transformation_id
    join jifen.policy y on y.name = 'transformation' and y.version = t.policy_version
    cross join lateral (
      select y.body -> 'kinds' -> t.kind -> 'probation' -> 'limits' as limits
    ) as k
    group by p.shop_id
  `.execute(db)
  return new Map(
    rows.map(({ shopId, enrols, most }) => [
      shopId,
      { enrols, declarationsAtMost: most ?? undefined },
    ]),
  )
}

/** From when the metrics of shops count, where they began anew. */
export async function metricsSinceOf(
  db: Reader,
  shopIds: readonly string[],
): Promise<Map<string, Temporal.Instant>> {
  if (shopIds.length === 0) return new Map()
  const { rows } = await sql<{ shop_id: string; since: Temporal.Instant }>`
    select shop_id, since
    from jifen.shop_metrics_since join unnest(${[...shopIds]}::text[]) as k (shop_id) using (shop_id)
  `.execute(db)
  return new Map(rows.map((row) => [row.shop_id, row.since]))
}

/** Has the metrics of a locked shop begin anew. */
export async function restartMetrics(
  tx: Writer,
  shopId: string,
  since: Temporal.Instant,
  cause: string,
): Promise<void> {
  await sql`
    insert into jifen.shop_metrics_since (shop_id, since, cause)
    values (${shopId}, ${since.toString()}::timestamptz, ${cause})
    on conflict (shop_id) do update set since = excluded.since, cause = excluded.cause
  `.execute(tx)
}
