import type { Http } from '#http/context.ts'
import { event } from '#test/support/api.ts'

/** One operation of the description, with a request of it that would be right. */
export type Operation = {
  readonly id: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With `{memberId}` still in it. */
  readonly path: string
  readonly access: readonly string[]
  readonly body: unknown
  /** Not of one that takes a file as it is. */
  readonly takesJson: boolean
  readonly isPosting: boolean
}

type Described = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>
}
type DescribedOperation = {
  readonly operationId: string
  readonly 'x-access': readonly string[]
  readonly requestBody?: { readonly content: Readonly<Record<string, unknown>> }
  readonly parameters?: readonly { readonly name: string }[]
}

const line = { id: '1', sku: 'sku-1', shop: 'shop-1', quantity: 1 }
const lines = [{ ...line, listPrice: '1.00' }]
const recordedLine = { ...line, price: '1.00', pay: '1.00' }

const describedDocument = {
  kind: 'businessLicence',
  name: 'described.pdf',
  sha256: 'ab'.repeat(32),
  sizeBytes: 1,
  mediaType: 'application/pdf',
}
const describedNotice = {
  title: { zh: '说明', en: 'described' },
  text: { zh: '说明', en: 'described' },
}

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
  putShop: {
    merchant: { merchantId: 'merchant-lily', name: 'Lily', legalEntity: 'Lily Ltd.' },
    title: 'Lily',
    type: 'flagship',
    mainCategory: 'clothes',
    categories: ['clothes'],
    openedOn: '2014-11-11',
  },
  registerForEvent: {},
  callEventOff: { reason: 'described' },
  checkCampaign: { body: {} },
  copyCampaign: { campaign: 'described', year: 2018 },
  placeInVenue: { shopId: 'shop-lily' },
  removeFromVenue: { shopId: 'shop-lily' },
  applyForCampaign: { campaign: 'double11-2017' },
  doEnrolmentSupplement: {},
  appealEnrolment: { grounds: 'described' },
  decideEnrolments: {},
  reviewEnrolment: { outcome: 'passed', note: 'described' },
  decideEnrolmentAppeal: { grant: true, note: 'described' },
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
  askReturn: {
    returnId: 'r-1',
    orderId: 't-1-1',
    kind: 'refund',
    reason: 'late',
    lines: [{ line: '1', quantity: 1 }],
  },
  withdrawReturn: {},
  sendReturn: { carrier: 'express', number: 'SF-1' },
  escalateReturn: { note: 'described' },
  receiveReplacement: {},
  agreeToReturn: {},
  rejectReturn: { note: 'described' },
  confirmReturn: {},
  sendReplacement: { carrier: 'express', number: 'SF-1' },
  decideReturnDispute: { for: 'member', note: 'described' },
  extendReceipt: { days: 1 },
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
  sendDeclarationFile: 'sku,price,quantity\n',
  declareItem: { price: '100.00', quantity: 1 },
  askPriceProtection: { tradeId: 't-1', lineId: '1' },
  recordShopViolation: { violationId: 'v-1', kind: 'general', points: 6, words: 'described' },
  appealViolation: { words: 'described' },
  decideViolation: { decision: 'strike', words: 'described' },
  tellShopFigures: {
    figures: [{ name: 'followers', on: '2017-11-01', value: 1, source: 'described' }],
  },
  recordPrices: { prices: [{ priceId: 'p-1', sku: 'sku-1', kind: 'promo', price: '1.00' }] },
  recordDeals: {
    deals: [{ dealId: 'd-1', sku: 'sku-1', orderedAt: '2017-09-20T10:00:00+08:00', price: '1.00' }],
  },
  applyForTransformation: { change: { kind: 'widenCategories', add: ['food'] } },
  addTransformationDocuments: { documents: [describedDocument] },
  decideTransformation: { stage: 'documents', decision: 'approve' },
  tellTransformationEvidence: {
    name: 'entityVerification',
    answer: 'passed',
    reference: 'described',
  },
  tellTransformationFigures: { followers: 1 },
  inviteBrand: {
    brand: 'described',
    level: 'national',
    type: 'flagship',
    mainCategory: 'food',
    categories: ['food'],
    figures: { brandOpenYears: 1 },
  },
  acceptRecruiting: { token: 'a'.repeat(43), name: 'described', legalEntity: 'described' },
  addRecruitingDocuments: { documents: [describedDocument] },
  decideRecruiting: { stage: 'qualification', decision: 'approve' },
  tellRecruitingEvidence: { name: 'entityVerification', answer: 'passed', reference: 'described' },
  openRecruitedShop: { shopId: 'shop-described', title: 'described' },
  signRecruitingContract: { version: '2017-1' },
  draftRuleNotice: describedNotice,
  reviseRuleNotice: describedNotice,
  publishRuleNotice: {},
  answerRuleNoticeOpinions: { zh: '说明', en: 'described' },
  sayRuleNoticeOpinion: { stance: 'for' },
  openTicket: { category: 'settlement', subject: 'described', text: 'described' },
  writeIntoTicket: { text: 'described' },
  judgeTicket: { satisfaction: 5 },
  answerTicket: { kind: 'answer', text: 'described' },
  assignTicket: { assignee: null },
  makeWebhook: { url: 'https://example.com/jifen', types: ['*'] },
  makeShopWebhook: { url: 'https://example.com/jifen', types: ['*'] },
  changeWebhook: { note: 'described' },
  changeShopWebhook: { note: 'described' },
  replayWebhook: { since: '2017-11-11T00:00:00+08:00' },
  replayShopWebhook: { since: '2017-11-11T00:00:00+08:00' },
  tellEvents: event('lin', 'member.joined', 'again', '2017-01-02T00:00:00+08:00'),
}

const parameters: Readonly<Record<string, string>> = {
  shopId: 'shop-lily',
  transformationId: `tf-${'0'.repeat(24)}`,
  invitationId: `rc-${'0'.repeat(24)}`,
  noticeId: `rn-${'0'.repeat(24)}`,
  ticketId: `tk-${'0'.repeat(24)}`,
  merchantId: 'merchant-lily',
  venue: 'main',
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
  campaign: 'double11-2017',
  supplement: 'integrityAgreement',
  fileId: '0123456789abcdefghijkl',
  kind: 'spot',
  sku: 'sku-1',
  endpointId: 'we_00000000-0000-0000-0000-000000000000',
  messageId: 'msg_described',
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
        takesJson: described.requestBody?.content['application/json'] !== undefined,
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
