import type { Writer } from '#db/connection.ts'
import type { Market } from '#db/market.ts'
import { recordedFacts } from '#db/membership/recorded-facts.ts'
import { unread } from '#db/membership/score-facts.ts'
import { readyMembers, upsertScores, type ReadyMember } from '#db/membership/scores.ts'
import type { Whose } from '#db/membership/whose.ts'
import { applyScores } from '#operations/membership/apply-scores.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { factsWithin, readRecorded } from '#operations/score/_ready-facts.ts'
import { rebuildScoreFacts } from '#operations/score/rebuild-facts.ts'
import type { Scoring } from '#operations/score/scoring.ts'
import type { Credit, ScoreFact } from '#rules/members/score/facts.ts'
import { scoreMember } from '#rules/members/score/score.ts'

type Context = {
  readonly policies: PolicyBook
  readonly market: Market
  readonly now: Temporal.Instant
}

/**
 * Scores some members for a month and writes what comes of it, in the transaction given; returns how
 * many. A score that is there is replaced. Members that are sealed get a score and nothing else.
 */
export async function scoreSome(
  tx: Writer,
  context: Context,
  scoring: Scoring,
  whose: Whose,
): Promise<number> {
  const { month, policy, name, window, isPast } = scoring
  const members = await readAll(tx, whose, month)
  const recorded = await recordedOf(tx, scoring, whose, members)

  const scores = members.map((member) => {
    const { memberId, before } = member
    const known = recorded.get(memberId) ?? readyOf(member, scoring)
    const { score, parts, figures } = scoreMember(known.facts, known.credit, window, policy)
    return { memberId, score, ...parts, figures, delta: before === null ? null : score - before }
  })

  await upsertScores(tx, { scores, month, policy: name, scoredAt: context.now })
  if (isPast) return members.length
  const scored = members.flatMap(({ isSealed, memberId, before }, n) => {
    const score = scores[n]?.score
    if (isSealed || score === undefined) return []
    const previousScore = before ?? undefined
    return [{ memberId, score, previousScore, month, policy, policyName: name }]
  })
  await applyScores(tx, context, scored)
  return members.length
}

/** What was recorded before there were scores is made ready first. */
async function readAll(
  tx: Writer,
  whose: Whose,
  month: Temporal.PlainDate,
): Promise<readonly ReadyMember[]> {
  const members = await readyMembers(tx, whose, month)
  const stale = members.filter(({ completeFrom }) => completeFrom === unread)
  if (stale.length === 0) return members
  await rebuildScoreFacts(
    tx,
    stale.map((each) => each.memberId),
  )
  return await readyMembers(tx, whose, month)
}

type Known = { readonly facts: readonly ScoreFact[]; readonly credit: Credit }

function readyOf({ facts, grade, unpaidAdvances }: ReadyMember, { window }: Scoring): Known {
  return {
    facts: facts === null ? [] : factsWithin(facts, window),
    credit: grade === null ? { unpaidAdvances } : { grade, unpaidAdvances },
  }
}

/** Of members whose ready-made facts do not reach back far enough, or of all: from what is recorded. */
async function recordedOf(
  tx: Writer,
  { fromFacts, from, to, window }: Scoring,
  whose: Whose,
  members: readonly ReadyMember[],
): Promise<ReadonlyMap<string, Known>> {
  const short = members.filter(({ completeFrom }) => (completeFrom ?? -Infinity) > window.fromDay)
  if (!fromFacts && short.length === 0) return new Map()
  const memberIds = short.map((each) => each.memberId)
  const recorded = await recordedFacts(tx, fromFacts ? whose : { memberIds }, { from, to })

  const found = new Map<string, Known>()
  const nothing = { facts: [], credit: { unpaidAdvances: 0 } }
  for (const { memberId } of fromFacts ? members : short) found.set(memberId, nothing)
  for (const each of recorded) {
    const { memberId, purchases, conduct, grade } = readRecorded(each)
    const { unpaidAdvances } = each
    found.set(memberId, {
      facts: [...purchases, ...conduct],
      credit: grade === null ? { unpaidAdvances } : { grade: grade.grade, unpaidAdvances },
    })
  }
  return found
}
