import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import tmall2017 from '#presets/tmall-2017.json' with { type: 'json' }
import { assert } from '#rules/assert.ts'
import { afterWorking, workingBetween } from '#rules/tickets/hours.ts'
import { TicketsPolicySchema } from '#rules/tickets/policy.ts'
import {
  answered,
  mayJudge,
  merchantWrote,
  openedTicket,
  ticketLapsed,
  type Ticket,
  type TicketRules,
  type TicketTurned,
} from '#rules/tickets/ticket.ts'
import { isBefore } from '#rules/time/instants.ts'

const policy = TicketsPolicySchema.parse(tmall2017.policies.tickets)
const zone = 'Asia/Shanghai'
const hours = policy.workingHours

function rulesOf(name: string): TicketRules {
  const category = policy.categories[name]
  assert(category !== undefined, 'the preset has it')
  return { policy, category, zone }
}

function instant(text: string): Temporal.Instant {
  return Temporal.Instant.from(`${text}:00+08:00`)
}

function turned(made: TicketTurned): Ticket {
  assert(made.ok, 'it is allowed')
  return made.ticket
}

test('TK-1 the category gives the deadlines, in plain or in working time', () => {
  const friday = instant('2017-11-24T17:00')
  const settlement = openedTicket(rulesOf('settlement'), friday)
  ok(settlement.firstAnswerDue.equals(instant('2017-11-27T12:00')))
  ok(settlement.solutionDue.equals(instant('2017-11-29T17:00')))
  const system = openedTicket(rulesOf('system'), friday)
  ok(system.firstAnswerDue.equals(instant('2017-11-24T17:30')))
  ok(system.solutionDue.equals(instant('2017-11-25T01:00')))
})

// Columns: from | minutes of work | until.
const working = `
  2017-11-20T10:00 |    0 | 2017-11-20T10:00
  2017-11-20T08:00 |    0 | 2017-11-20T09:00
  2017-11-20T10:00 |  480 | 2017-11-20T18:00
  2017-11-20T10:00 |  481 | 2017-11-21T09:01
  2017-11-20T18:00 |    1 | 2017-11-21T09:01
  2017-11-25T12:00 |   60 | 2017-11-27T10:00
  2017-09-29T17:30 |   60 | 2017-09-30T09:30
  2017-09-30T17:30 |   60 | 2017-10-09T09:30
  2017-11-10T17:30 |   60 | 2017-11-11T09:30
`

test('TK-2 working time runs on working days, between their hours', () => {
  for (const row of working.trim().split('\n')) {
    const [from = '', minutes = '', until = ''] = row.split('|').map((cell) => cell.trim())
    const reached = afterWorking(hours, instant(from), Number(minutes) * 60_000, zone)
    ok(reached.equals(instant(until)), `${row} ${reached.toString()}`)
  }
})

test('TK-2 between an instant and what is due after it lies just so much working time', () => {
  const minutes = fc.integer({ min: 1, max: 60 * 200 })
  fc.assert(
    fc.property(minutes, fc.integer({ min: 0, max: 60 * 24 * 60 }), (work, later) => {
      const from = instant('2017-09-20T00:00').add({ minutes: later })
      const due = afterWorking(hours, from, work * 60_000, zone)
      equal(workingBetween(hours, from, due, zone), work * 60_000)
    }),
  )
})

test('TK-3 while the merchant is asked the time stands still, and goes on with what was left', () => {
  const rules = rulesOf('settlement')
  const opened = openedTicket(rules, instant('2017-11-20T10:00'))
  const asked = turned(answered(rules, opened, 'question', instant('2017-11-20T12:00')))
  deepEqual([asked.status, asked.leftMs], ['waiting', 25 * 3_600_000])
  ok(asked.dueAt?.equals(instant('2017-11-27T12:00')))
  const again = turned(merchantWrote(rules, asked, 'message', instant('2017-11-23T10:00')))
  deepEqual([again.status, again.leftMs], ['open', null])
  ok(again.solutionDue.equals(instant('2017-11-27T17:00')))
  ok(again.dueAt?.equals(again.solutionDue))
  const closed = ticketLapsed(rules, asked, instant('2017-11-27T12:00'))
  deepEqual([closed.status, closed.isRaised, closed.dueAt], ['closed', false, null])
})

