import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { behindPlace, isAsked, type PageAsked } from '#db/governance/pages.ts'
import type { Shop } from '#db/shops/shops.ts'
import type { RecruitedType } from '#rules/merchants/recruiting/policy.ts'
import type { RecruitingStatus } from '#rules/merchants/recruiting/steps.ts'

/** A brand that was invited to open a shop. */
export type Recruit = {
  readonly invitationId: string
  readonly brand: string
  readonly level: string
  readonly type: RecruitedType
  readonly channel: string
  readonly mainCategory: string
  readonly categories: readonly string[]
  /** What the inviter told and what each criterion saw: JSON. */
  readonly evidence: string
  readonly policyVersion: number
  readonly tokenSha256: string
  readonly invitedBy: string
  readonly invitedAt: Temporal.Instant
  readonly status: RecruitingStatus
  readonly round: number
  readonly stage: number
  readonly stageName: string | null
  readonly isEscalated: boolean
  /** What the reviewer asked for: JSON. */
  readonly asked: string | null
  readonly dueAt: Temporal.Instant | null
  readonly rejectedAt: Temporal.Instant | null
  readonly merchantId: string | null
  readonly merchantName: string | null
  readonly legalEntity: string | null
  readonly acceptedAt: Temporal.Instant | null
  readonly submittedAt: Temporal.Instant | null
  readonly approvedAt: Temporal.Instant | null
  readonly signedAt: Temporal.Instant | null
  readonly openedAt: Temporal.Instant | null
  /** When it ended without a shop. */
  readonly endedAt: Temporal.Instant | null
  readonly contractVersion: string | null
  readonly contractSha256: string | null
  readonly signedBy: string | null
  readonly shopId: string | null
  readonly fingerprint: string
}

const columns = sql`
  invitation_id as "invitationId", brand, level, type, channel, main_category as "mainCategory",
  categories, evidence, policy_version as "policyVersion", token_sha256 as "tokenSha256",
  invited_by as "invitedBy", invited_at as "invitedAt", status, round, stage,
  stage_name as "stageName", is_escalated as "isEscalated", asked, due_at as "dueAt",
  rejected_at as "rejectedAt", merchant_id as "merchantId", merchant_name as "merchantName",
  legal_entity as "legalEntity", accepted_at as "acceptedAt", submitted_at as "submittedAt",
  approved_at as "approvedAt", signed_at as "signedAt", opened_at as "openedAt",
  ended_at as "endedAt", contract_version as "contractVersion",
  contract_sha256 as "contractSha256", signed_by as "signedBy", shop_id as "shopId", fingerprint
`

/** Writes a new invitation; `false`: it is there already. */
export async function insertRecruit(tx: Writer, made: Recruit): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`
    insert into jifen.recruiting_invitation (
      invitation_id, brand, level, type, channel, main_category, categories, evidence,
      policy_version, token_sha256, invited_by, invited_at, status, round, stage, is_escalated,
      due_at, fingerprint
    )
    values (
      ${made.invitationId}, ${made.brand}, ${made.level}, ${made.type}, ${made.channel},
      ${made.mainCategory}, ${[...made.categories]}::text[], ${made.evidence}::json,
      ${made.policyVersion}, ${made.tokenSha256}, ${made.invitedBy},
      ${made.invitedAt.toString()}::timestamptz, ${made.status}, ${made.round}, ${made.stage},
      ${made.isEscalated}, ${text(made.dueAt)}::timestamptz, ${made.fingerprint}
    )
    on conflict (invitation_id) do nothing
    returning invitation_id as id
  `.execute(tx)
  return rows.length > 0
}

/** Writes how far a locked invitation is. */
export async function updateRecruit(tx: Writer, to: Recruit): Promise<void> {
  await sql`
    update jifen.recruiting_invitation set
      policy_version = ${to.policyVersion},
      status = ${to.status},
      round = ${to.round},
      stage = ${to.stage},
      stage_name = ${to.stageName},
      is_escalated = ${to.isEscalated},
      asked = ${to.asked}::json,
      due_at = ${text(to.dueAt)}::timestamptz,
      rejected_at = ${text(to.rejectedAt)}::timestamptz,
      merchant_id = ${to.merchantId},
      merchant_name = ${to.merchantName},
      legal_entity = ${to.legalEntity},
      accepted_at = ${text(to.acceptedAt)}::timestamptz,
      submitted_at = ${text(to.submittedAt)}::timestamptz,
      approved_at = ${text(to.approvedAt)}::timestamptz,
      signed_at = ${text(to.signedAt)}::timestamptz,
      opened_at = ${text(to.openedAt)}::timestamptz,
      ended_at = ${text(to.endedAt)}::timestamptz,
      contract_version = ${to.contractVersion},
      contract_sha256 = ${to.contractSha256},
      signed_by = ${to.signedBy},
      shop_id = ${to.shopId}
    where invitation_id = ${to.invitationId}
  `.execute(tx)
}

