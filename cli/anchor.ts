import { join } from 'node:path'
import { Command } from '@commander-js/extra-typings'
import { openDatabase } from '#cli/database.ts'
import { homeOption } from '#cli/home.ts'
import { connect } from '#db/connection.ts'
import { anchorHeads } from '#operations/ledger/anchor-heads.ts'

/** `jifen anchor`: writes the heads of all wallets and their Merkle root beside the database. */
export function anchorCommand() {
  return new Command('anchor')
    .description('write the heads of all wallets and their Merkle root to <home>/anchors')
    .addOption(homeOption())
    .action(async (options) => {
      const { home } = options
      const opened = await openDatabase(home)
      const db = connect(opened.url, { as: 'application', size: 2 })
      try {
        const at = Temporal.Now.instant().round({ smallestUnit: 'millisecond' })
        const anchor = await anchorHeads(db, join(home, 'anchors'), at)
        process.stdout.write(`${anchor.wallets} wallets anchored at ${anchor.at}: ${anchor.root}\n`)
      } finally {
        await db.destroy()
        await opened.close()
      }
    })
}
