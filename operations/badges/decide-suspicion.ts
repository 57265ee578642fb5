import { markBadgesDue } from '#db/badges/due.ts'
import { decisionsOf, insertDecision, membersOfRing, type DecisionRow } from '#db/badges/reviews.ts'
import {
  strikeFacts,
  suspectsBy,
  suspicionsOf,
  upsertSuspicions,
  type SuspicionRow,
} from '#db/badges/suspicions.ts'
import type { Database, Writer } from '#db/connection.ts'
import { lockMembers } from '#db/members.ts'
import { transact } from '#operations/_transact.ts'
import { announce } from '#operations/announcements/announce.ts'
import { countBadgesOf, type BadgeContext } from '#operations/badges/_count.ts'
import { badgeRulesAt } from '#operations/badges/badge-policy.ts'
import { rebuildScoreFacts } from '#operations/score/rebuild-facts.ts'
import { mayDecide, type ReviewRefusal } from '#rules/badges/review.ts'

export type SuspicionDecision = {
  readonly memberId: string
  readonly suspicionId: string
  readonly decision: 'clear' | 'strike'
  readonly reason: string
  readonly reviewer: string
  /** How many decisions the reviewer saw; another number now is refused. */
  readonly seen?: number | undefined
  readonly at: Temporal.Instant
}

export type SuspicionDecided =
  | { readonly ok: true; readonly suspicion: SuspicionRow; readonly decisions: number }
  | { readonly ok: false; readonly refusal: ReviewRefusal | 'badges/unknown-suspicion' }

export type ReviewContext = BadgeContext & { readonly db: Database }

/**
 * Clears or strikes the facts of a suspicion (BG-12, BG-13): badges and score are counted without what
 * is struck, at once, and the member is told. The same decision again changes nothing.
 */
export async function decideSuspicion(
  context: ReviewContext,
  decision: SuspicionDecision,
): Promise<SuspicionDecided> {
  return await transact(context.db, (tx) => decideIn(tx, context, decision))
}

/** Takes the same decision about every suspicion of a ring, one member after the other. */
export async function decideRing(
  context: ReviewContext,
  decision: SuspicionDecision,
  ring: string,
): Promise<readonly SuspicionDecided[]> {
  const answers: SuspicionDecided[] = []
  for (const memberId of await membersOfRing(context.db, ring, mostInRing)) {
    const own = await suspicionsOf(context.db, [memberId])
    for (const { suspicionId, status } of own.filter((each) => each.ring === ring)) {
      if (status === 'moot') continue
      const { seen: _, ...same } = decision
      answers.push(await decideSuspicion(context, { ...same, memberId, suspicionId }))
    }
  }
  return answers
}

const mostInRing = 1_000

async function decideIn(
  tx: Writer,
  context: ReviewContext,
  decision: SuspicionDecision,
): Promise<SuspicionDecided> {
  const { memberId, suspicionId, at } = decision
  const member = (await lockMembers(tx, [memberId])).get(memberId)
  if (member === undefined) return { ok: false, refusal: 'badges/unknown-suspicion' }
  const [all, before] = await Promise.all([
    suspicionsOf(tx, [memberId]),
    decisionsOf(tx, memberId, suspicionId),
  ])
  const suspicion = all.find((each) => each.suspicionId === suspicionId)
  if (suspicion === undefined) return { ok: false, refusal: 'badges/unknown-suspicion' }

  const rules = badgeRulesAt(context.policies, context.market.zone, at)
  const byAnother = rules?.policy.review.reversalByAnother ?? true
  const may = mayDecide({ ...suspicion, decisions: before, byAnother }, decision)
  if (!may.ok) return may
  if (!may.changes) return { ok: true, suspicion, decisions: before.length }

  const decided = { ...suspicion, status: statusOf[decision.decision] }
  const number = before.length + 1
  await write(tx, decided, decision, number)
  await strikeFacts(tx, memberId, at)
  await rebuildScoreFacts(tx, [memberId])
  await markBadgesDue(tx, [memberId])
  await countBadgesOf(tx, context, [memberId], at)
  await tellMember(tx, decided, before, number, at)
  return { ok: true, suspicion: decided, decisions: number }
}

const statusOf = { clear: 'cleared', strike: 'struck' } as const

async function write(
  tx: Writer,
  decided: SuspicionRow,
  { memberId, suspicionId, decision, reason, reviewer, at }: SuspicionDecision,
  number: number,
): Promise<void> {
  const row = { number, decision, reason, decidedBy: reviewer, decidedAt: at }
  await Promise.all([
    insertDecision(tx, memberId, suspicionId, row),
    upsertSuspicions(tx, [decided]),
  ])
}

/** A member hears of what no longer counts, and of what does again; nothing of a suspicion cleared. */
async function tellMember(
  tx: Writer,
  { memberId, suspicionId, rule, status }: SuspicionRow,
  before: readonly DecisionRow[],
  number: number,
  at: Temporal.Instant,
): Promise<void> {
  if (status === 'cleared' && before.length === 0) return
  const facts = await suspectsBy(tx, [memberId])
  const own = facts.filter((each) => each.suspicionId === suspicionId)
  const isStruck = status === 'struck'
  await announce(tx, [
    {
      memberId,
      id: `suspicion:${suspicionId}:${number}`,
      type: isStruck ? 'jifen.behaviour.struck.v1' : 'jifen.behaviour.restored.v1',
      at,
      data: { suspicion: suspicionId, rule, facts: own.length },
    },
  ])
}
