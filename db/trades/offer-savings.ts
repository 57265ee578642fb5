import { CompiledQuery, sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { overRows } from '#db/rows.ts'

/** What a trade saved by an offer that is counted for the member; `cap` as `88vip/month`. */
export type OfferSaving = {
  readonly offer: string
  readonly cap: string | undefined
  readonly ofPaid: boolean
  readonly offFen: number
}

type TradeName = { readonly memberId: string; readonly tradeId: string }

/** Writes what a trade saved; `on` is the business day on which it was placed. */
export async function insertOfferSavings(
  tx: Writer,
  { memberId, tradeId }: TradeName,
  placed: { readonly at: Temporal.Instant; readonly on: Temporal.PlainDate },
  savings: readonly OfferSaving[],
): Promise<void> {
  if (savings.length === 0) return
  const columns = {
    member_id: ['text', savings.map(() => memberId)],
    placed_on: ['text', savings.map(() => placed.on.toString())],
    trade_id: ['text', savings.map(() => tradeId)],
    offer: ['text', savings.map((each) => each.offer)],
    cap: ['text', savings.map((each) => each.cap ?? null)],
    of_paid: ['boolean', savings.map((each) => each.ofPaid)],
    placed_at: ['timestamptz', savings.map(() => placed.at)],
    off_fen: ['bigint', savings.map((each) => each.offFen)],
  } as const
  await overRows(
    tx,
    columns,
    (rows, names) => `
    insert into jifen.offer_saving
      (member_id, placed_on, trade_id, offer, cap, per, of_paid, placed_at, off_fen)
    select member_id, placed_on::date, trade_id, offer,
      regexp_replace(cap, '/[^/]*$', ''), regexp_replace(cap, '^.*/', ''),
      of_paid, placed_at, off_fen
    from (${rows}) as s (${names})
  `,
  )
}

/** Gives back all that trades saved which were closed unpaid. */
export async function returnOfferSavings(tx: Writer, trades: readonly TradeName[]): Promise<void> {
  if (trades.length === 0) return
  await overRows(
    tx,
    columnsOf(trades),
    (rows, names) => `
    update jifen.offer_saving s set back_fen = off_fen
    from (${rows}) as k (${names})
    where s.member_id = k.member_id and s.trade_id = k.trade_id
  `,
  )
}

/**
 * Brings what trades saved down to what their returns left: as much came back as is written of the
 * reversals in all, however often this is done. Called after those are written.
 */
export async function settleOfferSavings(tx: Writer, trades: readonly TradeName[]): Promise<void> {
  if (trades.length === 0) return
  await overRows(
    tx,
    columnsOf(trades),
    (rows, names) => `
    update jifen.offer_saving s set back_fen = b.back_fen
    from (
      select a.member_id, a.trade_id, a.instrument, sum(r.off_fen)::bigint as back_fen
      from (${rows}) as k (${names})
      join jifen.allocation a using (member_id, trade_id)
      join jifen.allocation_reversal r using (member_id, trade_id, line_id, n)
      group by a.member_id, a.trade_id, a.instrument
    ) as b
    where s.member_id = b.member_id and s.trade_id = b.trade_id and s.offer = b.instrument
      and s.back_fen <> b.back_fen
  `,
  )
}

/** What a member saved by paid membership since an instant, returns left out: in all, and how often. */
export async function paidSavings(
  db: Reader,
  memberId: string,
  since: Temporal.Instant,
): Promise<{ readonly savedFen: number; readonly uses: number }> {
  const rows = await sql<{ saved_fen: number; uses: number }>`
    select coalesce(sum(off_fen - back_fen), 0)::bigint as saved_fen, count(*) as uses
    from jifen.offer_saving
    where member_id = ${memberId} and of_paid and off_fen > back_fen
      and placed_at >= ${since.toString()}::timestamptz
  `.execute(db)
  const [row] = rows.rows
  return { savedFen: row?.saved_fen ?? 0, uses: row?.uses ?? 0 }
}

/** What a member saved in the calendar periods of a day, by cap and returns left out. */
export async function savedByCap(
  db: Reader,
  memberId: string,
  on: Temporal.PlainDate,
): Promise<ReadonlyMap<string, number>> {
  const statement = CompiledQuery.raw(savedText('$1', '$2'), [memberId, on.toString()])
  const { rows } = await db.executeQuery<{ key: string; saved: number }>(statement)
  return new Map(rows.map(({ key, saved }) => [key, saved]))
}

/**
 * The statement that tells what a member saved in the day, month and year of a day, by `<cap>/<per>`;
 * given are the places of the member and of the day.
 */
export function savedText(member: string, day: string): string {
  return `
    select cap || '/' || per as key, sum(off_fen - back_fen)::bigint as saved
    from jifen.offer_saving
    where member_id = ${member} and cap is not null
      and placed_on >= date_trunc('year', ${day}::timestamp)
      and placed_on < date_trunc('year', ${day}::timestamp) + interval '1 year'
      and date_trunc(per, placed_on::timestamp) = date_trunc(per, ${day}::timestamp)
    group by cap, per
  `
}

/** What is counted of a member's savings otherwise than the trade's allocations and returns say. */
export async function savingsMiscounted(
  db: Reader,
): Promise<readonly { readonly memberId: string; readonly what: string }[]> {
  const rows = await sql<{ memberId: string; what: string }>`
    select s.member_id as "memberId", s.offer || ' of trade ' || s.trade_id as what
    from jifen.offer_saving s
    join jifen.trade t using (member_id, trade_id)
    cross join lateral (
      select coalesce(sum(a.off_fen), 0) as off_fen,
        coalesce(
          sum(
            (
              select sum(r.off_fen)
              from jifen.allocation_reversal r
              where r.member_id = a.member_id and r.trade_id = a.trade_id
                and r.line_id = a.line_id and r.n = a.n
            )
          ),
          0
        ) as back_fen
      from jifen.allocation a
      where a.member_id = s.member_id and a.trade_id = s.trade_id and a.instrument = s.offer
    ) as allocated
    where s.off_fen <> allocated.off_fen
      or s.back_fen <> case
        when t.status = 'closed' and t.paid_at is null then s.off_fen
        else allocated.back_fen
      end
    order by s.member_id, s.trade_id, s.offer
    limit 100
  `.execute(db)
  return rows.rows
}

function columnsOf(trades: readonly TradeName[]) {
  return {
    member_id: ['text', trades.map((each) => each.memberId)] as const,
    trade_id: ['text', trades.map((each) => each.tradeId)] as const,
  }
}

/** What a member saved by offers for paid members in the month and the year of a day. */
export async function paidSavingsIn(
  db: Reader,
  memberId: string,
  on: Temporal.PlainDate,
): Promise<{ readonly monthFen: number; readonly yearFen: number }> {
  const rows = await sql<{ month_fen: number; year_fen: number }>`
    select
      coalesce(sum(off_fen - back_fen) filter (
        where date_trunc('month', placed_on::timestamp) = date_trunc('month', ${on.toString()}::timestamp)
      ), 0)::bigint as month_fen,
      coalesce(sum(off_fen - back_fen), 0)::bigint as year_fen
    from jifen.offer_saving
    where member_id = ${memberId} and of_paid
      and date_trunc('year', placed_on::timestamp) = date_trunc('year', ${on.toString()}::timestamp)
  `.execute(db)
  const [row] = rows.rows
  return { monthFen: row?.month_fen ?? 0, yearFen: row?.year_fen ?? 0 }
}
