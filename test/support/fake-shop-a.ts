// What the fake API answers of a merchant, its shops and their campaigns: two shops of Lily.

/** One request of the console: the path after `/v1`, in parts. */
export type ShopCall = {
  readonly method: string
  readonly parts: readonly string[]
  readonly query: URLSearchParams
  readonly body: unknown
}

export type ShopAnswer = { readonly status: number; readonly body: object } | undefined

export const merchantId = 'lily'

const shop = (shopId: string, title: string, mainCategory: string) => ({
  ...{ shopId, merchantId, title, mainCategory, categories: [mainCategory], brand: 'LILY' },
  ...{ type: 'flagship', openedOn: '2016-03-01', status: 'open' },
})

const merchant = {
  merchantId,
  name: '莉莉服饰',
  legalEntity: '杭州莉莉服饰有限公司',
  shops: [shop('lily', '莉莉服饰旗舰店', 'clothes'), shop('lily-home', '莉莉家居', 'home')],
}

const at = (text: string): string => `2018-${text}:00+08:00`

const phase = (name: string, zh: string, en: string, from: string, to: string, state: string) => ({
  ...{ phase: name, title: { zh, en }, for: ['shortlisted'] },
  ...{ from: at(from), to: at(to), state },
})

const yearEndPhases = [
  phase('signUp', '商家报名', 'Sign-up', '10-01T00:00', '10-08T00:00', 'over'),
  phase('supplements', '补充报名资料', 'Supplements', '10-08T00:00', '10-15T00:00', 'over'),
  phase(
    'presaleDeclaration',
    '预售商品申报',
    'Presale declaration',
    '11-01T00:00',
    '11-13T00:00',
    'open',
  ),
  phase(
    'spotDeclaration',
    '现货商品申报',
    'Spot declaration',
    '11-01T00:00',
    '11-20T00:00',
    'open',
  ),
  phase('day', '活动当天', 'The day', '12-12T00:00', '12-13T00:00', 'coming'),
]

const newYearPhases = [
  phase('supplements', '补充报名资料', 'Supplements', '11-10T00:00', '11-12T00:00', 'open'),
  phase('day', '活动当天', 'The day', '12-28T00:00', '12-29T00:00', 'coming'),
]

const task = (name: string, of: ReturnType<typeof phase>, state = 'now') => ({
  ...{ task: name, title: of.title, phase: of.phase, from: of.from, before: of.to, state },
})

const campaigns = {
  'year-end': {
    title: { zh: '年终盛典', en: 'Year-end festival' },
    phases: yearEndPhases,
    toDo: yearEndPhases.slice(2, 4).map((each) => task('declare', each)),
    status: { lily: 'shortlisted', 'lily-home': 'none' },
  },
  'new-year': {
    title: { zh: '年货节', en: 'New Year goods festival' },
    phases: newYearPhases,
    toDo: newYearPhases.slice(0, 1).map((each) => task('supplement', each)),
    status: { lily: 'approved', 'lily-home': 'refused' },
  },
} as const

const criterion = (
  name: string,
  saw: string | number | null,
  needs: string | number,
  ok: boolean,
) => ({
  ...{ name, saw, needs, test: 'atLeast', ok, metric: name },
})

const seen = (ok: boolean) => [
  criterion('dsrDescription', ok ? '4.86' : '4.59', '4.6', ok),
  criterion('shopAge', 898, 90, true),
  criterion('brandPopularity', null, 1, true),
  {
    ...criterion('violations.general.30', 2, 12, true),
    test: 'below',
    window: ['2018-10-12', '2018-11-10'],
  },
]

const agreementText = {
  version: '2018-1',
  hash: 'a'.repeat(64),
  zh: '诚信经营。',
  en: 'Honest trade.',
}

const title = (zh: string, en: string) => ({ title: { zh, en } })

function supplementsOf(done: ReadonlySet<string>) {
  const due = { from: at('11-10T00:00'), before: at('11-12T00:00') }
  const all = [
    { name: 'identity', kind: 'identity', ...title('身份确认', 'Identity confirmed'), ...due },
    {
      ...{ name: 'integrityAgreement', kind: 'agreement', ...due, text: agreementText },
      ...title('诚信经营协议', 'Integrity agreement'),
    },
    {
      ...{ name: 'allowanceSteps', kind: 'allowanceSteps', ...due },
      ...title('设置购物津贴', 'Shopping allowance set up'),
    },
  ]
  return all.map((each) => {
    if (!done.has(each.name)) return each
    const version = 'text' in each ? agreementText.version : null
    return {
      ...each,
      done: { at: at('11-11T10:00'), by: 'merchant:lily', version, hash: null, detail: null },
    }
  })
}

