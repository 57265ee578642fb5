import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command, InvalidArgumentError } from '@commander-js/extra-typings'
import { openDatabase } from '#cli/database.ts'
import { homeOption } from '#cli/home.ts'
import { allMembers, membersOfFile, type Recipients } from '#cli/issue/recipients.ts'
import { runIssue, type Give, type IssueCounts } from '#cli/issue/run-issue.ts'
import { StartError } from '#cli/postgres/start-error.ts'
import { connect } from '#db/connection.ts'
import { readMarket } from '#db/market.ts'
import { realClock } from '#operations/clock.ts'
import type { IssueContext } from '#operations/issuing/claim-coupon.ts'
import { grantCoupons } from '#operations/issuing/grant-coupons.ts'
import { issueAllowance } from '#operations/issuing/issue-allowance.ts'
import { makeCodes } from '#operations/issuing/make-codes.ts'
import { openPolicyBook } from '#operations/policies/policy-book.ts'
import { fenFromText, type Fen } from '#rules/money/fen.ts'
import { instantFromText } from '#rules/time/instants.ts'

/** `jifen issue`: gives allowances and coupons to many members, and makes codes. */
export function issueCommand() {
  return new Command('issue')
    .description('give an allowance or coupons to many members, or make codes for coupons')
    .addCommand(allowanceCommand())
    .addCommand(couponsCommand())
    .addCommand(codesCommand())
}

function allowanceCommand() {
  return new Command('allowance')
    .description('put an allowance into the wallets of a file of members, or of all')
    .requiredOption('--batch <slug>', 'the policy allowance:<slug>')
    .option('--file <file>', 'CSV, plain or .gz: member_id or member_id,amount')
    .option('--all', 'all active members')
    .option('--amount <yuan>', 'for each member of whom the file says no amount, as 50.00')
    .option('--number <n>', 'which issue of the allowance it is: each member gets one', counting, 1)
    .option('--size <members>', 'members in one transaction', batchSize, 1000)
    .option('--at <instant>', 'when it is issued; else now', instant)
    .addOption(homeOption())
    .action(async ({ batch: slug, number, at = realClock().now(), ...options }) => {
      await withMarket(options.home, async (context) => {
        const { minorDigits } = context.market
        const amount = options.amount === undefined ? undefined : money(options.amount, minorDigits)
        const give: Give = async (recipients) => {
          const portions = recipients.map(({ memberId, amount: own }) => ({
            memberId,
            amount: own ?? amount ?? refuseWithoutAmount(memberId),
          }))
          const actor = 'cli:issue'
          const issued = await issueAllowance(context, { slug, number, portions, actor, at })
          if (!issued.ok) throw new StartError(`There is no policy allowance:${slug} in force.`)
          return issued.outcomes
        }
        const title = `Issuing the allowance ${slug}, number ${number}`
        await issueTo(context, { ...options, title, give, good: ['issued'] })
      })
    })
}

function couponsCommand() {
  return new Command('coupons')
    .description('give a coupon of a batch to a file of members, or to all')
    .requiredOption('--batch <slug>', 'the policy coupon-batch:<slug>')
    .option('--file <file>', 'CSV, plain or .gz: member_id')
    .option('--all', 'all active members')
    .option('--name <name>', 'names the grant: each member gets one coupon by it', 'cli')
    .option('--size <members>', 'members in one transaction', batchSize, 1000)
    .option('--at <instant>', 'when they are given; else now', instant)
    .addOption(homeOption())
    .action(async ({ batch: slug, name, at = realClock().now(), ...options }) => {
      await withMarket(options.home, async (context) => {
        const give: Give = async (recipients) => {
          const memberIds = recipients.map((each) => each.memberId)
          const granted = await grantCoupons(context, { slug, name, memberIds, at })
          if (!granted.ok) throw new StartError(`There is no policy coupon-batch:${slug} in force.`)
          return memberIds.map((memberId) => granted.outcomes.get(memberId) ?? '')
        }
        const title = `Giving coupons of ${slug}`
        await issueTo(context, { ...options, title, give, good: ['granted', 'before'] })
      })
    })
}

