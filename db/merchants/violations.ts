import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { overRows } from '#db/rows.ts'
import type { ViolationTurn } from '#rules/merchants/violations/appeal.ts'
import type { ViolationKind } from '#rules/merchants/violations/policy.ts'

/** A violation as it was recorded. */
export type ViolationRow = {
  readonly shopId: string
  readonly violationId: string
  readonly kind: ViolationKind
  readonly points: number
  /** When it was done. */
  readonly at: Temporal.Instant
  readonly recordedAt: Temporal.Instant
  readonly recordedBy: string
  /** `violations@1`, or empty. */
  readonly policy: string
  /** JSON. */
  readonly cause: string
  /** Its number among all that was recorded of the shop and done about it. */
  readonly seq: number
}

/** Something that was done about a violation. */
export type TurnRow = {
  readonly shopId: string
  readonly violationId: string
  /** Its number among those of the violation, from 1. */
  readonly n: number
  readonly turn: ViolationTurn
  readonly at: Temporal.Instant
  readonly actor: string
  readonly words: string
  /** As that of a violation. */
  readonly seq: number
}

/** A violation that counts at some instant. */
export type CountingViolation = {
  readonly shopId: string
  readonly violationId: string
  readonly kind: ViolationKind
  readonly points: number
  readonly at: Temporal.Instant
}

/** Appends violations; one that is there stays as it is. Returns those that are new. */
export async function insertViolations(
  tx: Writer,
  rows: readonly ViolationRow[],
): Promise<ReadonlySet<string>> {
  const fresh = await overRows<{ shop_id: string; violation_id: string }>(
    tx,
    {
      shop_id: ['text', rows.map((row) => row.shopId)],
      violation_id: ['text', rows.map((row) => row.violationId)],
      kind: ['text', rows.map((row) => row.kind)],
      points: ['int', rows.map((row) => row.points)],
      happened_at: ['timestamptz', rows.map((row) => row.at)],
      recorded_at: ['timestamptz', rows.map((row) => row.recordedAt)],
      recorded_by: ['text', rows.map((row) => row.recordedBy)],
      policy: ['text', rows.map((row) => row.policy)],
      cause: ['json', rows.map((row) => row.cause)],
      seq: ['int', rows.map((row) => row.seq)],
    },
    (unnested, names) => `
      insert into jifen.shop_violation (${names})
      ${unnested}
      on conflict (shop_id, violation_id) do nothing
      returning shop_id, violation_id`,
  )
  return new Set(fresh.map((row) => violationKey(row.shop_id, row.violation_id)))
}

/** The last number of what was recorded of shops and done about it; one without any is left out. */
export async function lastSeqs(
  tx: Writer,
  shopIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await sql<{ shop_id: string; seq: number }>`
    select shop_id, max(seq) as seq
    from (
      select shop_id, seq from jifen.shop_violation where shop_id = any (${[...shopIds]}::text[])
      union all
      select shop_id, seq from jifen.shop_violation_turn
      where shop_id = any (${[...shopIds]}::text[])
    ) as numbered
    group by shop_id
  `.execute(tx)
  return new Map(rows.rows.map((row) => [row.shop_id, row.seq]))
}

/** Names a violation among those of all shops. */
export function violationKey(shopId: string, violationId: string): string {
  return `${shopId}\n${violationId}`
}

/** What shops did by an instant and was not struck by then, the earliest first. */
export async function countingViolations(
  db: Reader,
  shopIds: readonly string[],
  at: Temporal.Instant,
): Promise<CountingViolation[]> {
  if (shopIds.length === 0) return []
  const rows = await sql<CountingViolation>`
    select v.shop_id as "shopId", v.violation_id as "violationId", v.kind, v.points,
      v.happened_at as at
    from unnest(${[...shopIds]}::text[]) as k (shop_id)
    join jifen.shop_violation v using (shop_id)
    where v.happened_at <= ${at.toString()}::timestamptz
      and not exists (
        select from jifen.shop_violation_turn t
        where t.shop_id = v.shop_id and t.violation_id = v.violation_id and t.turn = 'struck'
          and t.at <= ${at.toString()}::timestamptz
      )
    order by v.shop_id, v.happened_at, v.violation_id
  `.execute(db)
  return rows.rows
}

