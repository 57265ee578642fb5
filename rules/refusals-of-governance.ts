import type { ReviewReason } from '#rules/merchants/review/review.ts'

type TransformationRefusal =
  | `transformation/${ReviewReason}`
  | 'transformation/no-policy'
  | 'transformation/not-offered'
  | 'transformation/unknown'
  | 'transformation/open-already'
  | 'transformation/nothing-changes'
  | 'transformation/not-a-step'
  | 'transformation/not-its-category'
  | 'transformation/other-shops'
  | 'transformation/taker-unknown'
  | 'transformation/consent-missing'
  | 'transformation/figures-missing'

type RecruitingRefusal =
  | `recruiting/${ReviewReason}`
  | 'recruiting/no-policy'
  | 'recruiting/not-offered'
  | 'recruiting/criteria-not-met'
  | 'recruiting/unknown'
  | 'recruiting/token-not-valid'
  | 'recruiting/other-contract'
  | 'recruiting/shop-taken'

type NoticesRefusal =
  | 'notices/no-policy'
  | 'notices/unknown'
  | 'notices/wrong-status'
  | 'notices/second-person'
  | 'notices/unknown-draft'
  | 'notices/opinions-over'
  | 'notices/opinions-run'
  | 'notices/needed'
  | 'notices/not-over'
  | 'notices/not-answered'

type TicketsRefusal =
  | 'tickets/no-policy'
  | 'tickets/unknown-category'
  | 'tickets/unknown'
  | 'tickets/wrong-status'
  | 'tickets/too-late'
  | 'tickets/judged-before'

/** Every no to what merchants and the market settle with each other. */
export type GovernanceRefusal =
  TransformationRefusal | RecruitingRefusal | NoticesRefusal | TicketsRefusal
