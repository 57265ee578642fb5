import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { RequestKind } from '#rules/timeouts/requested.ts'
import { lapseRequest, turnRequest, waitsOf, type Turn } from '#rules/timeouts/turn.ts'
import { asked, fresh } from '#test/support/asked-returns.ts'

/** What is done, one after the other: each an hour after the one before, `!` for a lapse. */
function run(kind: RequestKind, acts: string): string {
  let request = fresh(kind)
  let now = asked
  let refunds = 0
  for (const act of acts.split(' ').filter((each) => each !== '')) {
    if (act === '!') {
      now = request.dueAt ?? now
      const lapsed = lapseRequest(request, now)
      if (lapsed === undefined) return `${request.status} does not lapse`
      request = lapsed.request
      refunds += lapsed.refunds ? 1 : 0
      continue
    }
    now = now.add({ hours: 1 })
    const turned = turnRequest(request, act as Turn, now)
    if (!turned.ok) return `${turned.refusal} ${turned.outcome ?? turned.status}`
    request = turned.request
    refunds += turned.refunds ? 1 : 0
  }
  const state = request.outcome ?? request.status
  const days =
    request.dueAt === null
      ? 0
      : (request.dueAt.epochMilliseconds - now.epochMilliseconds) / 86_400_000
  return `${state} ${days} ${refunds}`
}

// Columns: kind | what is done | status, days that the next step has, refunds.
const walks = `
  refund   |                                            | asked 5 0
  refund   | agree                                      | refunded 0 1
  refund   | !                                          | refunded 0 1
  refund   | reject                                     | rejected 7 0
  refund   | reject !                                   | refused 0 0
  refund   | reject escalate                            | disputed 15 0
  refund   | reject escalate decideForMember            | refunded 0 1
  refund   | reject escalate decideForShop              | refused 0 0
  refund   | reject escalate !                          | disputed does not lapse
  refund   | reject agree                               | refunded 0 1
  refund   | reject escalate agree                      | refunded 0 1
  refund   | send                                       | return-requests/not-now asked
  refund   | agree withdraw                             | return-requests/not-now refunded
  return   | agree                                      | agreed 7 0
  return   | !                                          | agreed 7 0
  return   | ! !                                        | lapsed 0 0
  return   | agree send                                 | sent 15 0
  return   | agree send confirm                         | refunded 0 1
  return   | agree send !                               | refunded 0 1
  return   | agree confirm                              | refunded 0 1
  return   | agree send reject                          | rejected 7 0
  return   | agree send reject escalate decideForMember | refunded 0 1
  return   | agree send reject agree                    | sent 15 0
  return   | reject escalate decideForMember            | agreed 7 0
  return   | agree send send                            | return-requests/not-now sent
  return   | agree agree                                | return-requests/not-now agreed
  return   | withdraw                                   | withdrawn 0 0
  return   | agree send withdraw                        | withdrawn 0 0
  return   | reject escalate withdraw                   | withdrawn 0 0
  return   | withdraw agree                             | return-requests/not-now withdrawn
  exchange | agree send confirm                         | replacing 4 0
  exchange | agree send confirm replace                 | replaced 10 0
  exchange | agree send confirm replace receive         | exchanged 0 0
  exchange | agree send confirm replace !               | exchanged 0 0
  exchange | agree send confirm !                       | refunded 0 1
  exchange | agree send !                               | refunded 0 1
  exchange | agree confirm                              | return-requests/not-now agreed
  exchange | agree send confirm withdraw                | return-requests/not-now replacing
`

test('RT-8, RT-9, RT-10, RT-11, RT-12, RT-13, RT-14, RT-15, RT-16 a request goes from step to step, and each has its time', () => {
  for (const [kind = '', acts = '', expected = ''] of walksOf(walks)) {
    equal(`${kind} ${acts}: ${run(kind as RequestKind, acts)}`, `${kind} ${acts}: ${expected}`)
  }
})

