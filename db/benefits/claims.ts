import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'

/** A benefit that a member claimed. */
export type BenefitClaim = {
  readonly memberId: string
  /** `benefit.nth`. */
  readonly claimId: string
  readonly benefit: string
  /** Its number among the member's of the benefit. */
  readonly nth: number
  /** The version of the benefit's policy that it was claimed by. */
  readonly version: number
  /** What asked for it, unique among the member's claims. */
  readonly source: string
  /** What the quota counts it in: `week:2017-06-05`, `purchase:o-1`. */
  readonly period: string
  /** The order or live view that it is for. */
  readonly subject: string | null
  readonly status: 'claimed' | 'used' | 'returned' | 'lapsed' | 'forfeited'
  readonly points: number
  readonly moneyFen: number
  readonly paymentRef: string | null
  /** Whether it took one of the benefit's stock. */
  readonly ofStock: boolean
  /** What it gave: JSON. */
  readonly given: string
  readonly validFrom: Temporal.Instant
  readonly validTo: Temporal.Instant | null
  readonly claimedAt: Temporal.Instant
  /** When it was used, given back, lapsed or forfeited. */
  readonly endedAt: Temporal.Instant | null
  /** When a job next has to look at it. */
  readonly nextDue: Temporal.Instant | null
  /** Why it was allowed: JSON. */
  readonly cause: string
}

type ClaimRow = {
  member_id: string
  claim_id: string
  benefit: string
  nth: number
  version: number
  source: string
  period: string
  subject: string | null
  status: string
  points: number
  money_fen: number
  payment_ref: string | null
  of_stock: boolean
  given: string
  valid_from: Temporal.Instant
  valid_to: Temporal.Instant | null
  claimed_at: Temporal.Instant
  ended_at: Temporal.Instant | null
  next_due: Temporal.Instant | null
  cause: string
}

export async function insertClaim(tx: Writer, claim: BenefitClaim): Promise<void> {
  await tx
    .insertInto('jifen.benefit_claim')
    .values({
      member_id: claim.memberId,
      claim_id: claim.claimId,
      benefit: claim.benefit,
      nth: claim.nth,
      version: claim.version,
      source: claim.source,
      period: claim.period,
      subject: claim.subject,
      status: claim.status,
      points: claim.points,
      money_fen: claim.moneyFen,
      payment_ref: claim.paymentRef,
      of_stock: claim.ofStock,
      given: claim.given,
      valid_from: claim.validFrom.toString(),
      valid_to: claim.validTo?.toString() ?? null,
      claimed_at: claim.claimedAt.toString(),
      ended_at: claim.endedAt?.toString() ?? null,
      next_due: claim.nextDue?.toString() ?? null,
      cause: claim.cause,
    })
    .execute()
}

/** How often a member claimed a benefit: ever, in a period, and since an instant. */
export type ClaimCounts = {
  readonly ever: number
  readonly inPeriod: number
  readonly sinceDay: number
}

/** One benefit that claims are counted of. */
export type CountAsked = { readonly benefit: string; readonly period: string }

/** Counts a member's claims of benefits; those given back count in `ever` alone. */
export async function claimCounts(
  db: Reader,
  memberId: string,
  asked: readonly CountAsked[],
  dayFrom: Temporal.Instant,
): Promise<Map<string, ClaimCounts>> {
  const rows = await sql<{
    benefit: string
    ever: number
    in_period: number
    since_day: number
  }>`
    select k.benefit,
      count(c.claim_id) as ever,
      count(c.claim_id) filter (where c.period = k.period and c.status <> 'returned') as in_period,
      count(c.claim_id) filter (
        where c.claimed_at >= ${dayFrom.toString()}::timestamptz and c.status <> 'returned'
      ) as since_day
    from unnest(
      ${asked.map((each) => each.benefit)}::text[], ${asked.map((each) => each.period)}::text[]
    ) as k (benefit, period)
    left join jifen.benefit_claim c on c.member_id = ${memberId} and c.benefit = k.benefit
    group by k.benefit
  `.execute(db)
  return new Map(
    rows.rows.map((row) => [
      row.benefit,
      { ever: row.ever, inPeriod: row.in_period, sinceDay: row.since_day },
    ]),
  )
}

/** The claim that was asked for by a source before. */
export async function claimBySource(
  db: Reader,
  memberId: string,
  source: string,
): Promise<BenefitClaim | undefined> {
  const row = await db
    .selectFrom('jifen.benefit_claim')
    .selectAll()
    .where('member_id', '=', memberId)
    .where('source', '=', source)
    .executeTakeFirst()
  return row === undefined ? undefined : claimOf(row)
}

