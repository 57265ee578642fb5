import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { overRows } from '#db/rows.ts'
import { asFen } from '#rules/money/fen.ts'
import type { Condition } from '#rules/timeouts/no-reason.ts'
import type {
  FreightBearer,
  RequestedLine,
  RequestedReturn,
  RequestKind,
  RequestOutcome,
  RequestReason,
  RequestStatus,
  RequestTerms,
} from '#rules/timeouts/requested.ts'

/** Names a return request. */
export type RequestKey = { readonly memberId: string; readonly returnId: string }

/** A return request as it is kept. */
export type KeptRequest = RequestedReturn & {
  readonly memberId: string
  readonly tradeId: string
  /** A digest of what was asked, without words that a person wrote. */
  readonly fingerprint: string
  readonly amountFen: number
  readonly refundedFen: number | null
  /** `timeouts@1`. */
  readonly policy: string
  /** What the member wrote. */
  readonly note: string | null
  /** How many steps it has made. */
  readonly steps: number
}

/** One request of a member. */
export async function requestById(
  db: Reader,
  { memberId, returnId }: RequestKey,
): Promise<KeptRequest | undefined> {
  const { rows } = await sql<HeadColumns>`
    select * from jifen.return_request where member_id = ${memberId} and return_id = ${returnId}
  `.execute(db)
  const [request] = await withLines(db, rows)
  return request
}

/** The requests of orders that have not ended, by the time they were asked. */
export async function openRequestsOf(
  db: Reader,
  orders: readonly { readonly memberId: string; readonly orderId: string }[],
): Promise<KeptRequest[]> {
  if (orders.length === 0) return []
  const { rows } = await sql<HeadColumns>`
    select r.*
    from unnest(
      ${orders.map((each) => each.memberId)}::text[], ${orders.map((each) => each.orderId)}::text[]
    ) as k (member_id, order_id)
    cross join lateral (
      -- One by one by the index: a plan made while few are open would read all that are.
      select * from jifen.return_request
      where member_id = k.member_id and order_id = k.order_id
      offset 0
    ) r
    where r.status <> 'ended'
    order by r.asked_at, r.member_id, r.return_id
  `.execute(db)
  return await withLines(db, rows)
}

/** Writes a request that is new. */
export async function insertRequest(tx: Writer, request: KeptRequest): Promise<void> {
  const { memberId, returnId, lines } = request
  await sql`
    insert into jifen.return_request (
      member_id, return_id, order_id, trade_id, shop_id, fingerprint, kind, reason, condition,
      freight_by, with_freight, amount_fen, terms, policy, note, status, due_at, remind_at, asked_at,
      steps
    )
    values (
      ${memberId}, ${returnId}, ${request.orderId}, ${request.tradeId}, ${request.shopId},
      ${request.fingerprint}, ${request.kind}, ${request.reason}, ${request.condition},
      ${request.freightBy}, ${request.withFreight}, ${request.amountFen},
      ${JSON.stringify(request.terms)}::json, ${request.policy}, ${request.note}, ${request.status},
      ${text(request.dueAt)}::timestamptz, ${text(request.remindAt)}::timestamptz,
      ${request.askedAt.toString()}::timestamptz, ${request.steps}
    )
  `.execute(tx)
  await overRows(
    tx,
    {
      member_id: ['text', lines.map(() => memberId)],
      return_id: ['text', lines.map(() => returnId)],
      line_id: ['text', lines.map((line) => line.lineId)],
      quantity: ['bigint', lines.map((line) => line.quantity)],
      amount_fen: ['bigint', lines.map((line) => line.amountFen)],
      sku: ['text', lines.map((line) => line.sku)],
    },
    (rows, names) => `insert into jifen.return_request_line (${names}) ${rows}`,
  )
}

/** Writes how far a request has come. */
export async function updateRequest(tx: Writer, request: KeptRequest): Promise<void> {
  await sql`
    update jifen.return_request set
      status = ${request.status},
      due_at = ${text(request.dueAt)}::timestamptz,
      remind_at = ${text(request.remindAt)}::timestamptz,
      answered_at = ${text(request.answeredAt)}::timestamptz,
      answered_by = ${request.answeredBy},
      sent_at = ${text(request.sentAt)}::timestamptz,
      arrived_at = ${text(request.arrivedAt)}::timestamptz,
      disputed_at = ${text(request.disputedAt)}::timestamptz,
      dispute_outcome = ${request.disputeOutcome},
      decided_at = ${text(request.decidedAt)}::timestamptz,
      closed_at = ${text(request.closedAt)}::timestamptz,
      outcome = ${request.outcome},
      refunded_fen = ${request.refundedFen},
      steps = ${request.steps}
    where member_id = ${request.memberId} and return_id = ${request.returnId}
  `.execute(tx)
}

