// A change of the points policy, tried before anybody drafts it: laid over the preset, checked by the
// schema, and its effect on one order.
import tmall2017 from '#presets/tmall-2017.json' with { type: 'json' }
import { decideValue, openSetting } from '#rules/decide/frame.ts'
import { decisions } from '#rules/decide/registry.ts'
import { parsePolicy } from '#rules/policies/catalogue.ts'
import { overlay } from '#rules/policies/overlay.ts'

const changes = [
  {},
  { ratios: { beauty: '0.8' } },
  { ratios: { luxury: '1' }, classes: { beauty: 'luxury' }, mostPerLine: 300 },
  { expiry: { after: 'P6M' } },
  { ratios: { beauty: '-1' }, expiry: 'sometime' },
]

const order = {
  receivedAt: '2017-11-15T09:30:00+08:00',
  lines: [{ id: '1', category: 'beauty', paid: '599.00' }],
}

for (const change of changes) {
  console.log(JSON.stringify(change))
  const parsed = parsePolicy('points', overlay(tmall2017.policies.points, change))
  if (!parsed.ok) {
    const problems = 'problems' in parsed ? parsed.problems : []
    for (const { path, message } of problems) console.log(`  ${path}: ${message}`)
    continue
  }
  const { points, expiresAt } = earned(change)
  console.log(`  ${points} points, to be spent before ${expiresAt}`)
}

function earned(change: unknown): { readonly points: number; readonly expiresAt: string } {
  const decision = decisions.get('earn')
  if (decision === undefined) throw new Error('there is a decision called earn')
  const opened = openSetting(tmall2017.policies, change, decision, 'Asia/Shanghai')
  if (!opened.ok) throw new Error(opened.problem.detail)
  const decided = decideValue(decision, order, opened.setting)
  if (!decided.ok) throw new Error(decided.problem.detail)
  return decided.output as { points: number; expiresAt: string }
}
