import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { overRows } from '#db/rows.ts'

/** A right to a benefit for a time, besides what the member's standing gives. */
export type BenefitGrant = {
  readonly memberId: string
  readonly benefit: string
  /** What gave it, unique among the member's grants of the benefit: `rise:2017-06`. */
  readonly source: string
  readonly from: Temporal.Instant
  readonly to: Temporal.Instant
}

/** A grant, and how often its quota was claimed, what was given back left out. */
export type CountedGrant = BenefitGrant & { readonly used: number }

type GrantRow = {
  member_id: string
  benefit: string
  source: string
  valid_from: Temporal.Instant
  valid_to: Temporal.Instant
}

/** Grants benefits; what was granted before from the same source stays as it is. Returns the new ones. */
export async function insertGrants(
  tx: Writer,
  grants: readonly BenefitGrant[],
): Promise<BenefitGrant[]> {
  const rows = await overRows<GrantRow>(
    tx,
    {
      member_id: ['text', grants.map((each) => each.memberId)],
      benefit: ['text', grants.map((each) => each.benefit)],
      source: ['text', grants.map((each) => each.source)],
      valid_from: ['timestamptz', grants.map((each) => each.from)],
      valid_to: ['timestamptz', grants.map((each) => each.to)],
    },
    (given, names) => `
      insert into jifen.benefit_grant (${names})
      select * from (${given}) as given (${names})
      order by member_id, benefit, source
      on conflict (member_id, benefit, source) do nothing
      returning member_id, benefit, source, valid_from, valid_to
    `,
  )
  return rows.map(grantOf)
}

/** The grants of a member that run at an instant, those that end last first. */
export async function grantsOf(
  db: Reader,
  memberId: string,
  at: Temporal.Instant,
): Promise<CountedGrant[]> {
  const rows = await sql<GrantRow & { used: number }>`
    select member_id, benefit, source, valid_from, valid_to, (
      select count(*) from jifen.benefit_claim c
      where c.member_id = benefit_grant.member_id and c.benefit = benefit_grant.benefit
        and c.period = 'grant:' || benefit_grant.source and c.status <> 'returned'
    ) as used
    from jifen.benefit_grant
    where member_id = ${memberId}
      and valid_from <= ${at.toString()}::timestamptz
      and least(valid_to, ended_at) > ${at.toString()}::timestamptz
    order by benefit, valid_to desc, source
  `.execute(db)
  return rows.rows.map((row) => ({ ...grantOf(row), used: row.used }))
}

/** Ends a grant that runs or is to come, or all of the member's; returns how many it ended. */
export async function endGrants(
  tx: Writer,
  ended: {
    readonly memberId: string
    readonly only?: { readonly benefit: string; readonly source: string }
    readonly at: Temporal.Instant
  },
): Promise<number> {
  const { memberId, only, at } = ended
  const rows = await sql<{ benefit: string }>`
    update jifen.benefit_grant
    set ended_at = ${at.toString()}::timestamptz
    where member_id = ${memberId} and ended_at is null
      and valid_to > ${at.toString()}::timestamptz
      and (${only === undefined} or (
        benefit = ${only?.benefit ?? ''} and source = ${only?.source ?? ''}
      ))
    returning benefit
  `.execute(tx)
  return rows.rows.length
}

/** Lets grants run again that were ended at an instant and would run still; returns how many. */
export async function resumeGrants(
  tx: Writer,
  memberId: string,
  endedAt: Temporal.Instant,
  at: Temporal.Instant,
): Promise<number> {
  const rows = await sql<{ benefit: string }>`
    update jifen.benefit_grant
    set ended_at = null
    where member_id = ${memberId} and ended_at = ${endedAt.toString()}::timestamptz
      and valid_to > ${at.toString()}::timestamptz
    returning benefit
  `.execute(tx)
  return rows.rows.length
}

/** Marks grants that lapse by an instant as told, a batch of them, and returns them. */
export async function tellLapsingGrants(
  tx: Writer,
  asked: {
    readonly at: Temporal.Instant
    readonly lapsingBy: Temporal.Instant
    readonly limit: number
  },
): Promise<BenefitGrant[]> {
  const rows = await sql<GrantRow>`
    update jifen.benefit_grant g
    set told_at = ${asked.at.toString()}::timestamptz
    from (
      select member_id, benefit, source
      from jifen.benefit_grant
      where told_at is null and ended_at is null
        and valid_to <= ${asked.lapsingBy.toString()}::timestamptz
      order by valid_to, member_id, benefit, source
      limit ${asked.limit}
      for update skip locked
    ) k
    where g.member_id = k.member_id and g.benefit = k.benefit and g.source = k.source
    returning g.member_id, g.benefit, g.source, g.valid_from, g.valid_to
  `.execute(tx)
  return rows.rows.map(grantOf)
}

function grantOf(row: GrantRow): BenefitGrant {
  return {
    memberId: row.member_id,
    benefit: row.benefit,
    source: row.source,
    from: row.valid_from,
    to: row.valid_to,
  }
}
