import { afterWorking, workingBetween, workingDayMs } from '#rules/tickets/hours.ts'
import type { TicketCategory, TicketsPolicy } from '#rules/tickets/policy.ts'
import { isBefore, latest } from '#rules/time/instants.ts'

export const ticketStatuses = ['open', 'waiting', 'solved', 'closed'] as const

/** `waiting`: for the merchant. */
export type TicketStatus = (typeof ticketStatuses)[number]

/** How far a ticket is. */
export type Ticket = {
  readonly status: TicketStatus
  /** Index of the policy's levels. */
  readonly level: number
  readonly openedAt: Temporal.Instant
  readonly firstAnsweredAt: Temporal.Instant | null
  readonly firstAnswerDue: Temporal.Instant
  readonly isFirstAnswerLate: boolean
  readonly solutionDue: Temporal.Instant
  readonly isSolutionLate: boolean
  /** Of the time for the solution, while it stands still. */
  readonly leftMs: number | null
  readonly solvedAt: Temporal.Instant | null
  readonly closedAt: Temporal.Instant | null
  readonly reopened: number
  /** When something happens by itself; `null`: nothing does. */
  readonly dueAt: Temporal.Instant | null
}

/** By what a ticket is decided. */
export type TicketRules = {
  readonly policy: TicketsPolicy
  readonly category: TicketCategory
  readonly zone: string
}

export type TicketTurned =
  | { readonly ok: true; readonly ticket: Ticket }
  | { readonly ok: false; readonly refusal: 'tickets/wrong-status' | 'tickets/too-late' }

/** A ticket that a merchant opens (TK-1). */
export function openedTicket(rules: TicketRules, at: Temporal.Instant): Ticket {
  const firstAnswerDue = dueWithin(rules, at, rules.category.firstAnswerWithin)
  const solutionDue = dueWithin(rules, at, rules.category.solutionWithin)
  return {
    status: 'open',
    level: 0,
    openedAt: at,
    firstAnsweredAt: null,
    firstAnswerDue,
    isFirstAnswerLate: false,
    solutionDue,
    isSolutionLate: false,
    leftMs: null,
    solvedAt: null,
    closedAt: null,
    reopened: 0,
    dueAt: isBefore(solutionDue, firstAnswerDue) ? solutionDue : firstAnswerDue,
  }
}

/** The market's answer: it says something, asks the merchant something, or solves it (TK-3, TK-5). */
export function answered(
  rules: TicketRules,
  before: Ticket,
  kind: 'answer' | 'question' | 'solution',
  at: Temporal.Instant,
): TicketTurned {
  if (before.status !== 'open' && before.status !== 'waiting') return wrongStatus
  const ticket = late(before, at)
  const first = { ...ticket, firstAnsweredAt: ticket.firstAnsweredAt ?? at }
  if (kind === 'solution') {
    const dueAt = at.add({ milliseconds: msOf(rules.policy.reopenWithin) })
    return { ok: true, ticket: { ...first, status: 'solved', solvedAt: at, leftMs: null, dueAt } }
  }
  if (kind === 'question') {
    const leftMs = ticket.leftMs ?? leftAt(rules, ticket, at)
    const dueAt = at.add({ milliseconds: msOf(rules.policy.merchantAnswersWithin) })
    return { ok: true, ticket: { ...first, status: 'waiting', leftMs, dueAt } }
  }
  if (ticket.status === 'waiting') return { ok: true, ticket: first }
  const dueAt = ticket.isSolutionLate ? ticket.dueAt : ticket.solutionDue
  return { ok: true, ticket: { ...first, dueAt } }
}

/** What the merchant writes; it may reopen what was solved (TK-3, TK-5). */
export function merchantWrote(
  rules: TicketRules,
  ticket: Ticket,
  kind: 'message' | 'reopen' | 'solved',
  at: Temporal.Instant,
): TicketTurned {
  const { status } = ticket
  if (kind === 'reopen') return reopened(rules, ticket, at)
  if (status !== 'open' && status !== 'waiting') return wrongStatus
  if (kind === 'solved') {
    const isOver = { closedAt: at, solvedAt: at, leftMs: null, dueAt: null }
    return { ok: true, ticket: { ...late(ticket, at), ...isOver, status: 'closed' } }
  }
  if (status === 'open') return { ok: true, ticket }
  const solutionDue = dueAfter(rules, at, ticket.leftMs ?? 0)
  const going = { status: 'open', leftMs: null, solutionDue, dueAt: solutionDue } as const
  return { ok: true, ticket: { ...ticket, ...going } }
}

