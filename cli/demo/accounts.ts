import type { DemoAccount } from '#http/context.ts'

/** Who can be visited in the demo: seven members with a story each, a merchant, and two operators. */
export const demoAccounts: readonly DemoAccount[] = [
  {
    account: 'lin',
    role: 'member',
    nickname: '林小满',
    hint: {
      zh: '超级会员、88VIP：会员中心样样都有',
      en: 'A super member with paid membership: something on every page',
    },
  },
  {
    account: 'gao',
    role: 'member',
    nickname: '高远',
    hint: {
      zh: '收到 APASS 邀请，等他答复',
      en: 'Invited to the highest tier, and yet to answer',
    },
  },
  {
    account: 'zhao',
    role: 'member',
    nickname: '赵子涵',
    hint: {
      zh: '退货后欠积分',
      en: 'Returned what had earned points already spent: a debt',
    },
  },
  {
    account: 'chen',
    role: 'member',
    nickname: '陈晨',
    hint: { zh: '有待生效和冻结的积分', en: 'Points pending and on hold' },
  },
  {
    account: 'wang',
    role: 'member',
    nickname: '王大力',
    hint: { zh: '去年有积分过期', en: 'Lost points that lapsed' },
  },
  {
    account: 'zhou',
    role: 'member',
    nickname: '周周',
    hint: {
      zh: '明细很多；淘气值大涨，得了临时权益',
      en: 'A long list of entries; a rise in score that opened benefits for a month',
    },
  },
  {
    account: 'sun',
    role: 'member',
    nickname: '孙悦',
    hint: { zh: '新会员，还没有积分', en: 'New: no points yet' },
  },
  {
    account: 'lily',
    role: 'merchant',
    nickname: '莉莉',
    hint: {
      zh: '两家店铺：大促报名、商品申报、发货、退换货',
      en: 'Two shops: campaigns, declared goods, shipments, returns',
    },
  },
  {
    account: 'mei',
    role: 'operator',
    nickname: '梅（运营）',
    hint: { zh: '起草规则', en: 'An operator: drafts policies' },
  },
  {
    account: 'hao',
    role: 'operator',
    nickname: '郝（运营）',
    hint: { zh: '审批规则', en: 'Another operator: approves them' },
  },
]
