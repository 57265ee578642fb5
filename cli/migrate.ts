import { Command } from '@commander-js/extra-typings'
import { openDatabase } from '#cli/database.ts'
import { foundMarket } from '#cli/found-market.ts'
import { homeOption } from '#cli/home.ts'
import { realClock } from '#operations/clock.ts'

/** `jifen migrate`: for a database that is prepared before a new version of the program starts. */
export function migrateCommand() {
  return new Command('migrate')
    .description('bring the database up to date; a new one becomes a market')
    .option('--market <file>', 'currency, zone and preset of a new database (docs/import.md)')
    .addOption(homeOption())
    .action(async ({ market, home }) => {
      const opened = await openDatabase(home, (text) => process.stderr.write(`${text}\n`))
      try {
        const { applied } = await foundMarket(opened.url, market, realClock().now())
        const what = applied.length === 0 ? 'was up to date' : `had ${applied.join(', ')}`
        process.stdout.write(`The database ${what}.\n`)
      } finally {
        await opened.close()
      }
    })
}