export async function recruitById(db: Reader, invitationId: string): Promise<Recruit | undefined> {
  const { rows } = await sql<Recruit>`
    select ${columns} from jifen.recruiting_invitation where invitation_id = ${invitationId}
  `.execute(db)
  return rows[0]
}

/** Locks an invitation: whoever turns it takes turns. */
export async function lockRecruit(tx: Writer, invitationId: string): Promise<Recruit | undefined> {
  const { rows } = await sql<Recruit>`
    select ${columns} from jifen.recruiting_invitation
    where invitation_id = ${invitationId}
    for no key update
  `.execute(tx)
  return rows[0]
}

/** Locks the invitation that a token accepts, if there is one. */
export async function lockRecruitByToken(
  tx: Writer,
  tokenSha256: string,
): Promise<Recruit | undefined> {
  const { rows } = await sql<Recruit>`
    select ${columns} from jifen.recruiting_invitation
    where token_sha256 = ${tokenSha256}
    for no key update
  `.execute(tx)
  return rows[0]
}

/** Whether a merchant that has no shop yet was recruited. */
export async function isRecruited(db: Reader, merchantId: string): Promise<boolean> {
  const { rows } = await sql<{ one: number }>`
    select 1 as one from jifen.recruiting_invitation where merchant_id = ${merchantId} limit 1
  `.execute(db)
  return rows.length > 0
}

/** A page of invitations, the newest first. */
export async function recruitsPage(
  db: Reader,
  asked: PageAsked & {
    readonly merchantId?: string | undefined
    readonly status?: string | undefined
    readonly channel?: string | undefined
    readonly stage?: string | undefined
  },
): Promise<Recruit[]> {
  const { rows } = await sql<Recruit>`
    select ${columns} from jifen.recruiting_invitation
    where ${behindPlace(asked, sql`invited_at`, sql`invitation_id`)}
      and ${isAsked(sql`merchant_id`, asked.merchantId)}
      and ${isAsked(sql`status`, asked.status)}
      and ${isAsked(sql`channel`, asked.channel)}
      and ${isAsked(sql`stage_name`, asked.stage)}
    order by invited_at desc, invitation_id desc
    limit ${asked.limit}
  `.execute(db)
  return rows
}

/** Invitations to which something happens by an instant, the longest due first. */
export async function dueRecruits(
  db: Reader,
  by: Temporal.Instant,
  limit: number,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select invitation_id as id from jifen.recruiting_invitation
    where due_at <= ${by.toString()}::timestamptz
    order by due_at, invitation_id
    limit ${limit}
  `.execute(db)
  return rows.map(({ id }) => id)
}

/** Writes a shop that is new; `false`: one of that id is there, and stays as it is. */
export async function insertNewShop(
  tx: Writer,
  shop: Shop,
  at: Temporal.Instant,
): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`
    insert into jifen.shop (
      shop_id, merchant_id, title, type, main_category, categories, brand, opened_on, status,
      created_at, changed_at
    )
    values (
      ${shop.shopId}, ${shop.merchantId}, ${shop.title}, ${shop.type}, ${shop.mainCategory},
      ${[...shop.categories]}::text[], ${shop.brand}, ${shop.openedOn.toString()}::date,
      ${shop.status}, ${at.toString()}::timestamptz, ${at.toString()}::timestamptz
    )
    on conflict (shop_id) do nothing
    returning shop_id as id
  `.execute(tx)
  return rows.length > 0
}

/** How many invitations of a time have come how far. */
export type FunnelRow = {
  readonly channel: string
  readonly type: string
  readonly invited: number
  readonly accepted: number
  readonly submitted: number
  readonly approved: number
  readonly signed: number
  readonly opened: number
  readonly rejected: number
  readonly withdrawn: number
  readonly lapsed: number
  readonly revoked: number
  /** From the invitation to the open shop, of those opened: whole seconds, rounded down. */
  readonly meanSecondsToOpen: number | null
}

/** The funnel of the invitations sent in a time (RC-8), by channel and type. */
export async function funnelOf(
  db: Reader,
  from: Temporal.Instant,
  to: Temporal.Instant,
): Promise<FunnelRow[]> {
  const { rows } = await sql<FunnelRow>`
    select channel, type,
      count(*) as invited,
      count(accepted_at) as accepted,
      count(submitted_at) as submitted,
      count(approved_at) as approved,
      count(signed_at) as signed,
      count(opened_at) as opened,
      count(*) filter (where status = 'rejected') as rejected,
      count(*) filter (where status = 'withdrawn') as withdrawn,
      count(*) filter (where status = 'lapsed') as lapsed,
      count(*) filter (where status = 'revoked') as revoked,
      floor(avg(extract(epoch from opened_at - invited_at)))::bigint as "meanSecondsToOpen"
    from jifen.recruiting_invitation
    where invited_at >= ${from.toString()}::timestamptz
      and invited_at < ${to.toString()}::timestamptz
    group by channel, type
    order by channel, type
  `.execute(db)
  return rows
}

function text(instant: Temporal.Instant | null): string | null {
  return instant?.toString() ?? null
}
