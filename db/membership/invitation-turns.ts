import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { overRows } from '#db/rows.ts'
import type { CandidateStatus } from '#rules/members/invitation/round.ts'

/** A reviewer's decision on one candidate. */
export type ReviewRow = {
  readonly memberId: string
  readonly status: 'accepted' | 'turnedDown'
  readonly reason: string | null
}

/** Writes reviews of candidates of a round that were not invited yet; returns whose they are. */
export async function reviewCandidates(
  tx: Writer,
  round: string,
  reviews: readonly ReviewRow[],
  by: { readonly reviewer: string; readonly at: Temporal.Instant },
): Promise<Set<string>> {
  if (reviews.length === 0) return new Set()
  const rows = await overRows<{ member_id: string }>(
    tx,
    {
      round: ['text', reviews.map(() => round)],
      member_id: ['text', reviews.map((each) => each.memberId)],
      status: ['text', reviews.map((each) => each.status)],
      reason: ['text', reviews.map((each) => each.reason)],
      reviewed_by: ['text', reviews.map(() => by.reviewer)],
      reviewed_at: ['timestamptz', reviews.map(() => by.at)],
    },
    (unnested, names) => `
      update jifen.invitation_candidate c set
        status = n.status,
        reason = n.reason,
        reviewed_by = n.reviewed_by,
        reviewed_at = n.reviewed_at
      from (${unnested}) as n (${names})
      where c.member_id = n.member_id and c.round = n.round
        and c.status in ('ranked', 'accepted', 'turnedDown') and not c.told
      returning c.member_id`,
  )
  return new Set(rows.map((row) => row.member_id))
}

/** Accepts those of the first `top` ranks on whom nobody has decided; returns how many. */
export async function acceptTop(
  tx: Writer,
  round: string,
  top: number,
  by: { readonly reviewer: string; readonly reason: string | null; readonly at: Temporal.Instant },
): Promise<number> {
  const { rows } = await sql<{ member_id: string }>`
    update jifen.invitation_candidate set
      status = 'accepted',
      reason = ${by.reason}::text,
      reviewed_by = ${by.reviewer},
      reviewed_at = ${by.at.toString()}::timestamptz
    where round = ${round} and status = 'ranked' and rank <= ${top}::bigint
    returning member_id
  `.execute(tx)
  return rows.length
}