function codesCommand() {
  return new Command('codes')
    .description('make codes that give a coupon of a batch each, told this once')
    .requiredOption('--batch <slug>', 'the policy coupon-batch:<slug>')
    .requiredOption('--count <n>', 'how many: up to 1,000,000', counting)
    .requiredOption(
      '--out <file>',
      'where they are written, one a line; a file that is there stays',
    )
    .option('--at <instant>', 'when they are made; else now', instant)
    .addOption(homeOption())
    .action(async ({ batch: slug, count, out, home, at = realClock().now() }) => {
      await withMarket(home, async (context) => {
        writeFileSync(out, '', { flag: 'wx', mode: 0o600 })
        for (let made = 0; made < count; made += codesAtOnce) {
          const some = Math.min(codesAtOnce, count - made)
          const codes = await makeCodes(context, { slug, count: some, actor: 'cli:issue', at })
          if (!codes.ok) throw new StartError(`${codes.refusal}, after ${made} codes.`)
          writeFileSync(out, codes.codes.map((code) => `${code}\n`).join(''), { flag: 'a' })
        }
        process.stdout.write(`${count} codes of ${slug} are in ${out}.\n`)
      })
    })
}

const codesAtOnce = 10_000

type MarketContext = IssueContext & { readonly home: string }

async function withMarket(
  home: string,
  work: (context: MarketContext) => Promise<void>,
): Promise<void> {
  mkdirSync(home, { recursive: true, mode: 0o700 })
  const opened = await openDatabase(home, (text) => process.stderr.write(`${text}\n`))
  const db = connect(opened.url, { as: 'application', size: 4 })
  try {
    const policies = await openPolicyBook(db)
    try {
      await work({ db, policies, market: await readMarket(db), home })
    } finally {
      policies.close()
    }
  } finally {
    await db.destroy()
    await opened.close()
  }
}

type IssueTo = {
  readonly title: string
  readonly file?: string | undefined
  readonly all?: true | undefined
  readonly size: number
  readonly give: Give
  readonly good: readonly string[]
}

async function issueTo(context: MarketContext, wanted: IssueTo): Promise<void> {
  const { title, size: batch, give, good } = wanted
  const recipients = await recipientsOf(context, wanted)
  const rejectsPath = join(context.home, 'issue-rejects.csv')
  const controller = new AbortController()
  const stop = (): void =>
    controller.abort(new StartError('The issue was stopped: run it again to go on.'))
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, stop)
  try {
    const { signal } = controller
    const run = { title, recipients, give, good: new Set(good), batch, rejectsPath, signal }
    process.stdout.write(reportOf(await runIssue(run), run.good, rejectsPath))
  } finally {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, stop)
  }
}

async function recipientsOf(
  { db, market }: MarketContext,
  { file, all }: IssueTo,
): Promise<Recipients> {
  if (all === true && file === undefined) return await allMembers(db)
  if (all === undefined && file !== undefined) return membersOfFile(file, market.minorDigits)
  throw new StartError('Say who is to get it: --file FILE, or --all.')
}

function reportOf(
  { outcomes, seconds }: IssueCounts,
  good: ReadonlySet<string>,
  rejectsPath: string,
): string {
  const counts = [...outcomes].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const lines = counts.map(([outcome, count]) => `${count.toLocaleString('en')} ${outcome}\n`)
  const all = counts.reduce((sum, [, count]) => sum + count, 0)
  const rate = Math.round(all / Math.max(seconds, 0.001)).toLocaleString('en')
  const isClean = counts.every(([outcome]) => good.has(outcome))
  const where = isClean ? '' : `Who got nothing, and why, is in ${rejectsPath}.\n`
  return `${lines.join('')}${seconds.toFixed(1)} s, ${rate} members a second\n${where}`
}

function refuseWithoutAmount(memberId: string): Fen {
  throw new StartError(`Say how much ${memberId} is to get: --amount, or a column of the file.`)
}

function money(text: string, minorDigits: number): Fen {
  const fen = fenFromText(text, minorDigits)
  if (fen !== undefined && fen > 0) return fen
  throw new StartError(`An amount is written like 50.00, not ${text}.`)
}

function counting(text: string): number {
  const number = Number(text)
  if (Number.isInteger(number) && number >= 1 && number <= 1_000_000) return number
  throw new InvalidArgumentError('It is a whole number from 1 to 1000000.')
}

function batchSize(text: string): number {
  const size = Number(text)
  if (Number.isInteger(size) && size >= 1 && size <= 10_000) return size
  throw new InvalidArgumentError('It is a whole number from 1 to 10000.')
}

function instant(text: string): Temporal.Instant {
  const read = instantFromText(text)
  if (read !== undefined) return read
  throw new InvalidArgumentError('It is an instant with its offset: 2017-11-01T00:00:00+08:00.')
}
