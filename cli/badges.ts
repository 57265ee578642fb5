import { Command, InvalidArgumentError } from '@commander-js/extra-typings'
import { openDatabase } from '#cli/database.ts'
import { homeOption } from '#cli/home.ts'
import { StartError } from '#cli/postgres/start-error.ts'
import { readInstant } from '#cli/settle.ts'
import { connect } from '#db/connection.ts'
import { readMarket } from '#db/market.ts'
import { realClock } from '#operations/clock.ts'
import { openPolicyBook } from '#operations/policies/policy-book.ts'
import { reportBehaviours, type BehaviourReports } from '#operations/badges/report-behaviours.ts'
import type { BehaviourReport } from '#rules/badges/report.ts'
import { asFen, fenToText } from '#rules/money/fen.ts'
import { dayFromText } from '#rules/time/instants.ts'

/** `jifen badges`: what the badges of a market pay for. */
export function badgesCommand() {
  return new Command('badges')
    .description('tell which behaviours pay too much')
    .addCommand(reportCommand())
}

function reportCommand() {
  return new Command('report')
    .description('tell what each behaviour paid and what came with it')
    .requiredOption('--from <day>', 'the first day', readDay)
    .requiredOption('--to <day>', 'the last day', readDay)
    .option('--at <instant>', 'the time it is; else now', readInstant)
    .option('--json', 'print the report as JSON')
    .addOption(homeOption())
    .action(async ({ home, from, to, at, json }) => {
      if (Temporal.PlainDate.compare(to, from) < 0) {
        throw new StartError('The last day is before the first: --from is not after --to.')
      }
      const opened = await openDatabase(home)
      const db = connect(opened.url, { as: 'application', size: 3 })
      try {
        const [market, policies] = [await readMarket(db), await openPolicyBook(db)]
        const now = at ?? realClock().now()
        const report = await reportBehaviours({ db, market, policies }, { from, to }, now)
        policies.close()
        process.stdout.write(json === true ? `${JSON.stringify(report)}\n` : textOf(report))
      } finally {
        await db.destroy()
        await opened.close()
      }
    })
}

function readDay(text: string): Temporal.PlainDate {
  const day = dayFromText(text)
  if (day !== undefined) return day
  throw new InvalidArgumentError('Write a day as 2017-11-11.')
}

function textOf(report: BehaviourReports): string {
  if (!report.ok) throw new StartError('There are no badges in this market.')
  const { behaviours, followDays, policy } = report
  const head = ['', 'facts', 'members', 'at most', 'struck', 'bursts', 'points', 'yuan', 'a point']
  const lines = [head, ...behaviours.map(cellsOf)].map(
    ([name = '', ...cells]) =>
      `${name.padEnd(18)}${cells.map((cell) => cell.padStart(13)).join('')}`,
  )
  const flags = behaviours.flatMap((each) =>
    each.flags.map(({ rule, saw, limit }) => {
      return `${each.behaviour} pays too much by ${rule}: ${saw}, the limit is ${limit}.`
    }),
  )
  const told = flags.length === 0 ? ['No behaviour pays too much.'] : flags
  const about = `By ${policy}; yuan: received within ${followDays} days by who did it.`
  return `${[...lines, '', about, ...told].join('\n')}\n`
}

function cellsOf(row: BehaviourReport): readonly string[] {
  const { fenPerPoint } = row
  return [
    row.behaviour,
    String(row.facts),
    String(row.members),
    percentOf(row.atCapPpm),
    percentOf(row.struckPpm),
    (row.burstIndexPpm / 1_000_000).toFixed(2),
    String(row.badgePoints),
    fenToText(asFen(row.purchasesFen)),
    fenPerPoint === null ? '' : fenToText(asFen(fenPerPoint)),
  ]
}

function percentOf(ppm: number): string {
  return `${(ppm / 10_000).toFixed(1)} %`
}
