import { lockMembers } from '#db/members.ts'
import { latestScoreRun } from '#db/membership/score-runs.ts'
import { scoreOfMonth, type ScoreRow } from '#db/membership/scores.ts'
import { scoreSome } from '#operations/score/_score-some.ts'
import { refreshDueBy, scoringOf } from '#operations/score/scoring.ts'
import type { ScoreContext } from '#operations/score/refresh.ts'
import { transact } from '#operations/_transact.ts'
import { assert } from '#rules/assert.ts'

export type RefreshMember = {
  readonly memberId: string
  /** The first day of a month; absent: the latest whose refresh day has come. */
  readonly month?: Temporal.PlainDate | undefined
  readonly fromFacts?: boolean | undefined
}

export type MemberRefreshed =
  | { readonly ok: true; readonly score: ScoreRow }
  | {
      readonly ok: false
      readonly refusal:
        'members/unknown' | 'members/sealed' | 'score/no-policy' | 'score/month-not-due'
    }

/**
 * Computes the score of one member for a month again, from what is known now and by the policy of its
 * refresh day, with what comes of it (MS-16). The same again gives the same. A month before the latest
 * one is corrected in the record alone: the standing is that of the latest.
 */
export async function refreshMember(
  context: ScoreContext,
  { memberId, month: asked, fromFacts = false }: RefreshMember,
): Promise<MemberRefreshed> {
  const month = asked ?? refreshDueBy(context)
  if (month === undefined) return { ok: false, refusal: 'score/no-policy' }
  const latest = (await latestScoreRun(context.db))?.month
  const scoring = scoringOf(context, month, { fromFacts, latest })
  if (!scoring.ok) return scoring

  return await transact(context.db, async (tx): Promise<MemberRefreshed> => {
    const member = (await lockMembers(tx, [memberId])).get(memberId)
    if (member === undefined) return { ok: false, refusal: 'members/unknown' }
    if (member.status === 'sealed') return { ok: false, refusal: 'members/sealed' }
    await scoreSome(tx, context, scoring, { memberIds: [memberId] })
    const score = await scoreOfMonth(tx, memberId, month)
    assert(score !== undefined, 'a score that was written is there')
    return { ok: true, score }
  })
}
