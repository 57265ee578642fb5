// What three members may have, at what price, and what unlocks the rest: the decision `benefit` for some
// benefits of the preset and for one that no policy has.
import tmall2017 from '#presets/tmall-2017.json' with { type: 'json' }
import { decideValue, openSetting } from '#rules/decide/frame.ts'
import { decisions } from '#rules/decide/registry.ts'

type Decided = {
  ok: boolean
  refusal?: string
  price: { points: number; moneyFen: number } | null
  left: number | null
  unlockedBy?: object
}

const members = {
  zhou: { tier: 'ordinary', score: 462, points: 1_012, paidMember: false },
  lin: { tier: 'super', score: 1_164, points: 19_208, paidMember: true },
  gao: { tier: 'apass', score: 3_466, points: 300, paidMember: false },
}
const picnic = {
  id: 'picnic',
  who: { scoreFrom: 400 },
  quota: { count: 1, per: 'week' },
  prices: [{ paidMember: true, points: 50 }, { points: 100 }],
}
const benefits = ['hotel', 'return-card-daily', 'supermarket-voucher', 'voucher-30', picnic]

for (const [name, member] of Object.entries(members)) {
  console.log(name)
  for (const benefit of benefits) {
    const uses = benefit === 'hotel' ? ['2017-05-01T12:00:00+08:00'] : []
    const decided = decide({ benefit, member, uses, at: '2017-06-08T10:00:00+08:00' })
    const title = typeof benefit === 'string' ? benefit : benefit.id
    console.log(`  ${title}: ${decided.ok ? openText(decided) : closedText(decided)}`)
  }
}

function openText({ price, left }: Decided): string {
  const often = left === null ? 'as often as one likes' : `${left} more in this period`
  return `open for ${price?.points} points and ${price?.moneyFen} fen, ${often}`
}

function closedText({ refusal, unlockedBy }: Decided): string {
  return unlockedBy === undefined
    ? `${refusal}`
    : `${refusal}, unlocked by ${JSON.stringify(unlockedBy)}`
}

function decide(input: object): Decided {
  const decision = decisions.get('benefit')
  if (decision === undefined) throw new Error('there is a decision called benefit')
  const opened = openSetting(tmall2017.policies, undefined, decision, 'Asia/Shanghai')
  if (!opened.ok) throw new Error(opened.problem.detail)
  const decided = decideValue(decision, input, opened.setting)
  if (!decided.ok) throw new Error(decided.problem.detail)
  return decided.output as Decided
}