/** A page of a shop's violations, the one recorded last first. */
export async function violationsPage(
  db: Reader,
  shopId: string,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Promise<ViolationRow[]> {
  const rows = await sql<ViolationColumns>`
    select * from jifen.shop_violation
    where shop_id = ${shopId}
    order by seq desc, violation_id desc
    limit ${limit} offset ${offset}
  `.execute(db)
  return rows.rows.map(violationOf)
}

export async function violationById(
  db: Reader,
  shopId: string,
  violationId: string,
): Promise<ViolationRow | undefined> {
  const rows = await sql<ViolationColumns>`
    select * from jifen.shop_violation
    where shop_id = ${shopId} and violation_id = ${violationId}
  `.execute(db)
  return rows.rows.map(violationOf)[0]
}

/** Violations whose last turn is one of some, the one that waits longest first: an operator's queue. */
export async function violationsAwaiting(
  db: Reader,
  turns: readonly ViolationTurn[],
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Promise<ViolationRow[]> {
  const rows = await sql<ViolationColumns>`
    select v.*
    from (
      select distinct on (shop_id, violation_id) shop_id, violation_id, turn, at
      from jifen.shop_violation_turn
      order by shop_id, violation_id, n desc
    ) as last
    join jifen.shop_violation v using (shop_id, violation_id)
    where last.turn = any (${[...turns]}::text[])
    order by last.at, shop_id, violation_id
    limit ${limit} offset ${offset}
  `.execute(db)
  return rows.rows.map(violationOf)
}

/** What was done about violations, in order. */
export async function turnsOf(
  db: Reader,
  violations: readonly { readonly shopId: string; readonly violationId: string }[],
): Promise<TurnRow[]> {
  if (violations.length === 0) return []
  const rows = await sql<TurnRow>`
    select t.shop_id as "shopId", t.violation_id as "violationId", t.n, t.turn, t.at, t.actor,
      t.words, t.seq
    from unnest(
      ${violations.map((each) => each.shopId)}::text[],
      ${violations.map((each) => each.violationId)}::text[]
    ) as k (shop_id, violation_id)
    join jifen.shop_violation_turn t using (shop_id, violation_id)
    order by t.shop_id, t.violation_id, t.n
  `.execute(db)
  return rows.rows
}

export async function insertTurn(tx: Writer, turn: TurnRow): Promise<void> {
  await sql`
    insert into jifen.shop_violation_turn (shop_id, violation_id, n, turn, at, actor, words, seq)
    values (${turn.shopId}, ${turn.violationId}, ${turn.n}, ${turn.turn},
      ${turn.at.toString()}::timestamptz, ${turn.actor}, ${turn.words}, ${turn.seq})
  `.execute(tx)
}

type ViolationColumns = {
  shop_id: string
  violation_id: string
  kind: string
  points: number
  happened_at: Temporal.Instant
  recorded_at: Temporal.Instant
  recorded_by: string
  policy: string
  cause: string
  seq: number
}

function violationOf(row: ViolationColumns): ViolationRow {
  return {
    shopId: row.shop_id,
    violationId: row.violation_id,
    kind: row.kind as ViolationKind,
    points: row.points,
    at: row.happened_at,
    recordedAt: row.recorded_at,
    recordedBy: row.recorded_by,
    policy: row.policy,
    cause: row.cause,
    seq: row.seq,
  }
}

/** All violations of the next shops behind a shop, by shop and in the order in which they were recorded. */
export async function nextViolations(
  db: Reader,
  afterShopId: string,
  shops: number,
): Promise<ViolationRow[]> {
  const rows = await sql<ViolationColumns>`
    with next as (
      select distinct shop_id from jifen.shop_violation
      where shop_id > ${afterShopId} order by shop_id limit ${shops}
    )
    select v.* from next join jifen.shop_violation v using (shop_id)
    order by v.shop_id, v.seq
  `.execute(db)
  return rows.rows.map(violationOf)
}
