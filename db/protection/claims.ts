import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import type { DroppedSku } from '#db/protection/drops.ts'
import { overRows } from '#db/rows.ts'
import type { PriceProtectionPolicy } from '#rules/protection/policy.ts'

/** A line of a trade. */
export type LinePlace = {
  readonly memberId: string
  readonly tradeId: string
  readonly lineId: string
}

/** What a buyer has back of a line. */
export type ProtectionClaim = LinePlace &
  DroppedSku & {
    readonly orderId: string
    readonly unitsFen: readonly number[]
    /** The lowest price since. */
    readonly priceFen: number
    readonly fullFen: number
    readonly paidFen: number
    readonly paidAs: PriceProtectionPolicy['paidAs']
    readonly limitedBy: 'member' | 'order' | 'item' | null
    readonly payments: number
    readonly openedBy: string
    readonly policies: string
    readonly openedAt: Temporal.Instant
    readonly changedAt: Temporal.Instant
  }

/** What was paid of a claim at once; below zero: taken back. */
export type ProtectionPayment = LinePlace & {
  readonly n: number
  readonly campaign: string
  readonly shopId: string
  readonly at: Temporal.Instant
  readonly fen: number
  readonly paidAs: ProtectionClaim['paidAs']
  readonly priceFen: number
  readonly units: number
  /** JSON. */
  readonly cause: string
}

/** A declared SKU that a member bought, with the line that pays it. */
export type BoughtLine = LinePlace & DroppedSku

/** Of trades: the lines that are of goods declared for a campaign, or have a claim of it. */
export async function boughtLines(
  db: Reader,
  trades: readonly Pick<LinePlace, 'memberId' | 'tradeId'>[],
): Promise<BoughtLine[]> {
  if (trades.length === 0) return []
  return await overRows<BoughtLine>(
    db,
    {
      member_id: ['text', trades.map((each) => each.memberId)],
      trade_id: ['text', trades.map((each) => each.tradeId)],
    },
    (select, names) => `
    with k (${names}) as (${select})
    select member_id as "memberId", trade_id as "tradeId", u.line_id as "lineId", u.campaign,
      u.shop_id as "shopId", u.sku
    from k join jifen.declared_use u using (${names})
    union
    select member_id, trade_id, c.line_id, c.campaign, c.shop_id, c.sku
    from k join jifen.protection_claim c using (${names})
    order by 1, 2, 3
  `,
  )
}

/** All claims of members. */
export async function claimsOfMembers(
  db: Reader,
  memberIds: readonly string[],
): Promise<ProtectionClaim[]> {
  const rows = await sql<ClaimRow>`
    select c.* from unnest(${memberIds}::text[]) as k (member_id)
    join jifen.protection_claim c using (member_id)
    order by c.member_id, c.trade_id, c.line_id
  `.execute(db)
  return rows.rows.map(claimOf)
}

/** Writes claims as they are now. */
export async function upsertClaims(tx: Writer, claims: readonly ProtectionClaim[]): Promise<void> {
  if (claims.length === 0) return
  await overRows(
    tx,
    {
      member_id: ['text', claims.map((each) => each.memberId)],
      trade_id: ['text', claims.map((each) => each.tradeId)],
      line_id: ['text', claims.map((each) => each.lineId)],
      order_id: ['text', claims.map((each) => each.orderId)],
      campaign: ['text', claims.map((each) => each.campaign)],
      shop_id: ['text', claims.map((each) => each.shopId)],
      sku: ['text', claims.map((each) => each.sku)],
      units: ['json', claims.map((each) => JSON.stringify(each.unitsFen))],
      price_fen: ['bigint', claims.map((each) => each.priceFen)],
      full_fen: ['bigint', claims.map((each) => each.fullFen)],
      paid_fen: ['bigint', claims.map((each) => each.paidFen)],
      paid_as: ['text', claims.map((each) => each.paidAs)],
      limited_by: ['text', claims.map((each) => each.limitedBy)],
      payments: ['int', claims.map((each) => each.payments)],
      opened_by: ['text', claims.map((each) => each.openedBy)],
      policies: ['text', claims.map((each) => each.policies)],
      opened_at: ['timestamptz', claims.map((each) => each.openedAt)],
      changed_at: ['timestamptz', claims.map((each) => each.changedAt)],
    },
    (rows, names) => `
    insert into jifen.protection_claim (${names})
    ${rows}
    order by 1, 2, 3
    on conflict (member_id, trade_id, line_id) do update set
      price_fen = excluded.price_fen,
      full_fen = excluded.full_fen,
      paid_fen = excluded.paid_fen,
      limited_by = excluded.limited_by,
      payments = excluded.payments,
      policies = excluded.policies,
      changed_at = excluded.changed_at
  `,
  )
}