test('RT-8 money alone is refunded when the shop agrees; goods are sent back first', () => {
  equal(run('refund', 'agree'), 'refunded 0 1')
  equal(run('return', 'agree'), 'agreed 7 0')
})

test('RT-9 a rejection ends the request unless it is taken to the platform', () => {
  equal(run('return', 'reject !'), 'refused 0 0')
  equal(run('return', 'reject escalate'), 'disputed 15 0')
})

test('RT-10 only a request that was agreed to takes the number of a parcel', () => {
  equal(run('return', 'send'), 'return-requests/not-now asked')
  equal(run('return', 'agree send'), 'sent 15 0')
})

test('RT-11 goods that are confirmed are refunded, and a return without them if the shop wants', () => {
  equal(run('return', 'agree send confirm'), 'refunded 0 1')
  equal(run('return', 'agree confirm'), 'refunded 0 1')
})

test('RT-12 goods that came back are rejected, and the platform decides', () => {
  equal(run('return', 'agree send reject escalate decideForShop'), 'refused 0 0')
})

test('RT-13 a request is withdrawn until it is refunded, an exchange until the shop has the goods', () => {
  equal(run('return', 'agree send withdraw'), 'withdrawn 0 0')
  equal(run('exchange', 'agree send confirm withdraw'), 'return-requests/not-now replacing')
})

test('RT-14 goods of an exchange are replaced, and the member confirms it', () => {
  equal(run('exchange', 'agree send confirm replace receive'), 'exchanged 0 0')
})

test('RT-15 a dispute that is decided for the member is as if the shop had agreed', () => {
  equal(run('return', 'reject escalate decideForMember'), 'agreed 7 0')
  equal(run('refund', 'reject escalate decideForMember'), 'refunded 0 1')
})

test('RT-16 a lapse is dated by its due instant, and an answer at that instant comes too late', () => {
  const request = fresh()
  const due = request.dueAt
  ok(due !== null)
  equal(lapseRequest(request, due.subtract({ milliseconds: 1 })), undefined)
  const lapsed = lapseRequest(request, due.add({ hours: 9 }))
  deepEqual(
    [lapsed?.request.status, lapsed?.request.answeredAt, lapsed?.request.answeredBy],
    ['agreed', due, 'timeOut'],
  )
  deepEqual(lapsed?.request.dueAt, due.add({ hours: 7 * 24 }))
})

test('RT-16 whatever is done in whatever order, a request ends at most once and is refunded at most once', () => {
  const acts: Turn[] = [
    'agree',
    'reject',
    'send',
    'confirm',
    'replace',
    'receive',
    'withdraw',
    'escalate',
    'decideForMember',
    'decideForShop',
  ]
  const kinds = fc.constantFrom<RequestKind>('refund', 'return', 'exchange')
  fc.assert(
    fc.property(
      kinds,
      fc.array(fc.constantFrom('lapse', ...acts), { maxLength: 20 }),
      (kind, all) => {
        let request = fresh(kind)
        let refunds = 0
        let now = asked
        for (const act of all) {
          const before = request
          now = now.add({ hours: 1 })
          if (act === 'lapse') {
            now = request.dueAt ?? now
            const lapsed = lapseRequest(request, now)
            request = lapsed?.request ?? request
            refunds += lapsed?.refunds === true ? 1 : 0
          } else {
            const turned = turnRequest(request, act, now)
            if (turned.ok) {
              request = turned.request
              refunds += turned.refunds ? 1 : 0
            }
          }
          if (before.status === 'ended') deepEqual(request, before)
          equal(request.status === 'ended', request.outcome !== null && request.closedAt !== null)
          equal(request.status === 'ended', request.dueAt === null)
          equal(waitsOf(request) === undefined, request.status === 'ended')
        }
        equal(refunds, request.outcome === 'refunded' ? 1 : 0)
      },
    ),
  )
})

function walksOf(table: string): string[][] {
  return table
    .trim()
    .split('\n')
    .map((row) => row.split('|').map((cell) => cell.trim()))
}
