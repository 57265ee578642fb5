import type { Audience, KnownPhase, Phase } from '#rules/campaigns/policy.ts'

type Title = { readonly zh: string; readonly en: string }

/** What the known phases are called, and whom they are for, where a campaign does not say (CP-2). */
const usual: Readonly<
  Record<KnownPhase, { readonly title: Title; readonly for: readonly Audience[] }>
> = {
  signUp: { title: { zh: '商家报名', en: 'Sign-up' }, for: ['merchants'] },
  results: { title: { zh: '公布结果', en: 'Results' }, for: ['applicants'] },
  supplements: { title: { zh: '补充报名资料', en: 'Supplements' }, for: ['approved'] },
  allowanceSetup: { title: { zh: '设置购物津贴', en: 'Allowance set-up' }, for: ['approved'] },
  presaleDeclaration: {
    title: { zh: '预售商品申报', en: 'Presale declaration' },
    for: ['shortlisted'],
  },
  spotDeclaration: { title: { zh: '现货商品申报', en: 'Spot declaration' }, for: ['shortlisted'] },
  presale: { title: { zh: '预售', en: 'Presale' }, for: ['members', 'shortlisted'] },
  warmUp: { title: { zh: '预热', en: 'Warm-up' }, for: ['members'] },
  day: { title: { zh: '活动当天', en: 'The day' }, for: ['members', 'shortlisted'] },
  protection: {
    title: { zh: '价格保护', en: 'Price protection' },
    for: ['shortlisted', 'members'],
  },
  returns: { title: { zh: '退换货', en: 'Returns' }, for: ['members', 'shortlisted'] },
  settlement: { title: { zh: '结算', en: 'Settlement' }, for: ['shortlisted'] },
}

/** What a phase is called: by its own title, else as it is usual, else by its name. */
export function titleOf({ name, title }: Pick<Phase, 'name' | 'title'>): Title {
  if (title !== undefined) return title
  return isUsual(name) ? usual[name].title : { zh: name, en: name }
}

/** Whom a phase is for (CP-2). */
export function audienceOf({ name, for: own }: Pick<Phase, 'name' | 'for'>): readonly Audience[] {
  if (own !== undefined) return own
  return isUsual(name) ? usual[name].for : ['merchants', 'members']
}

function isUsual(name: string): name is KnownPhase {
  return Object.hasOwn(usual, name)
}
