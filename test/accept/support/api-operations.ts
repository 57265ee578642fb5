import type { Role } from '#http/auth/caller.ts'
import type { Client, Request } from '#test/accept/support/client.ts'
import { eventOf, walletPath } from '#test/accept/support/postings.ts'

/** One operation of the API: who may ask for it, and a request that is right. */
export type Operation = {
  readonly roles: readonly Role[] | 'anyone'
  /** Whether the path names a member, of whom a member may see only itself. */
  readonly ofMember: boolean
  /** A new request each time; about `memberId` where the path names one. */
  readonly request: (memberId: string) => Request
}

const everybody: readonly Role[] = ['operator', 'merchant', 'member', 'service']
const ofMembers: readonly Role[] = ['operator', 'member', 'service']
const programs: readonly Role[] = ['operator', 'service']

let count = 0

const buyer = { memberId: 'trading-member' }
const line = { sku: 'sku-1', shop: 'shop-1', quantity: 1 }
const lines = [{ id: '1', ...line, listPrice: '1.00' }]
const recorded = [{ id: '1', ...line, price: '1.00', pay: '1.00' }]
const returned = [{ line: '1', quantity: 1 }]
const booked = {
  line: { ...line, price: '100.00', deposit: '10.00' },
  balance: { from: '2017-11-11T00:00:00+08:00', to: '2017-11-12T00:00:00+08:00' },
}

