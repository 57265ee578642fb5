import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { effectiveVersion, mayApprove, mayWithdraw } from '#rules/policies/versions.ts'
import { rowsOf } from '#test/support/table.ts'

const now = Temporal.Instant.from('2017-11-01T10:00:00+08:00')
const draft = { status: 'draft', author: 'ann' } as const

test('PO-2 only a draft can be approved or withdrawn', () => {
  for (const status of ['approved', 'withdrawn'] as const) {
    const refused = { ok: false, refusal: 'policies/not-a-draft' }
    deepEqual(mayApprove({ status, author: 'ann' }, 'bob', undefined, now), refused)
    deepEqual(mayWithdraw({ status, author: 'ann' }), refused)
  }
  deepEqual(mayWithdraw(draft), { ok: true })
})

test('PO-3 the author cannot approve', () => {
  const refused = { ok: false, refusal: 'policies/approver-is-author' }
  deepEqual(mayApprove(draft, 'ann', undefined, now), refused)
})

// Columns: effective at | answer.
const notices = `
  2017-11-01T10:00:05+08:00     | effective
  2017-11-01T10:00:04.999+08:00 | too soon
  2017-10-01T00:00:00+08:00     | too soon
  2018-01-01T00:00:00+08:00     | effective
`

test('PO-4 a version is effective at the earliest five seconds after its approval', () => {
  for (const [effectiveAt = '', answer = ''] of rowsOf(notices)) {
    const approval = mayApprove(draft, 'bob', Temporal.Instant.from(effectiveAt), now)
    equal(approval.ok ? 'effective' : 'too soon', answer, effectiveAt)
  }
  const soonest = mayApprove(draft, 'bob', undefined, now)
  equal(soonest.ok && soonest.effectiveAt.toString(), '2017-11-01T02:00:05Z')
})

// Columns: versions as version@day of November | the fact's day | the version in force.
const versions = `
  1@01 2@05      | 01 | 1
  1@01 2@05      | 04 | 1
  1@01 2@05      | 05 | 2
  2@05 1@01      | 06 | 2
  1@01 2@05 3@03 | 04 | 3
  1@01 2@05 3@03 | 06 | 2
  1@01 3@05 2@05 | 06 | 3
  2@05           | 04 | none
`

test('PO-5 a fact is decided by the version in force at its own instant', () => {
  for (const [list = '', day = '', version = ''] of rowsOf(versions)) {
    const approved = list.split(' ').map((each) => {
      const [number = '', on = ''] = each.split('@')
      return { version: Number(number), effectiveAt: instantOn(on) }
    })
    equal(String(effectiveVersion(approved, instantOn(day))?.version ?? 'none'), version, list)
  }
})

function instantOn(day: string): Temporal.Instant {
  return Temporal.Instant.from(`2017-11-${day}T00:00:00+08:00`)
}
