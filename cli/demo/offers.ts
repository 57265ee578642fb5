import { demoCampaigns } from '#cli/demo/merchant-campaigns.ts'

/** A policy of the demo: what shops and the platform offer, and what they give away. */
export type DemoPolicy = { readonly name: string; readonly body: object }

/** Between days before (below zero) and after the founding. */
type Days = (from: number, to: number) => { readonly from: string; readonly to: string }

/** The offers, coupons, red envelopes and the allowance of the demo. Each means the demo's own shops. */
export function demoPolicies(founded: Temporal.ZonedDateTime): readonly DemoPolicy[] {
  const at = (days: number): string => founded.add({ days }).startOfDay().toInstant().toString()
  const days: Days = (from, to) => ({ from: at(from), to: at(to) })
  const given = [...offers(), ...coupons(days), ...envelopes(days), allowance(days)]
  return [...given, ...demoCampaigns(founded)]
}

function offers(): DemoPolicy[] {
  const offer = (name: string, body: object) => ({ name: `offer:${name}`, body })
  return [
    offer('muji-400-40', {
      title: { zh: '无印优品店铺满减', en: 'MUJI spend and save' },
      layer: 'shop',
      target: { shops: ['shop-muji'] },
      effect: {
        type: 'thresholdOff',
        steps: [
          { from: '400.00', off: '40.00' },
          { from: '800.00', off: '100.00' },
        ],
      },
    }),
    offer('proya-serum-10', {
      title: { zh: '夜间精华 9 折', en: '10% off the night serum' },
      layer: 'item',
      target: { skus: ['night-serum-30ml'] },
      effect: { type: 'percentOff', percent: 10 },
    }),
    offer('proya-minus-20', {
      title: { zh: '珀莱雅每件减 20', en: 'Proya: 20 off each' },
      layer: 'item',
      target: { shops: ['shop-proya'] },
      effect: { type: 'amountOffUnit', off: '20.00' },
    }),
    offer('squirrels-second-half', {
      title: { zh: '坚果第二件半价', en: 'Nuts: second at half price' },
      layer: 'item',
      target: { shops: ['shop-threesquirrels'] },
      effect: { type: 'nthUnit', n: 2, percent: 50 },
    }),
    offer('muji-free-freight', {
      title: { zh: '无印优品满 300 包邮', en: 'MUJI: free freight from 300' },
      layer: 'freight',
      target: { shops: ['shop-muji'] },
      threshold: '300.00',
      effect: { type: 'freeFreight' },
    }),
  ]
}

function coupons(days: Days): DemoPolicy[] {
  const batch = (name: string, zh: string, en: string, terms: object, until: number) => ({
    name: `coupon-batch:${name}`,
    body: {
      title: { zh, en },
      terms,
      quantity: 1_000,
      claim: days(-40, Math.min(until, 30)),
      validity: days(-40, until),
    },
  })
  const of = (shop: string, threshold: string, off: string) => ({
    kind: 'shop',
    target: { shops: [shop] },
    threshold,
    off,
  })
  const all = { kind: 'platform', threshold: '1000.00', off: '60.00' }
  return [
    batch(
      'muji-20',
      '无印优品满 300 减 20',
      'MUJI: 20 off 300',
      of('shop-muji', '300.00', '20.00'),
      45,
    ),
    batch(
      'muji-15',
      '无印优品满 99 减 15',
      'MUJI: 15 off 99',
      of('shop-muji', '99.00', '15.00'),
      25,
    ),
    batch(
      'proya-15',
      '珀莱雅满 200 减 15',
      'Proya: 15 off 200',
      of('shop-proya', '200.00', '15.00'),
      60,
    ),
    batch(
      'proya-50',
      '珀莱雅满 500 减 50',
      'Proya: 50 off 500',
      of('shop-proya', '500.00', '50.00'),
      60,
    ),
    batch(
      'squirrels-20',
      '坚果铺满 300 减 20',
      'Nuts: 20 off 300',
      of('shop-threesquirrels', '300.00', '20.00'),
      30,
    ),
    batch('platform-60', '平台满 1000 减 60', 'Marketplace: 60 off 1,000', all, 20),
    batch(
      'anta-30',
      '运动馆满 399 减 30',
      'Sports: 30 off 399',
      of('shop-anta', '399.00', '30.00'),
      -12,
    ),
  ]
}

/** Every envelope of a budget holds the same here, so that the demo is the same every time. */
function envelopes(days: Days): DemoPolicy[] {
  const budget = (name: string, title: object, each: string, more: object) => ({
    name: `red-envelope:${name}`,
    body: { title, total: each, count: 1, least: each, most: each, claim: days(-40, 5), ...more },
  })
  return [
    budget('opening', { zh: '大促开门红包', en: 'Opening red envelope' }, '6.60', {
      validity: days(-40, 40),
    }),
    budget('xiaomi', { zh: '小米专享红包', en: 'Xiaomi red envelope' }, '12.80', {
      validity: days(-40, 40),
      target: { shops: ['shop-xiaomi'] },
    }),
    budget('night', { zh: '夜场红包', en: 'Night red envelope' }, '5.20', {
      validity: days(-2, 5),
    }),
    budget('encore', { zh: '返场红包', en: 'Encore red envelope' }, '8.80', {
      validity: days(-2, 6),
    }),
    budget('sports', { zh: '运动专享红包', en: 'Sports red envelope' }, '18.80', {
      validity: days(-2, 33),
      target: { shops: ['shop-anta'], categories: ['apparel'] },
    }),
  ]
}

function allowance(days: Days): DemoPolicy {
  return {
    name: 'allowance:festival',
    body: {
      title: { zh: '大促购物津贴', en: 'Festival shopping allowance' },
      issue: days(-40, 10),
      usable: days(-40, 15),
    },
  }
}
