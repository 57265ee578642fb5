// What the fake API answers of a shop's day that stays as it is.
import { at } from '#test/support/fake-care.ts'

const line = {
  line: '1',
  category: 'apparel',
  presale: false,
  custom: false,
  shipBy: at('11-13T23:59'),
  traceBy: null,
  why: {
    set: 'rule',
    title: { zh: '双11', en: 'Double 11' },
    tried: [],
  },
}

const shipment = {
  memberId: 'xiaoman',
  orderId: 'S1',
  shopId: 'lily',
  tradeId: 'T1',
  status: 'waiting',
  cause: null as string | null,
  excuse: null,
  paidAt: at('11-11T00:05'),
  shipBy: at('11-11T12:00'),
  traceBy: at('11-13T12:00'),
  shippedAt: null as string | null,
  collectedAt: null,
  lateSince: null as string | null,
  complainedAt: null,
  toDo: 'ship' as string | null,
  secondsLeft: 5_775,
  policies: 'delivery@1, trade@1',
  lines: [line],
}

const late = {
  ...shipment,
  orderId: 'S0',
  status: 'late',
  cause: 'notShipped',
  lateSince: at('11-11T09:00'),
  shipBy: at('11-11T09:00'),
  secondsLeft: -5025,
}

const traced = { ...shipment, orderId: 'S2', toDo: 'trace', shippedAt: at('11-11T08:00') }

const compensation = {
  ref: 'late:S0',
  status: 'paid',
  compensationFen: 2_390,
  points: 2_390,
  priceFen: 23_900,
  byComplaint: false,
  paidAt: at('11-11T09:00'),
  takenBackAt: null,
  policies: 'late@1',
  why: {},
}

const fraction = (numerator: number, denominator: number, shown: string) => {
  return { numerator, denominator, shown }
}

const standing = { percentile: fraction(7, 8, '0.8750'), rank: 5, of: 40, worse: 35, level: 1 }

const metric = (name: string, zh: string, en: string, unit: string, more: object) => ({
  name,
  title: { zh, en },
  unit,
  better: 'higher',
  windowDays: 180,
  window: ['2018-05-15', '2018-11-10'],
  counted: ['2018-05-16', '2018-11-09'],
  leftOut: [],
  told: null,
  standing,
  next: null,
  trend: [4.7, 4.8, 4.75, 4.86].map((mean, n) => ({
    day: `2018-10-${21 + n}`,
    value: fraction(Math.round(mean * 100), 100, String(mean)),
    percentile: null,
  })),
  ...more,
})

const index = {
  value: fraction(8_125, 100, '81.25'),
  standing,
  parts: [
    { metric: 'description', weight: 2, score: '87.50', by: 'percentile' },
    { metric: 'refundHours', weight: 1, score: null, by: 'nothing' },
  ],
}

export const metrics = {
  shopId: 'lily',
  day: '2018-11-11',
  policy: 'merchantMetrics@1',
  comparedAt: at('11-11T02:00'),
  metrics: [
    metric('description', '描述相符', 'As described', 'mean', {
      value: fraction(972, 200, '4.86'),
      leftOut: [{ reason: 'beyondMost', count: 3 }],
      next: { level: fraction(49, 10, '4.90'), gap: fraction(1, 25, '0.0400'), neededInRow: 80 },
    }),
    metric('service', '服务态度', 'Service', 'mean', { value: fraction(5, 1, '5.00') }),
    metric('delivery', '物流服务', 'Delivery', 'mean', { value: null, standing: null, trend: [] }),
    metric('shipping48h', '48小时发货率', 'Shipped within 48 hours', 'share', {
      value: fraction(395, 400, '0.9875'),
    }),
    metric('refundHours', '退款时长', 'Hours to a refund', 'hours', {
      value: fraction(25, 2, '12.5000'),
      better: 'lower',
    }),
  ],
  afterSales: null,
  ranking: index,
  sales: [{ days: 30, fen: 1_234_500, orders: 61, buyers: 52 }],
}

