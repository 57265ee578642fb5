import type { Database } from '#db/connection.ts'
import type { Market } from '#db/market.ts'
import { beatsOfShops } from '#jobs/beats-of-shops.ts'
import type { Settle } from '#jobs/settle-regularly.ts'
import { recoverDueAdvances } from '#operations/advances/recover-due.ts'
import { settleBadges } from '#operations/badges/settle-badges.ts'
import { settleBenefits } from '#operations/benefits/settle-benefits.ts'
import { fileErasures } from '#operations/ending/erasure-list.ts'
import { endMatchesOfPartners } from '#operations/interchange/end-matches.ts'
import { settleInvitations } from '#operations/invitation/settle-invitations.ts'
import { refillQuotas } from '#operations/issuing/refill-quotas.ts'
import { settleDue } from '#operations/ledger/settle-due.ts'
import { settleStandings } from '#operations/membership/settle-standings.ts'
import { settlePaidYears } from '#operations/paid/settle-paid-years.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { refreshWhenDue } from '#operations/score/refresh.ts'
import { closeDueTrades, lapseDuePresales } from '#operations/trades/close-due.ts'

type BeatsContext = {
  readonly db: Database
  readonly policies: PolicyBook
  readonly market: Market
  readonly anchorsFolder: string
}

/**
 * What is done by the clock of the business: lists that run apart from each other, each one after the
 * other. What takes long ends early by the signal, and loses nothing.
 */
export function beatsOf(
  { db, policies, market, anchorsFolder }: BeatsContext,
  stopping: AbortSignal,
): readonly (readonly Settle[])[] {
  const rules = { db, policies, market }
  const byTime = (now: Temporal.Instant) => ({ ...rules, now, actor: 'jifen' })
  return [
    [
      (by) => settleDue(db, by),
      (by) => refillQuotas(rules, by),
      (by) => closeDueTrades(byTime(by)),
      (by) => lapseDuePresales(byTime(by)),
      (by) => recoverDueAdvances(byTime(by)),
      (by) => settleStandings(rules, by),
      (by) => endMatchesOfPartners(rules, by),
      (by) => settlePaidYears(rules, by),
      (by) => settleBenefits(rules, by),
      (by) => fileErasures(db, anchorsFolder, by),
    ],
    // A refresh of many members takes minutes, and so does a round.
    [
      (by) => refreshWhenDue({ ...rules, now: by }, stopping),
      (by) => settleInvitations(rules, by, stopping),
    ],
    [(by) => settleBadges(rules, by, stopping)],
    ...beatsOfShops(rules, stopping),
  ]
}
