import { isBefore } from '#rules/time/instants.ts'
import type {
  RequestedReturn,
  RequestOutcome,
  RequestStatus,
  RequestTerms,
} from '#rules/timeouts/requested.ts'
import { after, remindAt } from '#rules/timeouts/terms.ts'

/** What somebody does about a request. */
export type Turn =
  | 'agree'
  | 'reject'
  | 'send'
  | 'confirm'
  | 'replace'
  | 'receive'
  | 'withdraw'
  | 'escalate'
  | 'decideForMember'
  | 'decideForShop'

export type TurnedRequest =
  | {
      readonly ok: true
      readonly request: RequestedReturn
      /** Whether the money is to be paid back now: once, since the request ends by it. */
      readonly refunds: boolean
    }
  | {
      readonly ok: false
      readonly refusal: 'return-requests/not-now'
      readonly status: RequestStatus
      readonly outcome: RequestOutcome | null
    }

/** The end of a request, or the step that follows. */
type Next = Exclude<RequestStatus, 'ended'> | 'refunded' | 'exchanged' | 'withdrawn' | 'refused'

/**
 * Decides what an act does to a request (RT-8 to RT-15). Refused: what the request is not ready for, as
 * it is at that instant with all that lapsed before (`lapsed`).
 */
export function turnRequest(
  request: RequestedReturn,
  turn: Turn,
  at: Temporal.Instant,
): TurnedRequest {
  const { status, outcome } = request
  const next = nextOf(request, turn)
  if (next === undefined) return { ok: false, refusal: 'return-requests/not-now', status, outcome }
  const done = stepTo(withTimes(request, turn, at), next, at)
  return { ok: true, request: done, refunds: next === 'refunded' }
}

/**
 * TO-1, RT-16: what the lapse of the step that is due makes of a request, dated by the due instant;
 * `undefined`: nothing is due. A dispute waits for its decision, however late.
 */
export function lapseRequest(
  request: RequestedReturn,
  now: Temporal.Instant,
): { readonly request: RequestedReturn; readonly refunds: boolean } | undefined {
  const { dueAt, status } = request
  if (dueAt === null || isBefore(now, dueAt) || status === 'disputed') return undefined
  switch (status) {
    case 'asked': {
      const answered = { ...request, answeredAt: dueAt, answeredBy: 'timeOut' } as const
      const next = afterAgreement(request)
      return { request: stepTo(answered, next, dueAt), refunds: next === 'refunded' }
    }
    case 'rejected':
      return { request: end(request, 'refused', dueAt), refunds: false }
    case 'agreed':
      return { request: end(request, 'lapsed', dueAt), refunds: false }
    case 'sent':
    case 'replacing':
      return { request: end(arrived(request, dueAt), 'refunded', dueAt), refunds: true }
    case 'replaced':
      return { request: end(request, 'exchanged', dueAt), refunds: false }
    case 'ended':
      return undefined
  }
}

/** RT-16: who is late when the step lapses that a request waits for, and what happens then. */
export function waitsOf({ status, kind }: RequestedReturn): RequestWaits | undefined {
  switch (status) {
    case 'asked':
      return { what: 'answer', late: 'shop', lapse: kind === 'refund' ? 'refunded' : 'agreed' }
    case 'rejected':
      return { what: 'escalate', late: 'member', lapse: 'refused' }
    case 'agreed':
      return { what: 'sendBack', late: 'member', lapse: 'lapsed' }
    case 'sent':
      return { what: 'confirm', late: 'shop', lapse: 'refunded' }
    case 'replacing':
      return { what: 'replace', late: 'shop', lapse: 'refunded' }
    case 'replaced':
      return { what: 'receiveReplacement', late: 'member', lapse: 'exchanged' }
    case 'disputed':
      return { what: 'decide', late: 'platform', lapse: 'none' }
    case 'ended':
      return undefined
  }
}

/** What a request waits for, who is late if it lapses, and what happens then. */
export type RequestWaits = {
  readonly what:
    'answer' | 'escalate' | 'sendBack' | 'confirm' | 'replace' | 'receiveReplacement' | 'decide'
  readonly late: 'member' | 'shop' | 'platform'
  readonly lapse: 'agreed' | 'refunded' | 'refused' | 'lapsed' | 'exchanged' | 'none'
}

