// What the fake API answers of membership that stays as it is: benefits, paid membership, badges, scores.

const offered = {
  benefit: 'hotel',
  policy: 'benefit:hotel@1',
  title: { zh: '酒店特权', en: 'Hotel nights' },
  open: true,
  standing: false,
  price: { points: 500, moneyFen: 50_000 },
  left: 1 as number | null,
  period: 'year:2018-01-01',
  unlockedBy: [] as object[],
  terms: {
    quota: { count: 2, per: 'year' },
    gives: { card: { kind: 'hotel' } },
  } as object,
}

const scratchCard = {
  ...offered,
  benefit: 'scratch-card',
  title: { zh: '积分刮刮卡', en: 'Scratch card' },
  price: { points: 200, moneyFen: 0 },
  left: null,
  terms: {
    gives: {
      draw: {
        least: '2.00',
        prizes: [
          { weight: 9_000, amount: '2.00' },
          { weight: 1_000, amount: '5.00' },
        ],
      },
    },
    excludedCategories: ['virtual'],
  },
}

const data = {
  ...offered,
  benefit: 'mobile-data',
  title: { zh: '免流量特权', en: 'Mobile data' },
  price: { points: 0, moneyFen: 0 },
  terms: {
    quota: { count: 1, per: ['purchase', 'liveView'] },
    dailyMost: 10,
    channel: 'unicom',
    gives: { data: 30 },
  },
}

const filmCard = {
  ...offered,
  benefit: 'film-card',
  title: { zh: '电影年卡', en: 'A year’s film card' },
  open: false,
  refusal: 'benefits/quota-used-up',
  price: { points: 0, moneyFen: 0 },
  left: 0,
  nextAt: '2019-01-01T00:00:00+08:00',
  terms: { quota: { count: 1, per: 'year' }, gives: { card: { kind: 'film' } } },
}

const priority = {
  ...offered,
  benefit: 'priority-service',
  title: { zh: '客服优先', en: 'Priority service queue' },
  standing: true,
  price: { points: 0, moneyFen: 0 },
  left: null,
  terms: { gives: { service: 'priorityQueue' } },
}

const refund = {
  ...priority,
  benefit: 'instant-refund',
  title: { zh: '极速退款', en: 'Instant refund' },
  limits: [
    { scoreFrom: 400, limit: '300.00' },
    { tiers: ['apass'], paidMember: true, limit: '10000.00' },
  ],
  terms: { gives: { service: 'instantRefund' } },
}

const manager = {
  ...priority,
  benefit: 'account-manager',
  title: { zh: '客户经理', en: 'Account manager' },
  open: false,
  refusal: 'benefits/not-eligible',
  unlockedBy: [{ tier: 'apass', scoreFrom: 2500, scoreMissing: 1315, invitation: true }],
  terms: { gives: { service: 'accountManager' } },
}

const freshFood = {
  ...offered,
  benefit: 'fresh-food-card',
  title: { zh: '生鲜折扣卡', en: 'Fresh-food card' },
  price: { points: 0, moneyFen: 0 },
  granted: { source: 'rise:2018-11', to: '2018-12-08T02:00:00+08:00' },
  terms: { gives: { card: { kind: 'freshFood', percent: 12, categories: ['fresh'] } } },
}

const voucher = {
  ...offered,
  benefit: 'supermarket-voucher',
  title: { zh: '超市5元券', en: '5 yuan at the supermarket' },
  open: false,
  refusal: 'benefits/not-eligible',
  price: { points: 200, moneyFen: 0 },
  left: null,
  unlockedBy: [{ scoreFrom: 601, scoreMissing: 601 }, { paidMember: true }, { grant: true }],
  terms: { gives: { voucher: { amount: '5.00' } } },
}

const groups = [
  { kind: 'everybody', benefits: [scratchCard, refund] },
  { kind: 'tier', tier: 'super', benefits: [offered, data] },
  { kind: 'tier', tier: 'apass', benefits: [offered, manager] },
  { kind: 'paidMember', benefits: [filmCard, priority] },
  { kind: 'grant', benefits: [freshFood] },
]

