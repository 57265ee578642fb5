import { Logger, parseCronItems, run, type LogLevel } from 'graphile-worker'
import { openPool, type Database } from '#db/connection.ts'
import type { Market } from '#db/market.ts'
import { beatsOf } from '#jobs/beats.ts'
import { settleRegularly, type Faults } from '#jobs/settle-regularly.ts'
import { startWebhooks } from '#jobs/webhooks.ts'
import { realClock, type Clock } from '#operations/clock.ts'
import { anchorHeads } from '#operations/ledger/anchor-heads.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { forgetOldDeliveries } from '#operations/webhooks/forget-old.ts'
import type { Send } from '#operations/webhooks/send.ts'
import { forgetOldKeys } from '#operations/requests/forget-old-keys.ts'

export type JobsContext = {
  readonly db: Database
  readonly policies: PolicyBook
  readonly market: Market
  /** The owner's: the queue keeps its tables in a schema of its own. */
  readonly url: string
  readonly clock: Clock
  /** Outside the database, where anchors are written. */
  readonly anchorsFolder: string
  /** Sends webhooks; absent: none are sent. */
  readonly webhooks?: Send | undefined
  readonly onFault: Faults
}

/** What runs by itself, until it is stopped. */
export type Jobs = { readonly stop: () => Promise<void> }

/** Tasks of the queue with their times, in UTC of the wall. */
const crontab = [
  { task: 'anchor-heads', match: '7 * * * *', identifier: 'anchor-heads' },
  { task: 'forget-old-keys', match: '23 3 * * *', identifier: 'forget-old-keys' },
  {
    task: 'forget-old-deliveries',
    match: '43 3 * * *',
    identifier: 'forget-old-deliveries',
  },
]

/** Starts everything that happens by itself: what is due is booked, heads are anchored, old keys go. */
export async function startJobs(context: JobsContext): Promise<Jobs> {
  const { db, url, clock, anchorsFolder, onFault } = context
  // Ours, so that it is closed before the database is: the queue's own goes on closing after its stop.
  const pool = openPool(url, { as: 'owner', size: 3 })
  const queue = await run({
    pgPool: pool,
    concurrency: 1,
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
      'forget-old-deliveries': async () => {
        await forgetOldDeliveries(db, realClock().now())
      },
    },
  })
  queue.promise.catch((error: unknown) => onFault('the job queue ended', error))
  const stopping = new AbortController()
  const beats = beatsOf(context, stopping.signal).map((settles) => {
    return settleRegularly(settles, clock, onFault)
  })
  const { webhooks: send, market } = context
  const sending =
    send === undefined ? undefined : startWebhooks({ db, zone: market.zone, send, onFault })
  return {
    stop: async () => {
      stopping.abort()
      await Promise.all(
        [...beats, ...(sending === undefined ? [] : [sending])].map((beat) => beat.stop()),
      )
      await queue.stop()
      await pool.end()
    },
  }
}