/** Whether a payment has paid for a claim of the member already. */
export async function isPaymentKnown(
  db: Reader,
  memberId: string,
  paymentRef: string,
): Promise<boolean> {
  const row = await db
    .selectFrom('jifen.benefit_claim')
    .select('claim_id')
    .where('member_id', '=', memberId)
    .where('payment_ref', '=', paymentRef)
    .executeTakeFirst()
  return row !== undefined
}

/** One claim of a member, or `undefined`. */
export async function claimById(
  db: Reader,
  memberId: string,
  claimId: string,
): Promise<BenefitClaim | undefined> {
  const row = await db
    .selectFrom('jifen.benefit_claim')
    .selectAll()
    .where('member_id', '=', memberId)
    .where('claim_id', '=', claimId)
    .executeTakeFirst()
  return row === undefined ? undefined : claimOf(row)
}

/** A page of a member's claims, the newest first. */
export async function claimsPage(
  db: Reader,
  memberId: string,
  page: {
    readonly status?: BenefitClaim['status'] | undefined
    readonly offset: number
    readonly limit: number
  },
): Promise<BenefitClaim[]> {
  let query = db
    .selectFrom('jifen.benefit_claim')
    .selectAll()
    .where('member_id', '=', memberId)
    .orderBy('claimed_at', 'desc')
    .orderBy('benefit')
    .orderBy('nth', 'desc')
    .offset(page.offset)
    .limit(page.limit)
  if (page.status !== undefined) query = query.where('status', '=', page.status)
  const rows = await query.execute()
  return rows.map(claimOf)
}

/** Ends a claim of a locked member that is open; `false` when it is not. */
export async function endClaim(
  tx: Writer,
  ended: {
    readonly memberId: string
    readonly claimId: string
    readonly status: 'used' | 'returned'
    readonly at: Temporal.Instant
  },
): Promise<boolean> {
  const changed = await tx
    .updateTable('jifen.benefit_claim')
    .set({ status: ended.status, ended_at: ended.at.toString(), next_due: null })
    .where('member_id', '=', ended.memberId)
    .where('claim_id', '=', ended.claimId)
    .where('status', '=', 'claimed')
    .executeTakeFirst()
  return changed.numUpdatedRows === 1n
}

/** Takes up to `limit` claims that are due, the longest due first; those that others hold are left. */
export async function lockDueClaims(
  tx: Writer,
  by: Temporal.Instant,
  limit: number,
): Promise<BenefitClaim[]> {
  const rows = await sql<ClaimRow>`
    select *
    from jifen.benefit_claim
    where next_due <= ${by.toString()}::timestamptz
    order by next_due, member_id, claim_id
    limit ${limit}
    for no key update skip locked
  `.execute(tx)
  return rows.rows.map(claimOf)
}

/** Lapses claims that are locked; each at its own end. */
export async function lapseClaims(tx: Writer, claims: readonly BenefitClaim[]): Promise<void> {
  await sql`
    update jifen.benefit_claim c
    set status = 'lapsed', ended_at = c.valid_to, next_due = null
    from unnest(
      ${claims.map((each) => each.memberId)}::text[], ${claims.map((each) => each.claimId)}::text[]
    ) as k (member_id, claim_id)
    where c.member_id = k.member_id and c.claim_id = k.claim_id
  `.execute(tx)
}

/** Puts off claims that are locked until they lapse. */
export async function awaitLapse(tx: Writer, claims: readonly BenefitClaim[]): Promise<void> {
  await sql`
    update jifen.benefit_claim c
    set next_due = c.valid_to
    from unnest(
      ${claims.map((each) => each.memberId)}::text[], ${claims.map((each) => each.claimId)}::text[]
    ) as k (member_id, claim_id)
    where c.member_id = k.member_id and c.claim_id = k.claim_id
  `.execute(tx)
}

function claimOf(row: ClaimRow): BenefitClaim {
  return {
    memberId: row.member_id,
    claimId: row.claim_id,
    benefit: row.benefit,
    nth: row.nth,
    version: row.version,
    source: row.source,
    period: row.period,
    subject: row.subject,
    status: row.status as BenefitClaim['status'],
    points: row.points,
    moneyFen: row.money_fen,
    paymentRef: row.payment_ref,
    ofStock: row.of_stock,
    given: row.given,
    validFrom: row.valid_from,
    validTo: row.valid_to,
    claimedAt: row.claimed_at,
    endedAt: row.ended_at,
    nextDue: row.next_due,
    cause: row.cause,
  }
}
