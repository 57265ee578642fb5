import { sql } from 'kysely'
import type { Reader } from '#db/connection.ts'
import { withLines, type HeadColumns, type KeptRequest } from '#db/timeouts/requests.ts'
import type { RequestStatus } from '#rules/timeouts/requested.ts'

/** Behind which request a page goes on: by the instant it is ordered by, then by its name. */
export type RequestPlace = {
  readonly at: Temporal.Instant
  readonly memberId: string
  readonly returnId: string
}

/** Which requests: of a status or of any, so many, behind a place. */
export type RequestsPage = {
  readonly status?: RequestStatus | 'open' | undefined
  readonly below?: RequestPlace | undefined
  readonly limit: number
}

/** A page of a member's requests, newest first. */
export async function requestsOfMember(
  db: Reader,
  memberId: string,
  { status, below, limit }: RequestsPage,
): Promise<KeptRequest[]> {
  const { rows } = await sql<HeadColumns>`
    select * from jifen.return_request
    where member_id = ${memberId} and ${isOf(status)} and (
      ${below === undefined}::boolean
      or (asked_at, return_id) < (${at(below)}::timestamptz, ${below?.returnId ?? null})
    )
    order by asked_at desc, return_id desc
    limit ${limit}
  `.execute(db)
  return await withLines(db, rows)
}

/** A page of a shop's requests, newest first. */
export async function requestsOfShop(
  db: Reader,
  shopId: string,
  { status, below, limit }: RequestsPage,
): Promise<KeptRequest[]> {
  const { rows } = await sql<HeadColumns>`
    select * from jifen.return_request
    where shop_id = ${shopId} and ${isOf(status)} and (
      ${below === undefined}::boolean
      or (asked_at, member_id, return_id)
        < (${at(below)}::timestamptz, ${below?.memberId ?? null}, ${below?.returnId ?? null})
    )
    order by asked_at desc, member_id desc, return_id desc
    limit ${limit}
  `.execute(db)
  return await withLines(db, rows)
}

/** What a shop's open requests wait for, what is due first before the others. */
export async function openRequestsOfShop(
  db: Reader,
  shopId: string,
  limit: number,
): Promise<KeptRequest[]> {
  const { rows } = await sql<HeadColumns>`
    select * from jifen.return_request
    where shop_id = ${shopId} and status <> 'ended'
    order by due_at, member_id, return_id
    limit ${limit}
  `.execute(db)
  return await withLines(db, rows)
}

/** A page of the disputes that wait for the platform, what is due first before the others. */
export async function disputes(
  db: Reader,
  { below, limit }: Omit<RequestsPage, 'status'>,
): Promise<KeptRequest[]> {
  const { rows } = await sql<HeadColumns>`
    select * from jifen.return_request
    where status = 'disputed' and (
      ${below === undefined}::boolean
      or (due_at, member_id, return_id)
        > (${at(below)}::timestamptz, ${below?.memberId ?? null}, ${below?.returnId ?? null})
    )
    order by due_at, member_id, return_id
    limit ${limit}
  `.execute(db)
  return await withLines(db, rows)
}

function isOf(status: RequestsPage['status']) {
  if (status === undefined) return sql`true`
  return status === 'open' ? sql`status <> 'ended'` : sql`status = ${status}`
}

function at(below: RequestPlace | undefined): string | null {
  return below?.at.toString() ?? null
}
