import type { Problem } from '#http/problem.ts'
import type { GovernanceRefusal } from '#rules/refusals-of-governance.ts'

/** Refusals about transformations, recruiting, notices of rule changes and tickets, as HTTP. */
export const problemsOfGovernance = {
  'transformation/no-policy': { status: 409, title: 'No shop is transformed in this market.' },
  'transformation/not-offered': { status: 409, title: 'The market does not offer this kind.' },
  'transformation/unknown': { status: 404, title: 'There is no such application.' },
  'transformation/open-already': {
    status: 409,
    title: 'The shop has an application that is open.',
  },
  'transformation/nothing-changes': { status: 409, title: 'The shop is that already.' },
  'transformation/not-a-step': {
    status: 409,
    title: 'From its present type, a shop does not become that.',
  },
  'transformation/not-its-category': {
    status: 409,
    title: 'The main category is one of the shop’s categories.',
  },
  'transformation/other-shops': {
    status: 409,
    title: 'The company has other shops: each passes to the new one by its own application.',
  },
  'transformation/taker-unknown': {
    status: 409,
    title: 'The merchant that takes the shop is not known.',
  },
  'transformation/consent-missing': {
    status: 409,
    title: 'The merchant that takes the shop has not consented.',
  },
  'transformation/figures-missing': {
    status: 409,
    title: 'A share is to carry over of figures that nobody has told.',
  },
  'transformation/wrong-status': {
    status: 409,
    title: 'The application is not where this can be done.',
  },
  'transformation/documents-missing': { status: 409, title: 'Documents are missing.' },
  'transformation/too-soon': { status: 409, title: 'It cannot be submitted again yet.' },
  'transformation/too-often': { status: 409, title: 'It was submitted as often as can be.' },
  'transformation/other-stage': { status: 409, title: 'The application is in another stage.' },
  'transformation/not-reviewer': { status: 403, title: 'Others review this stage.' },
  'transformation/same-person': {
    status: 403,
    title: 'Another person approves than who approved before.',
  },
  'transformation/check-failed': { status: 409, title: 'A check that blocks is not met.' },
  'transformation/reason-missing': { status: 409, title: 'This needs a reason.' },
  'recruiting/no-policy': { status: 409, title: 'This market invites no shops.' },
  'recruiting/not-offered': {
    status: 409,
    title: 'The market invites no such shop of such a brand.',
  },
  'recruiting/criteria-not-met': { status: 409, title: 'The brand does not meet the criteria.' },
  'recruiting/unknown': { status: 404, title: 'There is no such invitation.' },
  'recruiting/token-not-valid': { status: 404, title: 'No invitation is accepted by this token.' },
  'recruiting/other-contract': {
    status: 409,
    title: 'Another version of the contract is in force.',
  },
  'recruiting/shop-taken': { status: 409, title: 'A shop of this id is there already.' },
  'recruiting/wrong-status': {
    status: 409,
    title: 'The invitation is not where this can be done.',
  },
  'recruiting/documents-missing': { status: 409, title: 'Documents are missing.' },
  'recruiting/too-soon': { status: 409, title: 'It cannot be submitted again yet.' },
  'recruiting/too-often': { status: 409, title: 'It was submitted as often as can be.' },
  'recruiting/other-stage': { status: 409, title: 'The application is in another stage.' },
  'recruiting/not-reviewer': { status: 403, title: 'Others review this stage.' },
  'recruiting/same-person': {
    status: 403,
    title: 'Another person approves than who approved before.',
  },
  'recruiting/check-failed': { status: 409, title: 'A check that blocks is not met.' },
  'recruiting/reason-missing': { status: 409, title: 'This needs a reason.' },
  'notices/no-policy': { status: 409, title: 'Rule changes are not announced in this market.' },
  'notices/unknown': { status: 404, title: 'There is no such notice.' },
  'notices/wrong-status': { status: 409, title: 'The notice is not where this can be done.' },
  'notices/second-person': {
    status: 403,
    title: 'In an emergency, another person publishes than the author.',
  },
  'notices/unknown-draft': { status: 409, title: 'There is no such draft of a policy.' },
  'notices/opinions-over': { status: 409, title: 'Opinions on this are not taken any more.' },
  'notices/opinions-run': { status: 409, title: 'Opinions on this are still taken.' },
  'notices/needed': {
    status: 409,
    title: 'A change of this policy is announced to merchants first.',
  },
  'notices/not-over': {
    status: 409,
    title: 'The notice that announced this has not ended by then.',
  },
  'notices/not-answered': { status: 409, title: 'The opinions on this are not answered yet.' },
  'tickets/no-policy': { status: 409, title: 'This market takes no tickets.' },
  'tickets/unknown-category': { status: 409, title: 'There is no such category of tickets.' },
  'tickets/unknown': { status: 404, title: 'There is no such ticket.' },
  'tickets/wrong-status': { status: 409, title: 'The ticket is not where this can be done.' },
  'tickets/too-late': { status: 409, title: 'The time for this is over.' },
  'tickets/judged-before': { status: 409, title: 'The ticket was judged before.' },
} as const satisfies Record<GovernanceRefusal, Problem>
