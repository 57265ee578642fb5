import { mkdirSync } from 'node:fs'
import { Command, InvalidArgumentError } from '@commander-js/extra-typings'
import { openDatabase } from '#cli/database.ts'
import { homeOption } from '#cli/home.ts'
import { StartError } from '#cli/postgres/start-error.ts'
import { startProgress } from '#cli/progress.ts'
import { readInstant } from '#cli/settle.ts'
import { connect } from '#db/connection.ts'
import { readMarket } from '#db/market.ts'
import { latestScoreRun, type RunCounts, type ScoreRun } from '#db/membership/score-runs.ts'
import { realClock } from '#operations/clock.ts'
import { openPolicyBook } from '#operations/policies/policy-book.ts'
import { explainRecord } from '#operations/score/explain-score.ts'
import { proveScoreFacts } from '#operations/score/prove-scores.ts'
import { rebuildAllFacts } from '#operations/score/rebuild-facts.ts'
import { refreshMember, type MemberRefreshed } from '#operations/score/refresh-member.ts'
import { refreshScores, type ScoreContext } from '#operations/score/refresh.ts'
import { refreshDueBy } from '#operations/score/scoring.ts'

const differencesListed = 20

/** `jifen score`: the monthly refresh of the member scores, and what it is computed from. */
export function scoreCommand() {
  return new Command('score')
    .description('compute the scores of a month, or check what they are computed from')
    .addCommand(refreshCommand())
    .addCommand(proveCommand())
    .addCommand(rebuildCommand())
}

function refreshCommand() {
  return new Command('refresh')
    .description('compute the scores of all members for a month; what was stopped goes on')
    .option('--month <month>', 'as 2017-06; else the latest whose refresh day has come', month)
    .option('--member <id>', 'only this member, again')
    .option('--from-facts', 'read the recorded orders and events, not what is kept ready')
    .option('--again', 'begin a month that is done once more')
    .option('--size <members>', 'members in one transaction', size, 2_000)
    .option('--at <instant>', 'the time it is; else now', readInstant)
    .option('--json', 'print what became of it as JSON')
    .addOption(homeOption())
    .action(async ({ home, member: memberId, at, ...options }) => {
      await withMarket(home, at, async (context) => {
        const asked = options.month ?? (await dueMonth(context, at !== undefined))
        const wanted = { month: asked, fromFacts: options.fromFacts === true }
        if (memberId !== undefined) {
          await refreshOne(context, { ...wanted, memberId }, options.json === true)
          return
        }
        const { again = false, size: membersAtOnce } = options
        await refreshAll(context, { ...wanted, again, membersAtOnce }, options.json === true)
      })
    })
}

function proveCommand() {
  return new Command('prove')
    .description('compare what is kept ready with what is recorded; exit 1 when they differ')
    .option('--member <id>', 'only this member')
    .option('--json', 'print the result as JSON')
    .addOption(homeOption())
    .action(async ({ home, member: memberId, json }) => {
      await withMarket(home, undefined, async ({ db }) => {
        const progress = startProgress('Reading what is recorded')
        const proved = await proveScoreFacts(db, {
          memberId,
          onProgress: (members, of) =>
            progress.update((100 * members) / Math.max(1, of), `${count(members)} members`),
        })
        progress.finish(`${count(proved.members)} members`)
        const { differences } = proved
        if (json === true) process.stdout.write(`${JSON.stringify(proved)}\n`)
        else if (differences.length === 0) {
          process.stdout.write('What is kept ready is what is recorded.\n')
        } else {
          const listed = differences.slice(0, differencesListed)
          const lines = listed.map((each) => `${each.memberId}: ${each.what}\n`)
          const more = differences.length - listed.length
          if (more > 0) lines.push(`and ${more} more\n`)
          process.stdout.write(`${differences.length} members differ:\n${lines.join('')}`)
        }
        process.exitCode = differences.length === 0 ? 0 : 1
      })
    })
}

function rebuildCommand() {
  return new Command('rebuild')
    .description('make what is kept ready anew from what is recorded')
    .addOption(homeOption())
    .action(async ({ home }) => {
      await withMarket(home, undefined, async ({ db }) => {
        const progress = startProgress('Making the facts ready')
        const members = await rebuildAllFacts(db, (done, of) =>
          progress.update((100 * done) / Math.max(1, of), `${count(done)} members`),
        )
        progress.finish(`${count(members)} members`)
      })
    })
}

/**
 * The month whose refresh day came last. A market with a clock of its own is behind the wall: what was
 * refreshed years ahead of it would stand over all that comes, so far a leap is to be asked for.
 */
