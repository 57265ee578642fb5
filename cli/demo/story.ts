import type { CommandBody } from '#operations/ledger/post-for-member.ts'
import { asPoints } from '#rules/money/points.ts'

/** Something that happened in the demo so long before or after its market was founded. */
export type Step = {
  readonly member: string
  /** Before the founding; dates are in the zone of the market. */
  readonly ago: Temporal.DurationLike
} & (
  | { readonly type: string; readonly id: string; readonly data: object }
  | { readonly command: (at: Temporal.ZonedDateTime) => CommandBody; readonly ref: string }
)

export type Line = {
  readonly sku: string
  readonly category?: string
  readonly paid: string
  readonly quantity?: number
  readonly multiple?: number
}

/** The story of every member of the demo; the same each time it is told. */
export function story(): readonly Step[] {
  return [...lin(), ...zhao(), ...chen(), ...wang(), ...zhou(), ...sun()]
}

function lin(): Step[] {
  return [
    joined('lin', '林小满', { years: 2, months: 3 }),
    ...bought('lin', 'L1001', 'shop-muji', { months: 13 }, [
      { sku: 'cotton-quilt-200x230', paid: '459.00' },
      { sku: 'linen-pillowcase', paid: '118.00', quantity: 2 },
    ]),
    ...bought('lin', 'L1002', 'shop-xiaomi', { months: 8 }, [
      { sku: 'robot-vacuum-s5', category: 'digital3c', paid: '2299.00', multiple: 3 },
    ]),
    ...bought('lin', 'L1003', 'shop-threesquirrels', { months: 4 }, [
      { sku: 'mixed-nuts-750g', paid: '109.00' },
      { sku: 'dried-mango-3x116g', paid: '34.90' },
      { sku: 'phone-credit-100', category: 'phoneTopUp', paid: '99.80' },
    ]),
    refunded('lin', 'L1003', 'R1', { months: 3, days: 28 }, [
      { id: '2', amount: '34.90', quantity: 1 },
    ]),
    spent('lin', 'cart-L88', 120, { months: 3 }, 'coupon for a shop'),
    ...bought('lin', 'L1004', 'shop-muji', { days: 24 }, [
      { sku: 'oak-desk-lamp', paid: '328.00' },
    ]),
    gift('lin', 'anniversary-lin', 66, { days: 10 }, { days: 20 }, '入会两周年'),
  ]
}

function zhao(): Step[] {
  return [
    joined('zhao', '赵子涵', { years: 1, months: 6 }),
    ...bought('zhao', 'Z2001', 'shop-xiaomi', { months: 5 }, [
      { sku: 'phone-mix-2s-128g', category: 'digital3c', paid: '3299.00', multiple: 2 },
    ]),
    ...bought('zhao', 'Z2002', 'shop-anta', { months: 2 }, [
      { sku: 'running-shoes-42', paid: '699.00', multiple: 5 },
    ]),
    spent('zhao', 'cart-Z31', 1_500, { days: 40 }, 'mug from the points mall'),
    refunded('zhao', 'Z2002', 'R1', { days: 30 }, [{ id: '1', amount: '699.00', quantity: 1 }]),
    refused('zhao', 'cart-Z32', 100, { days: 12 }),
  ]
}

function chen(): Step[] {
  return [
    joined('chen', '陈晨', { months: 11 }),
    ...bought('chen', 'C3001', 'shop-proya', { months: 3 }, [
      { sku: 'face-cream-50ml', paid: '268.00', multiple: 2 },
      { sku: 'sunscreen-spf50', paid: '139.00' },
    ]),
    {
      member: 'chen',
      ago: { days: 3 },
      ref: 'task-photo-review',
      command: (at) => ({
        kind: 'earn',
        amount: asPoints(50),
        activeAt: at.add({ days: 10 }).startOfDay().toInstant(),
        reason: '晒单奖励',
      }),
    },
    {
      member: 'chen',
      ago: { hours: 1 },
      ref: 'cart-C77',
      command: (at) => ({
        kind: 'hold',
        amount: asPoints(100),
        expiresAt: at.add({ days: 30 }).toInstant(),
        reason: '购物车抵扣',
      }),
    },
    ...placed('chen', 'C3002', 'shop-proya', { days: 2 }, [
      { sku: 'cleansing-oil-200ml', paid: '98.00' },
    ]),
  ]
}

