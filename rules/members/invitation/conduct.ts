import { indicator, type Indicator } from '#rules/members/invitation/indicator.ts'
import type { InteractionKind } from '#rules/members/invitation/facts.ts'
import { shareOf, sumOf, type Summary } from '#rules/members/invitation/summary.ts'

const credit = 'credit of the score'
const advances = 'advances'
const interactions = 'interactions of the score'

/** Whether promises are kept. */
export const credits: readonly Indicator[] = [
  indicator(
    'credit.grade',
    ['信用等级', 'Credit grade'],
    'count',
    'place of the grade among those of the policy score, the lowest 1; 0 where none was told',
    credit,
    (of) => of.facts.credit.gradeRank,
  ),
  indicator(
    'credit.unpaidAdvances',
    ['未还垫付笔数', 'Unpaid advances'],
    'count',
    'advances that are owed',
    advances,
    (of) => of.facts.credit.unpaidAdvances,
  ),
  indicator(
    'credit.unpaidAmount',
    ['未还垫付金额', 'Unpaid amount'],
    'fen',
    'what is owed of advances',
    advances,
    (of) => of.facts.credit.unpaidFen,
  ),
  indicator(
    'credit.repaidAdvances',
    ['已还垫付笔数', 'Repaid advances'],
    'count',
    'advances that were owed and repaid',
    advances,
    (of) => of.facts.credit.repaidAdvances,
  ),
  indicator(
    'credit.settledAdvances',
    ['正常结清垫付笔数', 'Settled advances'],
    'count',
    'advances settled by the goods that came back',
    advances,
    (of) => of.facts.credit.settledAdvances,
  ),
  indicator(
    'credit.keptRate',
    ['垫付守信率', 'Share of advances kept'],
    'ppm',
    '(settled + repaid) / (settled + repaid + unpaid); 1,000,000 without any',
    advances,
    (of) => keptRate(of),
  ),
  indicator(
    'credit.maliciousReviews',
    ['恶意评价数', 'Malicious reviews'],
    'count',
    'malicious reviews of the window',
    credit,
    (of) => of.facts.credit.maliciousReviews,
  ),
  indicator(
    'credit.brokenPromises',
    ['违约次数', 'Broken promises'],
    'count',
    'broken promises of the window',
    credit,
    (of) => of.facts.credit.brokenPromises,
  ),
]

/** What a member does besides buying. */
export const interaction: readonly Indicator[] = [
  indicator('interaction.reviews', ['评价数', 'Reviews'], 'count', 'reviews', interactions, (of) =>
    countOf(of, 'review'),
  ),
  indicator('interaction.shares', ['分享数', 'Shares'], 'count', 'shares', interactions, (of) =>
    countOf(of, 'share'),
  ),
  indicator('interaction.posts', ['发帖数', 'Posts'], 'count', 'posts', interactions, (of) =>
    countOf(of, 'post'),
  ),
  indicator('interaction.answers', ['回答数', 'Answers'], 'count', 'answers', interactions, (of) =>
    countOf(of, 'answer'),
  ),
  indicator(
    'interaction.liveViews',
    ['直播观看数', 'Live views'],
    'count',
    'live views',
    interactions,
    (of) => countOf(of, 'liveView'),
  ),
  indicator(
    'interaction.total',
    ['互动总数', 'Interactions'],
    'count',
    'all of them',
    interactions,
    (of) => of.interactionCount,
  ),
  indicator(
    'interaction.kinds',
    ['互动种类数', 'Kinds of interaction'],
    'count',
    'kinds of which there is one',
    interactions,
    (of) => of.interactions.size,
  ),
  indicator(
    'interaction.days',
    ['互动天数', 'Days with an interaction'],
    'days',
    'different days with an interaction',
    interactions,
    (of) => new Set(of.facts.interactions.map((each) => each.day)).size,
  ),
  indicator(
    'interaction.highValueShare',
    ['高价值互动占比', 'Share of high value'],
    'ppm',
    'interactions of high value / interactions; 0 without any',
    interactions,
    (of) =>
      shareOf(sumOf(of.facts.interactions.map((each) => each.highValue)), of.interactionCount),
  ),
  indicator(
    'interaction.reviewsPerOrder',
    ['单均评价数', 'Reviews per order'],
    'ppm',
    'reviews / orders (1,000,000: one for each); 0 without orders',
    'interactions of the score, received orders',
    (of) => shareOf(countOf(of, 'review'), of.orders.length),
  ),
]

function keptRate({ facts }: Summary): number {
  const { settledAdvances, repaidAdvances, unpaidAdvances } = facts.credit
  const kept = settledAdvances + repaidAdvances
  return kept + unpaidAdvances === 0 ? 1_000_000 : shareOf(kept, kept + unpaidAdvances)
}

function countOf({ interactions: byKind }: Summary, kind: InteractionKind): number {
  return byKind.get(kind) ?? 0
}