async function dueMonth(context: ScoreContext, isToldWhen: boolean): Promise<Temporal.PlainDate> {
  const due = refreshDueBy(context)
  if (due === undefined) throw new StartError('There are no scores in this market.')
  const last = (await latestScoreRun(context.db))?.month
  const isFar = last !== undefined && Temporal.PlainDate.compare(due, last.add({ years: 1 })) > 0
  if (!isToldWhen && isFar) {
    throw new StartError(
      `The last month refreshed is ${text(last)}, and it is ${text(due)} now: say which by --month, or by --at what time it is here.`,
    )
  }
  return due
}

type Wanted = { readonly month: Temporal.PlainDate; readonly fromFacts: boolean }

async function refreshOne(
  context: ScoreContext,
  wanted: Wanted & { readonly memberId: string },
  json: boolean,
): Promise<void> {
  const refreshed = await refreshMember(context, wanted)
  if (!refreshed.ok) throw new StartError(sentences[refreshed.refusal])
  const { score } = refreshed
  const { why } = explainRecord(context.policies, score)
  const { memberId, policy, purchase, reward, base, delta } = score
  if (json) {
    const parts = { purchase, reward, base }
    const told = {
      memberId,
      month: text(score.month),
      score: score.score,
      parts,
      delta,
      policy,
      why,
    }
    process.stdout.write(`${JSON.stringify(told)}\n`)
    return
  }
  const gave = why.flatMap((line) =>
    line.gave === 0 ? [] : [`  ${line.part} ${line.rule}: ${line.gave}\n`],
  )
  process.stdout.write(
    `${memberId} ${text(score.month)}: ${score.score} (${policy})\n${gave.join('')}`,
  )
}

async function refreshAll(
  context: ScoreContext,
  wanted: Wanted & { readonly again: boolean; readonly membersAtOnce: number },
  json: boolean,
): Promise<void> {
  const begunMs = performance.now()
  const seconds = (): number => (performance.now() - begunMs) / 1_000
  const title = `Computing the scores of ${text(wanted.month)}`
  const progress = startProgress(title)
  const controller = new AbortController()
  const stop = (): void => controller.abort()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, stop)
  const refreshing = refreshScores(context, {
    ...wanted,
    signal: controller.signal,
    onProgress: ({ parts, done, members }) => {
      const rate = count(Math.round(members / Math.max(seconds(), 0.001)))
      const share = (100 * done) / Math.max(1, parts)
      progress.update(share, `${count(members)} members, ${rate} a second`)
    },
  })
  try {
    const refreshed = await refreshing
    if (!refreshed.ok) {
      progress.fail('Nothing is computed.')
      throw new StartError(sentences[refreshed.refusal])
    }
    const { run, counts } = refreshed
    if (run.endedAt === null) throw new StartError(goesOn)
    progress.finish(`${count(counts.members)} members in ${seconds().toFixed(1)} s`)
    tellAll(run, counts, json)
  } catch (error) {
    if (error instanceof StartError) throw error
    progress.fail(goesOn)
    throw error
  } finally {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, stop)
  }
}

const goesOn = 'Not all is done: the same command goes on from here.'

function tellAll(run: ScoreRun, { members, parts }: RunCounts, json: boolean): void {
  const { policy, fromFacts } = run
  const told = { month: text(run.month), members, parts, policy, fromFacts }
  const words = `The scores of ${told.month} are those of ${policy}: ${count(members)} members.`
  process.stdout.write(json ? `${JSON.stringify(told)}\n` : `${words}\n`)
}

const sentences: Record<Extract<MemberRefreshed, { ok: false }>['refusal'], string> = {
  'members/unknown': 'There is no such member.',
  'members/sealed': 'The account is sealed.',
  'score/no-policy': 'There are no scores in this market.',
  'score/month-not-due': 'The refresh day of this month has not come.',
}

async function withMarket(
  home: string,
  at: Temporal.Instant | undefined,
  work: (context: ScoreContext) => Promise<void>,
): Promise<void> {
  mkdirSync(home, { recursive: true, mode: 0o700 })
  const opened = await openDatabase(home, (told) => process.stderr.write(`${told}\n`))
  const db = connect(opened.url, { as: 'application', size: 4 })
  try {
    const policies = await openPolicyBook(db)
    try {
      const now = at ?? realClock().now()
      await work({ db, policies, market: await readMarket(db), now })
    } finally {
      policies.close()
    }
  } finally {
    await db.destroy()
    await opened.close()
  }
}

function month(written: string): Temporal.PlainDate {
  if (!/^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])$/.test(written)) {
    throw new InvalidArgumentError('Write a month as 2017-06.')
  }
  return Temporal.PlainDate.from(`${written}-01`)
}

function size(written: string): number {
  const members = Number(written)
  if (Number.isInteger(members) && members >= 1 && members <= 20_000) return members
  throw new InvalidArgumentError('Write a whole number from 1 to 20000.')
}

function text(day: Temporal.PlainDate): string {
  return day.toString().slice(0, 7)
}

function count(members: number): string {
  return members.toLocaleString('en')
}
