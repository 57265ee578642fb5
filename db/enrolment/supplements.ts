import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import type { Supplement } from '#rules/campaigns/policy.ts'

/** What a shop has done of what it has to do. */
export type DoneSupplement = {
  readonly campaign: string
  readonly shopId: string
  readonly attempt: number
  readonly name: string
  readonly kind: Supplement['kind']
  readonly doneAt: Temporal.Instant
  readonly doneBy: string
  readonly textVersion: string | null
  /** SHA-256 of the text, as hexadecimal digits. */
  readonly textHash: string | null
  /** JSON: the steps, the identity. */
  readonly detail: string | null
}

type DoneRow = {
  readonly campaign: string
  readonly shop_id: string
  readonly attempt: number
  readonly name: string
  readonly kind: Supplement['kind']
  readonly done_at: Temporal.Instant
  readonly done_by: string
  readonly text_version: string | null
  readonly text_hash: string | null
  readonly detail: string | null
}

/** Writes that a supplement is done; what was done before changes only where its detail does. */
export async function putSupplement(tx: Writer, done: DoneSupplement): Promise<void> {
  const at = done.doneAt.toString()
  await sql`
    insert into jifen.enrolment_supplement (
      campaign, shop_id, attempt, name, kind, done_at, done_by, changed_at, text_version, text_hash, detail
    )
    values (
      ${done.campaign}, ${done.shopId}, ${done.attempt}, ${done.name}, ${done.kind},
      ${at}::timestamptz, ${done.doneBy}, ${at}::timestamptz, ${done.textVersion}, ${done.textHash},
      ${done.detail}::json
    )
    on conflict (campaign, shop_id, attempt, name) do update set
      detail = excluded.detail, changed_at = excluded.changed_at
    where jifen.enrolment_supplement.detail::text is distinct from excluded.detail::text
  `.execute(tx)
}

/** What shops have done in their running attempts, by shop. */
export async function supplementsDone(
  db: Reader,
  campaign: string,
  shopIds: readonly string[],
): Promise<Map<string, DoneSupplement[]>> {
  if (shopIds.length === 0) return new Map()
  const rows = await sql<DoneRow>`
    select s.*
    from unnest(${shopIds}::text[]) as k (shop_id)
    join jifen.enrolment e on e.campaign = ${campaign} and e.shop_id = k.shop_id
    join jifen.enrolment_supplement s
      on s.campaign = e.campaign and s.shop_id = e.shop_id and s.attempt = e.attempt
    order by s.shop_id, s.name
  `.execute(db)
  return Map.groupBy(rows.rows.map(doneFrom), ({ shopId }) => shopId)
}

/** The steps that shortlisted shops have chosen, as JSON, by shop; `null`: none chosen. */
export async function chosenSteps(
  db: Reader,
  campaign: string,
  shopIds: readonly string[],
): Promise<Map<string, string | null>> {
  if (shopIds.length === 0) return new Map()
  const rows = await sql<{ shop_id: string; detail: string | null }>`
    select e.shop_id, s.detail
    from unnest(${shopIds}::text[]) as k (shop_id)
    join jifen.enrolment e
      on e.campaign = ${campaign} and e.shop_id = k.shop_id and e.status = 'shortlisted'
    left join jifen.enrolment_supplement s
      on s.campaign = e.campaign and s.shop_id = e.shop_id and s.attempt = e.attempt
        and s.kind = 'allowanceSteps'
  `.execute(db)
  return new Map(rows.rows.map((row) => [row.shop_id, row.detail]))
}

function doneFrom(row: DoneRow): DoneSupplement {
  return {
    campaign: row.campaign,
    shopId: row.shop_id,
    attempt: row.attempt,
    name: row.name,
    kind: row.kind,
    doneAt: row.done_at,
    doneBy: row.done_by,
    textVersion: row.text_version,
    textHash: row.text_hash,
    detail: row.detail,
  }
}