/** Appends payments. */
export async function insertPayments(
  tx: Writer,
  payments: readonly ProtectionPayment[],
): Promise<void> {
  if (payments.length === 0) return
  await overRows(
    tx,
    {
      member_id: ['text', payments.map((each) => each.memberId)],
      trade_id: ['text', payments.map((each) => each.tradeId)],
      line_id: ['text', payments.map((each) => each.lineId)],
      n: ['int', payments.map((each) => each.n)],
      campaign: ['text', payments.map((each) => each.campaign)],
      shop_id: ['text', payments.map((each) => each.shopId)],
      at: ['timestamptz', payments.map((each) => each.at)],
      fen: ['bigint', payments.map((each) => each.fen)],
      paid_as: ['text', payments.map((each) => each.paidAs)],
      price_fen: ['bigint', payments.map((each) => each.priceFen)],
      units: ['int', payments.map((each) => each.units)],
      cause: ['json', payments.map((each) => each.cause)],
    },
    (rows, names) => `insert into jifen.protection_payment (${names}) ${rows}`,
  )
}

/** The payments of claims, in their order. */
export async function paymentsOf(
  db: Reader,
  lines: readonly LinePlace[],
): Promise<ProtectionPayment[]> {
  if (lines.length === 0) return []
  return await overRows<ProtectionPayment>(
    db,
    {
      member_id: ['text', lines.map((each) => each.memberId)],
      trade_id: ['text', lines.map((each) => each.tradeId)],
      line_id: ['text', lines.map((each) => each.lineId)],
    },
    (select, names) => `
    select p.member_id as "memberId", p.trade_id as "tradeId", p.line_id as "lineId", p.n,
      p.campaign, p.shop_id as "shopId", p.at, p.fen, p.paid_as as "paidAs",
      p.price_fen as "priceFen", p.units, p.cause
    from (${select}) as k (${names})
    join jifen.protection_payment p using (${names})
    order by 1, 2, 3, 4
  `,
  )
}

/** A place in a member's list: the last claim shown. */
export type MemberClaimPlace = {
  readonly at: Temporal.Instant
  readonly tradeId: string
  readonly lineId: string
}

/** A member's claims, the one opened last first. */
export async function memberClaimsPage(
  db: Reader,
  memberId: string,
  behind: MemberClaimPlace | undefined,
  limit: number,
): Promise<ProtectionClaim[]> {
  const isBehind =
    behind === undefined
      ? sql`true`
      : sql`(opened_at, trade_id, line_id)
          < (${behind.at.toString()}::timestamptz, ${behind.tradeId}, ${behind.lineId})`
  const rows = await sql<ClaimRow>`
    select * from jifen.protection_claim
    where member_id = ${memberId} and ${isBehind}
    order by opened_at desc, trade_id desc, line_id desc
    limit ${limit}
  `.execute(db)
  return rows.rows.map(claimOf)
}

/** The claims against a shop in a campaign, in the order of members and trades. */
export async function shopClaimsPage(
  db: Reader,
  { shopId, campaign }: { readonly shopId: string; readonly campaign: string },
  behind: LinePlace | undefined,
  limit: number,
): Promise<ProtectionClaim[]> {
  const { memberId, tradeId, lineId } = behind ?? { memberId: '', tradeId: '', lineId: '' }
  const rows = await sql<ClaimRow>`
    select * from jifen.protection_claim
    where shop_id = ${shopId} and campaign = ${campaign}
      and (member_id, trade_id, line_id) > (${memberId}, ${tradeId}, ${lineId})
    order by member_id, trade_id, line_id
    limit ${limit}
  `.execute(db)
  return rows.rows.map(claimOf)
}

/** Claims whose payments do not add up to what they say is paid: what `verify` asks. */
export async function wrongClaims(
  db: Reader,
  memberId: string | undefined,
): Promise<(LinePlace & { paidFen: number; sum: number })[]> {
  const rows = await sql<LinePlace & { paidFen: number; sum: number }>`
    select c.member_id as "memberId", c.trade_id as "tradeId", c.line_id as "lineId",
      c.paid_fen as "paidFen", coalesce(p.sum, 0)::bigint as sum
    from jifen.protection_claim c
    left join (
      select member_id, trade_id, line_id, sum(fen)::bigint as sum
      from jifen.protection_payment group by 1, 2, 3
    ) as p using (member_id, trade_id, line_id)
    where (${memberId ?? null}::text is null or c.member_id = ${memberId ?? null})
      and c.paid_fen <> coalesce(p.sum, 0)
    order by 1, 2, 3
    limit 100
  `.execute(db)
  return rows.rows
}

type ClaimRow = {
  member_id: string
  trade_id: string
  line_id: string
  order_id: string
  campaign: string
  shop_id: string
  sku: string
  units: string
  price_fen: number
  full_fen: number
  paid_fen: number
  paid_as: string
  limited_by: string | null
  payments: number
  opened_by: string
  policies: string
  opened_at: Temporal.Instant
  changed_at: Temporal.Instant
}

function claimOf(row: ClaimRow): ProtectionClaim {
  const { campaign, sku, payments, policies } = row
  return {
    memberId: row.member_id,
    tradeId: row.trade_id,
    lineId: row.line_id,
    orderId: row.order_id,
    campaign,
    shopId: row.shop_id,
    sku,
    unitsFen: JSON.parse(row.units) as readonly number[],
    priceFen: row.price_fen,
    fullFen: row.full_fen,
    paidFen: row.paid_fen,
    paidAs: row.paid_as as ProtectionClaim['paidAs'],
    limitedBy: row.limited_by as ProtectionClaim['limitedBy'],
    payments,
    openedBy: row.opened_by,
    policies,
    openedAt: row.opened_at,
    changedAt: row.changed_at,
  }
}