const deal = {
  ...{ by: 'deal', id: 'T88', priceFen: 19_900, at: at('11-03T20:15'), limitFen: 17_910 },
  window: ['2018-10-15', '2018-11-19'],
}
const promo = {
  ...{ by: 'promo', id: 'P7', priceFen: 18_500, at: at('12-14T00:00'), limitFen: 18_500 },
  window: ['2018-12-13', '2018-12-27'],
}

const ceiling = (sku: string, kind: string) => ({
  ...{ sku, kind, ceilingFen: sku === 'unsold' ? null : 17_910, floorFen: null },
  bounds: sku === 'unsold' ? [] : [deal, promo],
  windows: { deals: deal.window, promo: promo.window },
})

const cause = {
  refusal: 'prices/above-lowest-deal',
  ...{ priceFen: 35_900, at: at('11-09T14:27'), window: deal.window },
  ...{ dealId: 'T91', limitFen: 32_310 },
}

const declaration = (sku: string, priceFen: number, more: object = {}) => ({
  ...{ campaign: 'year-end', shopId: 'lily', sku, kind: 'spot', status: 'declared', number: 1 },
  ...{ category: 'clothes', priceFen, quantity: 200, depositFen: null, worthFen: null },
  ...{ instantOffFen: null, ceiling: { ceilingFen: 34_110 }, cause: null, sold: 0, left: 200 },
  ...{ declaredAt: at('11-05T10:00'), changedAt: at('11-05T10:00') },
  ...more,
})

const suspended = { status: 'suspended', cause: { ...cause, causes: [cause], policies: 'price@1' } }

const doneFile = {
  ...{ fileId: 'f'.repeat(22), campaign: 'year-end', status: 'done', problem: null },
  ...{ rowsFound: 3, rowsDone: 3, declared: 2, changed: 0, unchanged: 0, refused: 1 },
  ...{ receivedAt: at('11-11T10:20'), endedAt: at('11-11T10:21') },
}

const refusedRow = {
  ...{ line: 4, outcome: 'refused', kind: 'spot', sku: 'scarf', field: 'price' },
  ...{ reason: 'declarations/price-above-ceiling', facts: { ceilingFen: 17_910 } },
}

const policies = [
  {
    ...{ name: 'violations', inForce: true },
    body: { acts: { leftAfterApproval: { kind: 'general', points: 6 } } },
  },
]

const asked = {
  ...{ memberId: 'xiaoman', returnId: 'R1', orderId: 'LY801', kind: 'return', amountFen: 31_900 },
  waitsFor: { what: 'answer', late: 'shop', dueAt: at('11-12T08:00'), lapse: 'agreed' },
}

