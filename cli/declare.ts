import { hash } from 'node:crypto'
import { createWriteStream, readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Command } from '@commander-js/extra-typings'
import { openDatabase } from '#cli/database.ts'
import { homeOption } from '#cli/home.ts'
import { StartError } from '#cli/postgres/start-error.ts'
import { startProgress } from '#cli/progress.ts'
import { readInstant } from '#cli/settle.ts'
import { connect } from '#db/connection.ts'
import type { DeclarationFile } from '#db/declarations/files.ts'
import { readMarket } from '#db/market.ts'
import { realClock } from '#operations/clock.ts'
import { receiveFile, workFile } from '#operations/declarations/declaration-files.ts'
import type { DeclarationContext } from '#operations/declarations/declaration-setting.ts'
import { reportCsv } from '#operations/declarations/report-csv.ts'
import { openPolicyBook } from '#operations/policies/policy-book.ts'

/** `jifen declare`: declares the goods of a shop for a campaign by a CSV file. */
export function declareCommand() {
  return new Command('declare')
    .description('declare the goods of a shop for a campaign by a CSV file')
    .argument(
      '<file>',
      'CSV with a head: sku,price,quantity,kind,category,deposit,worth,instantOff',
    )
    .requiredOption('--shop <id>', 'whose goods they are')
    .requiredOption('--campaign <name>', 'as in its policy campaign:<name>')
    .option('--report <file>', 'where it is written what became of each row')
    .option('--at <instant>', 'when it is declared; else now', readInstant)
    .addOption(homeOption())
    .action(async (path, { home, shop, campaign, report, at = realClock().now() }) => {
      const content = contentOf(path)
      const opened = await openDatabase(home, (text) => process.stderr.write(`${text}\n`))
      const db = connect(opened.url, { as: 'application', size: 4 })
      try {
        const policies = await openPolicyBook(db)
        try {
          const context = { db, policies, market: await readMarket(db) }
          const file = await declareFile(context, { shopId: shop, campaign, content, at })
          if (report !== undefined) await writeReport(context, file, report)
          process.stdout.write(summaryOf(file, report))
        } finally {
          policies.close()
        }
      } finally {
        await db.destroy()
        await opened.close()
      }
    })
}

type Declare = {
  readonly shopId: string
  readonly campaign: string
  readonly content: Buffer
  readonly at: Temporal.Instant
}

/** Works the file off; one that the same command began before goes on where it was. */
async function declareFile(
  context: DeclarationContext,
  { shopId, campaign, content, at }: Declare,
): Promise<DeclarationFile> {
  const file = await openFile(context, { shopId, campaign, content, at })
  const progress = startProgress(`Declaring goods of ${shopId} for ${campaign}`, 100)
  const stopping = new AbortController()
  const stop = (): void => stopping.abort()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, stop)
  try {
    const done = await workFile(context, file, at, {
      stopping: stopping.signal,
      onProgress: ({ rowsDone, rowsFound }) => {
        const rows = rowsFound ?? 0
        const percent = rows === 0 ? 100 : Math.floor((100 * rowsDone) / rows)
        progress.update(percent, `${percent} %, ${rowsDone.toLocaleString('en')} rows`)
      },
    })
    if (done === undefined || done.endedAt === null) {
      throw new StartError('The file was stopped: the same command goes on from here.')
    }
    progress.finish(`${done.rowsDone.toLocaleString('en')} rows`)
    return done
  } catch (error) {
    progress.fail('Not all was declared: the same command goes on from here.')
    throw error
  } finally {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, stop)
  }
}

async function openFile(
  context: DeclarationContext,
  { shopId, campaign, content, at }: Declare,
): Promise<DeclarationFile> {
  const digest = hash('sha256', content)
  for (let nth = 1; ; nth += 1) {
    const sent = { content, caller: 'cli:declare', key: `${digest}.${nth}`, at }
    const received = await receiveFile(context, { shopId, campaign }, sent)
    if (!received.ok) throw new StartError(sentences[received.refusal])
    if (received.isNew || received.file.endedAt === null) return received.file
  }
}

const sentences = {
  'campaigns/unknown': 'There is no such campaign: name it as in its policy campaign:<name>.',
  'shops/unknown': 'There is no such shop.',
  'shops/closed': 'The shop is closed.',
  'requests/key-reused': 'Another file has the same digest.',
} as const

async function writeReport(
  { db }: DeclarationContext,
  file: DeclarationFile,
  path: string,
): Promise<void> {
  try {
    await pipeline(Readable.from(reportCsv(db, file, false)), createWriteStream(path))
  } catch {
    throw new StartError(`The report cannot be written to ${path}.`)
  }
}

function summaryOf(file: DeclarationFile, report: string | undefined): string {
  if (file.status === 'unreadable') {
    const { problem, column } = (file.problem ?? {}) as { problem?: string; column?: string }
    const where = column === undefined ? '' : `: ${column}`
    throw new StartError(`The file is not a table of declarations (${problem ?? ''}${where}).`)
  }
  const counts = (['declared', 'changed', 'unchanged', 'refused'] as const).map(
    (what) => `${file[what].toLocaleString('en')} ${what}\n`,
  )
  const where = report === undefined ? '' : `What became of each row is in ${report}.\n`
  return `${counts.join('')}${where}`
}

function contentOf(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch {
    throw new StartError(`The file ${path} cannot be read.`)
  }
}
