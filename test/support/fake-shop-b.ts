// What the fake API answers of a shop's day: shipments, returns, metrics, tickets, notices, settlement.
import type { ShopAnswer, ShopCall } from '#test/support/fake-shop-a.ts'
import { asked, at, steps, type Asked } from '#test/support/fake-care.ts'

const line = {
  ...{ line: '1', category: 'apparel', presale: false, custom: false },
  ...{ shipBy: at('11-13T23:59'), traceBy: null },
  why: { set: 'rule', title: { zh: '双11', en: 'Double 11' }, tried: [] },
}

const shipment = {
  ...{ memberId: 'xiaoman', orderId: 'S1', shopId: 'lily', tradeId: 'T1', status: 'waiting' },
  ...{ cause: null as string | null, excuse: null, paidAt: at('11-11T00:05') },
  ...{ shipBy: at('11-11T12:00'), traceBy: at('11-13T12:00'), shippedAt: null as string | null },
  ...{ collectedAt: null, lateSince: null as string | null, complainedAt: null },
  ...{ toDo: 'ship' as string | null, secondsLeft: 5_775, policies: 'delivery@1, trade@1' },
  lines: [line],
}

const late = {
  ...shipment,
  ...{ orderId: 'S0', status: 'late', cause: 'notShipped', lateSince: at('11-11T09:00') },
  ...{ shipBy: at('11-11T09:00'), secondsLeft: -5_025 },
}

const traced = { ...shipment, orderId: 'S2', toDo: 'trace', shippedAt: at('11-11T08:00') }

const compensation = {
  ...{ ref: 'late:S0', status: 'paid', compensationFen: 2_390, points: 2_390, priceFen: 23_900 },
  ...{ byComplaint: false, paidAt: at('11-11T09:00'), takenBackAt: null, policies: 'late@1' },
  why: {},
}

const fraction = (numerator: number, denominator: number, shown: string) => {
  return { numerator, denominator, shown }
}

const standing = { percentile: fraction(7, 8, '0.8750'), rank: 5, of: 40, worse: 35, level: 1 }

const metric = (name: string, zh: string, en: string, unit: string, more: object) => ({
  ...{ name, title: { zh, en }, unit, better: 'higher', windowDays: 180 },
  ...{ window: ['2018-05-15', '2018-11-10'], counted: ['2018-05-16', '2018-11-09'] },
  ...{ leftOut: [], told: null, standing, next: null },
  trend: [4.7, 4.8, 4.75, 4.86].map((mean, n) => ({
    day: `2018-10-${21 + n}`,
    value: fraction(Math.round(mean * 100), 100, String(mean)),
    percentile: null,
  })),
  ...more,
})

const index = {
  ...{ value: fraction(8_125, 100, '81.25'), standing },
  parts: [
    { metric: 'description', weight: 2, score: '87.50', by: 'percentile' },
    { metric: 'refundHours', weight: 1, score: null, by: 'nothing' },
  ],
}

const metrics = {
  ...{ shopId: 'lily', day: '2018-11-11', policy: 'merchantMetrics@1' },
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
      ...{ value: fraction(25, 2, '12.5000'), better: 'lower' },
    }),
  ],
  afterSales: null,
  ranking: index,
  sales: [{ days: 30, fen: 1_234_500, orders: 61, buyers: 52 }],
}

const violation = {
  ...{ shopId: 'lily', violationId: 'v-1', kind: 'general', points: 6, status: 'recorded' },
  ...{ doneAt: at('11-05T10:00'), recordedAt: at('11-06T10:00'), policy: 'violations@1' },
  cause: { code: 'soldLowerAfter', sku: 'coat', campaign: 'year-end' },
  turns: [] as object[],
}

const total = (kind: string, points: number, threshold: number, more: object) => ({
  ...{ kind, points, carriedPoints: 0, addedPoints: points, violations: [], resets: [] },
  resetsAt: '2019-01-01T00:00:00+08:00',
  next: {
    ...{ threshold, missingPoints: threshold - points, barredDays: null, penaltyFen: null },
    ...{ title: { zh: '处理', en: 'Consequence' }, removed: false },
    ...more,
  },
})

const totals = [
  total('general', 6, 12, { barredDays: 7, penaltyFen: 1_000_000 }),
  total('severe', 0, 48, { removed: true }),
  total('fake', 0, 48, { removed: true }),
]

const ticket = {
  ...{ ticketId: `tk-${'0'.repeat(24)}`, merchantId: 'lily', shopId: 'lily', level: 0 },
  ...{ category: 'orders', subject: '物流异常', status: 'waiting', isAssigned: true },
  ...{ openedAt: at('11-09T11:00'), firstAnswerDue: at('11-09T15:00'), reopened: 0 },
  ...{ firstAnsweredAt: at('11-09T12:00'), isFirstAnswerLate: false, isSolutionLate: false },
  ...{ solutionDue: at('11-12T11:00'), solvedAt: null, closedAt: null as string | null },
  ...{ dueAt: at('11-16T12:00') as string | null, satisfaction: null as number | null },
}

const message = (number: number, side: string, kind: string, text: string) => {
  return { number, side, kind, text, attachments: [], at: at(`11-09T1${number}:00`) }
}

const categories = [
  {
    ...{ category: 'orders', title: { zh: '订单与物流', en: 'Orders and delivery' } },
    ...{ subjects: [], firstAnswerWithin: 'PT4H', solutionWithin: 'P2D', time: 'working' },
  },
]

const notice = (n: number, type: string, data: object) => {
  return { announcementId: `a-${n}`, type, at: at(`11-0${n}T10:00`), data, readAt: null }
}

