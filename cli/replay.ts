import { Command, InvalidArgumentError } from '@commander-js/extra-typings'
import { openDatabase } from '#cli/database.ts'
import { homeOption } from '#cli/home.ts'
import { StartError } from '#cli/postgres/start-error.ts'
import { readJsonFile } from '#cli/presets.ts'
import { startProgress } from '#cli/progress.ts'
import { readInstant } from '#cli/settle.ts'
import { connect } from '#db/connection.ts'
import { openPolicyBook } from '#operations/policies/policy-book.ts'
import {
  replayTrades,
  type Replayed,
  type ReplayRequest,
} from '#operations/replay/replay-trades.ts'
import { asFen, fenToText } from '#rules/money/fen.ts'
import { ppmFromText, type Ppm } from '#rules/money/rate.ts'
import type { CheapLine, LineDepth } from '#rules/replay/compare.ts'
import type { Cheap, MemberChange, ReplayReport } from '#rules/replay/report.ts'
import { isBefore } from '#rules/time/instants.ts'

/** `jifen replay`: prices the trades of a period again under drafts, and writes nothing. */
export function replayCommand() {
  return new Command('replay')
    .description('price past trades again under draft policies and compare; nothing is written')
    .requiredOption('--from <instant>', 'trades placed from this instant on', readInstant)
    .requiredOption('--to <instant>', 'and before this one', readInstant)
    .requiredOption('--policy <file>', 'JSON: policies by name, laid over those in force')
    .option(
      '--least-ratio <rate>',
      'tell lines that cost less than this part of the list price',
      readRatio,
      500_000 as Ppm,
    )
    .option('--json', 'print the report as JSON')
    .addOption(homeOption())
    .action(async ({ home, from, to, policy, leastRatio, json }) => {
      if (!isBefore(from, to)) {
        throw new StartError('The period ends before it begins: --from is before --to.')
      }
      const drafts = await readDrafts(policy)
      const replayed = await replay(home, { from, to, drafts, leastRatio })
      if (!replayed.ok) throw new StartError(`The file ${policy} cannot be tried: ${why(replayed)}`)
      const { report } = replayed
      process.stdout.write(json === true ? `${JSON.stringify(report)}\n` : textOf(report))
    })
}

/** Reads policies by name; throws `StartError`, in one sentence, when the file holds something else. */
export async function readDrafts(path: string): Promise<Readonly<Record<string, unknown>>> {
  const read = await readJsonFile(path, path)
  if (typeof read === 'object' && read !== null && !Array.isArray(read)) {
    return read as Readonly<Record<string, unknown>>
  }
  throw new StartError(`The file ${path} is not right: it holds policies by their names.`)
}

function readRatio(text: string): Ppm {
  const ratio = ppmFromText(text)
  if (ratio !== undefined && ratio <= 1_000_000) return ratio
  throw new InvalidArgumentError('Write a part of one: 0.3.')
}

async function replay(home: string, request: ReplayRequest): Promise<Replayed> {
  const opened = await openDatabase(home)
  const db = connect(opened.url, { as: 'application', size: 2 })
  const policies = await openPolicyBook(db)
  const progress = startProgress('Pricing trades again')
  const begun = performance.now()
  try {
    const replayed = await replayTrades(db, policies, request, (trades, of) => {
      const rate = Math.round((1000 * trades) / Math.max(1, performance.now() - begun))
      const said = `${trades.toLocaleString('en')} trades, ${rate.toLocaleString('en')} a second`
      progress.update((100 * trades) / Math.max(1, of), said)
    })
    if (replayed.ok) progress.finish(`${replayed.report.trades.toLocaleString('en')} trades priced`)
    else progress.fail('not tried')
    return replayed
  } finally {
    policies.close()
    await db.destroy()
    await opened.close()
  }
}

function why(refused: Extract<Replayed, { ok: false }>): string {
  if (!('problems' in refused)) return 'no pricing policy is in force.'
  const [first] = refused.problems
  return first === undefined ? 'it does not fit.' : `${first.path}: ${first.message}`
}

function textOf(report: ReplayReport): string {
  const { trades, changed, notPriced, pay, funders, members } = report
  const left = notPriced === 0 ? '' : `, ${notPriced} priced elsewhere left out`
  const lines = [
    `${trades} trades, ${changed} changed${left}`,
    '',
    rowText(['', 'before', 'after', 'difference']),
    rowText(['members pay', ...moneyOf(pay.beforeFen, pay.afterFen, pay.differenceFen)]),
    ...funders.map((row) =>
      rowText([row.funder, ...moneyOf(row.beforeFen, row.afterFen, row.differenceFen)]),
    ),
    '',
    `Members better off: ${members.better}${memberText(members.most)}`,
    `Members worse off: ${members.worse}${memberText(members.least)}`,
    `Members as before: ${members.same}`,
    '',
    ...cheapText('under their floor', report.underFloor),
    ...cheapText('under the part of the list price', report.underRatio),
    '',
    'Deepest combined discounts:',
    ...report.deepest.map(depthText),
  ]
  return `${lines.join('\n').trimEnd()}\n`
}

function memberText(change: MemberChange | null): string {
  if (change === null) return ''
  return `, most of all ${change.memberId} (${moneyOf(change.differenceFen).join('')})`
}

function cheapText(what: string, { before, after, examples }: Cheap): readonly string[] {
  return [`Lines ${what}: ${after} (${before} before)`, ...examples.slice(0, 3).map(cheapLine)]
}

function cheapLine({ memberId, tradeId, line, payFen, leastFen }: CheapLine): string {
  const [pays, least] = moneyOf(payFen, leastFen)
  return `  ${memberId} ${tradeId} line ${line}: ${pays}, at least ${least}`
}

function depthText({ memberId, tradeId, line, ppm, beforePpm, instruments }: LineDepth): string {
  const percents = `${percentText(ppm)} % (${percentText(beforePpm)} % before)`
  return `  ${memberId} ${tradeId} line ${line}: ${percents}: ${instruments.join(', ')}`
}

function percentText(ppm: number): string {
  return (ppm / 10_000).toFixed(1)
}

function rowText([name = '', ...cells]: readonly string[]): string {
  return `${name.padEnd(28)}${cells.map((cell) => cell.padStart(16)).join('')}`.trimEnd()
}

function moneyOf(...amounts: readonly number[]): readonly string[] {
  return amounts.map((fen) => fenToText(asFen(fen)))
}
