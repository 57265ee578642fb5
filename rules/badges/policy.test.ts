import { deepEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { parsePolicy } from '#rules/policies/catalogue.ts'
import { badge, behaviour } from '#test/support/badges.ts'

test('BG-1 a behaviour that is not core is refused, and one without the reason why it is', () => {
  const pathsOf = (behaviours: object): string[] => {
    const parsed = parsePolicy('badges', { behaviours, badges: {} })
    if (parsed.ok || parsed.refusal !== 'policies/invalid') return []
    return parsed.problems.map((each) => each.path)
  }
  deepEqual(pathsOf({ purchase: behaviour(1, 1) }), [])
  for (const name of ['login', 'signIn', 'checkIn', 'visit', 'toString']) {
    deepEqual(pathsOf({ [name]: behaviour(1, 1) }), [`behaviours.${name}`])
  }
  const { core: _core, ...unmarked } = behaviour(1, 1) as Record<string, unknown>
  deepEqual(pathsOf({ share: unmarked }), ['behaviours.share.core'])
  const { gives: _gives, ...unexplained } = behaviour(1, 1) as Record<string, unknown>
  deepEqual(pathsOf({ share: unexplained }), ['behaviours.share.gives'])
})

test('BG-1 a badge for a behaviour that the policy does not have is refused', () => {
  const parsed = parsePolicy('badges', {
    behaviours: { purchase: behaviour(1, 1) },
    badges: { helper: badge({ count: 'times', of: 'answer' }, { bronze: 1 }) },
  })
  ok(!parsed.ok && parsed.refusal === 'policies/invalid')
  deepEqual(
    parsed.problems.map((each) => each.path),
    ['badges.helper.condition.of'],
  )
})
