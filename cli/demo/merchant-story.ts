import { bought, joined, type Step } from '#cli/demo/story.ts'

/** The shops of Lily: clothes, and things for the home. */
export const clothesShop = 'lily'
export const homeShop = 'lily-home'

const buyers = [
  ['an', '安然'],
  ['bei', '贝贝'],
  ['ding', '丁宁'],
  ['fang', '方圆'],
  ['he', '何欢'],
  ['jiang', '江月'],
] as const

const goods = [
  ['linen-shirt', '239.00'],
  ['wide-trousers', '319.00'],
  ['knit-hat', '89.00'],
  ['canvas-bag', '159.00'],
] as const

const homeGoods = [
  ['ceramic-mug', '59.00'],
  ['cotton-throw', '269.00'],
] as const

/** Who bought in the shops of Lily, what they thought of it, and what is still to be shipped. */
export function merchantStory(): readonly Step[] {
  return [
    ...buyers.map(([member, nickname]) => joined(member, nickname, { months: 7 })),
    ...Array.from({ length: 30 }, (_, index) => boughtAndRated(index)).flat(),
    ...Array.from({ length: 9 }, (_, index) => boughtForHome(index)).flat(),
    ...toShip('an', 'LY901', { days: 4, hours: 2 }, 'linen-shirt', '239.00'),
    ...toShip('bei', 'LY902', { days: 2, hours: 21 }, 'wool-coat', '799.00'),
    ...toShip('ding', 'LY903', { days: 2, hours: 5 }, 'wide-trousers', '319.00'),
    ...toShip('fang', 'LY904', { days: 1, hours: 8 }, 'knit-hat', '89.00'),
    ...toShip('he', 'LY905', { hours: 7 }, 'canvas-bag', '159.00'),
    ...toShip('jiang', 'LY906', { hours: 1 }, 'linen-shirt', '239.00'),
    ...bought('fang', 'LY801', clothesShop, { days: 3 }, [line('wide-trousers', '319.00')]),
    ...bought('he', 'LY802', clothesShop, { days: 5 }, [line('canvas-bag', '159.00')]),
  ]
}

/** Every six days one, over half a year: most of them pleased. */
function boughtAndRated(index: number): Step[] {
  const [member] = buyers[index % buyers.length] ?? buyers[0]
  const [sku, paid] = goods[index % goods.length] ?? goods[0]
  const orderId = `LY${101 + index}`
  const days = 9 + index * 5
  const stars = index % 7 === 3 ? 4 : 5
  return [
    ...bought(member, orderId, clothesShop, { days }, [line(sku, paid)]),
    rated(member, orderId, days - 1, {
      description: stars,
      service: 5,
      delivery: index % 9 === 4 ? 4 : 5,
    }),
  ]
}

function boughtForHome(index: number): Step[] {
  const [member] = buyers[(index * 2 + 1) % buyers.length] ?? buyers[0]
  const [sku, paid] = homeGoods[index % homeGoods.length] ?? homeGoods[0]
  const orderId = `LH${101 + index}`
  const days = 6 + index * 5
  return [
    ...bought(member, orderId, homeShop, { days }, [{ ...line(sku, paid), category: 'home' }]),
    rated(member, orderId, days - 1, { description: 4, service: 5, delivery: 4 }),
  ]
}

function line(sku: string, paid: string) {
  return { sku, paid, category: 'clothes' }
}

type Stars = { readonly description: number; readonly service: number; readonly delivery: number }

function rated(member: string, orderId: string, daysAgo: number, ratings: Stars): Step {
  const id = `${orderId}/rated`
  return {
    member,
    ago: { days: daysAgo },
    type: 'review.posted',
    id,
    data: { orderId, reviewId: id, rating: ratings.description, ratings },
  }
}

/** Paid, and not shipped. */
function toShip(
  member: string,
  orderId: string,
  ago: Temporal.DurationLike,
  sku: string,
  paid: string,
): Step[] {
  const lines = [{ id: '1', ...line(sku, paid) }]
  const placed = { orderId, shopId: clothesShop, lines }
  return [
    { member, ago, type: 'order.placed', id: `${orderId}/placed`, data: placed },
    { member, ago, type: 'order.paid', id: `${orderId}/paid`, data: { orderId } },
  ]
}
