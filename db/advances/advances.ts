import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { overRows } from '#db/rows.ts'
import { statusOf, sumsOf, type Advance } from '#rules/advances/advance.ts'
import { asFen } from '#rules/money/fen.ts'

/** An advance with the member it is of. */
export type MemberAdvance = { readonly memberId: string; readonly advance: Advance }

/** How an advance came to be: what it is kept with besides its parts. */
export type AdvanceTerms = {
  readonly fingerprint: string
  readonly limitFen: number
  readonly score: number
  readonly tier: string | null
  /** `instantRefund@1`. */
  readonly policy: string
  /** Why it was made, as JSON text. */
  readonly why: string
  /** When it is owed if the goods are not back. */
  readonly dueAt: Temporal.Instant | null
}

/** An advance as it is kept. */
export type KeptAdvance = Advance & AdvanceTerms & { readonly endedAt: Temporal.Instant | null }

/** Which of a member's advances: so many, behind the one that was made then and has that id. */
export type AdvancesPage = {
  readonly below?: { readonly at: Temporal.Instant; readonly id: string } | undefined
  readonly limit: number
}

/** The advances of members that are open or owed, the earliest first. */
export async function unendedAdvances(
  db: Reader,
  memberIds: readonly string[],
): Promise<MemberAdvance[]> {
  if (memberIds.length === 0) return []
  const rows = await sql<LineColumns>`
    select a.member_id, a.advance_id, a.trade_id, a.made_at, l.order_id, l.line_id, l.quantity,
      l.quantity_back, l.amount_fen, l.settled_fen, l.owed_fen, l.repaid_fen
    from jifen.advance a
    join unnest(${memberIds}::text[]) as k (member_id) using (member_id)
    join jifen.advance_line l using (member_id, advance_id)
    where a.ended_at is null
    order by a.member_id, a.made_at, a.advance_id, l.order_id, l.line_id
  `.execute(db)
  const byAdvance = Map.groupBy(rows.rows, (row) => `${row.member_id}/${row.advance_id}`)
  return [...byAdvance.values()].flatMap((lines) => {
    const [first] = lines
    return first === undefined
      ? []
      : [{ memberId: first.member_id, advance: advanceOf(first, lines) }]
  })
}

/** One advance of a member. */
export async function advanceById(
  db: Reader,
  memberId: string,
  advanceId: string,
): Promise<KeptAdvance | undefined> {
  const { rows } = await sql<HeadColumns>`
    select * from jifen.advance where member_id = ${memberId} and advance_id = ${advanceId}
  `.execute(db)
  const [advance] = await withLines(db, memberId, rows)
  return advance
}

/** A page of a member's advances, newest first. */
export async function advancesPage(
  db: Reader,
  memberId: string,
  { below, limit }: AdvancesPage,
): Promise<KeptAdvance[]> {
  const { rows } = await sql<HeadColumns>`
    select * from jifen.advance
    where member_id = ${memberId} and (
      ${below === undefined}::boolean
      or (made_at, advance_id) < (${below?.at.toString() ?? null}::timestamptz, ${below?.id ?? null})
    )
    order by made_at desc, advance_id desc
    limit ${limit}
  `.execute(db)
  return await withLines(db, memberId, rows)
}

/** Writes an advance that is new. */
export async function insertAdvance(
  tx: Writer,
  memberId: string,
  advance: Advance,
  terms: AdvanceTerms,
): Promise<void> {
  await sql`
    insert into jifen.advance (
      member_id, advance_id, trade_id, fingerprint, status, amount_fen, limit_fen, score, tier,
      policy, why, made_at, due_at
    )
    values (
      ${memberId}, ${advance.advanceId}, ${advance.tradeId}, ${terms.fingerprint}, 'open',
      ${sumsOf(advance).amountFen}, ${terms.limitFen}, ${terms.score}, ${terms.tier},
      ${terms.policy}, ${terms.why}::json, ${advance.madeAt.toString()}::timestamptz,
      ${terms.dueAt?.toString() ?? null}::timestamptz
    )
  `.execute(tx)
  await overRows(
    tx,
    {
      ...lineColumns(advance.lines.map((line) => ({ memberId, advance, line }))),
      quantity: ['bigint', advance.lines.map((line) => line.quantity)],
      amount_fen: ['bigint', advance.lines.map((line) => line.amountFen)],
    },
    (rows, names) => `insert into jifen.advance_line (${names}) ${rows}`,
  )
}

