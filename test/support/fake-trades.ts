// What the fake API answers of coupons, red envelopes and trades: priced by the rules themselves.
import { assert } from '#rules/assert.ts'
import { toldQuote } from '#rules/decide/quote.ts'
import { basketOf, QuoteInputSchema } from '#rules/pricing/input.ts'
import { indexOffers } from '#rules/pricing/offer-index.ts'
import { PricingPolicySchema } from '#rules/pricing/policy.ts'
import { priceBasket } from '#rules/pricing/price.ts'
import { market } from '#test/support/fake-api-data.ts'

const policy = PricingPolicySchema.parse({
  layers: ['item', 'shop', 'coupon', 'allowance', 'redEnvelope'],
})
const firstNight = '2018-11-11T00:05:00+08:00'
const goods = { quantity: 1, category: 'apparel' }
const of = (shop: string) => ({ target: { shops: [shop] } })

/** Three shops, one line of a presale; something of every layer, and something refused by most rules. */
const input = QuoteInputSchema.parse({
  at: firstNight,
  lines: [
    {
      ...goods,
      id: '1',
      sku: '冲锋衣-L',
      shop: '云杉户外旗舰店',
      listPrice: '599.00',
      promoPrice: '499.00',
    },
    {
      ...goods,
      id: '2',
      sku: 'wool-socks',
      shop: '云杉户外旗舰店',
      listPrice: '58.00',
      quantity: 2,
    },
    { ...goods, id: '3', sku: 'night-serum-30ml', shop: 'Lancôme Beauté', listPrice: '269.00' },
    {
      ...goods,
      id: '4',
      sku: 'camera-x',
      shop: '极目数码',
      listPrice: '399.00',
      presale: { deposit: '50.00', worth: '100.00' },
    },
  ],
  freight: [{ shop: '云杉户外旗舰店', amount: '12.00' }],
  extras: [{ shop: '极目数码', kind: 'service', amount: '5.00' }],
  allowanceStep: { every: '400.00', off: '50.00' },
  offers: [
    {
      id: 'offer:spruce',
      layer: 'shop',
      ...of('云杉户外旗舰店'),
      effect: {
        type: 'thresholdOff',
        steps: [
          { from: '400.00', off: '40.00' },
          { from: '800.00', off: '100.00' },
        ],
      },
    },
    {
      id: 'offer:serum',
      layer: 'item',
      ...of('Lancôme Beauté'),
      effect: { type: 'percentOff', percent: 10 },
    },
    {
      id: 'offer:twenty',
      layer: 'item',
      ...of('Lancôme Beauté'),
      effect: { type: 'amountOffUnit', off: '20.00' },
    },
    {
      id: 'offer:freight',
      layer: 'freight',
      ...of('云杉户外旗舰店'),
      effect: { type: 'freeFreight' },
    },
  ],
  member: {
    coupons: [
      {
        id: 'spruce-20.1',
        kind: 'shop',
        ...of('云杉户外旗舰店'),
        threshold: '300.00',
        off: '20.00',
      },
      {
        id: 'spruce-15.1',
        kind: 'shop',
        ...of('云杉户外旗舰店'),
        threshold: '99.00',
        off: '15.00',
      },
      {
        id: 'serum-50.1',
        kind: 'shop',
        ...of('Lancôme Beauté'),
        threshold: '500.00',
        off: '50.00',
      },
    ],
    allowance: '150.00',
    redEnvelopes: [{ id: 'red-envelope:opening@1/1-0', amount: '6.60' }],
  },
})
const { basket, offers } = basketOf(input, market.zone)
const quote = toldQuote(basket, priceBasket(basket, indexOffers(offers), policy, 'pricing@1'))

const trade = {
  tradeId: 'T2018',
  kind: 'priced',
  status: 'paid',
  placedAt: firstNight,
  payBy: '2018-11-14T00:05:00+08:00',
  paidAt: '2018-11-11T00:06:00+08:00',
  closedAt: null,
  closeReason: null,
  goodsFen: quote.goodsFen,
  payFen: quote.payFen,
  depositFen: quote.depositFen ?? 0,
  digest: 'h4Fs3bX3sHljvMPCQCy3S7pv6Yado18xtKhTudhpprE',
  campaign: null,
}

const waiting = {
  ...trade,
  tradeId: 'T2019',
  status: 'placed',
  paidAt: null,
  payBy: '2018-11-14T10:00:00+08:00',
  placedAt: '2018-11-11T10:00:00+08:00',
  payFen: 34_480,
}

const shops = [...new Set(basket.lines.map(({ shop }) => shop))]
const back = quote.lines.find(({ id }) => id === '3')
assert(back !== undefined, 'the trade has the line that came back')