/** RT-17: nothing is left to refund, since it was refunded elsewhere. */
export function endWithNothingLeft(
  request: RequestedReturn,
  at: Temporal.Instant,
): RequestedReturn {
  return end(request, 'nothingLeft', at)
}

/** The first step of a request that was just asked. */
export function beginRequest(
  request: Omit<RequestedReturn, 'status' | 'dueAt' | 'remindAt'>,
): RequestedReturn {
  const begun = { ...request, status: 'asked', dueAt: null, remindAt: null } as const
  return stepTo(begun, 'asked', request.askedAt)
}

function nextOf(request: RequestedReturn, turn: Turn): Next | undefined {
  const { status, kind, sentAt } = request
  const isIn = (...statuses: readonly RequestStatus[]): boolean => statuses.includes(status)
  const only = (isNow: boolean, next: Next): Next | undefined => (isNow ? next : undefined)
  switch (turn) {
    case 'agree':
      return only(isIn('asked', 'rejected', 'disputed'), afterAgreement(request))
    case 'reject':
      return only(isIn('asked', 'sent'), 'rejected')
    case 'send':
      return only(isIn('agreed'), 'sent')
    case 'confirm':
      if (isIn('agreed') && kind === 'return') return 'refunded'
      return only(isIn('sent'), kind === 'exchange' ? 'replacing' : 'refunded')
    case 'replace':
      return only(isIn('replacing'), 'replaced')
    case 'receive':
      return only(isIn('replaced'), 'exchanged')
    case 'withdraw':
      return only(isIn('asked', 'agreed', 'sent', 'rejected', 'disputed'), 'withdrawn')
    case 'escalate':
      return only(isIn('rejected'), 'disputed')
    case 'decideForMember':
      return only(isIn('disputed'), sentAt === null ? afterAgreement(request) : 'refunded')
    case 'decideForShop':
      return only(isIn('disputed'), 'refused')
  }
}

/** Money alone is paid at once; goods are to be sent first, unless they are under way already. */
function afterAgreement({ kind, sentAt }: RequestedReturn): Next {
  if (kind === 'refund') return 'refunded'
  return sentAt === null ? 'agreed' : 'sent'
}

function withTimes(request: RequestedReturn, turn: Turn, at: Temporal.Instant): RequestedReturn {
  switch (turn) {
    case 'agree':
    case 'reject':
      return request.answeredAt === null
        ? { ...request, answeredAt: at, answeredBy: 'shop' }
        : request
    case 'send':
      return { ...request, sentAt: at }
    case 'confirm':
      return arrived(request, at)
    case 'escalate':
      return { ...request, disputedAt: at }
    case 'decideForMember':
      return { ...request, decidedAt: at, disputeOutcome: 'forMember' }
    case 'decideForShop':
      return { ...request, decidedAt: at, disputeOutcome: 'forShop' }
    case 'replace':
    case 'receive':
    case 'withdraw':
      return request
  }
}

/** Goods that were never sent did not arrive. */
function arrived(request: RequestedReturn, at: Temporal.Instant): RequestedReturn {
  return request.sentAt === null || request.arrivedAt !== null
    ? request
    : { ...request, arrivedAt: at }
}

function stepTo(request: RequestedReturn, next: Next, at: Temporal.Instant): RequestedReturn {
  switch (next) {
    case 'refunded':
    case 'exchanged':
    case 'withdrawn':
    case 'refused':
      return end(request, next, at)
    case 'asked':
    case 'agreed':
    case 'sent':
    case 'rejected':
    case 'disputed':
    case 'replacing':
    case 'replaced': {
      const within = Temporal.Duration.from(request.terms[termOf[next]])
      const dueAt = after(at, within)
      const before = Temporal.Duration.from(request.terms.remindBefore)
      return { ...request, status: next, dueAt, remindAt: remindAt(at, dueAt, before) }
    }
  }
}

const termOf = {
  asked: 'answer',
  agreed: 'sendBack',
  sent: 'confirm',
  rejected: 'escalate',
  disputed: 'decide',
  replacing: 'replace',
  replaced: 'receive',
} as const satisfies Record<Exclude<RequestStatus, 'ended'>, keyof RequestTerms>

function end(
  request: RequestedReturn,
  outcome: RequestOutcome,
  at: Temporal.Instant,
): RequestedReturn {
  return { ...request, status: 'ended', outcome, closedAt: at, dueAt: null, remindAt: null }
}
