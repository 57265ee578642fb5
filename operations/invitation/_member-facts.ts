import type { Reader } from '#db/connection.ts'
import {
  conductWithin,
  linesWithin,
  ordersWithin,
  returnsOf,
  standingFigures,
  tierTurnsOf,
  type ConductRow,
  type LineRow,
  type OrderRow,
  type ReturnRow,
  type StandingRow,
  type TierTurnRow,
} from '#db/membership/indicator-facts.ts'
import type {
  IndicatorWindow,
  InteractionFacts,
  MemberFacts,
  OrderFacts,
  TierFacts,
} from '#rules/members/invitation/facts.ts'
import type { ScorePolicy } from '#rules/members/policy.ts'
import { rankOf } from '#rules/members/tiers/ladder.ts'

export type FactsWindow = IndicatorWindow & {
  readonly from: Temporal.PlainDate
  readonly to: Temporal.PlainDate
}

/** What the indicators of members are computed from, read for all of them at once (IV-3). */
export async function memberFactsOf(
  tx: Reader,
  memberIds: readonly string[],
  asked: {
    readonly window: FactsWindow
    readonly score: ScorePolicy
    readonly round: string
  },
): Promise<Map<string, MemberFacts>> {
  const { window, score, round } = asked
  const [orders, lines, standings, turns, conduct] = await Promise.all([
    ordersWithin(tx, memberIds, window),
    linesWithin(tx, memberIds, window),
    standingFigures(tx, memberIds, window, round),
    tierTurnsOf(tx, memberIds),
    conductWithin(tx, memberIds, window),
  ])
  const refunded = lines.filter((line) => line.refundedFen > 0).map((line) => line.memberId)
  const returns = await returnsOf(tx, [...new Set(refunded)])

  const known = {
    orders: Map.groupBy(orders, (row) => row.memberId),
    lines: Map.groupBy(lines, (row) => `${row.memberId}/${row.orderId}`),
    returns: new Map(returns.map((row) => [`${row.memberId}/${row.orderId}`, row])),
    turns: Map.groupBy(turns, (row) => row.memberId),
    conduct: Map.groupBy(conduct, (row) => row.memberId),
  }
  const isVirtual = new Set(score.virtualCategories)
  return new Map(
    standings.map((standing) => {
      const { memberId } = standing
      const own = known.orders.get(memberId) ?? []
      const done = conductOf(known.conduct.get(memberId) ?? [])
      return [
        memberId,
        {
          window,
          joinedDay: standing.joinedDay,
          orders: own.map((row) => {
            const key = `${memberId}/${row.orderId}`
            return orderOf(row, known.lines.get(key) ?? [], known.returns.get(key), isVirtual)
          }),
          interactions: done.interactions,
          credit: {
            ...creditOf(standing),
            gradeRank: gradeRankOf(standing.grade, score),
            maliciousReviews: done.maliciousReviews,
            brokenPromises: done.brokenPromises,
          },
          score: standing.score,
          scores: standing.scores,
          tiers: {
            ...tiersOf(known.turns.get(memberId) ?? [], window, score),
            yearsInvited: standing.yearsInvited,
          },
          points: pointsOf(standing),
        },
      ]
    }),
  )
}

function orderOf(
  row: OrderRow,
  lines: readonly LineRow[],
  returned: ReturnRow | undefined,
  isVirtual: ReadonlySet<string>,
): OrderFacts {
  return {
    orderId: row.orderId,
    shop: row.shop,
    placedDay: row.placedDay,
    receivedDay: row.receivedDay ?? undefined,
    isClosedUnpaid: row.isClosedUnpaid,
    freightFen: row.freightFen,
    offFen: row.offFen,
    couponOffFen: row.couponOffFen,
    returnedDay: returned?.returnedDay,
    isReturnedAfterReceipt: returned?.isAfterReceipt === true,
    lines: lines.map((line) => ({ ...line, isPhysical: !isVirtual.has(line.category) })),
  }
}

type ConductCounts = {
  readonly interactions: readonly InteractionFacts[]
  readonly maliciousReviews: number
  readonly brokenPromises: number
}

function conductOf(rows: readonly ConductRow[]): ConductCounts {
  const interactions: InteractionFacts[] = []
  const bad = { maliciousReview: 0, brokenPromise: 0 }
  for (const { kind, ...rest } of rows) {
    if (kind === 'maliciousReview' || kind === 'brokenPromise') bad[kind] += rest.count
    else interactions.push({ kind, ...rest })
  }
  return { interactions, maliciousReviews: bad.maliciousReview, brokenPromises: bad.brokenPromise }
}

function creditOf({ unpaidAdvances, unpaidFen, repaidAdvances, settledAdvances }: StandingRow) {
  return { unpaidAdvances, unpaidFen, repaidAdvances, settledAdvances }
}

function pointsOf({ earned, spent, expired, clawedBack, available }: StandingRow) {
  return { earned, spent, expired, clawedBack, available }
}

/** The place of a grade among the policy's, the lowest 1; 0 for none. */
function gradeRankOf(grade: string | null, { base }: ScorePolicy): number {
  return base.grades.findIndex(({ name }) => name === grade) + 1
}

function tiersOf(
  turns: readonly TierTurnRow[],
  window: IndicatorWindow,
  { tiers: ladder }: ScorePolicy,
): Omit<TierFacts, 'yearsInvited'> {
  const seen = turns.filter((turn) => turn.day <= window.toDay)
  const within = seen
    .filter((turn) => turn.day >= window.fromDay)
    .map(({ from, to }) => rankOf(to, ladder) - rankOf(from, ladder))
  return {
    rises: within.filter((steps) => steps > 0).length,
    falls: within.filter((steps) => steps < 0).length,
    sinceDay: seen.at(-1)?.day,
  }
}
