import { phaseNamed } from '#rules/campaigns/phases.ts'
import type { Campaign, Phase } from '#rules/campaigns/policy.ts'
import { titleOf } from '#rules/campaigns/usual-phases.ts'
import { isBefore, isInside } from '#rules/time/instants.ts'

/** How far a shop has come in a campaign; `none`: it has not applied. */
export type ShopStatus =
  | 'none'
  | 'applied'
  | 'inReview'
  | 'refused'
  | 'waiting'
  | 'passed'
  | 'approved'
  | 'shortlisted'
  | 'dropped'
  | 'withdrawn'
  | 'left'

export type ShopStanding = {
  readonly status: ShopStatus
  /** The supplements that the shop has done, and when. */
  readonly done: ReadonlyMap<string, Temporal.Instant>
}

/** One thing that a shop has to do, or may wait for. */
export type ToDo = {
  readonly task: 'apply' | 'awaitResult' | 'supplement' | 'declare' | 'keepPrice' | 'settle'
  /** Of a supplement: which. */
  readonly supplement?: string
  readonly title: { readonly zh: string; readonly en: string }
  readonly phase: string
  readonly from: Temporal.Instant
  /** The first instant at which it is too late. */
  readonly before: Temporal.Instant
  readonly state: 'coming' | 'now' | 'done' | 'missed'
  readonly doneAt?: Temporal.Instant
}

/**
 * CP-5: what a shop has to do in a campaign, by what it has done and by the instant: what is to be done
 * now first, by deadline, then what is coming, what was done and what was missed. A shop that is out has
 * nothing to do.
 */
export function toDoOf(campaign: Campaign, shop: ShopStanding, at: Temporal.Instant): ToDo[] {
  return tasksOf(campaign, shop, at).toSorted(byUrgency)
}

function tasksOf(campaign: Campaign, shop: ShopStanding, at: Temporal.Instant): ToDo[] {
  const of = (task: ToDo['task'], name: string): ToDo[] => {
    const phase = phaseNamed(campaign, name)
    return phase === undefined ? [] : [taskOf(task, phase, at)]
  }
  switch (shop.status) {
    case 'none':
      return of('apply', 'signUp')
    case 'applied':
    case 'inReview':
    case 'waiting':
    case 'passed':
      return [
        ...of('awaitResult', 'results'),
        ...supplementsOf(campaign, shop, at).filter(isComing),
      ]
    case 'approved':
      return supplementsOf(campaign, shop, at)
    case 'shortlisted':
      return [
        ...supplementsOf(campaign, shop, at),
        ...of('declare', 'presaleDeclaration'),
        ...of('declare', 'spotDeclaration'),
        ...of('keepPrice', 'protection'),
        ...of('settle', 'settlement'),
      ]
    case 'refused':
    case 'dropped':
    case 'withdrawn':
    case 'left':
      return []
  }
}

function isComing({ state }: ToDo): boolean {
  return state === 'coming'
}

function supplementsOf(campaign: Campaign, { done }: ShopStanding, at: Temporal.Instant): ToDo[] {
  return campaign.supplements.flatMap(({ name, title, within }) => {
    const phase = phaseNamed(campaign, within)
    if (phase === undefined) return []
    const task = { ...taskOf('supplement', phase, at), supplement: name, title }
    const doneAt = done.get(name)
    return [doneAt === undefined ? task : { ...task, state: 'done' as const, doneAt }]
  })
}

/** What only happens is never missed: it is over. */
const happens: ReadonlySet<ToDo['task']> = new Set([
  'awaitResult',
  'declare',
  'keepPrice',
  'settle',
])

function taskOf(task: ToDo['task'], phase: Phase, at: Temporal.Instant): ToDo {
  const { from, to: before } = phase.window
  const over = happens.has(task) ? 'done' : 'missed'
  const state = isInside(at, phase.window) ? 'now' : isBefore(at, from) ? 'coming' : over
  return { task, title: titleOf(phase), phase: phase.name, from, before, state }
}

const urgency = ['now', 'coming', 'done', 'missed'] as const

function byUrgency(a: ToDo, b: ToDo): number {
  const byState = urgency.indexOf(a.state) - urgency.indexOf(b.state)
  if (byState !== 0) return byState
  const byDeadline = Temporal.Instant.compare(a.before, b.before)
  if (byDeadline !== 0) return byDeadline
  const nameOf = ({ task, supplement = '', phase }: ToDo): string =>
    `${task}/${phase}/${supplement}`
  return nameOf(a) < nameOf(b) ? -1 : 1
}
