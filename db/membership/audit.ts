import { sql } from 'kysely'
import type { Reader } from '#db/connection.ts'

/** Something about standings that is not as it must be. */
export type StandingFault = {
  /** The member, or the round of invitations. */
  readonly of: string
  readonly what: string
}

/**
 * Compares what was told of tiers with its history (MT-11), scores with their records (MT-5), and the
 * places of rounds with who took them (IV-6); of one member or of all, without the rounds then.
 */
export async function standingFaults(db: Reader, memberId?: string): Promise<StandingFault[]> {
  const of = memberId ?? null
  const found = [
    await tiersUnlikeHistory(db, of),
    await brokenHistories(db, of),
    await scoresUnlikeRecords(db, of),
    memberId === undefined ? await roundsOverfull(db) : [],
  ]
  return found.flat()
}

async function tiersUnlikeHistory(db: Reader, of: string | null): Promise<StandingFault[]> {
  const { rows } = await sql<StandingFault>`
    select s.member_id as of, 'the tier told is not the last one of its history' as what
    from jifen.membership s
    left join jifen.tier_change c on c.member_id = s.member_id and c.number = s.tier_changes
    where (${of}::text is null or s.member_id = ${of}) and s.tier_changes > 0
      and (c.member_id is null or c.to_tier is distinct from s.tier)
    order by 1
  `.execute(db)
  return rows
}

async function brokenHistories(db: Reader, of: string | null): Promise<StandingFault[]> {
  const { rows } = await sql<StandingFault>`
    select distinct member_id as of, 'the history of its tiers has a gap' as what
    from (
      select member_id, number, from_tier,
        lag(number, 1, 0) over w as number_before, lag(to_tier) over w as to_before
      from jifen.tier_change
      where ${of}::text is null or member_id = ${of}
      window w as (partition by member_id order by number)
    ) as change
    where number <> number_before + 1
      or number > 1 and from_tier is distinct from to_before
    order by 1
  `.execute(db)
  return rows
}

/** Whoever was sealed kept the standing of that time, whatever was computed since. */
async function scoresUnlikeRecords(db: Reader, of: string | null): Promise<StandingFault[]> {
  const { rows } = await sql<StandingFault>`
    select s.member_id as of, 'its score is not the one recorded for that month' as what
    from jifen.membership s
    join jifen.member_score r on r.member_id = s.member_id and r.month = s.scored_for
    where (${of}::text is null or s.member_id = ${of}) and r.score <> s.score
      and not exists (select from jifen.member_ending e where e.member_id = s.member_id)
    order by 1
  `.execute(db)
  return rows
}

async function roundsOverfull(db: Reader): Promise<StandingFault[]> {
  const { rows } = await sql<StandingFault>`
    select r.round as of, 'more places of the round are taken than there are' as what
    from jifen.invitation_round r
    join jifen.invitation_candidate c using (round)
    where c.status in ('invited', 'joined', 'kept')
    group by r.round, r.places
    having count(*) > r.places
    order by 1
  `.execute(db)
  return rows
}