const refund = {
  tradeId: trade.tradeId,
  refundId: 'R1',
  at: '2018-11-11T09:30:00+08:00',
  refundFen: back.payFen,
  byLineFen: { '3': back.payFen },
  freightByShopFen: {},
  extrasByShopFen: {},
  back: {
    allowanceFen: 0,
    redEnvelopesFen: 0,
    byEnvelopeFen: {},
    coupons: ['serum-50.1'],
    points: 0,
  },
  keptFen: quote.payFen + 5_000 - back.payFen,
  reversals: back.shares.map(({ offFen }, n) => ({ line: '3', n, offFen })),
  closed: ['Lancôme Beauté'],
  closedNow: ['Lancôme Beauté'],
  reasons: [
    { instrument: 'spruce-20.1', reason: 'returns/orders-open', shops: ['云杉户外旗舰店'] },
    { instrument: 'allowance', reason: 'returns/orders-open', shops: ['云杉户外旗舰店'] },
  ],
  pointsClawedBack: { 'T2018-2': 10 },
  tradeStatus: 'paid',
}

const detail = {
  ...trade,
  orders: shops.map((shop, n) => ({
    orderId: `T2018-${n + 1}`,
    shop,
    freightFen: 0,
    paidAt: trade.paidAt,
    shippedAt: null,
    receivedAt: null,
    closedAt: n === 1 ? refund.at : null,
    lines: quote.lines
      .filter((line) => line.shop === shop)
      .map(({ id, sku, quantity, payFen }) => ({
        id,
        sku,
        quantity,
        paidFen: payFen,
        refundedFen: id === '3' ? payFen : 0,
        pointsEarned: 0,
      })),
  })),
  quote,
  allocations: [],
  prices: basket.lines.map(({ id, listPrice, promoPrice, presale }) => ({
    lineId: id,
    listFen: listPrice,
    priceFen: promoPrice ?? listPrice,
    depositFen: presale?.deposit ?? null,
  })),
  refunds: [refund],
  exchanges: [
    { exchangeId: 'X1', at: refund.at, lineId: '2', sku: 'wool-socks-blue', quantity: 1 },
  ],
  titles: {
    'offer:spruce': { zh: '云杉满减', en: 'Spruce spend and save' },
    'spruce-20.1': { zh: '云杉满 300 减 20', en: 'Spruce: 20 off 300' },
    'red-envelope:opening@1/1-0': { zh: '开门红包', en: 'Opening red envelope' },
  },
}

/** By id. */
export const tradeDetails: Readonly<Record<string, object>> = { T2018: detail }

/** Newest first. */
export const trades: Readonly<Record<string, readonly object[]>> = {
  xiaoman: [
    { ...waiting, shops: ['山野坚果'] },
    { ...trade, shops },
  ],
}

const title = { zh: '云杉满 300 减 20', en: 'Spruce: 20 off 300' }
const coupon = {
  couponId: 'spruce-20.2',
  batch: 'spruce-20',
  policy: 'coupon-batch:spruce-20@1',
  title,
  status: 'open',
  issuedAt: '2018-11-01T00:00:00+08:00',
  usableFrom: '2018-11-01T00:00:00+08:00',
  expiresAt: '2018-12-01T00:00:00+08:00',
  tradeId: null,
  terms: { kind: 'shop', ...of('云杉户外旗舰店'), threshold: '300.00', off: '20.00' },
}

export const coupons: Readonly<Record<string, readonly object[]>> = {
  xiaoman: [
    coupon,
    {
      ...coupon,
      couponId: 'beauty.1',
      title: { zh: '美妆九折', en: '10% off beauty' },
      usableFrom: '2018-11-12T00:00:00+08:00',
      expiresAt: null,
      terms: {
        kind: 'category',
        target: { categories: ['beauty'], exclude: { shops: ['极目数码'] } },
        percent: 10,
        maxOff: '50.00',
        minUnits: 2,
        tiers: ['gold'],
      },
    },
    { ...coupon, couponId: 'spruce-20.3', status: 'held', tradeId: 'T2019' },
    { ...coupon, couponId: 'spruce-20.1', status: 'used', tradeId: 'T2018' },
    {
      ...coupon,
      couponId: 'spruce-20.0',
      status: 'lapsed',
      expiresAt: '2018-11-10T12:30:00+08:00',
    },
  ],
}

const lot = {
  lotId: 1,
  ref: 'issue:festival:1',
  title: null,
  funder: 'platform',
  target: null,
  available: 5_000,
  pending: 0,
  held: 5_000,
  activeAt: '2018-11-01T00:00:00+08:00',
  expiresAt: '2018-11-12T00:00:00+08:00',
}

/** By member and unit. */
export const lots: Readonly<Record<string, readonly object[]>> = {
  'xiaoman/allowance': [lot],
  'xiaoman/redEnvelope': [
    {
      ...lot,
      ref: 'red-envelope:night@1/1-0',
      title: { zh: '夜场红包', en: 'Night red envelope' },
      available: 0,
      held: 520,
    },
    {
      ...lot,
      lotId: 2,
      ref: 'red-envelope:sports@1/1-0',
      title: { zh: '运动专享红包', en: 'Sports red envelope' },
      target: { categories: ['apparel'] },
      available: 1_880,
      held: 0,
      expiresAt: '2018-12-02T22:30:00+08:00',
    },
  ],
}
