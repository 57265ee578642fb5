import type { Database } from '#db/connection.ts'
import type { Market } from '#db/market.ts'
import {
  campaignAt,
  policyInCampaign,
  type KnownCampaign,
} from '#operations/campaigns/campaign-book.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import type { EnrolmentPolicy } from '#rules/campaigns/enrolment/policy.ts'
import { phaseNamed } from '#rules/campaigns/phases.ts'
import type { Campaign } from '#rules/campaigns/policy.ts'
import type { Window } from '#rules/time/instants.ts'

export type EnrolmentContext = {
  readonly db: Database
  readonly policies: PolicyBook
  readonly market: Market
}

/** By what shops are enrolled in a campaign. */
export type EnrolmentTermsAt = {
  readonly ok: true
  readonly name: string
  readonly campaign: Campaign
  readonly policy: EnrolmentPolicy
  /** `enrolment@1 campaign:double11-2017@1`. */
  readonly policies: string
  readonly signUp: Window
  /** From when on results are told. */
  readonly resultsFrom: Temporal.Instant
  /** From when on nobody moves up. */
  readonly waitingUntil: Temporal.Instant
  /** From when on nobody can leave any more. */
  readonly leavingUntil: Temporal.Instant
}

export type NoEnrolmentTerms = {
  readonly ok: false
  readonly refusal: 'campaigns/unknown' | 'enrolment/no-policy' | 'enrolment/no-sign-up'
}

/** By what shops are enrolled in a campaign at an instant. */
export function enrolmentTermsAt(
  { policies }: Pick<EnrolmentContext, 'policies'>,
  name: string,
  at: Temporal.Instant,
): EnrolmentTermsAt | NoEnrolmentTerms {
  const known = campaignAt(policies, name, at)
  if (known === undefined) return { ok: false, refusal: 'campaigns/unknown' }
  const found = policyInCampaign(policies, 'enrolment', known, at)
  if (found === undefined) return { ok: false, refusal: 'enrolment/no-policy' }
  const { terms: campaign } = known
  const signUp = phaseNamed(campaign, 'signUp')?.window
  if (signUp === undefined) return { ok: false, refusal: 'enrolment/no-sign-up' }

  const { policy } = found
  const results = phaseNamed(campaign, 'results')?.window
  const waiting = phaseNamed(campaign, policy.waiting.until)?.window
  return {
    ok: true,
    name,
    campaign,
    policy,
    policies: namesOf(found.versions, known),
    signUp,
    resultsFrom: results?.from ?? signUp.to,
    waitingUntil: waiting?.to ?? results?.to ?? signUp.to,
    leavingUntil: phaseNamed(campaign, 'day')?.window.to ?? endOf(campaign),
  }
}

function namesOf(versions: string, { campaign, version }: KnownCampaign): string {
  const own = `campaign:${campaign}@${version}`
  return versions.split(' ').includes(own) ? versions : `${versions} ${own}`
}

function endOf({ phases }: Campaign): Temporal.Instant {
  const ends = phases.map(({ window }) => window.to)
  return ends.reduce((last, each) => (Temporal.Instant.compare(last, each) < 0 ? each : last))
}
