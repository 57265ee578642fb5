// What the fake API has of a merchant, its shops and their campaigns.

export const merchantId = 'lily'

const shop = (shopId: string, title: string, mainCategory: string) => ({
  shopId,
  merchantId,
  title,
  mainCategory,
  categories: [mainCategory],
  brand: 'LILY',
  type: 'flagship',
  openedOn: '2016-03-01',
  status: 'open',
})

export const merchant = {
  merchantId,
  name: '莉莉服饰',
  legalEntity: '杭州莉莉服饰有限公司',
  shops: [shop('lily', '莉莉服饰旗舰店', 'clothes'), shop('lily-home', '莉莉家居', 'home')],
}

export const at = (text: string): string => `2018-${text}:00+08:00`

const phase = (name: string, zh: string, en: string, from: string, to: string, state: string) => ({
  phase: name,
  title: {
    zh,
    en,
  },
  for: ['shortlisted'],
  from: at(from),
  to: at(to),
  state,
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
  task: name,
  title: of.title,
  phase: of.phase,
  from: of.from,
  before: of.to,
  state,
})

export const campaigns = {
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
  name,
  saw,
  needs,
  test: 'atLeast',
  ok,
  metric: name,
})

export const seen = (ok: boolean) => [
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

export function supplementsOf(done: ReadonlySet<string>) {
  const due = { from: at('11-10T00:00'), before: at('11-12T00:00') }
  const all = [
    { name: 'identity', kind: 'identity', ...title('身份确认', 'Identity confirmed'), ...due },
    {
      name: 'integrityAgreement',
      kind: 'agreement',
      ...due,
      text: agreementText,
      ...title('诚信经营协议', 'Integrity agreement'),
    },
    {
      name: 'allowanceSteps',
      kind: 'allowanceSteps',
      ...due,
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
  by: 'deal',
  id: 'T88',
  priceFen: 19900,
  at: at('11-03T20:15'),
  limitFen: 17910,
  window: ['2018-10-15', '2018-11-19'],
}
const promo = {
  by: 'promo',
  id: 'P7',
  priceFen: 18500,
  at: at('12-14T00:00'),
  limitFen: 18500,
  window: ['2018-12-13', '2018-12-27'],
}

export const ceiling = (sku: string, kind: string) => ({
  sku,
  kind,
  ceilingFen: sku === 'unsold' ? null : 17910,
  floorFen: null,
  bounds: sku === 'unsold' ? [] : [deal, promo],
  windows: {
    deals: deal.window,
    promo: promo.window,
  },
})

export const cause = {
  refusal: 'prices/above-lowest-deal',
  priceFen: 35900,
  at: at('11-09T14:27'),
  window: deal.window,
  dealId: 'T91',
  limitFen: 32310,
}

export const declaration = (sku: string, priceFen: number, more: object = {}) => ({
  campaign: 'year-end',
  shopId: 'lily',
  sku,
  kind: 'spot',
  status: 'declared',
  number: 1,
  category: 'clothes',
  priceFen,
  quantity: 200,
  depositFen: null,
  worthFen: null,
  instantOffFen: null,
  ceiling: { ceilingFen: 34110 },
  cause: null,
  sold: 0,
  left: 200,
  declaredAt: at('11-05T10:00'),
  changedAt: at('11-05T10:00'),
  ...more,
})

export const suspended = {
  status: 'suspended',
  cause: { ...cause, causes: [cause], policies: 'price@1' },
}

export const doneFile = {
  fileId: 'f'.repeat(22),
  campaign: 'year-end',
  status: 'done',
  problem: null,
  rowsFound: 3,
  rowsDone: 3,
  declared: 2,
  changed: 0,
  unchanged: 0,
  refused: 1,
  receivedAt: at('11-11T10:20'),
  endedAt: at('11-11T10:21'),
}

export const refusedRow = {
  line: 4,
  outcome: 'refused',
  kind: 'spot',
  sku: 'scarf',
  field: 'price',
  reason: 'declarations/price-above-ceiling',
  facts: { ceilingFen: 17910 },
}

export const policies = [
  {
    name: 'violations',
    inForce: true,
    body: {
      acts: {
        leftAfterApproval: {
          kind: 'general',
          points: 6,
        },
      },
    },
  },
]

export const asked = {
  memberId: 'xiaoman',
  returnId: 'R1',
  orderId: 'LY801',
  kind: 'return',
  amountFen: 31900,
  waitsFor: {
    what: 'answer',
    late: 'shop',
    dueAt: at('11-12T08:00'),
    lapse: 'agreed',
  },
}

export const everything = new Set(['identity', 'integrityAgreement', 'allowanceSteps'])

export const urgent = {
  counts: { overdue: 1, today: 2, later: 3 },
  shipments: [{ orderId: 'LY901', toDo: 'ship', shipBy: at('11-11T09:00'), traceBy: null }],
}

export const terms = {
  identities: [
    { name: 'event', ...title('主会场商家', 'Event merchant'), goods: 'all' },
    { name: 'happy', ...title('动员会场商家', 'Mobilisation merchant'), goods: 'all' },
  ],
  venues: [],
  terms: { allowance: { steps: [{ threshold: '400.00', off: '50.00' }] } },
}