function reopened(rules: TicketRules, ticket: Ticket, at: Temporal.Instant): TicketTurned {
  if (ticket.status !== 'solved') return wrongStatus
  if (ticket.dueAt === null || !isBefore(at, ticket.dueAt)) {
    return { ok: false, refusal: 'tickets/too-late' }
  }
  const solutionDue = dueWithin(rules, at, rules.category.solutionWithin)
  const again = { status: 'open', solvedAt: null, solutionDue, dueAt: solutionDue } as const
  return { ok: true, ticket: { ...ticket, ...again, reopened: ticket.reopened + 1 } }
}

/** What happens by itself, at `dueAt` (TK-3 to TK-5). */
export function ticketLapsed(
  rules: TicketRules,
  ticket: Ticket,
  at: Temporal.Instant,
): Ticket & { readonly isRaised: boolean } {
  if (ticket.status === 'waiting' || ticket.status === 'solved') {
    return { ...ticket, status: 'closed', closedAt: at, leftMs: null, dueAt: null, isRaised: false }
  }
  const marked = late(ticket, at)
  const level = ticket.level + 1
  const next = rules.policy.levels[level]
  if (next === undefined) return { ...marked, dueAt: null, isRaised: false }
  const dueAt = dueWithin(rules, at, next.within)
  return { ...marked, level, dueAt, isRaised: true }
}

export type Judged =
  | { readonly ok: true }
  | {
      readonly ok: false
      readonly refusal: 'tickets/wrong-status' | 'tickets/too-late' | 'tickets/judged-before'
    }

/** Whether a merchant may judge a ticket now (TK-6). */
export function mayJudge(
  { judgeWithin }: Pick<TicketsPolicy, 'judgeWithin'>,
  { status, closedAt }: Pick<Ticket, 'status' | 'closedAt'>,
  before: number | null,
  at: Temporal.Instant,
): Judged {
  if (status !== 'closed' || closedAt === null)
    return { ok: false, refusal: 'tickets/wrong-status' }
  if (before !== null) return { ok: false, refusal: 'tickets/judged-before' }
  const until = closedAt.add({ milliseconds: msOf(judgeWithin) })
  return isBefore(at, until) ? { ok: true } : { ok: false, refusal: 'tickets/too-late' }
}

const wrongStatus = { ok: false, refusal: 'tickets/wrong-status' } as const

/** A ticket with what was late by an instant; while it stands still, nothing becomes late. */
function late(ticket: Ticket, at: Temporal.Instant): Ticket {
  const isLate = (due: Temporal.Instant): boolean => !isBefore(at, due)
  return {
    ...ticket,
    isFirstAnswerLate:
      ticket.isFirstAnswerLate ||
      (ticket.firstAnsweredAt === null && isLate(ticket.firstAnswerDue)),
    isSolutionLate:
      ticket.isSolutionLate || (ticket.status === 'open' && isLate(ticket.solutionDue)),
  }
}

/** Of the deadline that runs: that of the solution or, where the ticket was raised, of its level. */
function leftAt(rules: TicketRules, ticket: Ticket, at: Temporal.Instant): number {
  const { solutionDue, dueAt } = ticket
  const until = dueAt === null ? solutionDue : latest(dueAt, solutionDue)
  if (!isBefore(at, until)) return 0
  const { category, policy, zone } = rules
  if (category.time === 'working') return workingBetween(policy.workingHours, at, until, zone)
  return until.epochMilliseconds - at.epochMilliseconds
}

function dueWithin(
  rules: TicketRules,
  at: Temporal.Instant,
  within: Temporal.Duration,
): Temporal.Instant {
  const { category, policy } = rules
  const dayMs = category.time === 'working' ? workingDayMs(policy.workingHours) : 24 * hourMs
  return dueAfter(rules, at, msOf(within, dayMs))
}

function dueAfter(
  { category, policy, zone }: TicketRules,
  at: Temporal.Instant,
  milliseconds: number,
): Temporal.Instant {
  if (category.time === 'working') {
    return afterWorking(policy.workingHours, at, milliseconds, zone)
  }
  return at.add({ milliseconds })
}

const hourMs = 3_600_000

function msOf(span: Temporal.Duration, dayMs = 24 * hourMs): number {
  const { weeks, days, hours, minutes, seconds } = span
  return (weeks * 7 + days) * dayMs + hours * hourMs + minutes * 60_000 + seconds * 1_000
}
