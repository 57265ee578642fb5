import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import type { InputProblem } from '#rules/policies/problems.ts'
import type { Refusal } from '#rules/refusals.ts'

/** What a refusal is to a caller of the API: a status of HTTP and one sentence that never changes. */
export type Problem = { readonly status: number; readonly title: string }

/** Every refusal of the rules and operations, as HTTP. A refusal without a line here does not compile. */
const problemsOfRules = {
  'ledger/insufficient': { status: 409, title: 'The wallet holds too little for this.' },
  'ledger/wallet-sealed': { status: 409, title: 'The wallet is sealed.' },
  'ledger/unknown-hold': { status: 404, title: 'There is no such hold.' },
  'ledger/hold-closed': { status: 409, title: 'The hold is closed: nothing of it is left.' },
  'ledger/more-than-held': { status: 409, title: 'This is more than the hold still holds.' },
  'ledger/unknown-reference': { status: 404, title: 'There is no posting with this reference.' },
  'ledger/more-than-left-to-undo': {
    status: 409,
    title: 'This is more than is left to undo of the posting.',
  },
  'ledger/unknown-lot': { status: 404, title: 'There is no such lot in the wallet.' },
  'ledger/expiry-before-activation': {
    status: 422,
    title: 'This would expire before it becomes available.',
  },
  'ledger/hold-already-over': { status: 422, title: 'The hold would end before it begins.' },
  'ledger/balance-too-large': { status: 409, title: 'The balance would become too large.' },
  'ledger/ref-reused': {
    status: 422,
    title: 'This reference was used before, for something else.',
  },
  'money/no-weights': { status: 422, title: 'There is no line to share over.' },
  'money/negative-weight': { status: 422, title: 'A line to share over is below zero.' },
  'money/zero-weights': { status: 422, title: 'All lines to share over are zero.' },
  'policies/unknown-name': { status: 404, title: 'There is no such policy.' },
  'policies/unknown-version': { status: 404, title: 'The policy has no such version.' },
  'policies/invalid': { status: 422, title: 'The body of the policy does not fit its schema.' },
  'policies/not-a-draft': { status: 409, title: 'This version is no draft any more.' },
  'policies/approver-is-author': {
    status: 403,
    title: 'A policy is approved by another person than its author.',
  },
  'policies/too-soon': {
    status: 422,
    title: 'A policy becomes effective five seconds after its approval, or later.',
  },
  'orders/already-placed': { status: 409, title: 'The order was placed before.' },
  'orders/already-paid': { status: 409, title: 'The order was paid before.' },
  'orders/already-shipped': { status: 409, title: 'The order was shipped before.' },
  'orders/already-received': { status: 409, title: 'The order was received before.' },
  'orders/already-closed': { status: 409, title: 'The order was closed before.' },
  'orders/closed': { status: 409, title: 'The order was closed by then.' },
  'orders/unknown-line': { status: 422, title: 'The order has no such line.' },
  'orders/refund-exceeds-paid': {
    status: 422,
    title: 'This refunds more than is left of what was paid.',
  },
  'orders/refund-exceeds-quantity': {
    status: 422,
    title: 'This refunds more units than are left.',
  },
  'orders/other-currency': {
    status: 422,
    title: 'The order is in another currency than the market.',
  },
  'events/invalid': { status: 400, title: 'The event does not fit its schema.' },
  'events/id-reused': {
    status: 422,
    title: 'This event id was used before, with other content.',
  },
  'events/in-the-future': { status: 422, title: 'The event is dated ahead of the clock.' },
  'members/unknown': { status: 404, title: 'There is no such member.' },
  'members/sealed': { status: 409, title: 'The member is sealed.' },
  'members/erased': { status: 410, title: 'The person of this member was removed.' },
  'members/already-sealed': { status: 409, title: 'The member was sealed before.' },
  'members/not-sealed': { status: 409, title: 'The member is not sealed.' },
  'ending/open-trade': {
    status: 409,
    title: 'A trade of the member waits to be paid; it is closed or paid first.',
  },
  'ending/not-requested': { status: 404, title: 'Nobody asked for this erasure.' },
  'ending/approver-is-requester': {
    status: 403,
    title: 'An erasure is approved by another person than who asked for it.',
  },
  'ending/not-confirmed': { status: 422, title: 'The confirmation names another member.' },
  'advances/none-for-member': {
    status: 403,
    title: 'Nothing is refunded to this member before the goods are back.',
  },
  'advances/nothing-to-advance': { status: 409, title: 'Nothing is left to refund of this.' },
  'advances/blocked-by-unpaid': { status: 409, title: 'The member owes earlier advances.' },
  'advances/over-case-limit': { status: 409, title: 'This is more than one advance may be.' },
  'advances/over-limit': { status: 409, title: 'This is more than is left of the limit.' },
  'advances/no-policy': {
    status: 409,
    title: 'This market refunds nothing before goods are back.',
  },
  'advances/return-id-reused': {
    status: 422,
    title: 'This return id was used before, for another return.',
  },
  'advances/unknown': { status: 404, title: 'Nothing was advanced on such a return.' },
  'advances/ended': { status: 409, title: 'The advance is settled or repaid.' },
  'advances/not-open': { status: 409, title: 'Nothing of the advance waits for goods any more.' },
  'advances/more-than-owed': { status: 409, title: 'This is more than is owed.' },
  'advances/order-refuses': { status: 409, title: 'The order does not take the refund.' },
  'points/unknown-event': { status: 404, title: 'There is no event to join by this name.' },
  'points/event-over': { status: 409, title: 'The event is over.' },
  'issuing/not-open': { status: 409, title: 'It is not given at this time.' },
  'issuing/not-for-member': { status: 403, title: 'It is not for this member.' },
  'issuing/member-limit-reached': { status: 409, title: 'The member has as many as one may.' },
  'issuing/amount-out-of-range': { status: 422, title: 'The amount is not within the bounds.' },
  'issuing/unknown-batch': { status: 404, title: 'There is no such coupon batch.' },
  'issuing/unknown-envelope': { status: 404, title: 'There are no such red envelopes.' },
  'issuing/unknown-allowance': { status: 404, title: 'There is no such allowance.' },
  'issuing/sold-out': { status: 409, title: 'There is nothing left of it.' },
  'issuing/code-not-valid': { status: 404, title: 'This code gives nothing.' },
  'issuing/too-many-codes': { status: 429, title: 'Too many wrong codes: try again in an hour.' },
  'issuing/unknown-coupon': { status: 404, title: 'The member has no such coupon.' },
  'issuing/coupon-not-open': { status: 409, title: 'The coupon is not open any more.' },
  'issuing/no-games': { status: 409, title: 'This allowance is not earned in games.' },
  'issuing/daily-limit-reached': {
    status: 409,
    title: 'The member earned as much as one may in a day.',
  },
  'returns/nothing-returned': { status: 422, title: 'Nothing is returned.' },
  'returns/quantity-and-amount': {
    status: 422,
    title: 'An item is of units or of money, not both.',
  },
  'returns/unknown-line': { status: 404, title: 'The trade has no such line.' },
  'returns/unknown-charge': { status: 404, title: 'The shop charged no such thing.' },
  'returns/more-than-bought': { status: 409, title: 'This is more than was bought.' },
  'returns/already-returned': { status: 409, title: 'This came back before.' },
  'returns/more-than-left': { status: 409, title: 'This is more than is left to refund.' },
  'returns/trade-closed': { status: 409, title: 'The trade is closed, unpaid.' },
  'trades/unknown': { status: 404, title: 'The member has no such trade.' },
  'trades/unknown-order': { status: 404, title: 'The trade has no such order.' },
  'trades/id-reused': { status: 422, title: 'This trade id was used before, for another trade.' },
  'trades/already-placed': {
    status: 409,
    title: 'The trade, or an order of one of its ids, was placed before.',
  },
  'trades/already-paid': { status: 409, title: 'The trade was paid before.' },
  'trades/not-paid': { status: 409, title: 'The order is not paid yet.' },
  'trades/refund-id-reused': {
    status: 422,
    title: 'This refund id was used before, for another return.',
  },
  'trades/exchange-id-reused': {
    status: 422,
    title: 'This exchange id was used before, for another exchange.',
  },
  'trades/closed': { status: 409, title: 'The trade is closed.' },
  'trades/wrong-amount': { status: 409, title: 'This is not the amount that is to be paid.' },
  'trades/quote-changed': {
    status: 409,
    title: 'The basket comes to another price than expected.',
  },
  'trades/does-not-add-up': {
    status: 422,
    title: 'The price of a line less its shares is not what was paid for it.',
  },
  'presales/unknown': { status: 404, title: 'The member has no such booking.' },
  'presales/id-reused': { status: 422, title: 'This id was used before, for another booking.' },
  'presales/terms-not-allowed': {
    status: 422,
    title: 'The policy does not allow a deposit like this.',
  },
  'presales/already-paid': { status: 409, title: 'The deposit was paid before.' },
  'presales/closed': { status: 409, title: 'The booking is over.' },
  'presales/not-deposited': {
    status: 409,
    title: 'The deposit of the booking is not there, or its balance is paid already.',
  },
  'presales/not-in-window': { status: 409, title: 'The balance is not paid at this time.' },
  'presales/other-line': { status: 422, title: 'The line is not what was booked.' },
  'presales/not-bought': { status: 409, title: 'The balance of the booking is not paid.' },
  'pricing/no-policy': { status: 409, title: 'No pricing policy is in force.' },
  'score/no-policy': { status: 409, title: 'There are no scores in this market.' },
  'score/month-not-due': { status: 409, title: 'The refresh day of this month has not come.' },
  'score/unknown-month': { status: 404, title: 'The member has no score for this month.' },
  'paid/no-policy': { status: 409, title: 'There is no paid membership in this market.' },
  'paid/too-early': { status: 409, title: 'The next year cannot be bought yet.' },
  'paid/price-changed': { status: 409, title: 'A year costs another price than expected.' },
  'paid/payment-reused': {
    status: 422,
    title: 'This payment bought a year before, at another price.',
  },
  'paid/unknown': { status: 404, title: 'The member bought no year with this payment.' },
  'paid/already-refunded': { status: 409, title: 'The year was refunded before.' },
  'paid/refund-reused': {
    status: 422,
    title: 'This refund id was used before, for another year.',
  },
  'paid/not-the-last': { status: 409, title: 'The year bought last is refunded first.' },
  'paid/refund-too-late': { status: 409, title: 'The time for a refund is over.' },
  'paid/used': { status: 409, title: 'The membership was used.' },
  'paid/lines-reserved': { status: 403, title: 'Some lines are reserved for paid members.' },
  'tiers/unknown-tier': { status: 422, title: 'There is no such tier on the ladder.' },
  'tiers/by-invitation': { status: 422, title: 'This tier is given by invitation alone.' },
  'tiers/bad-period': {
    status: 422,
    title: 'A tier is granted from now or later on, until a later instant.',
  },
  'tiers/unknown-grant': { status: 404, title: 'The member has no such granted tier.' },
  'tiers/grant-over': { status: 409, title: 'The granted tier is over already.' },
  'announcements/unknown': { status: 404, title: 'The member has no such announcement.' },
  'invitation/no-policy': { status: 409, title: 'This market invites to no tier.' },
  'invitation/unknown-tier': { status: 409, title: 'The ladder has no tier to invite to.' },
  'invitation/round-exists': { status: 409, title: 'There is a round of this name.' },
  'invitation/round-open': { status: 409, title: 'The round before is not closed.' },
  'invitation/too-soon': { status: 409, title: 'The round before was opened too recently.' },
  'invitation/unknown-round': { status: 404, title: 'There is no such round.' },
  'invitation/not-in-review': { status: 409, title: 'The round is not being reviewed.' },
  'invitation/not-inviting': { status: 409, title: 'The round sends no invitations yet.' },
  'invitation/not-invited': { status: 404, title: 'The round invited no such member.' },
  'invitation/already-answered': { status: 409, title: 'The invitation was answered before.' },
  'invitation/over': { status: 409, title: 'The time to answer the invitation is over.' },
  'interchange/unknown-partner': { status: 404, title: 'There is no such partner.' },
  'interchange/not-open': { status: 409, title: 'Tiers are not matched with this partner now.' },
  'interchange/unknown-tier': {
    status: 422,
    title: 'This tier of the partner is worth none here.',
  },
  'interchange/unknown-evidence': { status: 422, title: 'No such evidence is taken.' },
  'interchange/already-submitted': { status: 409, title: 'An earlier proof is not decided yet.' },
  'interchange/too-soon': { status: 409, title: 'The match before was made too recently.' },
  'interchange/unknown-match': { status: 404, title: 'The member has no such match.' },
  'interchange/already-decided': { status: 409, title: 'This was decided before, otherwise.' },
  'interchange/submitter-decides': {
    status: 403,
    title: 'Who handed the proof in does not decide on it.',
  },
  'interchange/evidence-used': {
    status: 409,
    title: 'This evidence serves another member already.',
  },
  'interchange/nothing-to-state': {
    status: 409,
    title: 'The tier of the member is worth none with this partner.',
  },
  'badges/no-policy': { status: 409, title: 'There are no badges in this market.' },
  'badges/unknown-suspicion': { status: 404, title: 'There is no such suspicion.' },
  'badges/suspicion-moot': { status: 409, title: 'The suspicion no longer stands.' },
  'badges/decided-meanwhile': { status: 409, title: 'Somebody decided about it meanwhile.' },
  'badges/same-reviewer': {
    status: 403,
    title: 'A decision is reversed by another person than who took it.',
  },
  'requests/key-reused': {
    status: 422,
    title: 'This Idempotency-Key was used before, for another request.',
  },
  'benefits/unknown': { status: 404, title: 'There is no such benefit.' },
  'benefits/not-eligible': { status: 409, title: 'The member may not have this benefit.' },
  'benefits/not-in-window': { status: 409, title: 'The benefit is not given at this time.' },
  'benefits/wrong-channel': { status: 409, title: 'The benefit is not given by this channel.' },
  'benefits/excluded-category': {
    status: 409,
    title: 'The benefit is not given for goods of this category.',
  },
  'benefits/quota-used-up': {
    status: 409,
    title: 'The member had as many in this period as one may.',
  },
  'benefits/sold-out': { status: 409, title: 'None of this benefit is left.' },
  'benefits/insufficient-points': {
    status: 409,
    title: 'The member has too few points for this benefit.',
  },
  'benefits/not-claimed': {
    status: 409,
    title: 'This benefit stands open: it is not claimed.',
  },
  'benefits/subject-missing': {
    status: 422,
    title: 'This benefit is claimed for a purchase or a live view, and this names none.',
  },
  'benefits/unknown-subject': {
    status: 404,
    title: 'The member has no such purchase that is paid, or no such live view.',
  },
  'benefits/payment-missing': {
    status: 409,
    title: 'The benefit has a price in money, and no payment is told.',
  },
  'benefits/wrong-amount': { status: 422, title: 'The payment is not of the price.' },
  'benefits/payment-used': { status: 409, title: 'The payment has paid for another claim.' },
  'benefits/unknown-claim': { status: 404, title: 'The member has no such claim.' },
  'benefits/not-open': {
    status: 409,
    title: 'The claim is over: used, given back, lapsed or forfeited; or not begun yet.',
  },
  'benefits/handed-over': {
    status: 409,
    title: 'What was claimed is in the hands of the member, and is used there.',
  },
  'benefits/drawn': { status: 409, title: 'What was drawn is not given back.' },
  'benefits/partly-used': {
    status: 409,
    title: 'What was claimed is used or held, in whole or in part.',
  },
  'benefits/no-draw': { status: 404, title: 'The claim was not drawn.' },
  'benefits/unknown-grant': { status: 404, title: 'The member has no such grant that runs.' },
  'clock/not-virtual': { status: 409, title: 'This server runs by the real clock.' },
  'clock/backwards': { status: 422, title: 'The clock only moves forward.' },
} as const satisfies Record<Refusal, Problem>