/** Requests of which a step has lapsed, what waits longest first. */
export async function dueRequests(
  db: Reader,
  by: Temporal.Instant,
  limit: number,
): Promise<RequestKey[]> {
  const rows = await sql<RequestKey>`
    select member_id as "memberId", return_id as "returnId"
    from jifen.return_request
    where status not in ('ended', 'disputed') and due_at <= ${by.toString()}::timestamptz
    order by due_at, member_id, return_id
    limit ${limit}
  `.execute(db)
  return rows.rows
}

/** Requests of which somebody is to be reminded by now, the first to be reminded first. */
export async function requestsToRemind(
  db: Reader,
  by: Temporal.Instant,
  limit: number,
): Promise<RequestKey[]> {
  const rows = await sql<RequestKey>`
    select member_id as "memberId", return_id as "returnId"
    from jifen.return_request
    where remind_at is not null and remind_at <= ${by.toString()}::timestamptz
    order by remind_at, member_id, return_id
    limit ${limit}
  `.execute(db)
  return rows.rows
}

/** Takes the reminders that are due of requests, as they are now: each is given once. */
export async function takeRequestReminders(
  tx: Writer,
  requests: readonly RequestKey[],
  by: Temporal.Instant,
): Promise<KeptRequest[]> {
  const { rows } = await sql<HeadColumns>`
    update jifen.return_request r set remind_at = null
    from unnest(
      ${requests.map((each) => each.memberId)}::text[],
      ${requests.map((each) => each.returnId)}::text[]
    ) as k (member_id, return_id)
    where r.member_id = k.member_id and r.return_id = k.return_id
      and r.remind_at <= ${by.toString()}::timestamptz
    returning r.*
  `.execute(tx)
  return await withLines(tx, rows)
}

/** Adds the lines to the heads of requests. */
export async function withLines(db: Reader, heads: readonly HeadColumns[]): Promise<KeptRequest[]> {
  if (heads.length === 0) return []
  const { rows } = await sql<LineColumns>`
    select l.*
    from jifen.return_request_line l
    join unnest(
      ${heads.map((head) => head.member_id)}::text[], ${heads.map((head) => head.return_id)}::text[]
    ) as k (member_id, return_id) using (member_id, return_id)
    order by l.member_id, l.return_id, l.line_id
  `.execute(db)
  const byRequest = Map.groupBy(rows, (row) => `${row.member_id}/${row.return_id}`)
  return heads.map((head) =>
    requestOf(head, byRequest.get(`${head.member_id}/${head.return_id}`) ?? []),
  )
}

export type HeadColumns = {
  member_id: string
  return_id: string
  order_id: string
  trade_id: string
  shop_id: string
  fingerprint: string
  kind: RequestKind
  reason: RequestReason
  condition: Condition | null
  freight_by: FreightBearer | null
  with_freight: boolean
  amount_fen: number
  refunded_fen: number | null
  terms: string
  policy: string
  note: string | null
  status: RequestStatus
  due_at: Temporal.Instant | null
  remind_at: Temporal.Instant | null
  asked_at: Temporal.Instant
  answered_at: Temporal.Instant | null
  answered_by: 'shop' | 'platform' | 'timeOut' | null
  sent_at: Temporal.Instant | null
  arrived_at: Temporal.Instant | null
  disputed_at: Temporal.Instant | null
  dispute_outcome: 'forMember' | 'forShop' | null
  decided_at: Temporal.Instant | null
  closed_at: Temporal.Instant | null
  outcome: RequestOutcome | null
  steps: number
}

type LineColumns = {
  member_id: string
  return_id: string
  line_id: string
  quantity: number
  amount_fen: number
  sku: string | null
}

function requestOf(head: HeadColumns, lines: readonly LineColumns[]): KeptRequest {
  return {
    memberId: head.member_id,
    returnId: head.return_id,
    orderId: head.order_id,
    tradeId: head.trade_id,
    shopId: head.shop_id,
    fingerprint: head.fingerprint,
    kind: head.kind,
    reason: head.reason,
    condition: head.condition,
    freightBy: head.freight_by,
    lines: lines.map(lineOf),
    withFreight: head.with_freight,
    amountFen: head.amount_fen,
    refundedFen: head.refunded_fen,
    terms: JSON.parse(head.terms) as RequestTerms,
    policy: head.policy,
    note: head.note,
    status: head.status,
    dueAt: head.due_at,
    remindAt: head.remind_at,
    askedAt: head.asked_at,
    answeredAt: head.answered_at,
    answeredBy: head.answered_by,
    sentAt: head.sent_at,
    arrivedAt: head.arrived_at,
    disputedAt: head.disputed_at,
    disputeOutcome: head.dispute_outcome,
    decidedAt: head.decided_at,
    closedAt: head.closed_at,
    outcome: head.outcome,
    steps: head.steps,
  }
}

function lineOf(row: LineColumns): RequestedLine {
  const { line_id: lineId, quantity, amount_fen: amount, sku } = row
  return { lineId, quantity, amountFen: asFen(amount), sku }
}

function text(instant: Temporal.Instant | null): string | null {
  return instant?.toString() ?? null
}