test('TK-3 asking costs the merchant no time and gives the market none', () => {
  const rules = rulesOf('settlement')
  const minutes = fc.integer({ min: 0, max: 60 * 24 * 6 })
  fc.assert(
    fc.property(minutes, minutes, (first, second) => {
      const at = instant('2017-11-20T10:00')
      const opened = { ...openedTicket(rules, at), firstAnsweredAt: at }
      const asking = at.add({ minutes: first })
      const asked = turned(answered(rules, opened, 'question', asking))
      const back = asking.add({ minutes: second })
      const goes = turned(merchantWrote(rules, asked, 'message', back))
      const left = isBefore(asking, opened.solutionDue)
        ? workingBetween(hours, asking, opened.solutionDue, zone)
        : 0
      equal(asked.leftMs, left)
      ok(!isBefore(goes.solutionDue, back))
      equal(workingBetween(hours, back, goes.solutionDue, zone), left)
    }),
  )
})

test('TK-4 a deadline that lapses raises a ticket level by level, and being late is kept', () => {
  const rules = rulesOf('system')
  const opened = openedTicket(rules, instant('2017-11-20T10:00'))
  const once = ticketLapsed(rules, opened, instant('2017-11-20T10:30'))
  deepEqual(
    [once.level, once.isRaised, once.isFirstAnswerLate, once.isSolutionLate],
    [1, true, true, false],
  )
  ok(once.dueAt?.equals(instant('2017-11-20T14:30')))
  const twice = ticketLapsed(rules, once, instant('2017-11-20T14:30'))
  ok(twice.dueAt?.equals(instant('2017-11-21T14:30')))
  const last = ticketLapsed(rules, twice, instant('2017-11-21T14:30'))
  deepEqual([last.level, last.isRaised, last.dueAt, last.isSolutionLate], [2, false, null, true])
  const solved = turned(answered(rules, last, 'solution', instant('2017-11-22T10:00')))
  deepEqual(
    [solved.status, solved.isFirstAnswerLate, solved.isSolutionLate],
    ['solved', true, true],
  )
})

test('TK-4 a first answer to a raised ticket leaves it the deadline of the solution', () => {
  const rules = rulesOf('system')
  const opened = openedTicket(rules, instant('2017-11-20T10:00'))
  const raised = ticketLapsed(rules, opened, instant('2017-11-20T10:30'))
  const told = turned(answered(rules, raised, 'answer', instant('2017-11-20T11:00')))
  ok(told.dueAt?.equals(instant('2017-11-20T18:00')))
})

test('TK-5 what was solved is reopened in time, with the time for a solution anew', () => {
  const rules = rulesOf('system')
  const opened = openedTicket(rules, instant('2017-11-20T10:00'))
  const solved = turned(answered(rules, opened, 'solution', instant('2017-11-20T10:10')))
  const again = turned(merchantWrote(rules, solved, 'reopen', instant('2017-11-21T10:00')))
  deepEqual([again.status, again.reopened, again.solvedAt], ['open', 1, null])
  ok(again.dueAt?.equals(instant('2017-11-21T18:00')))
  const late = merchantWrote(rules, solved, 'reopen', instant('2017-11-27T10:10'))
  equal(late.ok ? '' : late.refusal, 'tickets/too-late')
  equal(ticketLapsed(rules, solved, instant('2017-11-27T10:10')).status, 'closed')
  equal(merchantWrote(rules, opened, 'reopen', instant('2017-11-20T11:00')).ok, false)
})

test('TK-6 a closed ticket is judged once, in its time', () => {
  const closedAt = instant('2017-11-20T10:00')
  const judged = (before: number | null, days: number, status: Ticket['status'] = 'closed') => {
    const made = mayJudge(policy, { status, closedAt }, before, closedAt.add({ hours: 24 * days }))
    return made.ok ? 'yes' : made.refusal
  }
  deepEqual(
    [judged(null, 0), judged(4, 0), judged(null, 15), judged(null, 0, 'open')],
    ['yes', 'tickets/judged-before', 'tickets/too-late', 'tickets/wrong-status'],
  )
})
