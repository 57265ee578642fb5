import { writeFile } from 'node:fs/promises'
import { Command, InvalidArgumentError } from '@commander-js/extra-typings'
import { openDatabase } from '#cli/database.ts'
import { homeOption } from '#cli/home.ts'
import { StartError } from '#cli/postgres/start-error.ts'
import { startProgress } from '#cli/progress.ts'
import { connect, type Database } from '#db/connection.ts'
import { proveSettlement } from '#operations/settlement/prove.ts'
import { settle, type SettlementRequest } from '#operations/settlement/settle.ts'
import { statementCsv } from '#operations/settlement/statement-csv.ts'
import { asFen, fenToText } from '#rules/money/fen.ts'
import type { Statement } from '#rules/settlement/statement.ts'
import { instantFromText, isBefore } from '#rules/time/instants.ts'

const faultsListed = 20

/** `jifen settle`: who paid which fen in a period; with `--prove`, that it is the sum over all trades. */
export function settleCommand() {
  return new Command('settle')
    .description('tell who paid which fen: by campaign, shop and funder, and what each shop is due')
    .requiredOption('--from <instant>', 'the first instant that counts', readInstant)
    .requiredOption('--to <instant>', 'the first instant that counts no more', readInstant)
    .option('--campaign <name>', 'only what is of this campaign')
    .option('--shop <id>', 'only what is of this shop')
    .option('--funder <name>', 'only what this funder bears: platform, shop:ID, brand:ID')
    .option('--csv <file>', 'write the statement to a file as CSV')
    .option('--json', 'print the statement as JSON')
    .option('--prove', 'read the books of every trade and compare; exit 1 when they differ')
    .addOption(homeOption())
    .action(async ({ home, csv, json, prove, ...request }) => {
      if (!isBefore(request.from, request.to)) {
        throw new StartError('The period ends before it begins: --from is before --to.')
      }
      const opened = await openDatabase(home)
      const db = connect(opened.url, { as: 'application', size: 3 })
      try {
        if (prove === true) process.exitCode = (await isProved(db, request, json === true)) ? 0 : 1
        else await tell(db, request, { csv, json: json === true })
      } finally {
        await db.destroy()
        await opened.close()
      }
    })
}

/** An instant as ISO 8601 with an offset. */
export function readInstant(text: string): Temporal.Instant {
  const instant = instantFromText(text)
  if (instant !== undefined) return instant
  throw new InvalidArgumentError('Write ISO 8601 with an offset: 2017-11-11T00:00:00+08:00.')
}

async function tell(
  db: Database,
  request: SettlementRequest,
  { csv, json }: { readonly csv: string | undefined; readonly json: boolean },
): Promise<void> {
  const statement = await settle(db, request)
  if (csv !== undefined) {
    await writeFile(csv, statementCsv(statement)).catch((error: NodeJS.ErrnoException) => {
      throw new StartError(`The file ${csv} cannot be written (${error.code ?? error.message}).`)
    })
  }
  process.stdout.write(json ? `${JSON.stringify(statement)}\n` : textOf(statement))
}

function textOf({ funders, shops, points, late, protections, totals }: Statement): string {
  const rows = [
    ['Funder', 'allocated', 'came back', 'bears'],
    ...funders.map((row) => [
      row.funder,
      ...moneyOf(row.allocatedFen, row.reversedFen, row.netFen),
    ]),
    ['', ...moneyOf(totals.allocatedFen, totals.reversedFen, totals.netFen)],
    [],
    ['Shop', 'paid', 'refunded', 'others fund', 'is due'],
    ...shops.map((row) => [
      row.campaign === null ? row.shop : `${row.shop} (${row.campaign})`,
      ...moneyOf(row.paidFen, row.refundedFen, row.othersFundedFen, row.dueFen),
    ]),
    ['', ...moneyOf(totals.paidFen, totals.refundedFen), '', ...moneyOf(totals.dueFen)],
    [],
    ['Points of', 'earned', 'clawed back', 'cost'],
    ...points.map((row) => [
      row.funder,
      String(row.earned),
      String(row.clawedBack),
      ...moneyOf(row.costFen),
    ]),
    ['', '', '', ...moneyOf(totals.pointsFen)],
    ...(late.length === 0 ? [] : lateText(late, totals.lateFen)),
    ...(protections.length === 0 ? [] : protectionText(protections, totals.protectionFen)),
  ]
  return `${rows.map(rowText).join('\n')}\n`
}

function lateText(late: Statement['late'], lateFen: number): readonly (readonly string[])[] {
  return [
    [],
    ['Late shipments of', 'shipments', 'paid', 'taken back', 'cost'],
    ...late.map((row) => [
      row.shop,
      String(row.shipments),
      ...moneyOf(row.paidFen, row.takenBackFen, row.costFen),
    ]),
    ['', '', '', '', ...moneyOf(lateFen)],
  ]
}

function protectionText(
  protections: Statement['protections'],
  protectionFen: number,
): readonly (readonly string[])[] {
  return [
    [],
    ['Price protection of', 'payments', 'paid', 'taken back', 'cost'],
    ...protections.map((row) => [
      `${row.shop} (${row.campaign})`,
      String(row.payments),
      ...moneyOf(row.paidFen, row.takenBackFen, row.costFen),
    ]),
    ['', '', '', '', ...moneyOf(protectionFen)],
  ]
}

function rowText([name = '', ...cells]: readonly string[]): string {
  return `${name.padEnd(28)}${cells.map((cell) => cell.padStart(16)).join('')}`.trimEnd()
}

function moneyOf(...amounts: readonly number[]): readonly string[] {
  return amounts.map((fen) => fenToText(asFen(fen)))
}

async function isProved(
  db: Database,
  { from, to }: SettlementRequest,
  json: boolean,
): Promise<boolean> {
  const progress = startProgress('Reading the books of all trades')
  const proof = await proveSettlement(db, { from, to }, (trades, of) =>
    progress.update(of === 0 ? 100 : (100 * trades) / of, `${trades.toLocaleString('en')} trades`),
  )
  progress.finish(`${proof.trades.toLocaleString('en')} trades read`)
  if (json) process.stdout.write(`${JSON.stringify(proof)}\n`)
  else if (proof.faultCount === 0) {
    process.stdout.write('The statement is the sum over all trades, and every trade is right.\n')
  } else {
    const listed = proof.faults.slice(0, faultsListed).map(({ memberId, tradeId, what }) => {
      return memberId === undefined ? what : `${memberId} ${tradeId}: ${what}`
    })
    const more = proof.faultCount - listed.length
    const rest = more > 0 ? `\nand ${more} more` : ''
    process.stdout.write(`${proof.faultCount} faults:\n${listed.join('\n')}${rest}\n`)
  }
  return proof.faultCount === 0
}
