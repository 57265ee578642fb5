import { sendPatiently, type Client } from '#test/accept/support/client.ts'
import type { Deployment } from '#test/accept/support/deployment.ts'
import { pause } from '#test/accept/support/program.ts'
import type { Terms } from '#test/accept/support/told-returns.ts'

/** A market whose every layer takes something off, and who works on it. */
export type ReturnMarket = {
  readonly client: Client
  readonly service: string
  readonly operators: readonly [string, string]
}

export const shops = ['A', 'B', 'C', 'D'] as const

const title = { zh: '测试', en: 'Trial' }
const always = { from: '2017-01-01T00:00:00+08:00', to: '2027-01-01T00:00:00+08:00' }

const offers = {
  ...Object.fromEntries(
    shops.map((shop, n) => [
      `offer:shop-${shop.toLowerCase()}`,
      {
        layer: 'shop',
        target: { shops: [shop] },
        effect: { type: 'thresholdOff', steps: [{ from: '60.00', off: `${5 + n}.37` }] },
      },
    ]),
  ),
  'offer:some-items': {
    layer: 'item',
    target: { skus: ['sku-1', 'sku-3'] },
    effect: { type: 'percentOff', percent: 13 },
    limit: { perMember: 3, total: 1_000_000 },
  },
  'offer:freight': {
    layer: 'freight',
    target: { shops: ['A', 'B'] },
    effect: { type: 'freightOff', off: '3.33' },
  },
  'coupon-batch:trial-shop': {
    title,
    terms: { kind: 'shop', target: { shops: ['A'] }, threshold: '30.00', off: '4.99' },
    quantity: 1_000_000,
    perMember: 1,
    claim: always,
    validity: always,
  },
  'coupon-batch:trial-platform': {
    title,
    terms: { kind: 'platform', threshold: '80.00', off: '7.77' },
    quantity: 1_000_000,
    perMember: 1,
    claim: always,
    validity: always,
  },
}

export const couponsOfMember = ['trial-shop.1', 'trial-platform.1'] as const

function pricing({ coupon, redEnvelope, allowance }: Terms): object {
  return {
    layers: [
      'item',
      'shop',
      'coupon',
      'platformCoupon',
      'allowance',
      'redEnvelope',
      'points',
      'freight',
    ],
    allowance: { return: allowance },
    platformCoupon: { combines: true },
    returns: { coupon, redEnvelope, points: 'perLine' },
    points: { pay: { perYuan: 100 } },
  }
}

export async function openReturnMarket(
  deployment: Deployment,
  connections: number,
): Promise<ReturnMarket> {
  const operator = async (subject: string): Promise<string> =>
    await deployment.issuer.sign({ role: 'operator', subject, lifeSeconds: 24 * 3_600 })
  const market: ReturnMarket = {
    client: deployment.client(connections),
    service: await deployment.service('shop'),
    operators: [await operator('ann'), await operator('bob')],
  }
  for (const [name, body] of Object.entries(offers)) await approve(market, name, body)
  return market
}

/** Brings a pricing policy with these terms into force, and moves the clock on to where it counts. */
export async function priceBy(
  market: ReturnMarket,
  terms: Terms,
  at: Temporal.Instant,
): Promise<void> {
  await approve(market, 'pricing', pricing(terms))
  await moveClock(market, at)
  // Every process knows an approved policy within a second.
  await pause(1_000)
}

export async function moveClock(
  { client, operators: [operator] }: ReturnMarket,
  to: Temporal.Instant,
): Promise<void> {
  const json = { to: to.toString() }
  const reply = await sendPatiently(client, { path: '/v1/clock', token: operator, json })
  if (reply.status !== 200) throw new Error(`the clock was answered ${reply.text}`)
}

/** Gives each member a coupon of either batch. */
export async function grantTo(
  { client, service }: ReturnMarket,
  name: string,
  members: readonly string[],
): Promise<void> {
  for (const batch of ['trial-shop', 'trial-platform']) {
    for (let first = 0; first < members.length; first += 500) {
      const json = { name: `${name}-${first}`, members: members.slice(first, first + 500) }
      const path = `/v1/coupon-batches/${batch}/grants`
      const reply = await sendPatiently(client, { path, token: service, json })
      if (reply.status !== 200) throw new Error(`coupons were answered ${reply.text}`)
    }
  }
}

async function approve(
  { client, operators: [author, approver] }: ReturnMarket,
  name: string,
  body: object,
): Promise<void> {
  const base = `/v1/policies/${encodeURIComponent(name)}`
  const json = { body, note: '' }
  const drafted = await sendPatiently(client, { path: `${base}/drafts`, token: author, json })
  if (drafted.status !== 201) throw new Error(`${name} was answered ${drafted.text}`)
  const { version } = JSON.parse(drafted.text) as { version: number }
  const path = `${base}/versions/${version}/approval`
  const approved = await sendPatiently(client, { path, token: approver, json: {} })
  if (approved.status !== 200) throw new Error(`${name} was answered ${approved.text}`)
}
