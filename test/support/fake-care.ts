// What the fake API answers a member of returns, deliveries, price protection and events.

export const at = (text: string): string => `2018-${text}:00+08:00`

type Waits = { readonly what: string; readonly late: string; readonly lapse: string }

/** A request as far as it has come; what its turns make of it. */
export type Asked = {
  readonly kind: string
  readonly status: string
  readonly outcome: string | null
  readonly waitsFor: (Waits & { readonly dueAt: string; readonly leftSeconds: number }) | null
  readonly turned: (turn: string) => Asked
}

const until = { dueAt: at('11-16T08:00'), leftSeconds: 423_375 }

const waits = {
  agreed: { what: 'sendBack', late: 'member', lapse: 'lapsed', ...until },
  rejected: { what: 'escalate', late: 'member', lapse: 'refused', ...until },
  sent: { what: 'confirm', late: 'shop', lapse: 'refunded', ...until },
} as const

const next: Readonly<Record<string, keyof typeof waits>> = {
  agreement: 'agreed',
  rejection: 'rejected',
  parcel: 'sent',
}

export const asked: Asked = {
  memberId: 'xiaoman',
  returnId: 'R1',
  orderId: 'T2018-1',
  shopId: 'lily',
  kind: 'return',
  reason: 'noReason',
  condition: 'intact',
  freightBy: 'member',
  amountFen: 44_900,
  lines: [
    {
      line: '1',
      quantity: 1,
      amountFen: 44_900,
      sku: null,
    },
  ],
  refundedFen: null,
  note: '尺码不合',
  status: 'asked',
  outcome: null,
  waitsFor: {
    what: 'answer',
    late: 'shop',
    lapse: 'agreed',
    ...until,
  },
  askedAt: at('11-11T08:00'),
  answeredAt: null,
  answeredBy: null,
  sentAt: null,
  arrivedAt: null,
  disputedAt: null,
  disputeOutcome: null,
  decidedAt: null,
  closedAt: null,
  policy: 'timeouts@1',
  turned,
} as Asked

function turned(this: Asked, turn: string): Asked {
  const status = next[turn]
  if (status !== undefined) return { ...this, status, waitsFor: waits[status] }
  const outcome = turn === 'withdrawal' ? 'withdrawn' : 'refunded'
  return { ...this, status: 'ended', outcome, waitsFor: null }
}

export const steps = [
  {
    n: 1,
    turn: 'ask',
    status: 'asked',
    at: at('11-11T08:00'),
    actor: 'member:xiaoman',
    told: {},
    note: '尺码不合',
  },
]

const times = {
  orders: [
    {
      orderId: 'T2018-1',
      shopId: 'lily',
      policy: 'timeouts@1',
      receipt: null,
      timeouts: [
        {
          what: 'receive',
          late: 'member',
          dueAt: at('11-26T08:00'),
          leftSeconds: 1_287_375,
          lapse: 'received',
        },
        {
          ...asked.waitsFor,
          returnId: 'R1',
        },
      ],
    },
  ],
}

const shipment = (orderId: string) => ({
  memberId: 'xiaoman',
  orderId,
  shopId: 'lily',
  tradeId: 'T2018',
  status: 'late',
  cause: 'notShipped',
  excuse: null,
  paidAt: at('11-11T00:06'),
  shipBy: at('11-11T09:00'),
  traceBy: null,
  shippedAt: null,
  collectedAt: null,
  lateSince: at('11-11T09:00'),
  complainedAt: null,
  toDo: 'ship',
  secondsLeft: -5025,
  policies: 'delivery@1',
  lines: [],
})

const compensation = {
  ref: 'late:T2018-1',
  status: 'paid',
  compensationFen: 2_390,
  points: 2_390,
  priceFen: 23_900,
  byComplaint: false,
  paidAt: at('11-11T09:00'),
  takenBackAt: null,
}

