import { actor, type Act } from '#cli/demo/act.ts'
import { claimCoupon } from '#operations/issuing/claim-coupon.ts'
import { claimEnvelope } from '#operations/issuing/claim-envelope.ts'
import { issueAllowance } from '#operations/issuing/issue-allowance.ts'
import { payTrade } from '#operations/trades/pay-trade.ts'
import { placeTrade } from '#operations/trades/place-trade.ts'
import { bookPresale, payDeposit } from '#operations/trades/presales.ts'
import { refundTrade } from '#operations/trades/refund-trade.ts'
import { tellOrder } from '#operations/trades/tell-order.ts'
import { asFen } from '#rules/money/fen.ts'
import {
  BookBodySchema,
  PayBodySchema,
  PayDepositBodySchema,
  PlaceBodySchema,
} from '#rules/trades/body.ts'
import { RefundBodySchema } from '#rules/trades/refund-body.ts'

/** Who buys in the demo. */
const memberId = 'lin'

/**
 * The member of the demo collects coupons, an allowance and red envelopes and buys with them: one trade
 * over three shops that is paid, of which a part came back, one at the price of a paid member, and one
 * that waits for its payment.
 */
export function purchases(founded: Temporal.ZonedDateTime): readonly Act[] {
  return [
    ...['muji-20', 'muji-15', 'proya-15', 'proya-50', 'platform-60', 'anta-30'].map((batch) =>
      coupon(batch, { days: 20 }),
    ),
    allowanceOf(20_000, { days: 19 }),
    envelope('opening', { days: 9, hours: 3 }),
    envelope('xiaomi', { days: 9, hours: 3 }),
    booked(founded, { days: 9 }),
    deposited({ days: 9 }),
    placed(overThreeShops, { days: 6, hours: 2 }),
    paid('L2001', { days: 6, hours: 1 }),
    ...['L2001-1', 'L2001-2', 'L2001-3'].map((order) => told('shipped', order, { days: 5 })),
    told('received', 'L2001-3', { days: 3 }),
    refunded({ days: 2 }),
    placed(groceries, { hours: 20 }),
    paid('L2003', { hours: 20 }),
    ...['night', 'sports'].map((budget) => envelope(budget, { hours: 8 })),
    coupon('squirrels-20', { hours: 8 }),
    placed(waiting, { minutes: 40 }),
    envelope('encore', { minutes: 10 }),
  ]
}

/** Three shops; one line is a presale whose deposit was paid before. */
const overThreeShops = {
  tradeId: 'L2001',
  lines: [
    {
      id: '1',
      sku: 'linen-bedding-set',
      shop: 'shop-muji',
      category: 'home',
      quantity: 1,
      listPrice: '599.00',
      promoPrice: '499.00',
    },
    {
      id: '2',
      sku: 'aroma-oil-10ml',
      shop: 'shop-muji',
      category: 'home',
      quantity: 2,
      listPrice: '58.00',
    },
    {
      id: '3',
      sku: 'night-serum-30ml',
      shop: 'shop-proya',
      category: 'beauty',
      quantity: 1,
      listPrice: '329.00',
      promoPrice: '269.00',
    },
    {
      id: '4',
      sku: 'air-fryer-4l',
      shop: 'shop-xiaomi',
      category: 'digital3c',
      quantity: 1,
      listPrice: '399.00',
      presale: { deposit: '50.00', worth: '100.00' },
      booking: 'L-presale-1',
    },
  ],
  freight: [
    { shop: 'shop-muji', amount: '12.00' },
    { shop: 'shop-xiaomi', amount: '8.00' },
  ],
  extras: [{ shop: 'shop-xiaomi', kind: 'service', amount: '5.00' }],
  allowanceStep: { every: '400.00', off: '50.00' },
}

/** Of the supermarket, where paid members pay less, up to so much in a month. */
const groceries = {
  tradeId: 'L2003',
  lines: [
    {
      id: '1',
      sku: 'olive-oil-5l',
      shop: 'shop-tmallmart',
      category: 'food',
      quantity: 4,
      listPrice: '269.00',
      tags: ['supermarket'],
    },
    {
      id: '2',
      sku: 'coffee-beans-1kg',
      shop: 'shop-tmallmart',
      category: 'food',
      quantity: 3,
      listPrice: '128.00',
      tags: ['supermarket'],
    },
  ],
}