/** How many places of a round are taken (IV-6). */
export async function placesTaken(db: Reader, round: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count
    from jifen.invitation_candidate
    where round = ${round} and status in ('invited', 'joined', 'kept')
  `.execute(db)
  return rows[0]?.count ?? 0
}

/** An accepted candidate whose turn it is. */
export type NextInvited = {
  readonly memberId: string
  readonly rank: number
  readonly heldUntil: Temporal.Instant | null
}

/** The accepted candidates of a round to be invited next, by rank; none that `except` accepted. */
export async function nextInvited(
  tx: Writer,
  round: string,
  except: string | null,
  limit: number,
): Promise<NextInvited[]> {
  const { rows } = await sql<NextInvited>`
    select c.member_id as "memberId", c.rank, c.held_until as "heldUntil"
    from jifen.invitation_candidate c
    join jifen.member m using (member_id)
    where c.round = ${round} and c.status = 'accepted' and m.status = 'active'
      and (${except}::text is null or c.reviewed_by <> ${except}::text)
    order by c.rank
    limit ${limit}::int
  `.execute(tx)
  return rows
}

/** Writes that candidates were invited, or kept, at an instant. */
export async function markInvited(
  tx: Writer,
  round: string,
  memberIds: readonly string[],
  invited: {
    readonly status: 'invited' | 'kept'
    readonly at: Temporal.Instant
    readonly respondBy: Temporal.Instant | null
  },
): Promise<void> {
  if (memberIds.length === 0) return
  await sql`
    update jifen.invitation_candidate c set
      status = ${invited.status},
      invited_at = ${invited.at.toString()}::timestamptz,
      respond_by = ${invited.respondBy?.toString() ?? null}::timestamptz
    from unnest(${memberIds}::text[]) as k (member_id)
    where c.member_id = k.member_id and c.round = ${round} and c.status = 'accepted'
  `.execute(tx)
}

/** The places that were given up since are no longer waiting for somebody. */
export async function forgetFreed(tx: Writer, round: string): Promise<void> {
  await sql`
    update jifen.invitation_candidate set place_freed = false where round = ${round} and place_freed
  `.execute(tx)
}

/** Whether a place was given up since. */
export async function isPlaceFreed(db: Reader, round: string): Promise<boolean> {
  const { rows } = await sql`
    select from jifen.invitation_candidate where round = ${round} and place_freed limit 1
  `.execute(db)
  return rows.length > 0
}

/** Writes a member's answer to an invitation that is outstanding; `false`: it is not. */
export async function answerInvitation(
  tx: Writer,
  answer: {
    readonly memberId: string
    readonly round: string
    readonly status: 'joined' | 'declined'
    readonly at: Temporal.Instant
  },
): Promise<boolean> {
  const { memberId, round, status, at } = answer
  const { rows } = await sql`
    update jifen.invitation_candidate set
      status = ${status},
      answered_at = ${at.toString()}::timestamptz,
      place_freed = ${status === 'declined'}
    where member_id = ${memberId} and round = ${round} and status = 'invited'
      and respond_by > ${at.toString()}::timestamptz
    returning member_id
  `.execute(tx)
  return rows.length > 0
}

/** Ends invitations whose time to answer is over by an instant; returns whose, at most `limit`. */
export async function expireInvitations(
  tx: Writer,
  by: Temporal.Instant,
  limit: number,
): Promise<{ memberId: string; round: string; respondBy: Temporal.Instant }[]> {
  const { rows } = await sql<{ memberId: string; round: string; respondBy: Temporal.Instant }>`
    update jifen.invitation_candidate c set status = 'expired', place_freed = true
    from (
      select member_id, round
      from jifen.invitation_candidate
      where status = 'invited' and respond_by <= ${by.toString()}::timestamptz
      order by member_id, round
      limit ${limit}::int
      for no key update skip locked
    ) as due
    where c.member_id = due.member_id and c.round = due.round
    returning c.member_id as "memberId", c.round, c.respond_by as "respondBy"
  `.execute(tx)
  return rows
}

/** Holders of the tier who were not told yet that it will lapse, of these statuses; marks them told. */
export async function tellLapsing(
  tx: Writer,
  round: string,
  statuses: readonly CandidateStatus[],
  limit: number,
): Promise<{ memberId: string; heldUntil: Temporal.Instant }[]> {
  const { rows } = await sql<{ memberId: string; heldUntil: Temporal.Instant }>`
    update jifen.invitation_candidate c set told = true
    from (
      select member_id
      from jifen.invitation_candidate
      where round = ${round} and status = any(${statuses}::text[])
        and held_until is not null and not told
      order by member_id
      limit ${limit}::int
      for no key update
    ) as holder
    where c.member_id = holder.member_id and c.round = ${round}
    returning c.member_id as "memberId", c.held_until as "heldUntil"
  `.execute(tx)
  return rows
}

/**
 * Ends whatever a member was offered by rounds, or holds by them at an instant; returns the rounds.
 * Frees the places. What a round gave and is over stays as it was.
 */
export async function endCandidacies(
  tx: Writer,
  memberId: string,
  at: Temporal.Instant,
): Promise<string[]> {
  const { rows } = await sql<{ round: string }>`
    update jifen.invitation_candidate c set status = 'ended', place_freed = true
    where c.member_id = ${memberId}
      and (
        c.status = 'invited'
        or c.status in ('joined', 'kept') and exists (
          select from jifen.tier_grant g
          where g.member_id = c.member_id and g.grant_id = 'invitation:' || c.round
            and g.ended_at is null and g.valid_to > ${at.toString()}::timestamptz
        )
      )
    returning c.round
  `.execute(tx)
  return rows.map((row) => row.round).toSorted()
}
