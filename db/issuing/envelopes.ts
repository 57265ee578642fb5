import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import type { Move } from '#db/issuing/budgets.ts'
import { overRows } from '#db/rows.ts'

/** An envelope, and where it lies: in the grant of a number, at a place. */
export type Envelope = {
  readonly number: number
  readonly place: number
  readonly amount: number
}

/** Lays the envelopes of a grant at its shard. */
export async function insertEnvelopes(
  tx: Writer,
  { shard, number }: Move,
  batch: string,
  amounts: readonly number[],
): Promise<void> {
  await overRows(
    tx,
    {
      member_id: ['text', amounts.map(() => shard)],
      batch: ['text', amounts.map(() => batch)],
      number: ['bigint', amounts.map(() => number)],
      place: ['int', amounts.map((_, place) => place)],
      amount: ['bigint', amounts],
    },
    (rows, names) => `insert into jifen.envelope (${names}) ${rows}`,
  )
}

/** Locks an open envelope that nobody else is just taking; waits for nobody. */
export async function lockFreeEnvelope(
  tx: Writer,
  shard: string,
  batch: string,
): Promise<Envelope | undefined> {
  const rows = await sql<Envelope>`
    select number, place, amount
    from jifen.envelope
    where member_id = ${shard} and batch = ${batch} and claimed_by is null
    order by number, place
    limit 1
    for no key update skip locked
  `.execute(tx)
  return rows.rows[0]
}

/** Locks the first open envelope, after waiting for whoever is just taking it or leaving it. */
export async function lockNextEnvelope(
  tx: Writer,
  shard: string,
  batch: string,
): Promise<Envelope | undefined> {
  const rows = await sql<Envelope>`
    select number, place, amount
    from jifen.envelope
    where member_id = ${shard} and batch = ${batch} and claimed_by is null
    order by number, place
    limit 1
    for no key update
  `.execute(tx)
  return rows.rows[0]
}

/** Marks a locked envelope as a member's. */
export async function claimEnvelope(
  tx: Writer,
  shard: string,
  batch: string,
  { number, place }: Envelope,
  memberId: string,
): Promise<void> {
  await sql`
    update jifen.envelope
    set claimed_by = ${memberId}
    where member_id = ${shard} and batch = ${batch} and number = ${number}::bigint
      and place = ${place}::int
  `.execute(tx)
}

/** Whether fewer envelopes than so many lie open at a shard. */
export async function hasFewEnvelopes(
  db: Reader,
  shard: string,
  batch: string,
  few: number,
): Promise<boolean> {
  const rows = await sql<{ lying: number }>`
    select count(*)::int as lying
    from (
      select from jifen.envelope
      where member_id = ${shard} and batch = ${batch} and claimed_by is null
      limit ${few}
    ) as open
  `.execute(db)
  return (rows.rows[0]?.lying ?? 0) < few
}

/** An envelope that a member got. */
export type EnvelopeClaim = {
  readonly nth: number
  readonly source: string
  readonly ref: string
  readonly amount: number
  readonly expiresAt: Temporal.Instant | null
}

/** The envelopes that a member got of a batch, in their order. */
export async function envelopeClaims(
  db: Reader,
  memberId: string,
  batch: string,
): Promise<EnvelopeClaim[]> {
  const rows = await db
    .selectFrom('jifen.envelope_claim')
    .select(['nth', 'source', 'ref', 'amount', 'expires_at as expiresAt'])
    .where('member_id', '=', memberId)
    .where('batch', '=', batch)
    .orderBy('nth')
    .execute()
  return rows
}

/** Records that a member got an envelope; its number among the member's is a unique key. */
export async function insertEnvelopeClaim(
  tx: Writer,
  memberId: string,
  batch: string,
  claim: EnvelopeClaim,
  at: Temporal.Instant,
): Promise<void> {
  await tx
    .insertInto('jifen.envelope_claim')
    .values({
      member_id: memberId,
      batch,
      nth: claim.nth,
      source: claim.source,
      ref: claim.ref,
      amount: claim.amount,
      expires_at: claim.expiresAt?.toString() ?? null,
      claimed_at: at.toString(),
    })
    .execute()
}
