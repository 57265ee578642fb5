import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compareFacts } from '#rules/members/score/facts.ts'
import { scoreMember } from '#rules/members/score/score.ts'
import { daysFor } from '#rules/members/score/window.ts'
import { asOfs, credits, facts, policies } from '#test/rules/members/score/any-members.ts'
import { naiveScore } from '#test/rules/members/score/naive-score.ts'

test('MS-1 to MS-13 a score is what counting every fen and every review by itself comes to', () => {
  fc.assert(
    fc.property(facts, credits, asOfs, policies, (told, credit, asOf, policy) => {
      const window = daysFor(asOf, policy)
      const { score, parts } = scoreMember(told.toSorted(compareFacts), credit, window, policy)
      deepEqual({ score, parts }, naiveScore(told, credit, asOf, policy))
    }),
    { numRuns: 2_000 },
  )
})
