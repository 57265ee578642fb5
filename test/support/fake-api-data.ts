// What the fake API answers: one member of a demo market in November 2018, in the shapes of /v1.

export const now = '2018-11-11T10:23:45+08:00'

export const market = {
  currency: 'CNY',
  minorDigits: 2,
  zone: 'Asia/Shanghai',
  preset: 'tmall-2017',
  now,
  clock: 'virtual',
}

export const accounts = [
  {
    account: 'xiaoman',
    role: 'member',
    nickname: '小满',
    hint: {
      zh: '三年老会员，有即将到期的积分',
      en: 'Three years a member, with points about to expire',
    },
  },
  {
    account: 'newcomer',
    role: 'member',
    nickname: 'Alex Newcomer',
    hint: { zh: '刚刚加入，还没有积分', en: 'Joined a moment ago, no points yet' },
  },
  {
    account: 'lily',
    role: 'merchant',
    nickname: '莉莉',
    hint: { zh: '两家店铺', en: 'Two shops' },
  },
  {
    account: 'operator',
    role: 'operator',
    nickname: '林运营',
    hint: { zh: '起草与审批规则', en: 'Drafts and approves policies' },
  },
] as const

export const members: Readonly<Record<string, object>> = {
  xiaoman: member('xiaoman', '小满', '2015-03-08T12:00:00+08:00'),
  newcomer: member('newcomer', 'Alex Newcomer', '2018-11-11T10:00:00+08:00'),
}

function member(memberId: string, nickname: string, joinedAt: string): object {
  return { memberId, status: 'open', nickname, joinedAt, optIns: [] }
}

const points = {
  program: 'platform',
  unit: 'points',
  status: 'open',
  total: 8541,
  available: 8320,
  pending: 121,
  held: 100,
  debt: 0,
  asOf: now,
  expiring: [
    { month: '2018-12', lastDay: '2018-12-31', amount: 3260 },
    { month: '2019-12', lastDay: '2019-12-31', amount: 5160 },
  ],
  expiringSoon: { amount: 3260, before: '2019-01-01T00:00:00+08:00' },
}

const allowance = {
  ...points,
  unit: 'allowance',
  total: 12000,
  available: 12000,
  pending: 0,
  held: 0,
  expiring: [{ month: '2018-11', lastDay: '2018-11-11', amount: 12000 }],
  expiringSoon: { amount: 12000, before: '2018-11-11T22:30:00+08:00' },
}

const brandPoints = {
  ...points,
  program: 'lancome',
  unit: 'stars',
  total: 40,
  available: 0,
  pending: 40,
  held: 0,
  debt: 15,
  expiring: [],
  expiringSoon: null,
}

export const wallets: Readonly<Record<string, readonly object[]>> = {
  xiaoman: [points, allowance, brandPoints],
  newcomer: [],
}

type EntryKind = readonly [kind: string, change: number, more?: object]

/** A year of a member's life, newest first, then the same again for as long as is needed. */
const life: readonly EntryKind[] = [
  ['spend', 0, { amount: 99000, outcome: 'refused', refusal: 'ledger/insufficient' }],
  ['hold', 0, { amount: 100 }],
  ['earn', 473, { orderId: '2018110600017', shop: '云杉户外旗舰店' }],
  ['spend', -500],
  ['earn', 163, { orderId: '2018102100342', shop: 'Lancôme Beauté Official Flagship Store' }],
  ['clawBack', -31, { orderId: '2018100900121', shop: '良木家居' }],
  ['earn', 54, { orderId: '2018100900121', shop: '良木家居' }],
  ['giveBack', 200],
  ['release', 0, { amount: 80 }],
  ['earn', 1088, { orderId: '2018081800555', shop: '极目数码' }],
  ['expire', -66],
  ['activate', 0, { amount: 63 }],
]

const month = 31 * 24 * 3600 * 1000

/** Seventy entries, so that there are three pages of thirty. */
export const entries = Array.from({ length: 70 }, (_, index) => {
  const [kind, change, more] = life[index % life.length] ?? ['earn', 1]
  const at = Temporal.Instant.from(now).subtract({
    milliseconds: Math.round((index * month) / 3.1),
  })
  const bookedAt = at.round('second').toString({ timeZone: market.zone })
  return {
    seq: 70 - index,
    kind,
    ref: `order:20181106${String(70 - index).padStart(5, '0')}:${kind}`,
    outcome: 'done',
    amount: Math.abs(change),
    change,
    after: { available: 8320 - index * 7, pending: 121, held: 100, debt: 0 },
    occurredAt: bookedAt,
    bookedAt,
    ...more,
  }
})

const line = {
  id: '1',
  category: 'apparel',
  ratioKey: 'ordinary',
  ratio: '0.5',
  multipleAsked: '1',
  multiple: '1',
  multipleMax: '3',
  paidFen: 10900,
  refundedFen: 0,
  baseFen: 10900,
  exact: '54.5',
  points: 54,
  notes: ['category-without-ratio'],
}

/** The cause of every earn: two lines, one capped and part refunded, under the rules of an event. */
const earnCause = {
  type: 'order.received',
  orderId: '2018110600017',
  shopId: 'shop-17',
  eventId: 'a5f1c9',
  why: {
    lines: [
      line,
      {
        ...line,
        id: '2',
        category: 'digital3c',
        ratioKey: 'digital3c',
        ratio: '0.1',
        multipleAsked: '5',
        multiple: '3',
        paidFen: 159900,
        refundedFen: 20000,
        baseFen: 139900,
        exact: '419.7',
        points: 419,
        notes: ['multiple-capped', 'refunded-before-receipt'],
      },
    ],
    override: { event: 'double11', policy: 'points-event:double11@1', without: 193, with: 473 },
  },
}

/** The entry with everything that explains it; earns and spends differ in their cause and transfers. */
export function explained(entry: (typeof entries)[number]): object {
  const isEarn = entry.kind === 'earn'
  const isRefused = entry.outcome === 'refused'
  return {
    ...entry,
    of: null,
    actor: 'service:orders',
    policies: isEarn ? ['points@3', 'points-event:double11@1'] : ['points@3'],
    cause: isEarn
      ? earnCause
      : entry.kind === 'clawBack'
        ? clawBackCause
        : { type: 'api', reason: '200 积分兑换 10 元优惠券' },
    transfers: isRefused ? [] : isEarn ? earnTransfers : spendTransfers,
    lots: isRefused ? [] : isEarn ? [{ lotId: 12, amount: entry.amount }] : lots,
    ...(isEarn ? { expiresAt: '2020-01-01T00:00:00+08:00' } : {}),
    hash: '9f2c4b1e0d7a86530c4f19ab77de21c08e5b6f3a1d2094c7e8b65a3f10d9c2ee',
  }
}

const clawBackCause = {
  type: 'refund.succeeded',
  orderId: '2018100900121',
  shopId: 'shop-21',
  byLine: { '1': 31, '2': 0 },
}

const earnTransfers = [
  { debit: 'issued', credit: 'available', amount: 473, lotId: 12, toLotId: 12 },
]

const spendTransfers = [
  { debit: 'available', credit: 'spent', amount: 380, lotId: 12, toLotId: 12 },
  { debit: 'available', credit: 'spent', amount: 120, lotId: 13, toLotId: 13 },
]

const lots = [
  {
    lotId: 12,
    amount: 380,
    ref: 'order:2017042000012',
    expiresAt: '2019-01-01T00:00:00+08:00',
  },
  {
    lotId: 13,
    amount: 120,
    ref: 'order:2018030700100',
    expiresAt: '2020-01-01T00:00:00+08:00',
  },
]
