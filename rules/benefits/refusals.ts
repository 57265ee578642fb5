import type { BenefitRefusal } from '#rules/benefits/decide-benefit.ts'

/** Every no about benefits: what a decision gives, and what an operation on claims does. */
export type BenefitsRefusal =
  | BenefitRefusal
  | 'benefits/unknown'
  | 'benefits/not-claimed'
  | 'benefits/subject-missing'
  | 'benefits/unknown-subject'
  | 'benefits/payment-missing'
  | 'benefits/wrong-amount'
  | 'benefits/payment-used'
  | 'benefits/unknown-claim'
  | 'benefits/not-open'
  | 'benefits/handed-over'
  | 'benefits/drawn'
  | 'benefits/partly-used'
  | 'benefits/no-draw'
  | 'benefits/unknown-grant'