const claim = {
  memberId: 'xiaoman',
  tradeId: 'T2018',
  orderId: 'T2018-1',
  lineId: '1',
  campaign: 'double11-2018',
  shopId: 'lily',
  sku: '冲锋衣-L',
  unitsFen: [44_900],
  lowerPriceFen: 42_900,
  fullFen: 2_000,
  paidFen: 2_000,
  paidAs: 'money',
  limitedBy: null,
  openedBy: 'price',
  policies: '',
  openedAt: at('11-11T10:00'),
  changedAt: at('11-11T10:00'),
}

const event = (name: string, zh: string, en: string, more: object) => ({
  event: name,
  policy: `entry:${name}@1`,
  title: {
    zh,
    en,
  },
  points: 200,
  waiting: 0,
  register: {
    from: at('11-01T00:00'),
    to: at('11-20T00:00'),
  },
  takesPlace: {
    from: at('11-24T19:00'),
    to: at('11-24T21:00'),
  },
  capacity: 100,
  left: 12,
  rules: null,
  calledOff: null,
  terms: {},
  ...more,
})

const events = [
  event('night-run', '夜跑', 'Night run', {}),
  event('tasting', '品鉴会', 'Tasting', { left: 0, waiting: 3, rules: 'points-event:tasting@1' }),
  event('old-fair', '老集市', 'Old fair', {
    calledOff: { at: at('11-10T10:00'), reason: '暴雨' },
  }),
]

type Answer = { readonly status: number; readonly body: object } | undefined

type Call = {
  readonly method: string
  readonly memberId: string
  /** Of the path after `/v1`. */
  readonly parts: readonly string[]
}

/** What a member asked and registered for stays until it is made anew. */
export function fakeCare(): (call: Call) => Answer {
  let request = asked
  const entries = new Map<string, string>()

  return ({ method, memberId, parts }) => {
    const has = memberId === 'xiaoman'
    if (parts[0] === 'timeouts') return found(has ? times : { orders: [] })
    if (parts[0] === 'entry-events') return found({ events })
    const [, of, resource = '', id = '', part] = parts
    if (of !== memberId) return undefined
    switch (resource) {
      case 'return-requests':
        if (method === 'POST' && id === '') return { status: 201, body: asked }
        if (id === '') return found({ requests: has ? [request] : [] })
        if (method === 'GET') return found({ request, steps })
        request = request.turned(part ?? '')
        return found(request)
      case 'orders':
        return shipmentAnswer(id)
      case 'price-protections':
        return found(method === 'GET' ? { claims: has ? [claim] : [] } : { claim, payFen: 500 })
      case 'event-entries':
        return entryAnswer(method, id, part)
    }
    return undefined
  }

  function entryAnswer(method: string, id: string, part: string | undefined): Answer {
    const entryOf = (name: string): object => ({
      memberId: 'xiaoman',
      event: name,
      nth: 1,
      policy: `entry:${name}@1`,
      points: 200,
      status: entries.get(name),
      captured: 0,
      givenBack: 0,
      rules: null,
      before: 3,
      registeredAt: at('11-11T10:23'),
    })
    if (id === '') return found({ entries: [...entries.keys()].map(entryOf) })
    if (method === 'GET') return found(entryOf(id))
    const place = id === 'tasting' ? 'waiting' : 'admitted'
    entries.set(id, part === 'cancellation' ? 'cancelled' : place)
    return { status: 201, body: entryOf(id) }
  }
}

function shipmentAnswer(orderId: string): Answer {
  if (orderId === 'T2018-1') {
    return found({ shipment: shipment(orderId), compensations: [compensation] })
  }
  if (orderId === 'T2018-3') return found({ shipment: shipment(orderId), compensations: [] })
  const code = 'delivery/unknown-shipment'
  return { status: 404, body: { type: 'about:blank', status: 404, code, title: 'Not here.' } }
}

function found(body: object): Answer {
  return { status: 200, body }
}
