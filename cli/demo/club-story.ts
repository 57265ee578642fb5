import { bought, joined, type Step } from '#cli/demo/story.ts'

/** What makes the members of the demo score: large purchases, what they say, and their credit. */
export function clubStory(founded: Temporal.ZonedDateTime): readonly Step[] {
  return [...lin(), ...gao(), ...zhou(founded)]
}

/** What furnished a home within the year: name, category, price, months ago. */
const furnishing = [
  ['television-65', 'digital3c', '8999.00', 'shop-xiaomi', 11],
  ['sofa-three-seats', 'home', '9800.00', 'shop-muji', 10],
  ['bed-frame-oak', 'home', '8600.00', 'shop-muji', 9],
  ['refrigerator-500l', 'largeAppliance', '9200.00', 'shop-xiaomi', 7],
  ['laptop-14', 'digital3c', '9499.00', 'shop-xiaomi', 6],
  ['washer-dryer', 'largeAppliance', '8800.00', 'shop-xiaomi', 5],
  ['vacuum-flask', 'home', '159.00', 'shop-muji', 2],
] as const

function lin(): Step[] {
  return [
    ...furnishing.flatMap(([sku, category, paid, shop, months], index) =>
      bought('lin', `L${1_101 + index}`, shop, { months, days: 3 }, [{ sku, category, paid }]),
    ),
    graded('lin', 'great', { months: 10 }),
    ...furnishing.flatMap(([sku, , , , months], index) =>
      reviewed('lin', `L${1_101 + index}`, sku, { months, days: 1 }, index % 2 === 0),
    ),
    ...every('lin', 'liveView', 60, 5),
    ...every('lin', 'share', 24, 13),
    ...every('lin', 'answer', 18, 7),
    ...every('lin', 'post', 9, 20),
    ...reviewed('lin', undefined, 'gift-tea-set', { days: 5 }, false),
    ...reviewed('lin', undefined, 'gift-lantern', { days: 4, hours: 20 }, false),
  ]
}

/** Two large purchases in every month of the year, over shops and categories. */
function gao(): Step[] {
  const shops = ['shop-muji', 'shop-xiaomi', 'shop-carhome', 'shop-proya'] as const
  const categories = ['home', 'largeAppliance', 'sport', 'digital3c', 'beauty', 'food'] as const
  const orders = Array.from({ length: 26 }, (_, index) =>
    bought(
      'gao',
      `G${6_001 + index}`,
      shops[index % shops.length] ?? '',
      { months: Math.floor(index / 2) + 1, days: (index % 2) * 9 + 2 },
      [
        {
          sku: `collector-${index + 1}`,
          category: categories[index % categories.length] ?? '',
          paid: '9980.00',
        },
      ],
    ),
  )
  return [
    joined('gao', '高远', { years: 3, months: 2 }),
    ...orders.flat(),
    graded('gao', 'excellent', { months: 11 }),
    ...every('gao', 'post', 12, 28),
    ...every('gao', 'answer', 30, 11),
  ]
}

/** His credit rises between two refreshes, and with it his score. */
function zhou(founded: Temporal.ZonedDateTime): Step[] {
  const refreshed = lastRefreshBefore(founded)
  return [graded('zhou', 'great', founded.since(refreshed.subtract({ days: 9 }), inHours))]
}

const inHours = { largestUnit: 'hours' } as const

/** The last eighth of a month, at two in the morning, that has come. */
export function lastRefreshBefore(founded: Temporal.ZonedDateTime): Temporal.ZonedDateTime {
  const ofMonth = founded.with({ day: 8 }).startOfDay().add({ hours: 2 })
  const isCome = Temporal.ZonedDateTime.compare(ofMonth, founded) <= 0
  return isCome ? ofMonth : ofMonth.subtract({ months: 1 })
}

function graded(member: string, grade: string, ago: Temporal.DurationLike): Step {
  return { member, ago, type: 'credit.assessed', id: `${member}/grade/${grade}`, data: { grade } }
}

function reviewed(
  member: string,
  orderId: string | undefined,
  sku: string,
  ago: Temporal.DurationLike,
  highValue: boolean,
): Step[] {
  const data = { ...(orderId === undefined ? {} : { orderId }), sku, rating: 5, highValue }
  return [{ member, ago, type: 'review.posted', id: `${member}/review/${sku}`, data }]
}

/** So many times the same, so many days apart. */
function every(member: string, kind: string, times: number, days: number): Step[] {
  return Array.from({ length: times }, (_, index) => ({
    member,
    ago: { days: index * days + 3, hours: 5 },
    type: 'interaction.recorded',
    id: `${member}/${kind}/${index + 1}`,
    data: { kind, subject: `${kind}-${index + 1}` },
  }))
}
