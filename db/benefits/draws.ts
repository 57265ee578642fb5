import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'

/** The secret of the draws of a time; its SHA-256 is told beforehand. */
export type DrawEpoch = {
  readonly epoch: string
  readonly seed: Buffer
  readonly commitment: string
  readonly opensAt: Temporal.Instant
  readonly closesAt: Temporal.Instant
  /** When the secret was told; `null`: not yet. */
  readonly publishedAt: Temporal.Instant | null
}

/** What a draw was made of, and what it gave. */
export type BenefitDraw = {
  readonly memberId: string
  readonly claimId: string
  readonly epoch: string
  readonly number: number
  readonly word: string
  /** By whose prizes it was drawn: `benefit:scratch-card@1`. */
  readonly policy: string
  readonly ticket: number
  readonly prize: number
  readonly amountFen: number
  readonly drawnAt: Temporal.Instant
}

type EpochRow = {
  epoch: string
  seed: Buffer
  commitment: string
  opens_at: Temporal.Instant
  closes_at: Temporal.Instant
  published_at: Temporal.Instant | null
}

type DrawRow = {
  member_id: string
  claim_id: string
  epoch: string
  number: number
  word: string
  policy: string
  ticket: number
  prize: number
  amount_fen: number
  drawn_at: Temporal.Instant
}

/** Keeps secrets that are not there yet. */
export async function insertEpochs(db: Writer, epochs: readonly DrawEpoch[]): Promise<void> {
  await sql`
    insert into jifen.draw_epoch (epoch, seed, commitment, opens_at, closes_at)
    select * from unnest(
      ${epochs.map((each) => each.epoch)}::text[],
      ${epochs.map((each) => each.seed)}::bytea[],
      ${epochs.map((each) => each.commitment)}::text[],
      ${epochs.map((each) => each.opensAt.toString())}::timestamptz[],
      ${epochs.map((each) => each.closesAt.toString())}::timestamptz[]
    )
    on conflict (epoch) do nothing
  `.execute(db)
}

/** The secrets by their names. */
export async function epochsByName(db: Reader, names: readonly string[]): Promise<DrawEpoch[]> {
  const rows = await sql<EpochRow>`
    select * from jifen.draw_epoch where epoch = any(${names}::text[]) order by opens_at, epoch
  `.execute(db)
  return rows.rows.map(epochOf)
}

/** The secrets there are, the newest first. */
export async function epochsPage(db: Reader, offset: number, limit: number): Promise<DrawEpoch[]> {
  const rows = await sql<EpochRow>`
    select * from jifen.draw_epoch
    order by opens_at desc, epoch desc
    offset ${offset} limit ${limit}
  `.execute(db)
  return rows.rows.map(epochOf)
}

/** The secret to draw with at an instant: open by then, and not told. It is not told meanwhile either. */
export async function lockOpenEpoch(
  tx: Writer,
  at: Temporal.Instant,
): Promise<DrawEpoch | undefined> {
  const rows = await sql<EpochRow>`
    select * from jifen.draw_epoch
    where published_at is null and closes_at > ${at.toString()}::timestamptz
    order by opens_at, epoch
    limit 1
    for share
  `.execute(tx)
  return rows.rows.map(epochOf)[0]
}

/** Tells the secrets whose time is over by an instant; returns how many. */
export async function publishEpochs(db: Writer, by: Temporal.Instant): Promise<number> {
  const rows = await sql<{ epoch: string }>`
    update jifen.draw_epoch
    set published_at = ${by.toString()}::timestamptz
    where published_at is null and closes_at <= ${by.toString()}::timestamptz
    returning epoch
  `.execute(db)
  return rows.rows.length
}

/** How many draws a member made with a secret. */
export async function drawsMade(tx: Reader, memberId: string, epoch: string): Promise<number> {
  const row = await tx
    .selectFrom('jifen.benefit_draw')
    .select((of) => of.fn.countAll<number>().as('made'))
    .where('member_id', '=', memberId)
    .where('epoch', '=', epoch)
    .executeTakeFirstOrThrow()
  return row.made
}

export async function insertDraw(tx: Writer, draw: BenefitDraw): Promise<void> {
  await tx
    .insertInto('jifen.benefit_draw')
    .values({
      member_id: draw.memberId,
      claim_id: draw.claimId,
      epoch: draw.epoch,
      number: draw.number,
      word: draw.word,
      policy: draw.policy,
      ticket: draw.ticket,
      prize: draw.prize,
      amount_fen: draw.amountFen,
      drawn_at: draw.drawnAt.toString(),
    })
    .execute()
}

/** The draw of a claim, or `undefined`. */
export async function drawOfClaim(
  db: Reader,
  memberId: string,
  claimId: string,
): Promise<BenefitDraw | undefined> {
  const row = await db
    .selectFrom('jifen.benefit_draw')
    .selectAll()
    .where('member_id', '=', memberId)
    .where('claim_id', '=', claimId)
    .executeTakeFirst()
  return row === undefined ? undefined : drawOf(row)
}

/** The next draws after one, by member and claim. */
export async function nextDraws(
  db: Reader,
  after: Pick<BenefitDraw, 'memberId' | 'claimId'>,
  limit: number,
): Promise<BenefitDraw[]> {
  const rows = await sql<DrawRow>`
    select * from jifen.benefit_draw
    where (member_id, claim_id) > (${after.memberId}, ${after.claimId})
    order by member_id, claim_id
    limit ${limit}
  `.execute(db)
  return rows.rows.map(drawOf)
}

function epochOf(row: EpochRow): DrawEpoch {
  return {
    epoch: row.epoch,
    seed: row.seed,
    commitment: row.commitment,
    opensAt: row.opens_at,
    closesAt: row.closes_at,
    publishedAt: row.published_at,
  }
}

function drawOf(row: DrawRow): BenefitDraw {
  return {
    memberId: row.member_id,
    claimId: row.claim_id,
    epoch: row.epoch,
    number: row.number,
    word: row.word,
    policy: row.policy,
    ticket: row.ticket,
    prize: row.prize,
    amountFen: row.amount_fen,
    drawnAt: row.drawn_at,
  }
}
