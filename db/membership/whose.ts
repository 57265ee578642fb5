import { sql, type RawBuilder } from 'kysely'
import type { Writer } from '#db/connection.ts'

/** Some members: named, or all from one id (included) to another (`null`: to the last). */
export type Whose = { readonly memberIds: readonly string[] } | MemberRange

export type MemberRange = { readonly from: string; readonly to: string | null }

/** Whether a column names one of some members; written so that an index on it is of use. */
export function isOf(column: string, whose: Whose): RawBuilder<unknown> {
  const id = sql.ref(column)
  if ('memberIds' in whose) return sql`${id} = any(${whose.memberIds}::text[])`
  if (whose.to === null) return sql`${id} >= ${whose.from}`
  return sql`${id} >= ${whose.from} and ${id} < ${whose.to}`
}

/** Locks members in the order of their ids, which it returns; what is theirs is read afterwards. */
export async function lockMembersOf(tx: Writer, whose: Whose): Promise<string[]> {
  const { rows } = await sql<{ member_id: string }>`
    select m.member_id
    from jifen.member m
    where ${isOf('m.member_id', whose)}
    order by m.member_id
    for no key update
  `.execute(tx)
  return rows.map((row) => row.member_id)
}
