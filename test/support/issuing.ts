import { approvePolicy } from '#operations/policies/approve-policy.ts'
import { draftPolicy } from '#operations/policies/draft-policy.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { insertMembers } from '#db/members.ts'
import type { Database } from '#db/connection.ts'
import { transact } from '#operations/_transact.ts'
import { assert } from '#rules/assert.ts'

/** Long before anything that the tests of issuing let happen. */
const approvedAt = Temporal.Instant.from('2017-10-01T00:00:00+08:00')

/** When the tests of issuing happen. */
export const day = Temporal.Instant.from('2017-11-05T10:00:00+08:00')

/** Brings a policy into force since long ago. */
export async function bringInForce(
  { db, policies }: { readonly db: Database; readonly policies: PolicyBook },
  name: string,
  body: object,
  at: Temporal.Instant = approvedAt,
): Promise<void> {
  const drafted = await draftPolicy(db, { name, body, note: '', author: 'ann', at })
  assert(drafted.ok, `the policy of the test fits: ${JSON.stringify(drafted)}`)
  const { version } = drafted
  const approved = await approvePolicy(db, { name, version, approver: 'bob', at })
  assert(approved.ok, `the policy of the test is approved: ${JSON.stringify(approved)}`)
  await policies.refresh()
}

/** Makes members. */
export async function makeMembers(db: Database, memberIds: readonly string[]): Promise<void> {
  const joinedAt = approvedAt
  const members = memberIds.toSorted().map((memberId) => ({ memberId, joinedAt }))
  await transact(db, (tx) => insertMembers(tx, members, joinedAt))
}

const title = { zh: '测试', en: 'Test' }
const november = { from: '2017-11-01T00:00:00+08:00', to: '2017-12-01T00:00:00+08:00' }

/** A batch of coupons of 10 yuan off 100, in November. */
export function couponBatch(quantity: number, changes: object = {}): object {
  return {
    title,
    terms: { kind: 'platform', threshold: '100.00', off: '10.00' },
    quantity,
    claim: november,
    validity: november,
    ...changes,
  }
}

/** An allowance given early in November and used on one day of it. */
export function allowanceOf(changes: object = {}): object {
  const usable = { from: '2017-11-11T00:00:00+08:00', to: '2017-11-12T00:00:00+08:00' }
  return { title, issue: { from: november.from, to: usable.to }, usable, ...changes }
}

/** Red envelopes of November. */
export function redEnvelopes(changes: object): object {
  return { title, claim: november, validity: november, ...changes }
}

/** Does the same for many, so many of them at once, and returns what came of each in their order. */
export async function forEach<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
  atOnce = 64,
): Promise<Result[]> {
  const results: Result[] = []
  const waiting = [...items.entries()]
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      results[next[0]] = await work(next[1])
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return results
}
