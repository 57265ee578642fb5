import type { Client, Request } from '#test/accept/support/client.ts'
import type { Deployment } from '#test/accept/support/deployment.ts'
import { eventOf } from '#test/accept/support/postings.ts'

/** Members with a marker in every field that a person may fill. */
export type Marked = {
  readonly members: readonly string[]
  /** The token that facts are told with. */
  readonly service: string
}

/** Where each member has a marker, at least one. */
export const markedColumns = [
  'member.nickname',
  'member_event.data',
  'idempotency.key',
  'entry_reason.reason',
  'trade.close_reason',
  'tier_grant.cause',
  'tier_grant.end_cause',
  'tier_change.cause',
  'member_ending.reason',
]

const atOnce = 8

/** Makes members and writes a marker with their number wherever the API takes a word of theirs. */
export async function markMembers(
  { issuer }: Deployment,
  client: Client,
  count: number,
): Promise<Marked> {
  const service = await issuer.sign({ role: 'service', subject: 'trial', lifeSeconds: 3_600 })
  const members = Array.from({ length: count }, (_, n) => `person-${n}`)
  const waiting = [...members]
  const worker = async (_: unknown, nth: number): Promise<void> => {
    const operator = await issuer.sign({
      role: 'operator',
      subject: `operator-${nth}`,
      lifeSeconds: 3_600,
    })
    for (let memberId = waiting.pop(); memberId !== undefined; memberId = waiting.pop()) {
      for (const request of requestsOf(memberId, service)) await must(client, request)
      await grantAndEnd(client, memberId, operator)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return { members, service }
}

async function must(client: Client, request: Request): Promise<string> {
  const reply = await client.send(request)
  const isRefused = reply.text.includes('"refused"')
  if (reply.status < 200 || reply.status > 299 || isRefused) {
    throw new Error(`${request.path} was answered ${reply.status}: ${reply.text}`)
  }
  return reply.text
}

/** A tier for a while, with the operator's reasons. */
async function grantAndEnd(client: Client, memberId: string, token: string): Promise<void> {
  const reason = `MARKER-${memberId}`
  const path = `/v1/members/${memberId}/tier-grants`
  const to = Temporal.Now.instant()
    .add({ hours: 24 * 30 })
    .toString()
  const headers = { 'idempotency-key': `${memberId}-grant` }
  const granted = await must(client, { path, token, headers, json: { tier: 'super', to, reason } })
  const { grantId } = JSON.parse(granted) as { readonly grantId: string }
  const end = `${path}/${encodeURIComponent(grantId)}/end`
  await must(client, {
    path: end,
    token,
    headers: { 'idempotency-key': `${memberId}-end` },
    json: { reason },
  })
}

function requestsOf(memberId: string, service: string): Request[] {
  const marker = `MARKER-${memberId}`
  const path = `/v1/members/${memberId}`
  const post = (of: string, key: string, json: object, token = service): Request => {
    return { path: of, token, headers: { 'idempotency-key': key }, json }
  }
  const lines = [{ id: '1', sku: 's', shop: 'A', quantity: 1, listPrice: '10.00' }]
  const tradeId = `t-${memberId}`
  return [
    { path: '/v1/events', token: service, json: factsOf(memberId, marker) },
    post(`${path}/wallets/platform/points/earns`, `${marker}-key`, {
      amount: 500,
      ref: 'got',
      reason: marker,
    }),
    post('/v1/trades', `${memberId}-place`, { memberId, tradeId, lines }),
    post(`/v1/trades/${tradeId}/closings`, `${memberId}-close`, { memberId, reason: marker }),
    post(`${path}/sealing`, `${memberId}-seal`, { reason: marker }),
    post(`${path}/unsealing`, `${memberId}-unseal`, { reason: marker }),
  ]
}

/** Facts with a marker in every field that a person may have filled. */
function factsOf(memberId: string, marker: string): object[] {
  const time = Temporal.Now.instant().subtract({ hours: 1 }).toString()
  const fact = (type: string, data: object) => ({
    ...eventOf(memberId, type, `${memberId}-${type}`, time),
    data,
  })
  return [
    fact('member.joined', { nickname: marker }),
    fact('review.posted', { reviewId: marker, device: marker }),
    fact('interaction.recorded', { kind: 'post', subject: marker, device: marker }),
    fact('conduct.recorded', { kind: 'brokenPromise', subject: marker }),
    fact('order.placed', {
      orderId: 'o-1',
      shopId: 'A',
      paidAt: time,
      lines: [{ id: '1', sku: 's', paid: '10.00' }],
    }),
    fact('refund.succeeded', { orderId: 'o-1', lines: [{ id: '1', amount: 1 }], reason: marker }),
  ]
}