/** A console of its own: what is declared, signed and sent stays until it is made anew. */
export function fakeShopA(): (call: ShopCall) => ShopAnswer {
  const declared = [declaration('coat', 17_900), declaration('dress', 33_900, suspended)]
  const done = new Set<string>()
  const left = new Set<string>()
  const files: object[] = []

  return ({ method, parts, query, body }) => {
    const [area, id = '', resource, campaign = '', part, ...rest] = parts
    if (area === 'merchants' && parts.length === 2) {
      return id === merchantId ? found(merchant) : problem(404, 'merchants/unknown')
    }
    if (area === 'policies') return found({ policies })
    if (area === 'campaigns') return found(terms)
    if (area !== 'shops' || !merchant.shops.some(({ shopId }) => shopId === id)) return undefined
    switch (resource) {
      case 'campaigns':
        if (campaign === '') return found({ campaigns: standings(id, left) })
        if (part === 'ceilings') return found(ceilingsOf(query))
        if (part === 'declarations') {
          return method === 'GET' ? found(listed(query)) : turned(method, rest, body)
        }
        return filesAnswer(method, rest)
      case 'enrolments': {
        if (part === 'supplements') done.add(rest[0] ?? '')
        if (part === 'leave') left.add(id)
        return part === 'check'
          ? found({ ok: true, identities: ['event'], policies: '', criteria: seen(true) })
          : enrolment(id, campaign)
      }
      case 'announcements':
        return query.get('limit') === '1' ? found({ announcements: [], unread: 3 }) : undefined
      case 'shipments':
        return query.get('limit') === '1' ? found(urgent) : undefined
      case 'return-requests':
        return query.get('limit') === '100' ? found({ requests: [asked] }) : undefined
    }
    return undefined
  }

  function listed(query: URLSearchParams): object {
    const status = query.get('status')
    const shown = declared.filter((each) => status === null || each.status === status)
    return { declarations: shown }
  }

  function turned(method: string, rest: readonly string[], body: unknown): ShopAnswer {
    const [kind = '', sku = ''] = rest
    const place = declared.findIndex((each) => each.sku === sku)
    if (method === 'DELETE') {
      const gone = { ...declaration(sku, 0), ...declared[place], status: 'withdrawn' }
      declared.splice(place, 1, gone)
      return found({ what: 'withdrawn', declaration: gone })
    }
    const { price, quantity } = body as { readonly price: string; readonly quantity: number }
    const priceFen = Math.round(Number(price) * 100)
    // Of this one a lower deal is recorded between the look at its ceiling and the declaration.
    if (sku === 'sold-meanwhile' || priceFen > 17_910) {
      const more = { field: 'price', ceilingFen: 17_910, causes: [cause] }
      return problem(409, 'declarations/price-above-ceiling', more)
    }
    const fresh = declaration(sku, priceFen, { kind, quantity, left: quantity })
    declared.splice(place < 0 ? 0 : place, place < 0 ? 0 : 1, fresh)
    return found({ what: place < 0 ? 'declared' : 'changed', declaration: fresh })
  }

  function filesAnswer(method: string, rest: readonly string[]): ShopAnswer {
    if (method === 'POST') {
      files.unshift(doneFile)
      return { status: 202, body: { ...doneFile, status: 'working', rowsDone: 1 } }
    }
    return found(rest[1] === 'rows' ? { rows: [refusedRow] } : { files })
  }

  function enrolment(shopId: string, campaign: string): ShopAnswer {
    const known = standings(shopId, left).find((each) => each.campaign === campaign)
    if (known === undefined || known.status === 'none') return problem(404, 'enrolment/unknown')
    const isRefused = known.status === 'refused'
    return found({
      ...{ campaign, shopId, attempt: 1, status: known.status, mainCategory: 'clothes' },
      ...{ identity: isRefused ? null : 'event', identities: isRefused ? [] : ['event', 'happy'] },
      ...{ appliedAt: at('11-01T10:00'), toldAt: at('11-10T00:00') },
      ...{ approvedAt: isRefused ? null : at('11-10T00:00'), endedAt: null, placeInList: null },
      decision: {
        at: at('11-10T00:00'),
        outcome: '',
        identities: [],
        policies: '',
        criteria: seen(!isRefused),
      },
      supplements: supplementsOf(campaign === 'year-end' ? everything : done),
      ...{ appealUntil: isRefused ? at('11-13T00:00') : null, appeal: null },
    })
  }
}

const everything = new Set(['identity', 'integrityAgreement', 'allowanceSteps'])

const urgent = {
  counts: { overdue: 1, today: 2, later: 3 },
  shipments: [{ orderId: 'LY901', toDo: 'ship', shipBy: at('11-11T09:00'), traceBy: null }],
}

const terms = {
  identities: [
    { name: 'event', ...title('主会场商家', 'Event merchant'), goods: 'all' },
    { name: 'happy', ...title('动员会场商家', 'Mobilisation merchant'), goods: 'all' },
  ],
  venues: [],
  terms: { allowance: { steps: [{ threshold: '400.00', off: '50.00' }] } },
}

function standings(shopId: string, left: ReadonlySet<string>) {
  return Object.entries(campaigns).map(([campaign, { title: named, phases, toDo, status }]) => {
    const stands = status[shopId === 'lily' ? 'lily' : 'lily-home']
    const isOut = campaign === 'new-year' && left.has(shopId)
    return {
      ...{ campaign, policy: `campaign:${campaign}@1`, title: named, placements: [] },
      status: isOut ? 'left' : stands,
      identity: null,
      toDo: stands === 'shortlisted' || (stands === 'approved' && !isOut) ? toDo : [],
      timeline: { at: at('11-11T10:23'), open: [], next: [], phases },
    }
  })
}

function ceilingsOf(query: URLSearchParams): object {
  const [sku, kind] = [query.get('sku') ?? '', query.get('kind') ?? 'spot']
  return { policies: 'price@1', ceilings: [ceiling(sku, kind)] }
}

function found(body: object): ShopAnswer {
  return { status: 200, body }
}

function problem(status: number, code: string, more: object = {}): ShopAnswer {
  return { status, body: { type: 'about:blank', status, code, title: 'Not so.', ...more } }
}