/** What this layer refuses by itself, before any operation is called. */
const problemsOfHttp = {
  'requests/invalid': { status: 400, title: 'The request does not fit its schema.' },
  'requests/not-json': { status: 400, title: 'The body is not JSON as it is read here.' },
  'requests/bad-url': { status: 400, title: 'The path is not well encoded.' },
  'requests/bad-cursor': { status: 400, title: 'The cursor is none that this list gave.' },
  'requests/malformed': { status: 400, title: 'The request is not HTTP as it is read here.' },
  'requests/unauthenticated': {
    status: 401,
    title: 'This needs a valid token, API key or session.',
  },
  'requests/forbidden': { status: 403, title: 'The role of the caller does not allow this.' },
  'requests/cross-site': { status: 403, title: 'A page of another site may not ask for this.' },
  'requests/not-found': { status: 404, title: 'There is nothing here.' },
  'requests/method-not-allowed': { status: 405, title: 'The method is not one of this path.' },
  'requests/too-slow': { status: 408, title: 'The request came too slowly.' },
  'requests/too-large': { status: 413, title: 'The body is too large.' },
  'requests/url-too-long': { status: 414, title: 'The URL is too long.' },
  'requests/media-type': { status: 415, title: 'The content type is not one read here.' },
  'requests/headers-too-large': { status: 431, title: 'The headers are too large.' },
  'requests/too-many': { status: 429, title: 'Too many requests: try again later.' },
  'entries/unknown': { status: 404, title: 'The wallet has no such entry.' },
  'wallets/unknown': { status: 404, title: 'The member has no such wallet.' },
  'interchange/no-signer': { status: 409, title: 'This server signs no statements.' },
  'demo/off': { status: 404, title: 'This server shows no demo.' },
  'demo/unknown-account': { status: 404, title: 'There is no such demo account.' },
  'server/fault': { status: 500, title: 'Something went wrong here. It has been noted.' },
  'server/overloaded': { status: 503, title: 'The server is busy: try again shortly.' },
  'server/unavailable': { status: 503, title: 'The server is not ready: try again shortly.' },
  'server/timeout': {
    status: 503,
    title: 'This took too long: try again with the same key.',
  },
} as const satisfies Record<string, Problem>

