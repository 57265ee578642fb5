import type { Database } from '#db/connection.ts'
import { latestScores, type ScoreRow } from '#db/membership/scores.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { proveScoreFacts } from '#operations/score/prove-scores.ts'
import { policyNamed } from '#operations/score/scoring.ts'
import { explainScore } from '#rules/members/score/explain.ts'
import { scoreOfFigures } from '#rules/members/score/parts.ts'

/** A score that its record does not bear out. */
export type ScoreFault = { readonly memberId: string; readonly what: string }

const scoresAtOnce = 5_000

/**
 * Computes the latest score of every member, or of one, again from the figures in its record, by the
 * policy version that it names, and compares (MS-15); then the ready-made facts with what is recorded,
 * of a sample or, where `allFacts`, of all.
 */
export async function verifyScores(
  db: Database,
  policies: PolicyBook,
  { memberId, allFacts = false }: { readonly memberId?: string | undefined; allFacts?: boolean },
): Promise<readonly ScoreFault[]> {
  const faults = await faultsOfRecords(db, policies, memberId)
  const sample = allFacts || memberId !== undefined ? undefined : factsSampled
  const { differences } = await proveScoreFacts(db, { memberId, sample })
  return [...faults, ...differences]
}

const factsSampled = 2_000

async function faultsOfRecords(
  db: Database,
  policies: PolicyBook,
  memberId: string | undefined,
): Promise<ScoreFault[]> {
  const faults: ScoreFault[] = []
  for (let after = ''; ;) {
    const rows = await latestScores(db, after, scoresAtOnce, memberId)
    for (const row of rows) {
      const what = faultOf(policies, row)
      if (what !== undefined) faults.push({ memberId: row.memberId, what })
    }
    if (rows.length < scoresAtOnce) return faults
    after = rows.at(-1)?.memberId ?? after
  }
}

function faultOf(policies: PolicyBook, row: ScoreRow): string | undefined {
  const known = policyNamed(policies, row.policy)
  if (known === undefined) return `the score of ${monthOf(row)} names ${row.policy}, unknown here`
  const { score, parts } = scoreOfFigures(row.figures, known.policy)
  const isRight =
    score === row.score &&
    parts.purchase === row.purchase &&
    parts.reward === row.reward &&
    parts.base === row.base
  if (!isRight) return `the score of ${monthOf(row)} is ${row.score}, its figures come to ${score}`
  const why = explainScore(row.figures, known.policy)
  for (const part of ['purchase', 'reward', 'base'] as const) {
    const gave = why.reduce((sum, line) => sum + (line.part === part ? line.gave : 0), 0)
    if (gave !== row[part]) {
      return `the ${part} of ${monthOf(row)} is ${row[part]}, its lines come to ${gave}`
    }
  }
  return undefined
}

function monthOf({ month }: ScoreRow): string {
  return month.toString().slice(0, 7)
}
