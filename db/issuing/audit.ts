import { sql } from 'kysely'
import type { Reader } from '#db/connection.ts'

/** A budget with the sums of all that was made of it. */
export type AuditBudget = {
  readonly resource: string
  readonly total: number
  readonly granted: number
  /** What the moves of the budget come to. */
  readonly moved: number
  /** What the slices of all shards come to. */
  readonly slices: number
  /** What is in the buckets, or in envelopes that nobody has. */
  readonly left: number
  /** What members have, by the buckets' side, or what is in envelopes that members have. */
  readonly used: number
  /** What members have, by their own side. */
  readonly issued: number
}

/** Every budget with its sums, in the order of resources. */
export async function auditBudgets(db: Reader): Promise<AuditBudget[]> {
  const rows = await sql<AuditBudget>`
    with moved as (
      select resource, sum(
        case direction when 'grant' then amount else -amount end
      )::bigint as amount
      from jifen.budget_move group by resource
    ), sliced as (
      select resource, sum(
        case direction when 'grant' then amount else -amount end
      )::bigint as amount
      from jifen.slice group by resource
    ), filled as (
      select resource, sum(available)::bigint as amount from jifen.bucket group by resource
      union all
      select 'red-envelope:' || batch, coalesce(sum(amount) filter (where claimed_by is null), 0)
      from jifen.envelope group by batch
    ), taken as (
      select resource, sum(used)::bigint as amount from jifen.quota_use group by resource
      union all
      select 'red-envelope:' || batch, coalesce(sum(amount) filter (where claimed_by is not null), 0)
      from jifen.envelope group by batch
    ), coupons as (
      select batch,
        count(*) filter (where code_hash is null and status <> 'returned')
          - count(*) filter (where code_hash is not null and status = 'returned') as amount
      from jifen.coupon group by batch
      union all
      select batch, count(*) from jifen.coupon_code group by batch
    ), given as (
      select 'coupon-batch:' || batch as resource, sum(amount)::bigint as amount
      from coupons group by batch
      union all
      select 'red-envelope:' || batch, sum(amount)::bigint from jifen.envelope_claim group by batch
      union all
      select offer || '/uses', count(*) filter (where of_total)
      from jifen.offer_use group by offer
      union all
      select offer || '/budget', coalesce(sum(off_fen) filter (where of_budget), 0)::bigint
      from jifen.offer_use group by offer
      union all
      select 'benefit:' || benefit, count(*)
      from jifen.benefit_claim where of_stock and status <> 'returned' group by benefit
      union all
      select 'entry:' || event, count(*) from jifen.event_entry where of_capacity group by event
    )
    select b.resource, b.total, b.granted,
      coalesce(moved.amount, 0) as moved,
      coalesce(sliced.amount, 0) as slices,
      coalesce(filled.amount, 0)::bigint as left,
      coalesce(taken.amount, 0)::bigint as used,
      case when b.resource like 'allowance:%' then coalesce(taken.amount, 0)
        else coalesce(given.amount, 0) end::bigint as issued
    from jifen.budget b
    left join moved using (resource)
    left join sliced using (resource)
    left join filled using (resource)
    left join taken using (resource)
    left join given using (resource)
    order by b.resource
  `.execute(db)
  return rows.rows
}

/** A member, and what it has of something. */
export type AuditHolder = { readonly memberId: string; readonly what: string }

/** Members that got an envelope of which their wallet does not know, or another amount. */
export async function envelopesWithoutEntry(db: Reader): Promise<AuditHolder[]> {
  const rows = await sql<AuditHolder>`
    select c.member_id as "memberId", c.ref as what
    from jifen.envelope_claim c
    left join jifen.entry e
      on e.member_id = c.member_id and e.program = 'platform' and e.unit = 'redEnvelope'
      and e.kind = 'earn' and e.ref = c.ref
    where e.amount is distinct from c.amount or e.outcome is distinct from 'done'
    order by c.member_id, c.ref
    limit 100
  `.execute(db)
  return rows.rows
}

/** Members that have more of an allowance's total than was put into their wallets of it. */
export async function allowanceWithoutEntry(db: Reader): Promise<AuditHolder[]> {
  const rows = await sql<AuditHolder>`
    select u.member_id as "memberId", u.resource as what
    from jifen.quota_use u
    where u.resource like 'allowance:%'
      and u.used > (
        select coalesce(sum(e.amount), 0)
        from jifen.entry e
        where e.member_id = u.member_id and e.program = 'platform' and e.unit = 'allowance'
          and e.kind = 'earn' and e.outcome = 'done'
          and split_part(e.ref, ':', 1) in ('issue', 'game')
          and split_part(e.ref, ':', 2) = split_part(u.resource, ':', 2)
      )
    order by u.member_id, u.resource
    limit 100
  `.execute(db)
  return rows.rows
}