/** What `GET .../benefits` answers of a member who has everything, or nothing. */
export function benefitsOf(hasAll: boolean): object {
  const member = { tier: 'super', score: 1185, points: 8320, paidMember: true }
  if (hasAll) return { member, groups }
  return {
    member: { tier: 'ordinary', score: 0, points: 0, paidMember: false },
    groups: [{ kind: 'score', benefits: [voucher] }],
  }
}

const year = {
  number: 1,
  paymentRef: 'pay-88',
  priceFen: 8_800,
  score: 1148,
  policy: 'paidMembership@1',
  boughtAt: '2018-08-22T13:25:02+08:00',
  from: '2018-08-22T13:25:02+08:00',
  to: '2019-08-22T13:25:02+08:00',
  status: 'running',
  refund: null,
}

export const paidOf = {
  paidMember: true,
  until: year.to,
  next: {
    mayBuy: false,
    priceFen: 8_800,
    score: 1185,
    scoreFrom: 1000,
    renewableFrom: '2019-07-23T13:25:02+08:00',
  },
  saved: { monthFen: 7_300, yearFen: 9_100, membershipFen: 9_100 },
  caps: [{ cap: '88vip/month', period: 'month', capFen: 20_000, savedFen: 7_300, leftFen: 12_700 }],
  gives: {
    offers: ['offer:88vip-supermarket'],
    coupons: [{ batch: 'coupon-batch:88vip-electronics', count: 2 }],
    benefits: ['benefit:priority-service'],
  },
  titles: {
    'offer:88vip-supermarket': { zh: '超市95折', en: '5 % off at the supermarket' },
    'coupon-batch:88vip-electronics': { zh: '消费电子券', en: 'Coupon for electronics' },
  },
  years: [year],
}

export const badgesOf = {
  memberId: 'xiaoman',
  policy: 'badges@1',
  points: 316,
  level: { name: 'L2', title: { zh: '常客', en: 'Regular' } },
  nextLevel: { name: 'L3', title: { zh: '达人', en: 'Expert' }, missing: 684 },
  badges: [
    {
      badge: 'buyer',
      title: { zh: '剁手达人', en: 'Steady buyer' },
      held: [
        { step: 'bronze', reachedOn: '2018-03-22', policy: 'badges@1' },
        { step: 'silver', reachedOn: '2018-10-02', policy: 'badges@1' },
      ],
      waiting: ['gold'],
      have: 61,
      next: { step: 'gold', needed: 200, missing: 139 },
    },
    {
      badge: 'explorer',
      title: { zh: '品类探索家', en: 'Explorer' },
      held: [{ step: 'gold', reachedOn: '2018-05-01', policy: 'badges@1' }],
      waiting: [],
      have: 16,
      next: null,
    },
    {
      badge: 'helper',
      title: { zh: '热心答主', en: 'Helping hand' },
      held: [],
      waiting: [],
      have: 2,
      next: { step: 'bronze', needed: 5, missing: 3 },
    },
  ],
  waiting: [{ behaviour: 'review', facts: 2 }],
}

const months = [
  ['2018-11', 1185, 8],
  ['2018-10', 1177, -4],
  ['2018-09', 1181, null],
] as const

export const scores = months.map(([month, score, delta]) => ({
  month,
  score,
  parts: { purchase: score - 478, reward: 178, base: 300 },
  delta,
  policy: 'score@1',
  scoredAt: `${month}-08T02:00:00+08:00`,
}))

/** One line of every form. */
export const why = [
  { part: 'window', rule: 'window.refunded', saw: 1, gave: 0 },
  {
    part: 'purchase',
    rule: 'purchase.physical',
    amountFen: 6_000_000,
    countedAmountFen: 5_785_100,
    amountPerPointFen: 8_300,
    gave: 697,
    heldAmountFen: { order: 214_900 },
  },
  { part: 'purchase', rule: 'purchase.orders', saw: 10, counted: 10, points: 1, gave: 10 },
  {
    part: 'reward',
    rule: 'reward.liveView',
    saw: 250,
    counted: 200,
    points: 1,
    gave: 200,
    held: { window: 50 },
  },
  { part: 'reward', rule: 'reward.most', saw: 200, gave: -22, limit: 178 },
  { part: 'base', rule: 'base.grade', grade: 'great', gradeFrom: 'told', gave: 350 },
  { part: 'base', rule: 'base.unpaidAdvances', saw: 1, points: -50, gave: -50 },
]
