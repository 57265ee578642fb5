import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { behaviourReport, type BehaviourFigures } from '#rules/badges/report.ts'
import { mayDecide } from '#rules/badges/review.ts'
import { badgesPolicy } from '#test/support/badges.ts'

const changes = { ok: true, changes: true }
const nothing = { ok: true, changes: false }
const refused = (why: string) => ({ ok: false, refusal: `badges/${why}` })

// Columns: status | who decided before | whether a reversal is another's | who decides what | the answer.
const decisions = [
  ['open', [], true, 'ann', 'strike', changes],
  ['open', [], true, 'ann', 'clear', changes],
  ['struck', ['ann'], true, 'ann', 'strike', nothing],
  ['struck', ['ann'], true, 'ann', 'clear', refused('same-reviewer')],
  ['struck', ['ann'], false, 'ann', 'clear', changes],
  ['struck', ['ann'], true, 'bob', 'clear', changes],
  ['cleared', ['ann', 'bob'], true, 'ann', 'strike', changes],
  ['moot', [], true, 'ann', 'clear', refused('suspicion-moot')],
] as const

test('BG-13 a decision is reversed by another person, where the policy says so', () => {
  for (const [status, by, byAnother, reviewer, decision, answer] of decisions) {
    const before = by.map((decidedBy) => ({ decidedBy }))
    deepEqual(mayDecide({ status, decisions: before, byAnother }, { decision, reviewer }), answer)
  }
})

test('BG-13 who saw fewer decisions than there are decides nothing', () => {
  const state = { status: 'struck', decisions: [{ decidedBy: 'ann' }], byAnother: true } as const
  const clear = { decision: 'clear', reviewer: 'bob' } as const
  deepEqual(mayDecide(state, { ...clear, seen: 0 }), refused('decided-meanwhile'))
  deepEqual(mayDecide(state, { ...clear, seen: 1 }), changes)
})

const figures: BehaviourFigures = {
  behaviour: 'share',
  facts: 100,
  counted: 80,
  waiting: 0,
  struck: 5,
  members: 10,
  membersAtCap: 2,
  memberDays: 50,
  squares: 200,
  badgePoints: 80,
  scorePoints: 0,
  benefits: 0,
  purchasesFen: 8_000,
}

const limits = {
  leastFenPerPoint: '1.00',
  mostAtCap: '0.2',
  mostStruck: '0.05',
  mostBurstIndex: '1',
  leastFacts: 100,
}

// Columns: what is otherwise | the rules that flag it.
const reports = [
  [{}, []],
  [{ purchasesFen: 7_999 }, ['leastFenPerPoint']],
  [{ purchasesFen: 0, badgePoints: 0 }, []],
  [{ membersAtCap: 3 }, ['mostAtCap']],
  [{ struck: 6 }, ['mostStruck']],
  [{ squares: 202 }, ['mostBurstIndex']],
  [{ squares: 400, struck: 50, facts: 99 }, []],
] as const

test('BG-14 a behaviour is flagged past each limit of the policy, never on few facts', () => {
  for (const [otherwise, flagged] of reports) {
    const policy = badgesPolicy({ report: limits })
    const [row] = behaviourReport([{ ...figures, ...otherwise }], policy)
    deepEqual(
      row?.flags.map((flag) => flag.rule),
      flagged,
      JSON.stringify(otherwise),
    )
  }
})

test('BG-14 a behaviour that nobody did has no shares', () => {
  const none = { facts: 0, members: 0, membersAtCap: 0, memberDays: 0, squares: 0, badgePoints: 0 }
  const [row] = behaviourReport([{ ...figures, ...none, struck: 0 }], badgesPolicy())
  deepEqual([row?.fenPerPoint, row?.atCapPpm, row?.struckPpm, row?.burstIndexPpm], [null, 0, 0, 0])
})
