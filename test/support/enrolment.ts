import { applyForCampaign } from '#operations/enrolment/apply-for-campaign.ts'
import type { EnrolmentRequest } from '#operations/enrolment/apply-for-campaign.ts'
import { doSupplement, textHash, type SupplementSaid } from '#operations/enrolment/do-supplement.ts'
import { settleEnrolments } from '#operations/enrolment/settle-enrolments.ts'
import { enrolmentOf, type Enrolment } from '#db/enrolment/enrolments.ts'
import { sql } from 'kysely'
import { assert } from '#rules/assert.ts'
import { asFen } from '#rules/money/fen.ts'
import type { EnrolmentStatus } from '#rules/campaigns/enrolment/status.ts'
import type { TestMarket } from '#test/support/market.ts'
import { bringInForce } from '#test/support/issuing.ts'

type Scope = Pick<TestMarket, 'db' | 'policies' | 'market'>

const title = { zh: '测试', en: 'Test' }
const longAgo = Temporal.Instant.from('2017-01-01T00:00:00+08:00')

/** An instant of March 2017 in the market's zone: `12T10:00`. */
export function march(text: string): Temporal.Instant {
  const [day = '', time = '00:00'] = text.split('T')
  return Temporal.Instant.from(`2017-03-${day.padStart(2, '0')}T${time}:00+08:00`)
}

function window(from: string, to: string) {
  return { from: march(from).toString(), to: march(to).toString() }
}

export const integrity = { version: '1', zh: '诚信', en: 'Honest trade.' }

/** A campaign of March: sign-up to the 5th, results, supplements from the 6th to the 12th, the day the 20th. */
export function springCampaign(changes: object = {}): object {
  return {
    title,
    phases: [
      { name: 'signUp', window: window('01', '05') },
      { name: 'results', window: window('06', '12') },
      { name: 'supplements', window: window('06', '12') },
      { name: 'allowanceSetup', window: window('06T14:00', '11T22:00') },
      { name: 'presaleDeclaration', window: window('14', '18') },
      { name: 'day', window: window('20', '21') },
    ],
    identities: [
      { name: 'event', title },
      { name: 'happy', title },
    ],
    supplements: [
      { name: 'integrity', kind: 'agreement', title, within: 'supplements', text: integrity },
      { name: 'steps', kind: 'allowanceSteps', title, within: 'allowanceSetup' },
      { name: 'identity', kind: 'identity', title, within: 'supplements' },
    ],
    allowance: {
      steps: [
        { threshold: '400.00', off: '50.00' },
        { threshold: '600.00', off: '30.00' },
      ],
      excludedCategories: ['gold'],
    },
    ...changes,
  }
}

/** Shops that have been open for a year pass; those of two years as `event`. */
export function enrolmentPolicy(changes: object = {}): object {
  return {
    criteria: [
      { name: 'age', metric: 'openDays', atLeast: 365 },
      { name: 'long', metric: 'openDays', atLeast: 730, identities: ['event'] },
    ],
    remindBefore: ['P3D', 'P1D', 'PT2H'],
    appeal: { within: 'P3D', decideWithin: 'P2D' },
    ...changes,
  }
}

/** Brings a campaign `spring` and its enrolment into force. */
export async function openSpring(
  scope: Pick<TestMarket, 'db' | 'policies'>,
  policy: object = {},
  campaign: object = {},
): Promise<void> {
  await bringInForce(scope, 'enrolment', enrolmentPolicy(policy), longAgo)
  await bringInForce(scope, 'campaign:spring', springCampaign(campaign), longAgo)
}

let keys = 0

/** A request of a shop under a key of its own. */
export function asking(shopId: string, at: Temporal.Instant, key?: string): EnrolmentRequest {
  const caller = `merchant:merchant-of-${shopId}`
  return { campaign: 'spring', shopId, caller, key: key ?? `e-${(keys += 1)}`, at }
}

/** Applies shops early in sign-up. */
export async function applyAll(scope: Scope, shopIds: readonly string[]): Promise<void> {
  for (const shopId of shopIds) {
    const applied = await applyForCampaign(scope, asking(shopId, march('02T10:00')))
    assert(applied.ok, `the shop of the test applied: ${JSON.stringify(applied)}`)
  }
}

/** Lets the clock come to an instant, and what is due be done. */
export async function settleBy(scope: Scope, at: Temporal.Instant): Promise<void> {
  await settleEnrolments(scope, at)
}

/** Says what a supplement of the spring campaign needs. */
export async function supplement(
  scope: Scope,
  shopId: string,
  name: string,
  at: Temporal.Instant,
  said: SupplementSaid = rightly(name),
): Promise<string> {
  const done = await doSupplement(scope, { ...asking(shopId, at), supplement: name, said })
  return done.ok ? 'ok' : done.refusal
}

/** What is right to say with each supplement. */
export function rightly(name: string): SupplementSaid {
  if (name === 'integrity') return { version: '1', hash: textHash(integrity) }
  if (name === 'steps') return { steps: [{ threshold: asFen(40_000), off: asFen(5_000) }] }
  return { identity: 'event' }
}

/** How a shop really stands in the spring campaign. */
export async function standing(scope: Scope, shopId: string): Promise<EnrolmentStatus | undefined> {
  return (await enrolled(scope, shopId))?.status
}

export async function enrolled(scope: Scope, shopId: string): Promise<Enrolment | undefined> {
  return await enrolmentOf(scope.db, 'spring', shopId)
}

/** What a shop was told of its enrolment, in order, without what every type begins and ends with. */
export async function toldTo(scope: Scope, shopId: string): Promise<string[]> {
  const rows = await sql<{ type: string }>`
    select type from jifen.shop_announcement
    where shop_id = ${shopId} and type like 'jifen.enrolment.%'
    order by at, announcement_id
  `.execute(scope.db)
  return rows.rows.map(({ type }) => type.replace('jifen.enrolment.', '').replace('.v1', ''))
}
