import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Command, InvalidArgumentError } from '@commander-js/extra-typings'
import { openDatabase } from '#cli/database.ts'
import { homeOption } from '#cli/home.ts'
import { runLevels, type LevelsReport } from '#cli/levels/run-levels.ts'
import { StartError } from '#cli/postgres/start-error.ts'
import { connect } from '#db/connection.ts'
import { readMarket } from '#db/market.ts'
import { realClock } from '#operations/clock.ts'
import { importLevels } from '#operations/membership/import-levels.ts'
import { openPolicyBook } from '#operations/policies/policy-book.ts'
import { instantFromText } from '#rules/time/instants.ts'

/** `jifen levels FILE`: what members were on the ladders before the score. */
export function levelsCommand() {
  return new Command('levels')
    .description('read old T and V levels, and keep the tiers they promise for the period of grace')
    .argument('<file>', 'CSV, plain or .gz: member_id, and t, v or both')
    .option('--size <members>', 'members in one transaction', batchSize, 1000)
    .option('--at <instant>', 'when the period of grace begins; else now', instant)
    .addOption(homeOption())
    .action(async (path, { size, home, at = realClock().now() }) => {
      mkdirSync(home, { recursive: true, mode: 0o700 })
      const opened = await openDatabase(home, (text) => process.stderr.write(`${text}\n`))
      const db = connect(opened.url, { as: 'application', size: 2 })
      const controller = new AbortController()
      const stop = (): void =>
        controller.abort(new StartError('The import was stopped: run it again to go on.'))
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, stop)
      try {
        const policies = await openPolicyBook(db)
        try {
          const context = { db, policies, market: await readMarket(db), now: at }
          const rejectsPath = join(home, 'levels-rejects.csv')
          const { signal } = controller
          const report = await runLevels({
            path,
            keep: async (levels) => await importLevels(context, levels),
            size,
            rejectsPath,
            signal,
          })
          process.stdout.write(textOf(report, rejectsPath))
        } finally {
          policies.close()
        }
      } finally {
        for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, stop)
        await db.destroy()
        await opened.close()
      }
    })
}

function textOf({ outcomes, seconds }: LevelsReport, rejectsPath: string): string {
  const counts = [...outcomes].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const lines = counts.map(([outcome, count]) => `${count.toLocaleString('en')} ${outcome}\n`)
  const rows = counts.reduce((sum, [, count]) => sum + count, 0)
  const rate = Math.round(rows / Math.max(seconds, 0.001)).toLocaleString('en')
  const isBad = counts.some(([outcome]) => outcome === 'bad-row' || outcome.includes('/'))
  const where = isBad ? `Rows that gave nothing, and why, are in ${rejectsPath}.\n` : ''
  return `${lines.join('')}${seconds.toFixed(1)} s, ${rate} rows a second\n${where}`
}

function batchSize(text: string): number {
  const size = Number(text)
  if (Number.isInteger(size) && size >= 1 && size <= 10_000) return size
  throw new InvalidArgumentError('It is a whole number from 1 to 10000.')
}

function instant(text: string): Temporal.Instant {
  const read = instantFromText(text)
  if (read !== undefined) return read
  throw new InvalidArgumentError('It is an instant with its offset: 2017-06-08T00:00:00+08:00.')
}
