import { useFormat } from '#web/kit/format-context.ts'
import { useWords } from '#web/i18n/words.ts'
import type {
  Gives,
  Offered,
  Price,
  RefundLimit,
  Unlock,
} from '#web/member/club/benefits/resources.ts'
import { useTitles } from '#web/member/club/titles.ts'

/** How benefits are told in the language of the page: what they give, cost, and ask for. */
export function useBenefitWords() {
  const { t, word } = useWords()
  const format = useFormat()
  const { tierTitle, listOf } = useTitles()
  const number = (value: number): string => format.amount(value, '')

  const givesOf = ({ voucher, draw, card, data, service, coupon }: Gives): string => {
    if (voucher !== undefined) {
      return t('benefits.gives.voucher', { amount: format.money(voucher.amount ?? 0) })
    }
    if (draw !== undefined) {
      const amounts = draw.prizes.map(({ amount }) => amount)
      const [least, most] = [Math.min(...amounts), Math.max(...amounts)]
      return t('benefits.gives.draw', { least: format.money(least), most: format.money(most) })
    }
    if (card !== undefined) {
      const worth = [
        ...(card.amount === undefined ? [] : [format.money(card.amount)]),
        ...(card.percent === undefined
          ? []
          : [t('benefits.gives.percent', { percent: String(card.percent) })]),
      ]
      return [word('cardKinds', card.kind), ...worth].join(' · ')
    }
    if (data !== undefined) return t('benefits.gives.data', { megabytes: number(data) })
    if (service !== undefined) return word('services', service)
    return coupon === undefined ? '' : t('benefits.gives.coupon')
  }

  const priceOf = ({ points, moneyFen }: Price): string => {
    const parts = [
      ...(points === 0 ? [] : [t('benefits.points', { points: number(points) })]),
      ...(moneyFen === 0 ? [] : [format.money(moneyFen)]),
    ]
    return parts.length === 0 ? t('benefits.free') : parts.join(' + ')
  }

  /** How often it can be had, and how often it still can be now. */
  const quotaOf = ({ terms, left }: Offered): readonly string[] => {
    const { quota, dailyMost } = terms
    const per = quota === undefined ? [] : [quota.per].flat()
    return [
      ...(quota === undefined
        ? []
        : [
            t('benefits.quota', {
              number: number(quota.count),
              per: per.map((each) => word('quotaPeriods', each)).join(t('benefits.or')),
            }),
          ]),
      ...(dailyMost === undefined ? [] : [t('benefits.daily', { number: number(dailyMost) })]),
      ...(left === undefined || left === 0 || per.length > 1
        ? []
        : [t('benefits.left', { number: number(left) })]),
    ]
  }

  const wayOf = (way: Unlock): string => {
    const { tier, scoreFrom, scoreMissing, invitation, paidMember, brandTier, grant } = way
    const missing =
      scoreMissing === undefined ? '' : t('benefits.way.missing', { points: number(scoreMissing) })
    const parts = [
      ...(tier === undefined
        ? []
        : [
            t(invitation === true ? 'benefits.way.invited' : 'benefits.way.tier', {
              tier: tierTitle(tier),
            }),
          ]),
      ...(tier !== undefined || scoreFrom === undefined
        ? []
        : [t('benefits.way.score', { score: number(scoreFrom) })]),
      ...(paidMember === true ? [t('benefits.way.paid')] : []),
      ...(brandTier === undefined
        ? []
        : [
            t('benefits.way.brand', { program: brandTier.program, tiers: listOf(brandTier.tiers) }),
          ]),
      ...(grant === true ? [t('benefits.way.grant')] : []),
    ]
    return parts.join(t('benefits.way.and')) + missing
  }

  const limitOf = ({ scoreFrom, tiers, paidMember, limit }: RefundLimit): string => {
    const who = [
      ...(tiers === undefined ? [] : [listOf(tiers.map(tierTitle))]),
      ...(scoreFrom === undefined ? [] : [t('benefits.way.score', { score: number(scoreFrom) })]),
      ...(paidMember === true ? [word('benefitGroups', 'paidMember')] : []),
    ]
    const whom = who.length === 0 ? word('benefitGroups', 'everybody') : listOf(who)
    return t('benefits.limit', { who: whom, amount: format.money(limit ?? 0) })
  }

  const groupOf = (kind: string, tier: string | undefined): string =>
    kind === 'tier' && tier !== undefined ? tierTitle(tier) : word('benefitGroups', kind)

  return { givesOf, priceOf, quotaOf, wayOf, limitOf, groupOf }
}

/** What a member can claim here: neither paid with money nor for one purchase or live view. */
export function isClaimedHere({ price, terms }: Offered): boolean {
  const per = terms.quota === undefined ? [] : [terms.quota.per].flat()
  const isOfSomething = per.some((each) => each === 'purchase' || each === 'liveView')
  return (price?.moneyFen ?? 0) === 0 && !isOfSomething && terms.channel === undefined
}
