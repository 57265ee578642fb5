// What an order earns, and why: the decision `earn` called from code, as `jifen decide earn` calls it.
import tmall2017 from '#presets/tmall-2017.json' with { type: 'json' }
import { decideValue, openSetting, outputText } from '#rules/decide/frame.ts'
import { decisions } from '#rules/decide/registry.ts'

const decision = decisions.get('earn')
if (decision === undefined) throw new Error('there is a decision called earn')
const opened = openSetting(tmall2017.policies, undefined, decision, 'Asia/Shanghai')
if (!opened.ok) throw new Error(opened.problem.detail)

const order = {
  receivedAt: '2017-11-15T09:30:00+08:00',
  lines: [
    { id: '1', category: 'apparel', paid: '109.00', multiple: 5 },
    { id: '2', category: 'digital3c', paid: '2999.00', refundedAfter: '1000.00' },
  ],
}
const decided = decideValue(decision, order, opened.setting)
if (!decided.ok) throw new Error(decided.problem.detail)
console.log(outputText(decided.output, false, 2))
