import { readMarket, type Market } from '#db/market.ts'
import { openPolicyBook, type PolicyBook } from '#operations/policies/policy-book.ts'
import { transact } from '#operations/_transact.ts'
import { applyScores, type ScoredMember } from '#operations/membership/apply-scores.ts'
import type { StandingContext } from '#operations/membership/settle-members.ts'
import { endTierGrant, grantTier, type TierGranted } from '#operations/membership/grant-tier.ts'
import { settleStandings } from '#operations/membership/settle-standings.ts'
import { scorePolicyAt, standingAt } from '#operations/membership/standing.ts'
import { tierChangesPage } from '#db/membership/tier-changes.ts'
import { assert } from '#rules/assert.ts'
import type { MemberStanding } from '#rules/members/standing.ts'
import { openBooks, type TestBooks } from '#test/support/ledger.ts'

/** Books and policies of a market of the test preset. */
export type StandingMarket = TestBooks & { readonly market: Market; readonly policies: PolicyBook }

/** Founds a market for one test file. */
export async function openStandings(): Promise<StandingMarket> {
  const books = await openBooks(8)
  const [market, policies] = [await readMarket(books.db), await openPolicyBook(books.db)]
  const close = async (): Promise<void> => {
    policies.close()
    await books.close()
  }
  return { ...books, market, policies, close }
}

/** An instant of a year in the market's zone: `06-08 10:00`. */
export function inYear(text: string, year = 2017): Temporal.Instant {
  const [day, time = '00:00'] = text.split(' ')
  return Temporal.Instant.from(`${year}-${day}T${time}:00+08:00`)
}

/** Applies scores as the refresh of the month in which `at` lies would. */
export async function refresh(
  market: StandingMarket,
  at: Temporal.Instant,
  scores: Readonly<Record<string, readonly [score: number, previous?: number]>>,
): Promise<void> {
  const policy = scorePolicyAt(market.policies, at)
  assert(policy !== undefined, 'the market of the test has scores')
  const month = at.toZonedDateTimeISO('Asia/Shanghai').toPlainDate().with({ day: 1 })
  const scored = Object.entries(scores).map(([memberId, [score, previousScore]]): ScoredMember => {
    return { memberId, score, previousScore, month, policy }
  })
  await transact(market.db, (tx) => applyScores(tx, contextAt(market, at), scored))
}

export function contextAt(market: StandingMarket, now: Temporal.Instant): StandingContext {
  return { policies: market.policies, market: market.market, now }
}

/** Grants a tier at an instant. */
export async function grant(
  market: StandingMarket,
  at: Temporal.Instant,
  granted: Pick<TierGranted, 'memberId' | 'grantId' | 'tier' | 'to'> & Partial<TierGranted>,
): Promise<void> {
  const whole = { source: 'operator', from: at, cause: {}, ...granted } as const
  await transact(market.db, (tx) => grantTier(tx, contextAt(market, at), whole))
}

/** Ends a grant at an instant. */
export async function endGrantAt(
  market: StandingMarket,
  at: Temporal.Instant,
  memberId: string,
  grantId: string,
): Promise<void> {
  const ended = { memberId, grantId, at, cause: {} }
  await transact(market.db, (tx) => endTierGrant(tx, contextAt(market, at), ended))
}

/** Works off what is due. */
export async function settleBy(market: StandingMarket, by: Temporal.Instant): Promise<number> {
  return await settleStandings(market, by)
}

export async function standing(
  market: StandingMarket,
  memberId: string,
  at: Temporal.Instant,
): Promise<MemberStanding> {
  return await standingAt(market.db, market.policies, memberId, at)
}

/** The changes of a member's tier as lines: `2017-06-08T02:00:00Z ordinary > super refresh`. */
export async function changesOf(market: StandingMarket, memberId: string): Promise<string[]> {
  const changes = await tierChangesPage(market.db, memberId, { below: undefined, limit: 100 })
  return changes
    .toReversed()
    .map(({ at, from, to, cause }) => `${at.toString()} ${from} > ${to} ${String(cause['type'])}`)
}
