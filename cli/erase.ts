import { Command } from '@commander-js/extra-typings'
import { openDatabase } from '#cli/database.ts'
import { homeOption } from '#cli/home.ts'
import { connect } from '#db/connection.ts'
import { readMarket } from '#db/market.ts'
import { replayErasures } from '#operations/ending/erasure-list.ts'
import { openPolicyBook } from '#operations/policies/policy-book.ts'

/** `jifen erase --replay FILE`: applies a list of erasures again, after a backup was restored. */
export function eraseCommand() {
  return new Command('erase')
    .description('erase again, in a restored database, everybody that a list of erasures names')
    .requiredOption('--replay <file>', 'the list: <home>/anchors/erasures.jsonl of the original')
    .addOption(homeOption())
    .action(async ({ home, replay }) => {
      const opened = await openDatabase(home)
      const db = connect(opened.url, { as: 'application', size: 2 })
      try {
        const policies = await openPolicyBook(db)
        policies.close()
        const market = await readMarket(db)
        const now = Temporal.Now.instant().round({ smallestUnit: 'millisecond' })
        const context = { db, policies, market, now, actor: 'jifen' }
        const erased = await replayErasures(context, replay)
        process.stdout.write(`${erased} members erased again\n`)
      } finally {
        await db.destroy()
        await opened.close()
      }
    })
}