function wang(): Step[] {
  return [
    joined('wang', '王大力', { years: 4 }),
    ...bought('wang', 'W4001', 'shop-xiaomi', { years: 3 }, [
      { sku: 'air-purifier-2', paid: '699.00' },
    ]),
    ...bought('wang', 'W4002', 'shop-carhome', { months: 7 }, [
      { sku: 'roof-box-420l', category: 'car', paid: '1888.00' },
      { sku: 'engine-oil-4l', paid: '239.00' },
    ]),
    held('wang', 'cart-W9', 60, { days: 20 }),
    {
      member: 'wang',
      ago: { days: 20 },
      ref: 'cart-W9/paid',
      command: () => ({ kind: 'capture', of: 'cart-W9', amount: asPoints(40) }),
    },
    {
      member: 'wang',
      ago: { days: 20 },
      ref: 'cart-W9/rest',
      command: () => ({ kind: 'release', of: 'cart-W9' }),
    },
  ]
}

const snacks = ['milk-24x250ml', 'rice-noodles-6', 'green-tea-100g', 'yoghurt-12', 'hotpot-base']
const prices = ['65.90', '42.50', '128.00', '59.00', '37.80']

/** An order every nine days for a year: more entries than one page shows. */
function zhou(): Step[] {
  const orders = Array.from({ length: 40 }, (_, index) =>
    bought('zhou', `Y${5001 + index}`, 'shop-tmallmart', { days: 363 - index * 9 }, [
      { sku: snacks[index % 5] ?? '', paid: prices[(index * 3) % 5] ?? '' },
    ]),
  )
  return [
    joined('zhou', '周周', { months: 14 }),
    ...orders.flat(),
    spent('zhou', 'cart-Y1', 300, { days: 100 }, 'umbrella from the points mall'),
    spent('zhou', 'cart-Y2', 150, { days: 33 }, 'coupon for a shop'),
    {
      member: 'zhou',
      ago: { days: 30 },
      ref: 'cart-Y2/returned',
      command: () => ({ kind: 'giveBack', of: 'cart-Y2', amount: asPoints(150) }),
    },
  ]
}

function sun(): Step[] {
  return [joined('sun', '孙悦', { days: 1 })]
}

export function joined(member: string, nickname: string, ago: Temporal.DurationLike): Step {
  return { member, ago, type: 'member.joined', id: `${member}/joined`, data: { nickname } }
}

function placed(
  member: string,
  orderId: string,
  shopId: string,
  ago: Temporal.DurationLike,
  lines: readonly Line[],
): Step[] {
  const numbered = lines.map((line, index) => ({ id: String(index + 1), ...line }))
  return [
    {
      member,
      ago,
      type: 'order.placed',
      id: `${orderId}/placed`,
      data: { orderId, shopId, lines: numbered },
    },
    { member, ago, type: 'order.paid', id: `${orderId}/paid`, data: { orderId } },
  ]
}

/** Placed and paid four days, shipped three days before it is received, at `ago`. */
export function bought(
  member: string,
  orderId: string,
  shopId: string,
  ago: Temporal.DurationLike,
  lines: readonly Line[],
): Step[] {
  const about = { member, data: { orderId } }
  return [
    ...placed(member, orderId, shopId, daysBefore(ago, 4), lines),
    { ...about, ago: daysBefore(ago, 3), type: 'order.shipped', id: `${orderId}/shipped` },
    { ...about, ago, type: 'order.received', id: `${orderId}/received` },
  ]
}

function daysBefore(ago: Temporal.DurationLike, more: number): Temporal.DurationLike {
  const duration = Temporal.Duration.from(ago)
  return duration.with({ days: duration.days + more })
}

export function refunded(
  member: string,
  orderId: string,
  refund: string,
  ago: Temporal.DurationLike,
  lines: readonly object[],
): Step {
  const id = `${orderId}/refund/${refund}`
  return {
    member,
    ago,
    type: 'refund.succeeded',
    id,
    data: { orderId, lines, reason: '七天无理由' },
  }
}

function spent(
  member: string,
  ref: string,
  amount: number,
  ago: Temporal.DurationLike,
  reason: string,
): Step {
  const body: CommandBody = { kind: 'spend', amount: asPoints(amount), reason }
  return { member, ago, ref, command: () => body }
}

/** A spend that the wallet cannot cover: the refusal stays in the books. */
function refused(member: string, ref: string, amount: number, ago: Temporal.DurationLike): Step {
  return spent(member, ref, amount, ago, 'coupon for a shop')
}

function held(member: string, ref: string, amount: number, ago: Temporal.DurationLike): Step {
  return { member, ago, ref, command: () => ({ kind: 'hold', amount: asPoints(amount) }) }
}

/** Points from the platform that lapse so long after the founding. */
function gift(
  member: string,
  ref: string,
  amount: number,
  ago: Temporal.DurationLike,
  lapsesIn: { readonly days: number },
  reason: string,
): Step {
  const { days } = Temporal.Duration.from(daysBefore(ago, lapsesIn.days))
  return {
    member,
    ago,
    ref,
    command: (at) => ({
      kind: 'earn',
      amount: asPoints(amount),
      expiresAt: at.add({ days }).startOfDay().toInstant(),
      reason,
    }),
  }
}