/** Every operation by its id. One that the API has and this list has not fails the trial. */
export const apiOperations: Readonly<Record<string, Operation>> = {
  getMetrics: open('/metrics'),
  isLive: open('/livez'),
  isReady: open('/readyz'),
  signIn: open('/v1/sign-in', { token: 'no-token' }),
  signOut: { ...open('/v1/sign-out'), request: () => ({ method: 'POST', path: '/v1/sign-out' }) },
  listDemoAccounts: open('/v1/demo/accounts'),
  signInToDemo: open('/v1/demo/sign-in', { account: 'nobody' }),
  getSession: reading(everybody, '/v1/session'),
  getMarket: reading(everybody, '/v1/market'),
  moveClock: writing(['operator'], '/v1/clock', { to: '2017-11-01T00:00:00+08:00' }),
  listPolicies: reading(everybody, '/v1/policies'),
  listPolicyVersions: reading(everybody, '/v1/policies/points'),
  draftPolicy: writing(['operator'], '/v1/policies/points/drafts', { body: {}, note: 'no policy' }),
  approvePolicy: writing(['operator'], '/v1/policies/points/versions/99/approval', {}),
  withdrawPolicy: {
    roles: ['operator'],
    ofMember: false,
    request: () => ({ method: 'DELETE', path: '/v1/policies/points/versions/99' }),
  },
  tellEvents: {
    roles: programs,
    ofMember: false,
    request: () => ({ path: '/v1/events', json: anEvent() }),
  },
  getMember: ofMember((memberId) => `/v1/members/${memberId}`),
  listWallets: ofMember((memberId) => `/v1/members/${memberId}/wallets`),
  getWallet: ofMember((memberId) => walletPath(memberId)),
  listLots: ofMember((memberId) => `${walletPath(memberId)}/lots`),
  listEntries: ofMember((memberId) => `${walletPath(memberId)}/entries`),
  explainEntry: ofMember((memberId) => `${walletPath(memberId)}/entries/1`),
  optIn: {
    roles: ofMembers,
    ofMember: true,
    request: (memberId) => ({
      path: `/v1/members/${memberId}/opt-ins`,
      json: { event: 'no-event' },
    }),
  },
  earn: posting(programs, 'earns', () => ({ amount: 1 })),
  spend: posting(ofMembers, 'spends', () => ({ amount: 1 })),
  hold: posting(ofMembers, 'holds', () => ({ amount: 1 })),
  captureHold: posting(programs, 'holds/cart/captures', () => ({ amount: 1 })),
  releaseHold: posting(programs, 'holds/cart/releases', () => ({ amount: 1 })),
  giveBack: posting(programs, 'give-backs', () => ({ of: 'paid', amount: 1 })),
  clawBack: posting(programs, 'claw-backs', () => ({ of: 'got', amount: 1 })),
  askInstantRefund: keyed(ofMembers, 'advances', { returnId: 'r-1', tradeId: 't-1', returned }),
  listAdvances: ofMember((memberId) => `/v1/members/${memberId}/advances`),
  getAdvance: ofMember((memberId) => `/v1/members/${memberId}/advances/r-1`),
  returnArrived: keyed(programs, 'advances/r-1/arrived', {}),
  recoverAdvance: keyed(programs, 'advances/r-1/recover', {}),
  repayAdvance: keyed(programs, 'advances/r-1/repayments', { amount: '1.00' }),
  sealMember: keyed(programs, 'sealing', { reason: 'described' }),
  unsealMember: keyed(programs, 'unsealing', { reason: 'described' }),
  listEndings: {
    roles: programs,
    ofMember: true,
    request: (memberId) => ({ path: `/v1/members/${memberId}/endings` }),
  },
  requestErasure: {
    roles: ['operator'],
    ofMember: true,
    request: (memberId) => ({
      path: `/v1/members/${memberId}/erasure`,
      json: { ground: 'request', confirm: 'nobody' },
    }),
  },
  approveErasure: {
    roles: ['operator'],
    ofMember: true,
    request: (memberId) => ({
      method: 'POST',
      path: `/v1/members/${memberId}/erasure/approval`,
    }),
  },
  getPaidMembership: ofMember((memberId) => `/v1/members/${memberId}/paid-membership`),
  buyPaidMembership: keyed(programs, 'paid-membership', {
    paymentRef: 'pay-1',
    expectPrice: '88.00',
  }),
  refundPaidMembership: keyed(programs, 'paid-membership/refund', {
    paymentRef: 'pay-1',
    refundRef: 'refund-1',
  }),
  quoteBasket: writing(programs, '/v1/quotes', { ...buyer, lines }),
  placeTrade: trading('/v1/trades', { ...buyer, tradeId: 't-1', lines }),
  recordTrade: trading('/v1/trades/recorded', { ...buyer, tradeId: 't-2', lines: recorded }),
  payTrade: trading('/v1/trades/t-1/payments', buyer),
  closeTrade: trading('/v1/trades/t-1/closings', buyer),
  shipOrder: trading('/v1/trades/t-1/orders/t-1-1/shipments', buyer),
  receiveOrder: trading('/v1/trades/t-1/orders/t-1-1/receipts', buyer),
  refundTrade: trading('/v1/trades/t-1/refunds', { ...buyer, refundId: 'r-1', returned }),
  previewRefund: writing(programs, '/v1/trades/t-1/refunds/preview', { ...buyer, returned }),
  exchangeUnits: trading('/v1/trades/t-1/exchanges', {
    ...buyer,
    exchangeId: 'x-1',
    line: '1',
    quantity: 1,
    sku: 'sku-2',
  }),
  readSettlement: reading(
    programs,
    '/v1/settlements?from=2017-11-01T00:00:00Z&to=2017-12-01T00:00:00Z',
  ),
  checkDepth: writing(['operator'], '/v1/depth-checks', { budget: 100 }),
  listTrades: ofMember((memberId) => `/v1/members/${memberId}/trades`),
  getTrade: ofMember((memberId) => `/v1/members/${memberId}/trades/t-1`),
  bookPresale: trading('/v1/presales', { ...buyer, presaleId: 'p-1', ...booked }),
  payDeposit: trading('/v1/presales/p-1/deposits', buyer),
  endPresale: trading('/v1/presales/p-1/endings', { ...buyer, fault: 'shopDefaults' }),
  getPresale: ofMember((memberId) => `/v1/members/${memberId}/presales/p-1`),
  listCoupons: ofMember((memberId) => `/v1/members/${memberId}/coupons`),
  claimCoupon: claiming('/v1/coupon-batches/no-batch/claims'),
  redeemCouponCode: claiming('/v1/coupon-codes/claims', { code: '0000-0000-0000-0000' }),
  claimRedEnvelope: claiming('/v1/red-envelopes/no-batch/claims'),
  returnCoupon: {
    roles: ofMembers,
    ofMember: true,
    request: (memberId) => ({
      method: 'POST',
      path: `/v1/members/${memberId}/coupons/no-batch.1/return`,
    }),
  },
  grantCoupons: writing(programs, '/v1/coupon-batches/no-batch/grants', {
    name: 'grant',
    members: ['trading-member'],
  }),
  makeCouponCodes: writing(['operator'], '/v1/coupon-batches/no-batch/codes', { count: 1 }),
  earnAllowanceInGame: {
    roles: programs,
    ofMember: true,
    request: (memberId) => ({
      path: `/v1/members/${memberId}/allowance-games`,
      headers: keyHeader(),
      json: { allowance: 'no-allowance', amount: 1 },
    }),
  },
}

