import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import tmall2017 from '#presets/tmall-2017.json' with { type: 'json' }
import tmall2018 from '#presets/tmall-2018-parallel.json' with { type: 'json' }
import { overlay } from '#rules/policies/overlay.ts'
import { parsePolicy } from '#rules/policies/catalogue.ts'
import { rowsOf } from '#test/support/table.ts'

// Columns: what is laid over the preset's policy | the path of the first problem.
const faults = `
  {"months":0}                                      | months
  {"months":1.5}                                    | months
  {"refreshDay":29}                                 | refreshDay
  {"refreshDay":0}                                  | refreshDay
  {"purchase":{"most":-1}}                          | purchase.most
  {"purchase":{"physical":{"amountPerPoint":"0"}}}  | purchase.physical.amountPerPoint
  {"purchase":{"physical":{"most":{"perYear":"1"}}}}  | purchase.physical.most.perYear
  {"purchase":{"virtual":{"most":{"perDay":"-1.00"}}}} | purchase.virtual.most.perDay
  {"purchase":{"orders":{"points":-1}}}             | purchase.orders.points
  {"reward":{"likes":{"points":1}}}                 | reward.likes
  {"reward":{"categories":{"perDay":1}}}            | reward.categories.perDay
  {"reward":{"purchaseDays":{"perDay":1}}}          | reward.purchaseDays.perDay
  {"base":{"usual":"none"}}                         | base.usual
  {"base":{"most":399}}                             | base.grades[4].points
  {"base":{"grades":[]}}                            | base.grades
  {"base":{"grades":[{"name":"good","points":1},{"name":"good","points":2}]}} | base.grades[1].name
  {"base":{"deductions":{"unpaidAdvance":0.5}}}     | base.deductions.unpaidAdvance
  {"colour":"red"}                                  | colour
`

test('MS-1 a value of the policy that does not fit is refused by its path', () => {
  for (const [patch = '', path = ''] of rowsOf(faults)) {
    const parsed = parsePolicy('score', overlay(tmall2017.policies.score, JSON.parse(patch)))
    const problems = parsed.ok || parsed.refusal !== 'policies/invalid' ? [] : parsed.problems
    equal(problems[0]?.path, path, `${patch} ${JSON.stringify(problems)}`)
  }
})

test('MS-12 the values of the presets are the known ones, and say that they are a demonstration', () => {
  for (const { score } of [tmall2017.policies, tmall2018.policies]) {
    equal(parsePolicy('score', score).ok, true)
    const { demonstration, months, refreshDay, purchase, reward, base } = score
    deepEqual(
      [demonstration, months, refreshDay, purchase.most, reward.most, base.most],
      [true, 12, 8, 3000, 300, 400],
    )
    equal(purchase.physical.amountPerPoint, '83.00')
  }
})
