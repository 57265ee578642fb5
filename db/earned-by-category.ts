import { sql } from 'kysely'
import type { Reader } from '#db/connection.ts'

/** What the lines of a category earned, and what of it was taken back. */
export type CategoryEarned = {
  readonly category: string
  readonly lines: number
  readonly paidFen: number
  readonly refundedFen: number
  readonly pointsEarned: number
  readonly pointsClawed: number
}

/** What the orders that one source told of earned by category, the most first. */
export async function earnedByCategory(db: Reader, source: string): Promise<CategoryEarned[]> {
  const rows = await sql<CategoryEarned>`
    select l.category,
      count(*) as lines,
      sum(l.paid_fen)::bigint as "paidFen",
      sum(l.refunded_fen)::bigint as "refundedFen",
      sum(l.points_earned)::bigint as "pointsEarned",
      sum(l.points_clawed)::bigint as "pointsClawed"
    from jifen.member_event e
    join jifen.member_order_line l on l.member_id = e.member_id and l.order_id = e.order_id
    where e.source = ${source}
      and e.type = 'jifen.order.placed.v1'
      and e.status = 'applied'
    group by l.category
    order by sum(l.points_earned) desc, l.category
  `.execute(db)
  return rows.rows
}
