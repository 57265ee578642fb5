import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { stances, type Stance } from '#rules/notices/notice.ts'

/** What a merchant thinks of a change of rules. */
export type Opinion = {
  readonly noticeId: string
  readonly version: number
  readonly merchantId: string
  readonly stance: Stance
  readonly text: string
  readonly givenAt: Temporal.Instant
  readonly changedAt: Temporal.Instant
}

const columns = sql`
  notice_id as "noticeId", version, merchant_id as "merchantId", stance, text,
  given_at as "givenAt", changed_at as "changedAt"
`

/** Keeps what a merchant says; what it said before is gone. Returns it as it stands. */
export async function keepOpinion(
  tx: Writer,
  said: Omit<Opinion, 'givenAt' | 'changedAt'> & { readonly at: Temporal.Instant },
): Promise<Opinion> {
  const { noticeId, version, merchantId, stance, at } = said
  const { rows } = await sql<Opinion>`
    insert into jifen.rule_notice_opinion (
      notice_id, version, merchant_id, stance, text, given_at, changed_at
    )
    values (${noticeId}, ${version}, ${merchantId}, ${stance}, ${said.text},
      ${at.toString()}::timestamptz, ${at.toString()}::timestamptz)
    on conflict (notice_id, version, merchant_id) do update set
      stance = excluded.stance,
      text = excluded.text,
      changed_at = case
        when rule_notice_opinion.stance = excluded.stance
          and rule_notice_opinion.text = excluded.text
        then rule_notice_opinion.changed_at else excluded.changed_at
      end
    returning ${columns}
  `.execute(tx)
  const [row] = rows
  return row ?? { ...said, givenAt: at, changedAt: at }
}

export async function opinionOf(
  db: Reader,
  noticeId: string,
  version: number,
  merchantId: string,
): Promise<Opinion | undefined> {
  const { rows } = await sql<Opinion>`
    select ${columns} from jifen.rule_notice_opinion
    where notice_id = ${noticeId} and version = ${version}::integer and merchant_id = ${merchantId}
  `.execute(db)
  return rows[0]
}

/** Opinions behind a merchant, by merchant. */
export async function opinionsPage(
  db: Reader,
  of: { readonly noticeId: string; readonly version: number },
  page: { readonly behind: string; readonly stance: Stance | undefined; readonly limit: number },
): Promise<Opinion[]> {
  const { rows } = await sql<Opinion>`
    select ${columns} from jifen.rule_notice_opinion
    where notice_id = ${of.noticeId} and version = ${of.version}::integer
      and merchant_id > ${page.behind}
      and (${page.stance ?? null}::text is null or stance = ${page.stance ?? null})
    order by merchant_id
    limit ${page.limit}
  `.execute(db)
  return rows
}

export type OpinionCounts = Readonly<Record<Stance, number>>

export async function countOpinions(
  db: Reader,
  noticeId: string,
  version: number,
): Promise<OpinionCounts> {
  const { rows } = await sql<{ stance: Stance; count: number }>`
    select stance, count(*) as count from jifen.rule_notice_opinion
    where notice_id = ${noticeId} and version = ${version}::integer
    group by stance
  `.execute(db)
  const [inFavour, against, neutral] = stances.map(
    (stance) => rows.find((row) => row.stance === stance)?.count ?? 0,
  )
  return { for: inFavour ?? 0, against: against ?? 0, neutral: neutral ?? 0 }
}

/** Records that a merchant has read a version; again changes nothing. Returns when it did. */
export async function keepReading(
  tx: Writer,
  read: {
    readonly noticeId: string
    readonly version: number
    readonly merchantId: string
    readonly at: Temporal.Instant
  },
): Promise<Temporal.Instant> {
  const { noticeId, version, merchantId, at } = read
  await sql`
    insert into jifen.rule_notice_reading (notice_id, version, merchant_id, read_at)
    values (${noticeId}, ${version}, ${merchantId}, ${at.toString()}::timestamptz)
    on conflict do nothing
  `.execute(tx)
  return (await readingOf(tx, noticeId, version, merchantId)) ?? at
}

export async function readingOf(
  db: Reader,
  noticeId: string,
  version: number,
  merchantId: string,
): Promise<Temporal.Instant | undefined> {
  const { rows } = await sql<{ readAt: Temporal.Instant }>`
    select read_at as "readAt" from jifen.rule_notice_reading
    where notice_id = ${noticeId} and version = ${version}::integer and merchant_id = ${merchantId}
  `.execute(db)
  return rows[0]?.readAt
}

/** How many merchants have read a version, and how many merchants with open shops there are. */
export async function countReadings(
  db: Reader,
  noticeId: string,
  version: number,
): Promise<{ readonly read: number; readonly merchants: number }> {
  const { rows } = await sql<{ read: number; merchants: number }>`
    select
      (
        select count(*) from jifen.rule_notice_reading
        where notice_id = ${noticeId} and version = ${version}::integer
      ) as read,
      (select count(distinct merchant_id) from jifen.shop where status = 'open') as merchants
  `.execute(db)
  return rows[0] ?? { read: 0, merchants: 0 }
}