/** The ids of the operations that the program itself describes, with who may ask as it says. */
export async function describedOperations(client: Client): Promise<ReadonlyMap<string, string>> {
  const reply = await client.send({ path: '/openapi.json' })
  type Described = { readonly operationId: string; readonly 'x-access'?: readonly string[] }
  const { paths } = JSON.parse(reply.text) as { paths: Record<string, Record<string, Described>> }
  const all = Object.values(paths).flatMap((methods) => Object.values(methods))
  return new Map(
    all.map((each) => [each.operationId, each['x-access']?.toSorted().join(' ') ?? 'anyone']),
  )
}

function anEvent(): object {
  count += 1
  const event = eventOf('event-member', 'member.joined', `event-${count}`, '2017-11-01T00:00:00Z')
  return { ...event, data: { nickname: 'Lin' } }
}

function open(path: string, json?: object): Operation {
  return {
    roles: 'anyone',
    ofMember: false,
    request: () => ({ path, ...(json === undefined ? {} : { json }) }),
  }
}

function reading(roles: readonly Role[], path: string): Operation {
  return { roles, ofMember: false, request: () => ({ path }) }
}

function writing(roles: readonly Role[], path: string, json: object): Operation {
  return { roles, ofMember: false, request: () => ({ path, json }) }
}

function trading(path: string, json: object): Operation {
  return {
    roles: programs,
    ofMember: false,
    request: () => {
      count += 1
      return { path, headers: { 'idempotency-key': `key-${count}` }, json }
    },
  }
}

/** Asked of a member under a key of its own. */
function keyed(roles: readonly Role[], path: string, json: object): Operation {
  return {
    roles,
    ofMember: true,
    request: (memberId) => ({
      path: `/v1/members/${memberId}/${path}`,
      headers: keyHeader(),
      json,
    }),
  }
}

/** A member claims for itself; a program names for whom. */
function claiming(path: string, json: object = {}): Operation {
  return {
    roles: ofMembers,
    ofMember: true,
    request: (memberId) => ({ path, headers: keyHeader(), json: { ...json, memberId } }),
  }
}

function keyHeader(): Readonly<Record<string, string>> {
  count += 1
  return { 'idempotency-key': `key-${count}` }
}

function ofMember(path: (memberId: string) => string): Operation {
  return { roles: ofMembers, ofMember: true, request: (memberId) => ({ path: path(memberId) }) }
}

function posting(roles: readonly Role[], path: string, body: () => object): Operation {
  return {
    roles,
    ofMember: true,
    request: (memberId) => {
      count += 1
      return {
        path: `${walletPath(memberId)}/${path}`,
        headers: { 'idempotency-key': `key-${count}` },
        json: body(),
      }
    },
  }
}