const waiting = {
  tradeId: 'L2002',
  lines: [
    {
      id: '1',
      sku: 'nut-gift-box-1500g',
      shop: 'shop-threesquirrels',
      category: 'food',
      quantity: 3,
      listPrice: '168.00',
    },
  ],
  freight: [{ shop: 'shop-threesquirrels', amount: '6.00' }],
  allowanceStep: { every: '400.00', off: '50.00' },
}

function coupon(slug: string, ago: Temporal.DurationLike): Act {
  return {
    ago,
    name: `coupon/${slug}`,
    act: (context, { idempotencyKey: key }) =>
      claimCoupon(context, { memberId, slug, caller: actor, key, at: context.now }),
  }
}

function envelope(slug: string, ago: Temporal.DurationLike): Act {
  return {
    ago,
    name: `envelope/${slug}`,
    act: (context, { idempotencyKey: key }) =>
      claimEnvelope(context, { memberId, slug, caller: actor, key, at: context.now }),
  }
}

function allowanceOf(fen: number, ago: Temporal.DurationLike): Act {
  const portions = [{ memberId, amount: asFen(fen) }]
  return {
    ago,
    name: 'allowance/festival',
    act: (context) =>
      issueAllowance(context, { slug: 'festival', number: 1, portions, actor, at: context.now }),
  }
}

function booked(founded: Temporal.ZonedDateTime, ago: Temporal.DurationLike): Act {
  const day = (days: number) => founded.subtract({ days }).toInstant().toString()
  const line = {
    sku: 'air-fryer-4l',
    shop: 'shop-xiaomi',
    category: 'digital3c',
    quantity: 1,
    price: '399.00',
    deposit: '50.00',
    worth: '100.00',
  }
  const balance = { from: day(7), to: day(5) }
  const body = BookBodySchema.parse({ presaleId: 'L-presale-1', line, balance })
  return {
    ago,
    name: 'presale',
    act: (context, key) => bookPresale(context, { memberId, body }, key),
  }
}

function deposited(ago: Temporal.DurationLike): Act {
  const body = PayDepositBodySchema.parse({ presaleId: 'L-presale-1', paymentId: 'L-pay-0' })
  return {
    ago,
    name: 'presale/deposit',
    act: (context, key) => payDeposit(context, { memberId, body }, key),
  }
}

function placed(trade: { readonly tradeId: string }, ago: Temporal.DurationLike): Act {
  const body = PlaceBodySchema.parse(trade)
  return {
    ago,
    name: `${trade.tradeId}/placed`,
    act: (context, key) => placeTrade(context, { memberId, body, at: context.now }, key),
  }
}

function paid(tradeId: string, ago: Temporal.DurationLike): Act {
  const body = PayBodySchema.parse({ tradeId, paymentId: `${tradeId}-pay` })
  return {
    ago,
    name: `${tradeId}/paid`,
    act: (context, key) => payTrade(context, { memberId, body }, key),
  }
}

function told(what: 'shipped' | 'received', orderId: string, ago: Temporal.DurationLike): Act {
  const telling = { memberId, tradeId: 'L2001', orderId, told: what } as const
  return {
    ago,
    name: `${orderId}/${what}`,
    act: (context, key) => {
      const record = what === 'shipped' ? { collectedAt: context.now } : {}
      return tellOrder(context, { ...telling, ...record }, key)
    },
  }
}

/** What one shop sent comes back whole: so does the coupon that was used there. */
function refunded(ago: Temporal.DurationLike): Act {
  const body = RefundBodySchema.parse({
    tradeId: 'L2001',
    refundId: 'R1',
    returned: [{ line: '3', quantity: 1 }],
  })
  return {
    ago,
    name: 'L2001/R1',
    act: (context, key) => refundTrade(context, { memberId, body }, key),
  }
}
