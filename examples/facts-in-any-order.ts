// The facts of one order, told as they happened and the other way round: what each brings about, by
// the function that the operations fold. What must wait is parked, and tried again after each fact.
import tmall2017 from '#presets/tmall-2017.json' with { type: 'json' }
import { applyFact } from '#rules/orders/apply.ts'
import { readFact, type Fact } from '#rules/orders/facts.ts'
import type { Order } from '#rules/orders/order.ts'
import type { FactContext, FactOutcome } from '#rules/orders/outcome.ts'
import { PointsPolicySchema } from '#rules/points/policy.ts'

const policy = PointsPolicySchema.parse(tmall2017.policies.points)
const context: FactContext = {
  currency: 'CNY',
  minorDigits: 2,
  zone: 'Asia/Shanghai',
  rulesAt: () => ({ policy, name: 'points@1', joined: [] }),
  rulesNamed: () => policy,
}

const bought = { id: '1', sku: 'down-jacket', category: 'apparel', quantity: 2, paid: '218.00' }
const returned = { id: '1', amount: '109.00', quantity: 1 }
const facts = [
  fact('order.placed', '2017-11-11T00:00:07+08:00', { shopId: 's-1', lines: [bought] }),
  fact('order.paid', '2017-11-11T00:01:30+08:00', {}),
  fact('order.received', '2017-11-15T09:30:00+08:00', {}),
  fact('refund.succeeded', '2017-11-20T16:00:00+08:00', { lines: [returned] }),
]

console.log('As it happened:')
tell(facts)
console.log('\nThe other way round:')
tell(facts.toReversed())

function tell(told: readonly Fact[]): void {
  let order: Order | undefined
  let waiting: readonly Fact[] = []
  for (const each of told) {
    if (apply(each)) waiting = waiting.toSorted(byTime).filter((parked) => !apply(parked))
    else waiting = [...waiting, each]
  }

  function apply(each: Fact): boolean {
    const standing = { status: 'active', nickname: null, joinedAt: each.time } as const
    const outcome = applyFact(standing, order, each, context)
    console.log(`  ${each.id.padEnd(24)} ${said(outcome)}`)
    if (outcome.status === 'applied') order = outcome.order ?? order
    return outcome.status !== 'parked'
  }
}

function byTime(a: Fact, b: Fact): number {
  return Temporal.Instant.compare(a.time, b.time)
}

function said(outcome: FactOutcome): string {
  if (outcome.status === 'parked') return `parked, waits for the ${outcome.waitsFor}`
  if (outcome.status === 'refused') return `refused, ${outcome.refusal}`
  const { effect } = outcome
  if (effect?.type === 'earn') return `applied: earns ${effect.earned.points}`
  if (effect?.type === 'clawBack') return `applied: takes back ${effect.points}`
  return 'applied'
}

function fact(name: string, time: string, about: object): Fact {
  const read = readFact({
    specversion: '1.0',
    id: `o-1001/${name}`,
    source: 'orders',
    type: `jifen.${name}.v1`,
    time,
    partitionkey: 'lin',
    data: { orderId: 'o-1001', ...about },
  })
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  return read.fact
}
