import type { Client, Reply } from '#test/accept/support/client.ts'

/** What one round is about: what is claimed, and how it is counted afterwards. */
export type Contest = {
  readonly name: string
  readonly slug: string
  /** Of units or fen. */
  readonly total: number
  readonly family: 'coupon-batch' | 'allowance' | 'red-envelope'
}

export const perMember = 1
/** What a claim of an amount asks for, at least and most, in fen. */
export const leastAmount = 100
export const mostAmount = 900

/** The contest of a round: units, amounts and envelopes take turns. */
export function contestOf(round: number, units: number): Contest {
  const slug = `round-${round}`
  switch (round % 3) {
    case 0:
      return { name: 'rounds of counts', slug, total: units, family: 'coupon-batch' }
    case 1:
      return { name: 'rounds of amounts', slug, total: units * leastAmount, family: 'allowance' }
    default:
      return {
        name: 'rounds of envelopes',
        slug,
        total: units * leastAmount,
        family: 'red-envelope',
      }
  }
}

/** The body of the policy that a contest is about. */
export function bodyOf({ family, total }: Contest, units: number): object {
  const month = { from: '2017-11-01T00:00:00+08:00', to: '2017-12-01T00:00:00+08:00' }
  const base = { title: { zh: '试', en: 'Trial' } }
  switch (family) {
    case 'coupon-batch':
      return {
        ...base,
        terms: { kind: 'platform', off: '1.00' },
        quantity: units,
        perMember,
        claim: month,
        validity: month,
      }
    case 'allowance':
      return { ...base, issue: month, usable: month, total, games: { mostPerDay: '10000.00' } }
    case 'red-envelope':
      return {
        ...base,
        total,
        count: units,
        least: 1,
        most: 10 * leastAmount,
        perMember,
        claim: month,
        validity: month,
      }
  }
}

/** A claim of a contest as a request of HTTP. */
export function requestFor(
  { family, slug }: Contest,
  token: string,
  memberId: string,
  key: string,
  amount: number,
): Parameters<Client['send']>[0] {
  const headers = { 'idempotency-key': key }
  switch (family) {
    case 'coupon-batch':
      return { path: `/v1/coupon-batches/${slug}/claims`, token, headers, json: { memberId } }
    case 'red-envelope':
      return { path: `/v1/red-envelopes/${slug}/claims`, token, headers, json: { memberId } }
    case 'allowance': {
      const path = `/v1/members/${memberId}/allowance-games`
      return { path, token, headers, json: { allowance: slug, amount } }
    }
  }
}

/** What members have of a contest, where it is kept. */
export const countingOf = {
  'coupon-batch': `select member_id, count(*) filter (where status <> 'returned') as had,
    count(*) as most from jifen.coupon where batch = $1 group by member_id`,
  allowance: `select member_id, sum(amount) as had, count(*) as most from jifen.entry
    where unit = 'allowance' and kind = 'earn' and outcome = 'done'
      and ref like 'game:' || $1 || ':%' group by member_id`,
  'red-envelope': `select member_id, sum(amount) as had, count(*) as most from jifen.entry
    where unit = 'redEnvelope' and kind = 'earn' and outcome = 'done'
      and ref like 'red-envelope:' || $1 || '@%' group by member_id`,
} as const

/** How much a claim was given, by its answer. */
export function amountOf(reply: Reply, { family }: Contest): number {
  if (family === 'coupon-batch') return 1
  return (JSON.parse(reply.text) as { amount: number }).amount
}
