import type { DemoPolicy } from '#cli/demo/offers.ts'

/** The campaign for which goods are declared now, and the one whose supplements are due. */
export const yearEnd = 'year-end'
export const newYear = 'new-year'

/** What is signed in both. */
export const integrityText = {
  version: '1',
  zh: '本店承诺诚信经营，不虚构交易，不先涨后降。',
  en: 'This shop trades honestly: no made-up trades, and no price that is raised to be lowered.',
}

export const freightText = {
  version: '1',
  zh: '本店为活动订单投保退货运费险。',
  en: 'This shop insures the return freight of its orders of the event.',
}

/** The two campaigns of the demo, dated by its founding: as those of the preset, in other weeks. */
export function demoCampaigns(founded: Temporal.ZonedDateTime): readonly DemoPolicy[] {
  return [
    { name: `campaign:${yearEnd}`, body: campaignOf(founded, yearEndDays) },
    { name: `campaign:${newYear}`, body: campaignOf(founded, newYearDays) },
  ]
}

/** Days before (below zero) and after the founding. */
type Span = readonly [number, number]

type CampaignDays = {
  readonly title: { readonly zh: string; readonly en: string }
  readonly phases: Readonly<Record<string, Span>>
  /** Looked at for the price of presale and of spot goods. */
  readonly presale: { readonly deals: Span; readonly promo: Span }
  readonly spot: { readonly deals: Span; readonly promo: Span }
  readonly protect: Span
}

const yearEndDays: CampaignDays = {
  title: { zh: '年终盛典', en: 'Year-end festival' },
  phases: {
    signUp: [-40, -33],
    results: [-33, -28],
    supplements: [-33, -26],
    allowanceSetup: [-33, -26],
    presaleDeclaration: [-12, 3],
    spotDeclaration: [-12, 9],
    presale: [3, 10],
    warmUp: [6, 10],
    day: [10, 11],
    protection: [11, 26],
    returns: [11, 26],
    settlement: [26, 40],
  },
  presale: { deals: [-28, 2], promo: [-12, 25] },
  spot: { deals: [-28, 9], promo: [11, 25] },
  protect: [11, 25],
}

const newYearDays: CampaignDays = {
  title: { zh: '年货节', en: 'New Year goods festival' },
  phases: {
    signUp: [-12, -2],
    results: [-2, 3],
    supplements: [-2, 3],
    allowanceSetup: [-2, 2],
    spotDeclaration: [8, 26],
    warmUp: [20, 27],
    day: [27, 28],
    protection: [28, 43],
    returns: [28, 43],
    settlement: [43, 57],
  },
  presale: { deals: [-5, 20], promo: [8, 42] },
  spot: { deals: [-5, 26], promo: [28, 42] },
  protect: [28, 42],
}

function campaignOf(founded: Temporal.ZonedDateTime, days: CampaignDays): object {
  const at = (day: number): string => founded.add({ days: day }).startOfDay().toInstant().toString()
  const on = (day: number): string => founded.add({ days: day }).toPlainDate().toString()
  const both = ([from, to]: Span): readonly string[] => [on(from), on(to)]
  const [dayFrom = 0] = days.phases['day'] ?? []
  return {
    title: days.title,
    phases: Object.entries(days.phases).map(([name, [from, to]]) => ({
      name,
      window: { from: at(from), to: at(to) },
    })),
    identities: [
      { name: 'event', title: { zh: '主会场商家', en: 'Event merchant' }, goods: 'all' },
      {
        name: 'mobilisation',
        title: { zh: '动员会场商家', en: 'Mobilisation merchant' },
        goods: 'all',
      },
    ],
    venues: [
      {
        name: 'main',
        title: { zh: '主会场', en: 'Main venue' },
        identities: ['event'],
        capacity: { clothes: 200, home: 100 },
      },
    ],
    supplements: [
      supplement('identity', 'identity', '身份确认', 'Identity confirmed'),
      {
        ...supplement('freightInsurance', 'agreement', '运费险协议', 'Freight-insurance agreement'),
        text: freightText,
      },
      {
        ...supplement('integrityAgreement', 'agreement', '诚信经营协议', 'Integrity agreement'),
        text: integrityText,
      },
      {
        ...supplement(
          'allowanceSteps',
          'allowanceSteps',
          '设置购物津贴',
          'Shopping allowance set up',
        ),
        within: 'allowanceSetup',
      },
    ],
    allowance: {
      steps: [
        { threshold: '400.00', off: '50.00' },
        { threshold: '600.00', off: '30.00' },
      ],
      excludedCategories: [],
    },
    price: {
      presale: { deals: both(days.presale.deals), promo: both(days.presale.promo) },
      spot: { deals: both(days.spot.deals), promo: both(days.spot.promo) },
      protect: both(days.protect),
      freezeAt: at(dayFrom),
    },
    attached: [],
  }
}

function supplement(name: string, kind: string, zh: string, en: string) {
  return { name, kind, title: { zh, en }, within: 'supplements' }
}
