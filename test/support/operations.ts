import type { Http } from '#http/context.ts'
import { event } from '#test/support/api.ts'

/** One operation of the description, with a request of it that would be right. */
export type Operation = {
  readonly id: string
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** With `{memberId}` still in it. */
  readonly path: string
  readonly access: readonly string[]
  readonly body: unknown
  readonly isPosting: boolean
}

type Described = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>
}
type DescribedOperation = {
  readonly operationId: string
  readonly 'x-access': readonly string[]
  readonly requestBody?: unknown
  readonly parameters?: readonly { readonly name: string }[]
}

const line = { id: '1', sku: 'sku-1', shop: 'shop-1', quantity: 1 }
const lines = [{ ...line, listPrice: '1.00' }]
const recordedLine = { ...line, price: '1.00', pay: '1.00' }

/** A right body for every operation that takes one. */
const bodies: Readonly<Record<string, unknown>> = {
  signIn: { token: 'x' },
  signInToDemo: { account: 'lin' },
  moveClock: { to: '2017-11-20T10:00:00+08:00' },
  optIn: { event: 'singles-day' },
  earn: { amount: 1 },
  spend: { amount: 1 },
  hold: { amount: 1 },
  captureHold: {},
  releaseHold: {},
  giveBack: { of: 'x', amount: 1 },
  clawBack: { of: 'x', amount: 1 },
  claimBenefit: {},
  grantBenefit: { name: 'grant', members: ['lin'], to: '2018-01-01T00:00:00+08:00' },
  endBenefitGrant: { name: 'grant' },
  claimCoupon: { memberId: 'lin' },
  redeemCouponCode: { memberId: 'lin', code: 'AAAA-BBBB-CCCC-DDDD' },
  grantCoupons: { name: 'grant', members: ['lin'] },
  makeCouponCodes: { count: 1 },
  claimRedEnvelope: { memberId: 'lin' },
  earnAllowanceInGame: { allowance: 'festival', amount: 1 },
  grantTier: { tier: 'super', to: '2018-11-20T10:00:00+08:00', reason: 'described' },
  endTierGrant: { reason: 'described' },
  decideSuspicion: { decision: 'clear', reason: 'described' },
  draftPolicy: { body: {}, note: '' },
  approvePolicy: {},
  quoteBasket: { memberId: 'lin', lines },
  placeTrade: { memberId: 'lin', tradeId: 'described', lines },
  recordTrade: { memberId: 'lin', tradeId: 'described', lines: [recordedLine] },
  payTrade: { memberId: 'lin' },
  bookPresale: {
    memberId: 'lin',
    presaleId: 'described',
    line: { sku: 'sku-1', shop: 'shop-1', quantity: 1, price: '100.00', deposit: '10.00' },
    balance: { from: '2017-11-11T00:00:00+08:00', to: '2017-11-12T00:00:00+08:00' },
  },
  payDeposit: { memberId: 'lin' },
  endPresale: { memberId: 'lin', fault: 'shopDefaults' },
  closeTrade: { memberId: 'lin' },
  shipOrder: { memberId: 'lin' },
  receiveOrder: { memberId: 'lin' },
  refundTrade: { memberId: 'lin', refundId: 'r-1', returned: [{ line: '1', quantity: 1 }] },
  previewRefund: { memberId: 'lin', returned: [{ line: '1', quantity: 1 }] },
  exchangeUnits: { memberId: 'lin', exchangeId: 'x-1', line: '1', quantity: 1, sku: 'sku-2' },
  askInstantRefund: { returnId: 'r-1', tradeId: 't-1', returned: [{ line: '1', quantity: 1 }] },
  sealMember: { reason: 'described' },
  unsealMember: { reason: 'described' },
  requestErasure: { ground: 'request', confirm: 'lin' },
  returnArrived: {},
  recoverAdvance: {},
  repayAdvance: { amount: '1.00' },
  refreshScore: {},
  buyPaidMembership: { paymentRef: 'pay-88-1', expectPrice: '88.00' },
  refundPaidMembership: { paymentRef: 'pay-88-1', refundRef: 'refund-1' },
  checkDepth: { policies: {}, budget: 100, at: '2017-11-20T10:00:00+08:00' },
  openInvitationRound: { round: 'described' },
  reviewInvitationCandidates: { acceptTop: 1 },
  submitTierMatch: {
    partner: 'skyways',
    tier: 'gold',
    evidence: { kind: 'card', hash: 'ab'.repeat(32) },
  },
  decideTierMatch: { confirm: true },
  tellEvents: event('lin', 'member.joined', 'again', '2017-01-02T00:00:00+08:00'),
}

const parameters: Readonly<Record<string, string>> = {
  program: 'platform',
  unit: 'points',
  seq: '1',
  ref: 'cart-1',
  tradeId: 't-1',
  returnId: 'r-1',
  presaleId: 'p-1',
  orderId: 't-1-1',
  name: 'points',
  slug: 'festival',
  grantId: 'g-1',
  announcementId: 'tier-1',
  suspicionId: 'review-burst.1',
  couponId: 'festival.1',
  claimId: 'festival.1',
  month: '2017-06',
  version: '1',
  round: '2017',
  matchId: 'skyways.1',
  partner: 'skyways',
}

/** Every operation that the server describes. One that takes a body none is known for is an error here. */
export function operationsOf(http: Http): Operation[] {
  const { paths } = http.swagger() as unknown as Described
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]): Operation => {
      const id = described.operationId
      if (described.requestBody !== undefined && !(id in bodies)) {
        throw new Error(`no body is known for ${id}`)
      }
      return {
        id,
        method: method.toUpperCase() as Operation['method'],
        path: path.replaceAll(/\{(\w+)\}/g, (whole, name: string) => parameters[name] ?? whole),
        access: described['x-access'],
        body: bodies[id],
        isPosting: described.parameters?.some(isKey) === true,
      }
    }),
  )
}

function isKey({ name }: { readonly name: string }): boolean {
  return name === 'idempotency-key'
}

/** The path of an operation for a member. */
export function pathFor(operation: Operation, memberId: string): string {
  return operation.path.replace('{memberId}', memberId)
}
