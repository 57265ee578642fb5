import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { behindPlace, isAsked, type PageAsked } from '#db/governance/pages.ts'
import type { NoticeStatus } from '#rules/notices/notice.ts'

/** A version of a notice of a rule change. */
export type RuleNotice = {
  readonly noticeId: string
  readonly version: number
  readonly status: NoticeStatus
  /** JSON in both languages. */
  readonly title: string
  readonly text: string
  /** The draft that implements it. */
  readonly policyName: string | null
  readonly policyVersion: number | null
  /** Of the policy `ruleNotices`. */
  readonly rulesVersion: number
  readonly author: string
  readonly draftedAt: Temporal.Instant
  readonly publisher: string | null
  readonly emergency: string | null
  readonly publishedAt: Temporal.Instant | null
  readonly opinionsUntil: Temporal.Instant | null
  readonly endsAt: Temporal.Instant | null
  readonly answerBy: Temporal.Instant | null
  /** JSON. */
  readonly summary: string | null
  readonly answeredBy: string | null
  readonly answeredAt: Temporal.Instant | null
  readonly fingerprint: string
}

const columns = sql`
  notice_id as "noticeId", version, status, title, text, policy_name as "policyName",
  policy_version as "policyVersion", rules_version as "rulesVersion", author,
  drafted_at as "draftedAt", publisher, emergency, published_at as "publishedAt",
  opinions_until as "opinionsUntil", ends_at as "endsAt", answer_by as "answerBy", summary,
  answered_by as "answeredBy", answered_at as "answeredAt", fingerprint
`

/** Writes a version of a notice; `false`: it is there already. */
export async function insertNotice(tx: Writer, made: RuleNotice): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`
    insert into jifen.rule_notice (
      notice_id, version, status, title, text, policy_name, policy_version, rules_version, author,
      drafted_at, fingerprint
    )
    values (
      ${made.noticeId}, ${made.version}, ${made.status}, ${made.title}::json, ${made.text}::json,
      ${made.policyName}, ${made.policyVersion}, ${made.rulesVersion}, ${made.author},
      ${made.draftedAt.toString()}::timestamptz, ${made.fingerprint}
    )
    on conflict (notice_id, version) do nothing
    returning notice_id as id
  `.execute(tx)
  return rows.length > 0
}

/** Writes the draft of a locked notice anew. */
export async function updateDraft(tx: Writer, to: RuleNotice): Promise<void> {
  await sql`
    update jifen.rule_notice set
      title = ${to.title}::json,
      text = ${to.text}::json,
      policy_name = ${to.policyName},
      policy_version = ${to.policyVersion},
      rules_version = ${to.rulesVersion},
      author = ${to.author},
      drafted_at = ${to.draftedAt.toString()}::timestamptz,
      fingerprint = ${to.fingerprint}
    where notice_id = ${to.noticeId} and version = ${to.version} and status = 'draft'
  `.execute(tx)
}

/** Writes how far a locked notice is; its text stays. */
export async function updateNotice(tx: Writer, to: RuleNotice): Promise<void> {
  await sql`
    update jifen.rule_notice set
      status = ${to.status},
      publisher = ${to.publisher},
      emergency = ${to.emergency},
      published_at = ${text(to.publishedAt)}::timestamptz,
      opinions_until = ${text(to.opinionsUntil)}::timestamptz,
      ends_at = ${text(to.endsAt)}::timestamptz,
      answer_by = ${text(to.answerBy)}::timestamptz,
      summary = ${to.summary}::json,
      answered_by = ${to.answeredBy},
      answered_at = ${text(to.answeredAt)}::timestamptz
    where notice_id = ${to.noticeId} and version = ${to.version}
  `.execute(tx)
}

/** All versions of a notice, the first one first. */
export async function noticeVersions(db: Reader, noticeId: string): Promise<RuleNotice[]> {
  const { rows } = await sql<RuleNotice>`
    select ${columns} from jifen.rule_notice where notice_id = ${noticeId} order by version
  `.execute(db)
  return rows
}

/** Locks all versions of a notice: whoever turns it, or says something to it, takes turns. */
export async function lockNotice(tx: Writer, noticeId: string): Promise<RuleNotice[]> {
  const { rows } = await sql<RuleNotice>`
    select ${columns} from jifen.rule_notice
    where notice_id = ${noticeId}
    order by version
    for no key update
  `.execute(tx)
  return rows
}

/** Lets nobody turn a notice while something is said to it; others may say something meanwhile. */
export async function shareNotice(tx: Writer, noticeId: string): Promise<RuleNotice | undefined> {
  const { rows } = await sql<RuleNotice>`
    select ${columns} from jifen.rule_notice
    where notice_id = ${noticeId}
    order by version
    for share
  `.execute(tx)
  return rows.findLast(({ status }) => status !== 'draft')
}

