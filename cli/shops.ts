import { closeSync, mkdirSync, openSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from '@commander-js/extra-typings'
import { stringify } from 'csv-stringify/sync'
import { openDatabase } from '#cli/database.ts'
import { homeOption } from '#cli/home.ts'
import { StartError } from '#cli/postgres/start-error.ts'
import { startProgress } from '#cli/progress.ts'
import { readInstant } from '#cli/settle.ts'
import { readShops, type ShopRow } from '#cli/shops/read-shops.ts'
import { connect, type Database } from '#db/connection.ts'
import { realClock } from '#operations/clock.ts'
import { registerShops } from '#operations/shops/register-shop.ts'

const atOnce = 1_000

/** `jifen shops FILE`: registers the shops of a CSV file and their merchants. */
export function shopsCommand() {
  return new Command('shops')
    .description('register shops and their merchants, or tell what changed; again changes nothing')
    .argument('<file>', 'CSV, plain or .gz: shop_id, merchant_id, title, type, main_category ...')
    .option('--at <instant>', 'the time it is; else now', readInstant)
    .addOption(homeOption())
    .action(async (path, { home, at = realClock().now() }) => {
      mkdirSync(home, { recursive: true, mode: 0o700 })
      const opened = await openDatabase(home, (text) => process.stderr.write(`${text}\n`))
      const db = connect(opened.url, { as: 'application', size: 2 })
      try {
        const rejectsPath = join(home, 'shops-rejects.csv')
        const { registered, rejected } = await importShops(db, path, rejectsPath, at)
        const where = rejected === 0 ? '' : `, ${rejected} rejected: see ${rejectsPath}`
        process.stdout.write(`${registered} shops registered${where}\n`)
        process.exitCode = rejected === 0 ? 0 : 1
      } finally {
        await db.destroy()
        await opened.close()
      }
    })
}

type Good = Extract<ShopRow, { readonly ok: true }>

async function importShops(
  db: Database,
  path: string,
  rejectsPath: string,
  at: Temporal.Instant,
): Promise<{ readonly registered: number; readonly rejected: number }> {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats?.isFile() !== true) throw new StartError(`There is no file ${path}.`)
  const progress = startProgress('Registering shops', stats.size)
  const rejects = openSync(rejectsPath, 'w', 0o600)
  writeSync(rejects, 'line,row,reason\n')
  const count = { registered: 0, rejected: 0 }
  let bytes = 0
  const reject = (line: number, row: string, reason: string): void => {
    writeSync(rejects, stringify([[line, row, reason]], { escape_formulas: true }))
    count.rejected += 1
  }
  const register = async (batch: ReadonlyMap<string, Good>): Promise<void> => {
    if (batch.size === 0) return
    const refused = await registerShops(db, [...batch.values()], at)
    for (const [shopId, { line }] of batch) {
      if (refused.has(shopId)) reject(line, shopId, 'shops/of-another-merchant')
      else count.registered += 1
    }
    progress.update(bytes, `${count.registered.toLocaleString('en')} shops`)
  }
  try {
    let batch = new Map<string, Good>()
    for await (const row of readShops(path, (more) => (bytes += more))) {
      if (!row.ok) {
        reject(row.line, row.raw, row.reason)
        continue
      }
      if (batch.size >= atOnce || batch.has(row.shop.shopId)) {
        await register(batch)
        batch = new Map()
      }
      batch.set(row.shop.shopId, row)
    }
    await register(batch)
    progress.finish(`${count.registered.toLocaleString('en')} shops`)
    return count
  } catch (error) {
    progress.fail('Not all was registered: the same command goes on from here.')
    throw error
  } finally {
    closeSync(rejects)
  }
}
