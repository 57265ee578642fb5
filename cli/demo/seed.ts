import { actor, perform, type Act } from '#cli/demo/act.ts'
import { club } from '#cli/demo/club.ts'
import { clubStory } from '#cli/demo/club-story.ts'
import { bringInForce } from '#cli/demo/in-force.ts'
import { merchant } from '#cli/demo/merchant.ts'
import { merchantStory } from '#cli/demo/merchant-story.ts'
import { purchases } from '#cli/demo/purchases.ts'
import { story, type Step } from '#cli/demo/story.ts'
import type { Database } from '#db/connection.ts'
import { eventsByKeys } from '#db/events.ts'
import { foundingOf } from '#db/founding.ts'
import type { Market } from '#db/market.ts'
import { settleBadges } from '#operations/badges/settle-badges.ts'
import { settleBenefits } from '#operations/benefits/settle-benefits.ts'
import { applyEvents } from '#operations/events/apply-events.ts'
import { postForMember } from '#operations/ledger/post-for-member.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { assert } from '#rules/assert.ts'
import { readFact, type Fact } from '#rules/orders/facts.ts'

export type Seed = {
  readonly db: Database
  readonly policies: PolicyBook
  readonly market: Market
  readonly now: Temporal.Instant
}

const source = 'demo'

/**
 * Tells the story of the demo to a market that is new or knows it already, through the same operations as
 * everybody's facts. All is dated by the founding and named once and for all: told again it changes nothing.
 * False where the market is not the demo's: it has members of its own, or another currency.
 */
export async function seedDemo(seed: Seed): Promise<boolean> {
  const { db, market } = seed
  const { foundedAt, hasMembers } = await foundingOf(db)
  if (market.currency !== 'CNY') return false
  if (hasMembers && !(await isTold(db))) return false

  const founded = foundedAt.toZonedDateTimeISO(market.zone)
  await bringInForce(seed, founded)
  let facts: Fact[] = []
  for (const { step, at } of stepsOf(founded)) {
    if ('type' in step) {
      facts.push(factOf(step, at.toInstant()))
      continue
    }
    await tell({ ...seed, now: at.toInstant() }, facts)
    facts = []
    if ('act' in step) await perform(seed, step, at)
    else await post(seed, step, at)
  }
  await tell(seed, facts)
  await settleSoon(seed)
  return true
}

type Dated = { readonly step: Step | Act; readonly at: Temporal.ZonedDateTime }

/** Everything in the order in which it happens; facts and acts of one time in the order written. */
function stepsOf(founded: Temporal.ZonedDateTime): readonly Dated[] {
  const told = [...story(), ...clubStory(founded), ...merchantStory()]
  return [...told, ...purchases(founded), ...club(founded), ...merchant(founded)]
    .map((step) => ({ step, at: founded.subtract(step.ago) }))
    .sort((a, b) => Temporal.ZonedDateTime.compare(a.at, b.at))
}

/** What the jobs would do within seconds of the start is there on the first page already. */
async function settleSoon({ db, policies, market, now }: Seed): Promise<void> {
  await settleBadges({ db, policies, market }, now)
  await settleBenefits({ db, policies, market }, now)
}

/** Whether the first fact of the story is known here, however little of the rest. */
async function isTold(db: Database): Promise<boolean> {
  const key = { memberId: 'wang', source, eventId: 'wang/joined' }
  return (await eventsByKeys(db, [key])).length > 0
}

function factOf(step: Extract<Step, { type: string }>, at: Temporal.Instant): Fact {
  const read = readFact({
    specversion: '1.0',
    source,
    id: step.id,
    type: `jifen.${step.type}.v1`,
    time: at.toString(),
    partitionkey: step.member,
    data: dataOf(step, at),
  })
  assert(read.ok, `the demo fact ${step.id} fits its schema`)
  return read.fact
}

/** What is shipped in the demo is in the carrier's hands two hours later. */
function dataOf(step: Extract<Step, { type: string }>, at: Temporal.Instant): object {
  if (step.type !== 'order.shipped') return step.data
  return { ...step.data, collectedAt: at.add({ hours: 2 }).toString() }
}

async function tell({ db, policies, market, now }: Seed, facts: readonly Fact[]): Promise<void> {
  if (facts.length > 0) await applyEvents({ db, policies, market, now, actor }, facts)
}

async function post(
  seed: Seed,
  step: Extract<Step, { command: unknown }>,
  at: Temporal.ZonedDateTime,
): Promise<void> {
  await postForMember(seed, {
    key: { memberId: step.member, program: 'platform', unit: 'points' },
    body: { ...step.command(at), ref: step.ref },
    caller: actor,
    idempotencyKey: `demo/${step.ref}`,
    at: at.toInstant(),
  })
}
