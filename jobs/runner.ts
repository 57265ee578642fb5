import { Logger, parseCronItems, run, type LogLevel } from 'graphile-worker'
import type { Database } from '#db/connection.ts'
import type { Market } from '#db/market.ts'
import { settleRegularly, type Faults } from '#jobs/settle-regularly.ts'
import { recoverDueAdvances } from '#operations/advances/recover-due.ts'
import { settleBenefits } from '#operations/benefits/settle-benefits.ts'
import type { Clock } from '#operations/clock.ts'
import { settleBadges } from '#operations/badges/settle-badges.ts'
import { fileErasures } from '#operations/ending/erasure-list.ts'
import { refillQuotas } from '#operations/issuing/refill-quotas.ts'
import { endMatchesOfPartners } from '#operations/interchange/end-matches.ts'
import { settleInvitations } from '#operations/invitation/settle-invitations.ts'
import { anchorHeads } from '#operations/ledger/anchor-heads.ts'
import { settleDue } from '#operations/ledger/settle-due.ts'
import { settlePaidYears } from '#operations/paid/settle-paid-years.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { settleStandings } from '#operations/membership/settle-standings.ts'
import { forgetOldKeys } from '#operations/requests/forget-old-keys.ts'
import { refreshWhenDue } from '#operations/score/refresh.ts'
import { closeDueTrades, lapseDuePresales } from '#operations/trades/close-due.ts'

export type JobsContext = {
  readonly db: Database
  readonly policies: PolicyBook
  readonly market: Market
  /** The owner's: the queue keeps its tables in a schema of its own. */
  readonly url: string
  readonly clock: Clock
  /** Outside the database, where anchors are written. */
  readonly anchorsFolder: string
  readonly onFault: Faults
}

/** What runs by itself, until it is stopped. */
export type Jobs = { readonly stop: () => Promise<void> }

/** Tasks of the queue with their times, in UTC of the wall. */
const crontab = [
  { task: 'anchor-heads', match: '7 * * * *', identifier: 'anchor-heads' },
  { task: 'forget-old-keys', match: '23 3 * * *', identifier: 'forget-old-keys' },
]

/** Starts everything that happens by itself: what is due is booked, heads are anchored, old keys go. */
export async function startJobs(context: JobsContext): Promise<Jobs> {
  const { db, policies, market, url, clock, anchorsFolder, onFault } = context
  const queue = await run({
    connectionString: url,
    concurrency: 1,
    maxPoolSize: 3,
    pollInterval: 60_000,
    noHandleSignals: true,
    logger: new Logger(() => (level: LogLevel, message: string) => {
      // The levels are words of an enum of that package; only errors matter here.
      if (String(level) === 'error') onFault(message)
    }),
    parsedCronItems: parseCronItems(crontab),
    taskList: {
      'anchor-heads': async () => {
        await anchorHeads(db, anchorsFolder, clock.now())
      },
      'forget-old-keys': async () => {
        await forgetOldKeys(db, clock.now())
      },
    },
  })
  queue.promise.catch((error: unknown) => onFault('the job queue ended', error))
  const settling = settleRegularly(
    [
      (by) => settleDue(db, by),
      (by) => refillQuotas({ db, policies }, by),
      (by) => fileErasures(db, anchorsFolder, by),
      (by) => recoverDueAdvances({ db, policies, market, now: by, actor: 'jifen' }),
      (by) => settleStandings({ db, policies, market }, by),
      (by) => endMatchesOfPartners({ db, policies, market }, by),
      (by) => settlePaidYears({ db, policies, market }, by),
      (by) => closeDueTrades({ db, policies, market, now: by, actor: 'jifen' }),
      (by) => settleBenefits({ db, policies, market }, by),
      (by) => lapseDuePresales({ db, policies, market, now: by, actor: 'jifen' }),
    ],
    clock,
    onFault,
  )
  // Apart from the others: a refresh of many members takes minutes.
  const stopping = new AbortController()
  const scoring = settleRegularly(
    [
      (by) => refreshWhenDue({ db, policies, market, now: by }, stopping.signal),
      (by) => settleInvitations({ db, policies, market }, by, stopping.signal),
    ],
    clock,
    onFault,
  )
  const counting = settleRegularly(
    [(by) => settleBadges({ db, policies, market }, by, stopping.signal)],
    clock,
    onFault,
  )
  return {
    stop: async () => {
      stopping.abort()
      await scoring.stop()
      await counting.stop()
      await settling.stop()
      await queue.stop()
    },
  }
}
