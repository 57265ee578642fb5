import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command, InvalidArgumentError } from '@commander-js/extra-typings'
import { openDatabase } from '#cli/database.ts'
import { foundMarket } from '#cli/found-market.ts'
import { homeOption } from '#cli/home.ts'
import { loadMapping, mappingNames, type Mapping } from '#cli/import/mapping.ts'
import { reportOf, type ClassedCategory } from '#cli/import/report.ts'
import { runImport } from '#cli/import/run-import.ts'
import { showProgress } from '#cli/import/show-progress.ts'
import { findSources, type SourceFile } from '#cli/import/sources.ts'
import { StartError } from '#cli/postgres/start-error.ts'
import { connect, type Database } from '#db/connection.ts'
import { earnedByCategory } from '#db/earned-by-category.ts'
import { isFounded } from '#db/is-founded.ts'
import { readMarket, type Market } from '#db/market.ts'
import { realClock } from '#operations/clock.ts'
import { applyEvents } from '#operations/events/apply-events.ts'
import { pointsPolicyAt } from '#operations/policies/fact-context.ts'
import { openPolicyBook, type PolicyBook } from '#operations/policies/policy-book.ts'
import { asFen } from '#rules/money/fen.ts'
import { wholePpm, type Ppm } from '#rules/money/rate.ts'
import { earn } from '#rules/points/earn.ts'

/** `jifen import`: reads CSV files by a mapping and tells what they say as facts. */
export function importCommand() {
  return new Command('import')
    .description('import orders, refunds, reviews and members from CSV files, plain or .gz')
    .argument('<paths...>', 'folders or files')
    .option('--mapping <name>', `${mappingNames.join(', ')}, or a file`, 'generic')
    .option('--market <name>', 'found an empty database with this market: a name or a file')
    .option('--rejects <file>', 'where rows that do not fit are written, with the reason')
    .option('--batch <facts>', 'facts told at once', batchSize, 1000)
    .addOption(homeOption())
    .action(async (paths, options) => {
      const mapping = await loadMapping(options.mapping)
      const files = await findSources(mapping, paths)
      mkdirSync(options.home, { recursive: true, mode: 0o700 })
      const rejects = join(options.home, `import-${mapping.name}-rejects.csv`)
      await importFiles({
        mapping,
        files,
        market: options.market,
        home: options.home,
        rejectsPath: options.rejects ?? rejects,
        batch: options.batch,
      })
    })
}

type Import = {
  readonly mapping: Mapping
  readonly files: readonly SourceFile[]
  readonly market: string | undefined
  readonly home: string
  readonly rejectsPath: string
  readonly batch: number
}

async function importFiles(wanted: Import): Promise<void> {
  const opened = await openDatabase(wanted.home, (text) => process.stderr.write(`${text}\n`))
  try {
    await found(opened.url, wanted)
    const db = connect(opened.url, { as: 'application', size: 4 })
    const policies = await openPolicyBook(db)
    try {
      await importInto(db, policies, wanted)
    } finally {
      policies.close()
      await db.destroy()
    }
  } finally {
    await opened.close()
  }
}

/**
 * Brings the schema up to date and founds the market of an empty database. For a mapping that needs a
 * market of its own, that has to be asked for.
 */
async function found(url: string, { mapping, market, home }: Import): Promise<void> {
  const needsItsOwn = market === undefined && mapping.market !== undefined
  if (needsItsOwn && !(await hasMarket(url))) {
    throw new StartError(
      `The database of ${home} has no market yet: add --market ${mapping.market} to found the one that the mapping ${mapping.name} is for.`,
    )
  }
  await foundMarket(url, market === undefined ? undefined : marketPath(market), realClock().now())
}

async function hasMarket(url: string): Promise<boolean> {
  const db = connect(url, { as: 'owner', size: 1 })
  try {
    return await isFounded(db)
  } finally {
    await db.destroy()
  }
}

function marketPath(nameOrPath: string): string {
  if (/[/\\]|[.]json$/.test(nameOrPath)) return nameOrPath
  const folder = fileURLToPath(new URL('../presets/markets', import.meta.url))
  const path = join(folder, `${nameOrPath}.json`)
  if (existsSync(path)) return path
  const names = readdirSync(folder).map((name) => basename(name, '.json'))
  throw new StartError(
    `There is no market "${nameOrPath}": name one of ${names.join(', ')}, or a file.`,
  )
}

async function importInto(db: Database, policies: PolicyBook, wanted: Import): Promise<void> {
  const { mapping, files, home, rejectsPath, batch } = wanted
  const market = await readMarket(db)
  refuseOtherCurrency(mapping, market)

  const clock = realClock()
  const actor = `import:${mapping.name}`
  const begun = performance.now()
  const stopping = stopOnSignal()
  const watch = showProgress(files)
  try {
    const counts = await runImport({
      mapping,
      files,
      market,
      sink: (facts) => applyEvents({ db, policies, market, now: clock.now(), actor }, facts),
      batch,
      workFolder: workFolder(home),
      rejectsPath,
      watch,
      signal: stopping.signal,
    })
    watch.finish()
    const seconds = (performance.now() - begun) / 1000
    const earned = await earnedByCategory(db, actor)
    const { policy } = pointsPolicyAt(policies, clock.now())
    const categories = earned.map((each): ClassedCategory => {
      const line = { id: '', category: each.category, paidFen: asFen(0), refundedFen: asFen(0) }
      const sample = earn([{ ...line, multiplePpm: wholePpm as Ppm }], policy, clock.now(), 'UTC')
      return { ...each, ratioKey: sample.why.lines[0]?.ratioKey ?? '' }
    })
    process.stdout.write(
      reportOf({ counts, categories, market, mapping: mapping.name, seconds, rejectsPath, home }),
    )
  } catch (error) {
    watch.fail('The import did not end.')
    throw error
  } finally {
    stopping.end()
  }
}

function refuseOtherCurrency(mapping: Mapping, market: Market): void {
  const { currency = market.currency, name } = mapping
  if (currency === market.currency) return
  throw new StartError(
    `The mapping ${name} is in ${currency} and this market in ${market.currency}: import it into a database of its own, with another --home and --market ${mapping.market ?? 'FILE'}.`,
  )
}

/** What was told stays told: a run that is stopped is continued by the same command. */
function stopOnSignal(): { readonly signal: AbortSignal; readonly end: () => void } {
  const controller = new AbortController()
  const stop = (): void =>
    controller.abort(new StartError('The import was stopped: run it again to go on.'))
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, stop)
  return {
    signal: controller.signal,
    end: () => {
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, stop)
    },
  }
}

/** A folder for this process; those of processes that were killed are removed. */
function workFolder(home: string): string {
  for (const name of readdirSync(home)) {
    const pid = /^import-work-([0-9]+)$/.exec(name)?.[1]
    if (pid === undefined || isAlive(Number(pid))) continue
    rmSync(join(home, name), { recursive: true, force: true })
  }
  return join(home, `import-work-${process.pid}`)
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function batchSize(text: string): number {
  const size = Number(text)
  if (Number.isInteger(size) && size >= 1 && size <= 10_000) return size
  throw new InvalidArgumentError('It is a whole number from 1 to 10000.')
}