const statement = {
  funding: [
    {
      ...{ campaign: 'year-end', shop: 'lily', funder: 'platform', layer: 'allowance' },
      ...{ allocatedFen: 5_000, reversedFen: 1_000, netFen: 4_000 },
    },
  ],
  funders: [],
  shops: [
    {
      ...{ campaign: 'year-end', shop: 'lily', orders: 3, goodsFen: 90_000, freightFen: 0 },
      ...{ extrasFen: 0, paidFen: 80_000, refundedFen: 10_000, ownFundedFen: 6_000 },
      ...{ othersFundedFen: 4_000, dueFen: 74_000 },
    },
  ],
  ...{ points: [], late: [], protections: [] },
  totals: {
    ...{ allocatedFen: 5_000, reversedFen: 1_000, netFen: 4_000, paidFen: 80_000 },
    ...{ refundedFen: 10_000, dueFen: 74_000, pointsFen: 400, lateFen: 2_390, protectionFen: 0 },
  },
}

/** A day of the shop; what is answered, written and read stays until it is made anew. */
export function fakeShopB(): (call: ShopCall) => ShopAnswer {
  let request: Asked = asked
  let shown = violation
  let opened = ticket
  const said = [
    message(1, 'merchant', 'opened', '包裹三天没有更新。'),
    message(2, 'market', 'question', '请提供运单号。'),
  ]
  const told = [
    notice(9, 'jifen.shipment.late.v1', { orderId: 'S0' }),
    notice(8, 'jifen.declaration.suspended.v1', { sku: 'dress', priceFen: 33_900 }),
    notice(7, 'jifen.something.new.v1', {}),
  ].map((each) => ({ ...each, readAt: each.readAt as string | null }))

  return ({ method, parts, query, body }) => {
    const [area, , resource = '', ...rest] = parts
    if (area === 'merchants') return ticketsAnswer(method, resource, rest, body)
    switch (resource) {
      case 'shipments':
        return found(rest.length === 0 ? shipmentsOf(query.get('due') ?? 'all') : one(rest[1]))
      case 'return-requests':
        return returnsAnswer(method, rest, query)
      case 'metrics':
        return found(metrics)
      case 'ratings':
        return found({ ratings })
      case 'violations':
        return method === 'POST' ? appealed(body) : found(violations())
      case 'announcements':
        return noticesAnswer(rest[0], query)
      case 'settlement':
        return found(statement)
    }
    return undefined
  }

  function returnsAnswer(
    method: string,
    [, returnId, turn]: readonly string[],
    query: URLSearchParams,
  ): ShopAnswer {
    if (method === 'GET' && returnId === undefined) {
      const isOpen = query.get('status') === 'open'
      return found({ requests: isOpen && request.status === 'ended' ? [] : [request] })
    }
    if (method === 'POST') request = request.turned(turn ?? '')
    return found(method === 'GET' ? { request, steps } : request)
  }

  function violations(): object {
    const policy = 'violations@1'
    return { policy, totals, ...{ barredUntil: null, removed: false, sanctions: [] }, ...listed() }
  }

  function listed(): object {
    return { violations: [shown] }
  }

  function appealed(body: unknown): ShopAnswer {
    const { words } = body as { readonly words: string }
    const turns = [{ turn: 'appealed', at: at('11-11T10:23'), words }]
    shown = { ...violation, status: 'appealed', turns }
    return found(shown)
  }

  function noticesAnswer(id: string | undefined, query: URLSearchParams): ShopAnswer {
    if (id !== undefined) {
      const known = told.find(({ announcementId }) => announcementId === id)
      if (known === undefined) return undefined
      known.readAt = at('11-11T10:23')
      return found(known)
    }
    const unread = told.filter(({ readAt }) => readAt === null)
    const announcements = query.get('unread') === 'true' ? unread : told
    return found({ announcements, unread: unread.length })
  }

  function ticketsAnswer(
    method: string,
    resource: string,
    [id, part]: readonly string[],
    body: unknown,
  ): ShopAnswer {
    if (resource === 'ticket-categories') return found({ categories })
    if (resource !== 'tickets') return undefined
    if (part === 'satisfaction') opened = { ...opened, satisfaction: 5 }
    if (method === 'POST') {
      const { kind = 'message', text } = body as { readonly kind?: string; readonly text: string }
      said.push(message(said.length + 1, 'merchant', kind, text))
      const closedAt = kind === 'solved' ? at('11-11T10:23') : null
      opened = { ...opened, status: kind === 'solved' ? 'closed' : 'open', closedAt, dueAt: null }
      return { status: 201, body: opened }
    }
    if (method === 'PUT') return found(opened)
    return found(id === undefined ? { tickets: [opened] } : { ticket: opened, messages: said })
  }
}

const ratings = [
  {
    ...{ orderId: 'S7', postedAt: at('11-09T10:00'), description: 5, service: 5, delivery: 4 },
    ...{ status: 'beyondMost', receivedAt: at('11-08T10:00') },
  },
]

function shipmentsOf(due: string): object {
  const shipments = { late: [late], overdue: [late], today: [shipment] }[due]
  return {
    counts: { overdue: 1, today: 1, later: 1 },
    shipments: shipments ?? [late, shipment, traced],
  }
}

function one(orderId: string | undefined): object {
  return orderId === 'S0'
    ? { shipment: late, compensations: [compensation] }
    : { shipment, compensations: [] }
}

function found(body: object): ShopAnswer {
  return { status: 200, body }
}
