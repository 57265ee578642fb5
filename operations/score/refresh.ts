import type { Database, Writer } from '#db/connection.ts'
import type { Market } from '#db/market.ts'
import {
  deleteScoreRun,
  endScorePart,
  endScoreRun,
  insertScoreParts,
  insertScoreRun,
  latestScoreRun,
  scoreRun,
  scoreRunCounts,
  takeScorePart,
  type RunCounts,
  type ScoreRun,
} from '#db/membership/score-runs.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { scoreSome } from '#operations/score/_score-some.ts'
import { refreshDueBy, scoringOf, type Scoring } from '#operations/score/scoring.ts'
import { transact } from '#operations/_transact.ts'

export type ScoreContext = {
  readonly db: Database
  readonly policies: PolicyBook
  readonly market: Market
  readonly now: Temporal.Instant
}

export type Refresh = {
  /** The first day of the month that is refreshed. */
  readonly month: Temporal.PlainDate
  /** Computes from the recorded orders and events instead of the ready-made facts. */
  readonly fromFacts?: boolean
  /** Begins a refresh that has ended, or that was begun otherwise, again. */
  readonly again?: boolean
  readonly signal?: AbortSignal
  readonly onProgress?: (counts: RunCounts) => void
  /** Members in one transaction. */
  readonly membersAtOnce?: number
}

export type Refreshed =
  | { readonly ok: true; readonly run: ScoreRun; readonly counts: RunCounts }
  | { readonly ok: false; readonly refusal: 'score/no-policy' | 'score/month-not-due' }

/** One part is scored here while the server reads or writes another. */
const partsAtOnce = 2
const usualMembersAtOnce = 2_000

/**
 * Computes the scores of all members for a month, with what comes of them (MS-16): in parts, each in
 * one transaction, several at a time. What is done stays done: a refresh that was stopped or killed
 * goes on where it was, here or in another process, and does nothing twice. Refused: a month whose
 * refresh day has not come, and one for which there is no policy.
 */
export async function refreshScores(context: ScoreContext, refresh: Refresh): Promise<Refreshed> {
  const { db, now } = context
  const { month, fromFacts = false, again = false, signal, onProgress } = refresh
  const begun = await begin(context, { month, fromFacts, again }, refresh.membersAtOnce)
  if (!begun.ok) return begun
  const { scoring } = begun

  const report = async (): Promise<void> => onProgress?.(await scoreRunCounts(db, month))
  await report()
  const worker = async (): Promise<void> => {
    while (signal?.aborted !== true) {
      const isDone = await transact(db, async (tx) => await scoreNextPart(tx, context, scoring))
      if (isDone) return
      await report()
    }
  }
  await settleAll(Array.from({ length: partsAtOnce }, worker))
  await transact(db, async (tx) => await endScoreRun(tx, month, now))
  const [run, counts] = await Promise.all([scoreRun(db, month), scoreRunCounts(db, month)])
  return { ok: true, run: run ?? begun.run, counts }
}

/** Waits for all, so that none works on after a failure of another; then throws that. */
async function settleAll(works: readonly Promise<void>[]): Promise<void> {
  const settled = await Promise.allSettled(works)
  for (const each of settled) if (each.status === 'rejected') throw each.reason
}

type Begun =
  | { readonly ok: true; readonly run: ScoreRun; readonly scoring: Scoring }
  | Extract<Refreshed, { ok: false }>

async function begin(
  context: ScoreContext,
  { month, fromFacts, again }: Required<Pick<Refresh, 'month' | 'fromFacts' | 'again'>>,
  membersAtOnce = usualMembersAtOnce,
): Promise<Begun> {
  const { db, now } = context
  const [known, last] = await Promise.all([scoreRun(db, month), latestScoreRun(db)])
  const latest = last?.month
  if (known !== undefined && !again) {
    const asBegun = { fromFacts: known.fromFacts, policy: known.policy, latest }
    return begunAs(known, scoringOf(context, month, asBegun))
  }
  const scoring = scoringOf(context, month, { fromFacts, latest })
  if (!scoring.ok) return scoring

  const run: ScoreRun = { month, policy: scoring.name, fromFacts, begunAt: now, endedAt: null }
  await transact(db, async (tx) => {
    if (again) await deleteScoreRun(tx, month)
    if (await insertScoreRun(tx, run)) await insertScoreParts(tx, month, membersAtOnce)
  })
  return begunAs(run, scoring)
}

function begunAs(run: ScoreRun, scoring: ReturnType<typeof scoringOf>): Begun {
  return scoring.ok ? { ok: true, run, scoring } : scoring
}

/** Whether there was none left to do. */
async function scoreNextPart(
  tx: Writer,
  context: ScoreContext,
  scoring: Scoring,
): Promise<boolean> {
  const part = await takeScorePart(tx, scoring.month)
  if (part === undefined) return true
  const members = await scoreSome(tx, context, scoring, part)
  await endScorePart(tx, scoring.month, part.part, members, context.now)
  return false
}

/**
 * Does the refreshes that are due by now: once for each month, from the month after the last one that
 * was done, so that none is missed when the program was down or the clock was moved (MS-16). The
 * first of a market is that of the latest month; more than a year is not made up for.
 */
export async function refreshWhenDue(
  context: ScoreContext,
  signal?: AbortSignal,
): Promise<readonly Temporal.PlainDate[]> {
  const due = refreshDueBy(context)
  if (due === undefined) return []
  const last = await latestScoreRun(context.db)
  const done: Temporal.PlainDate[] = []
  for (const month of monthsUntil(due, last)) {
    if (signal?.aborted === true) break
    const refreshed = await refreshScores(context, { month, ...(signal && { signal }) })
    if (refreshed.ok && refreshed.run.endedAt !== null) done.push(month)
  }
  return done
}

const mostMadeUp = 12

function monthsUntil(
  due: Temporal.PlainDate,
  last: ScoreRun | undefined,
): readonly Temporal.PlainDate[] {
  if (last === undefined) return [due]
  const next = last.endedAt === null ? last.month : last.month.add({ months: 1 })
  const earliest = due.subtract({ months: mostMadeUp - 1 })
  const months: Temporal.PlainDate[] = []
  let month = Temporal.PlainDate.compare(next, earliest) < 0 ? earliest : next
  for (; Temporal.PlainDate.compare(month, due) <= 0; month = month.add({ months: 1 })) {
    months.push(month)
  }
  return months
}