export const violation = {
  shopId: 'lily',
  violationId: 'v-1',
  kind: 'general',
  points: 6,
  status: 'recorded',
  doneAt: at('11-05T10:00'),
  recordedAt: at('11-06T10:00'),
  policy: 'violations@1',
  cause: { code: 'soldLowerAfter', sku: 'coat', campaign: 'year-end' },
  turns: [] as object[],
}

const total = (kind: string, points: number, threshold: number, more: object) => ({
  kind,
  points,
  carriedPoints: 0,
  addedPoints: points,
  violations: [],
  resets: [],
  resetsAt: '2019-01-01T00:00:00+08:00',
  next: {
    threshold,
    missingPoints: threshold - points,
    barredDays: null,
    penaltyFen: null,
    title: { zh: '处理', en: 'Consequence' },
    removed: false,
    ...more,
  },
})

export const totals = [
  total('general', 6, 12, { barredDays: 7, penaltyFen: 1_000_000 }),
  total('severe', 0, 48, { removed: true }),
  total('fake', 0, 48, { removed: true }),
]

export const ticket = {
  ticketId: `tk-${'0'.repeat(24)}`,
  merchantId: 'lily',
  shopId: 'lily',
  level: 0,
  category: 'orders',
  subject: '物流异常',
  status: 'waiting',
  isAssigned: true,
  openedAt: at('11-09T11:00'),
  firstAnswerDue: at('11-09T15:00'),
  reopened: 0,
  firstAnsweredAt: at('11-09T12:00'),
  isFirstAnswerLate: false,
  isSolutionLate: false,
  solutionDue: at('11-12T11:00'),
  solvedAt: null,
  closedAt: null as string | null,
  dueAt: at('11-16T12:00') as string | null,
  satisfaction: null as number | null,
}

export const message = (number: number, side: string, kind: string, text: string) => {
  return { number, side, kind, text, attachments: [], at: at(`11-09T1${number}:00`) }
}

export const categories = [
  {
    category: 'orders',
    title: { zh: '订单与物流', en: 'Orders and delivery' },
    subjects: [],
    firstAnswerWithin: 'PT4H',
    solutionWithin: 'P2D',
    time: 'working',
  },
]

export const notice = (n: number, type: string, data: object) => {
  return { announcementId: `a-${n}`, type, at: at(`11-0${n}T10:00`), data, readAt: null }
}

export const statement = {
  funding: [
    {
      campaign: 'year-end',
      shop: 'lily',
      funder: 'platform',
      layer: 'allowance',
      allocatedFen: 5_000,
      reversedFen: 1_000,
      netFen: 4_000,
    },
  ],
  funders: [],
  shops: [
    {
      campaign: 'year-end',
      shop: 'lily',
      orders: 3,
      goodsFen: 90_000,
      freightFen: 0,
      extrasFen: 0,
      paidFen: 80_000,
      refundedFen: 10_000,
      ownFundedFen: 6_000,
      othersFundedFen: 4_000,
      dueFen: 74_000,
    },
  ],
  points: [],
  late: [],
  protections: [],
  totals: {
    allocatedFen: 5_000,
    reversedFen: 1_000,
    netFen: 4_000,
    paidFen: 80_000,
    refundedFen: 10_000,
    dueFen: 74_000,
    pointsFen: 400,
    lateFen: 2_390,
    protectionFen: 0,
  },
}

export const ratings = [
  {
    orderId: 'S7',
    postedAt: at('11-09T10:00'),
    description: 5,
    service: 5,
    delivery: 4,
    status: 'beyondMost',
    receivedAt: at('11-08T10:00'),
  },
]

export function shipmentsOf(due: string): object {
  const shipments = { late: [late], overdue: [late], today: [shipment] }[due]
  return {
    counts: { overdue: 1, today: 1, later: 1 },
    shipments: shipments ?? [late, shipment, traced],
  }
}

export function one(orderId: string | undefined): object {
  return orderId === 'S0'
    ? { shipment: late, compensations: [compensation] }
    : { shipment, compensations: [] }
}