export const problems = { ...problemsOfRules, ...problemsOfHttp }

/** Why something was not done, for a caller of the API. */
export type ProblemCode = keyof typeof problems

/** RFC 9457, as every error of this API is answered. */
export const ProblemSchema = z
  .object({
    type: z.string().meta({ description: 'Where the problem is explained.' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    instance: z.string().meta({
      description: 'The entry that keeps the refusal, else the number of this request.',
    }),
    code: z.string().meta({ description: 'The refusal, as area/reason.' }),
    errors: z
      .array(z.object({ path: z.string(), code: z.string(), message: z.string() }))
      .optional(),
    seq: z.int().optional().meta({ description: 'The entry that keeps the refusal.' }),
    short: z.int().optional().meta({ description: 'How much too little there was.' }),
    left: z.int().optional().meta({ description: 'How much could still be taken or undone.' }),
    after: z
      .object({ available: z.int(), pending: z.int(), held: z.int(), debt: z.int() })
      .optional(),
    line: z.string().optional().meta({ description: 'Of a return: the line it is about.' }),
    shop: z.string().optional().meta({ description: 'The shop whose charge it is about.' }),
    quantity: z.int().optional().meta({ description: 'How many units were asked for.' }),
    leftQuantity: z.int().optional().meta({ description: 'How many did not come back yet.' }),
    amountFen: z.int().optional().meta({ description: 'How much money was asked for.' }),
    leftFen: z.int().optional().meta({ description: 'How much is left to refund.' }),
    unlockedBy: z
      .record(z.string(), z.unknown())
      .optional()
      .meta({ description: 'What the member would have to be for it.' }),
  })
  .meta({ id: 'Problem', description: 'Why a request was refused (RFC 9457).' })

/** One thing that is wrong with a request: `body.amount`. */
export type WrongInput = InputProblem & { readonly code?: string }

/** A refusal with what explains it. */
export type Refused = {
  readonly refusal: ProblemCode
  readonly detail?: string | undefined
  readonly instance?: string
  /** What in the request is wrong, and where. */
  readonly problems?: readonly WrongInput[] | undefined
  readonly seq?: number
  readonly short?: number
  readonly left?: number
  readonly after?: object
  /** What the member would have to be: `{ "paidMember": true }`. */
  readonly unlockedBy?: object
  /** Whatever else explains it, by the names that the description of the route gives. */
  readonly more?: Readonly<Record<string, unknown>>
}

const problemType = 'application/problem+json; charset=utf-8'

/** Answers with a refusal. What it carries besides its code is told with it. */
export function sendProblem(reply: FastifyReply, refused: Refused): FastifyReply {
  const { status } = problems[refused.refusal]
  if (status === 503 || status === 429) {
    if (!reply.hasHeader('retry-after')) reply.header('retry-after', '1')
  }
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="jifen"')
  // A text passes by the schemas of the answers: a refusal is told even where none was foreseen.
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type(problemType)
    .send(problemText(refused, reply.request.id))
}

/** The body of a problem. */
export function problemText(refused: Refused, requestId: string): string {
  const { refusal, instance, problems: wrong, detail, ...facts } = refused
  const { status, title } = problems[refusal]
  return JSON.stringify({
    type: `/docs/problems#${anchorOf(refusal)}`,
    title,
    status,
    detail: detail ?? sentenceOf(wrong),
    instance: instance ?? `urn:uuid:${requestId}`,
    code: refusal,
    errors: wrong?.map(({ path, code, message }) => ({ path, code: code ?? 'invalid', message })),
    ...factsOf(facts),
  })
}

/** The place of a problem on the page that explains them. */
export function anchorOf(code: string): string {
  return code.replace('/', '-')
}

function sentenceOf(wrong: readonly WrongInput[] | undefined): string | undefined {
  const [first] = wrong ?? []
  if (first === undefined) return undefined
  return first.path === '' ? first.message : `${first.path}: ${first.message}`
}

function factsOf({ seq, short, left, after, unlockedBy, more }: Partial<Refused>): object {
  return { seq, short, left, after, unlockedBy, ...more }
}