/** The notices that were published with a draft, in any order. */
export async function noticesOfDraft(
  db: Reader,
  name: string,
  version: number,
): Promise<RuleNotice[]> {
  const { rows } = await sql<RuleNotice>`
    select ${columns} from jifen.rule_notice
    where policy_name = ${name} and policy_version = ${version}::integer
      and status in ('published', 'over')
    order by notice_id
  `.execute(db)
  return rows
}

/** A page of notices in their last version that may be shown, the newest first. */
export async function noticesPage(
  db: Reader,
  asked: PageAsked & {
    readonly status?: string | undefined
    readonly drafts: boolean
  },
): Promise<RuleNotice[]> {
  const { rows } = await sql<RuleNotice>`
    select ${columns} from jifen.rule_notice
    where status <> 'replaced' and ${asked.drafts ? sql`true` : sql`status <> 'draft'`}
      and ${behindPlace(asked, sql`drafted_at`, sql`notice_id`)}
      and ${isAsked(sql`status`, asked.status)}
    order by drafted_at desc, notice_id desc
    limit ${asked.limit}
  `.execute(db)
  return rows
}

/** Ends the notices that are over by an instant; returns how many. */
export async function endNotices(tx: Writer, by: Temporal.Instant): Promise<number> {
  const { rows } = await sql<{ id: string }>`
    update jifen.rule_notice set status = 'over'
    where status = 'published' and ends_at <= ${by.toString()}::timestamptz
    returning notice_id as id
  `.execute(tx)
  return rows.length
}

/** Something that shops are told of a notice. */
export type NoticeTelling = {
  readonly noticeId: string
  readonly version: number
  readonly name: string
  readonly at: Temporal.Instant
  readonly toldTo: string
}

export async function insertTellings(
  tx: Writer,
  tellings: readonly Omit<NoticeTelling, 'toldTo'>[],
): Promise<void> {
  await sql`
    insert into jifen.rule_notice_telling (notice_id, version, name, at)
    select * from unnest(
      ${tellings.map((each) => each.noticeId)}::text[],
      ${tellings.map((each) => each.version)}::integer[],
      ${tellings.map((each) => each.name)}::text[],
      ${tellings.map((each) => each.at.toString())}::timestamptz[]
    )
    on conflict do nothing
  `.execute(tx)
}

/** What has to be told by an instant, the longest due first. */
export async function dueTellings(
  db: Reader,
  by: Temporal.Instant,
  limit: number,
): Promise<NoticeTelling[]> {
  const { rows } = await sql<NoticeTelling>`
    select notice_id as "noticeId", version, name, at, told_to as "toldTo"
    from jifen.rule_notice_telling
    where not is_done and at <= ${by.toString()}::timestamptz
    order by at, notice_id, version, name
    limit ${limit}
  `.execute(db)
  return rows
}

/** Locks one thing to be told, as far as it has come; `undefined`: it is done. */
export async function lockTelling(
  tx: Writer,
  { noticeId, version, name }: NoticeTelling,
): Promise<NoticeTelling | undefined> {
  const { rows } = await sql<NoticeTelling>`
    select notice_id as "noticeId", version, name, at, told_to as "toldTo"
    from jifen.rule_notice_telling
    where notice_id = ${noticeId} and version = ${version}::integer and name = ${name} and not is_done
    for no key update
  `.execute(tx)
  return rows[0]
}

export async function keepTelling(
  tx: Writer,
  { noticeId, version, name, toldTo }: NoticeTelling,
  isDone: boolean,
): Promise<void> {
  await sql`
    update jifen.rule_notice_telling set told_to = ${toldTo}, is_done = ${isDone}
    where notice_id = ${noticeId} and version = ${version}::integer and name = ${name}
  `.execute(tx)
}

/** Open shops behind one by their ids; of a reminder, only those whose merchant has not read. */
export async function shopsToTell(
  db: Reader,
  { noticeId, version, toldTo }: NoticeTelling,
  onlyUnread: boolean,
  limit: number,
): Promise<{ readonly shopId: string; readonly isTold: boolean }[]> {
  const { rows } = await sql<{ shopId: string; isTold: boolean }>`
    select s.shop_id as "shopId",
      ${onlyUnread} and exists (
        select from jifen.rule_notice_reading r
        where r.notice_id = ${noticeId} and r.version = ${version}::integer
          and r.merchant_id = s.merchant_id
      ) as "isTold"
    from jifen.shop s
    where s.shop_id > ${toldTo} and s.status = 'open'
    order by s.shop_id
    limit ${limit}
  `.execute(db)
  return rows
}

function text(instant: Temporal.Instant | null): string | null {
  return instant?.toString() ?? null
}
