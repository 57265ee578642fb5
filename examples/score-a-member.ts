// A member's score from facts, line by line, and the tier it gives: the decisions `score` and `tier`.
import tmall2017 from '#presets/tmall-2017.json' with { type: 'json' }
import { decideValue, openSetting } from '#rules/decide/frame.ts'
import { decisions } from '#rules/decide/registry.ts'

type Line = { readonly rule: string; readonly gave?: number; readonly held?: object }
type Scored = { score: number; window: readonly string[]; why: readonly Line[] }
type Tiered = { tier: string | null; next: object | null; riseGrants: readonly object[] }

const months = [6, 7, 8, 9, 10, 11, 12, 1, 2, 3, 4, 5]
const facts = [
  ...months.map((month) => bought(month, '6500.00', month % 2 === 0 ? 'apparel' : 'home')),
  { ...bought(5, '1200.00', 'digital3c'), order: 'sent-back', refunded: '1200.00' },
  { type: 'liveView', at: '2017-05-20T20:00:00+08:00', count: 60 },
  { type: 'review', at: '2017-05-24T21:00:00+08:00', highValue: true },
  { type: 'answer', at: '2016-05-31T23:59:59+08:00' },
]

const credit = { grade: 'great', unpaidAdvances: 1 }
const scored = decide('score', { asOf: '2017-06-08', facts, credit }) as Scored
console.log(`score ${scored.score}, of ${scored.window.join(' to ')}`)
for (const { rule, gave, held } of scored.why) {
  console.log(
    `  ${rule}: ${gave}${held === undefined ? '' : `, held back ${JSON.stringify(held)}`}`,
  )
}

const after = { score: scored.score, previousScore: 980, at: '2017-06-08T00:00:00+08:00' }
const { tier, next, riseGrants } = decide('tier', after) as Tiered
console.log(
  `tier ${tier}, next ${JSON.stringify(next)}, granted for the rise: ${riseGrants.length}`,
)

function bought(month: number, amount: string, category: string) {
  const day = `${month > 5 ? 2016 : 2017}-${String(month).padStart(2, '0')}-15`
  return {
    type: 'purchase',
    at: `${day}T10:00:00+08:00`,
    order: `o-${month}`,
    amount,
    shop: `shop-${month % 3}`,
    category,
  }
}

function decide(name: string, input: object): unknown {
  const decision = decisions.get(name)
  if (decision === undefined) throw new Error(`there is a decision called ${name}`)
  const opened = openSetting(tmall2017.policies, undefined, decision, 'Asia/Shanghai')
  if (!opened.ok) throw new Error(opened.problem.detail)
  const decided = decideValue(decision, input, opened.setting)
  if (!decided.ok) throw new Error(decided.problem.detail)
  return decided.output
}