/** Writes what became of advances. */
export async function updateAdvances(
  tx: Writer,
  advances: readonly MemberAdvance[],
  at: Temporal.Instant,
): Promise<void> {
  if (advances.length === 0) return
  const sums = advances.map(({ advance }) => sumsOf(advance))
  const statuses = advances.map(({ advance }) => statusOf(advance))
  const lines = advances.flatMap(({ memberId, advance }) =>
    advance.lines.map((line) => ({ memberId, advance, line })),
  )
  await overRows(
    tx,
    {
      member_id: ['text', advances.map((each) => each.memberId)],
      advance_id: ['text', advances.map(({ advance }) => advance.advanceId)],
      status: ['text', statuses],
      settled_fen: ['bigint', sums.map((each) => each.settledFen)],
      owed_fen: ['bigint', sums.map((each) => each.owedFen)],
      repaid_fen: ['bigint', sums.map((each) => each.repaidFen)],
      ended_at: ['timestamptz', statuses.map((status) => (isEnded(status) ? at : null))],
    },
    (rows, names) => `
    update jifen.advance a set
      status = k.status, settled_fen = k.settled_fen, owed_fen = k.owed_fen,
      repaid_fen = k.repaid_fen, ended_at = k.ended_at
    from (${rows}) as k (${names})
    where a.member_id = k.member_id and a.advance_id = k.advance_id
  `,
  )
  await overRows(
    tx,
    {
      ...lineColumns(lines),
      quantity_back: ['bigint', lines.map(({ line }) => line.quantityBack)],
      settled_fen: ['bigint', lines.map(({ line }) => line.settledFen)],
      owed_fen: ['bigint', lines.map(({ line }) => line.owedFen)],
      repaid_fen: ['bigint', lines.map(({ line }) => line.repaidFen)],
    },
    (rows, names) => `
    update jifen.advance_line l set
      quantity_back = k.quantity_back, settled_fen = k.settled_fen, owed_fen = k.owed_fen,
      repaid_fen = k.repaid_fen
    from (${rows}) as k (${names})
    where l.member_id = k.member_id and l.advance_id = k.advance_id
      and l.order_id = k.order_id and l.line_id = k.line_id
  `,
  )
}

/** Advances whose goods are not back in time, the first to be due first. */
export async function dueAdvances(
  db: Reader,
  by: Temporal.Instant,
  limit: number,
): Promise<{ readonly memberId: string; readonly advanceId: string }[]> {
  const rows = await sql<{ memberId: string; advanceId: string }>`
    select member_id as "memberId", advance_id as "advanceId"
    from jifen.advance
    where status = 'open' and due_at is not null and due_at <= ${by.toString()}::timestamptz
    order by due_at, member_id, advance_id
    limit ${limit}
  `.execute(db)
  return rows.rows
}

/** How many advances of members are owed. */
export async function owedCounts(
  db: Reader,
  memberIds: readonly string[],
): Promise<Map<string, number>> {
  if (memberIds.length === 0) return new Map()
  const rows = await sql<{ memberId: string; owed: number }>`
    select k.member_id as "memberId", count(a.advance_id)::int as owed
    from unnest(${memberIds}::text[]) as k (member_id)
    left join jifen.advance a on a.member_id = k.member_id and a.status = 'owed'
    group by k.member_id
    order by k.member_id
  `.execute(db)
  return new Map(rows.rows.map((row) => [row.memberId, row.owed]))
}

async function withLines(
  db: Reader,
  memberId: string,
  heads: readonly HeadColumns[],
): Promise<KeptAdvance[]> {
  if (heads.length === 0) return []
  const { rows } = await sql<LineColumns>`
    select * from jifen.advance_line
    where member_id = ${memberId} and advance_id = any(${heads.map((head) => head.advance_id)}::text[])
    order by advance_id, order_id, line_id
  `.execute(db)
  const byAdvance = Map.groupBy(rows, (row) => row.advance_id)
  return heads.map((head) => ({
    ...advanceOf(head, byAdvance.get(head.advance_id) ?? []),
    fingerprint: head.fingerprint,
    limitFen: head.limit_fen,
    score: head.score,
    tier: head.tier,
    policy: head.policy,
    why: head.why,
    dueAt: head.due_at,
    endedAt: head.ended_at,
  }))
}

function isEnded(status: string): boolean {
  return status === 'settled' || status === 'repaid'
}

function lineColumns(
  lines: readonly (MemberAdvance & { readonly line: Advance['lines'][number] })[],
) {
  return {
    member_id: ['text', lines.map((each) => each.memberId)] as const,
    advance_id: ['text', lines.map(({ advance }) => advance.advanceId)] as const,
    order_id: ['text', lines.map(({ line }) => line.orderId)] as const,
    line_id: ['text', lines.map(({ line }) => line.lineId)] as const,
  }
}

type NameColumns = {
  member_id: string
  advance_id: string
  trade_id: string
  made_at: Temporal.Instant
}

type HeadColumns = NameColumns & {
  fingerprint: string
  limit_fen: number
  score: number
  tier: string | null
  policy: string
  why: string
  due_at: Temporal.Instant | null
  ended_at: Temporal.Instant | null
}

type LineColumns = NameColumns & {
  order_id: string
  line_id: string
  quantity: number
  quantity_back: number
  amount_fen: number
  settled_fen: number
  owed_fen: number
  repaid_fen: number
}

function advanceOf(head: NameColumns, lines: readonly LineColumns[]): Advance {
  return {
    advanceId: head.advance_id,
    tradeId: head.trade_id,
    madeAt: head.made_at,
    lines: lines.map((line) => ({
      orderId: line.order_id,
      lineId: line.line_id,
      quantity: line.quantity,
      quantityBack: line.quantity_back,
      amountFen: asFen(line.amount_fen),
      settledFen: asFen(line.settled_fen),
      owedFen: asFen(line.owed_fen),
      repaidFen: asFen(line.repaid_fen),
    })),
  }
}
