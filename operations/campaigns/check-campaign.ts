import type { Reader } from '#db/connection.ts'
import type { Market } from '#db/market.ts'
import { policyVersions, type PolicyRow } from '#db/policies.ts'
import { unfit } from '#operations/policies/overlay-problems.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { phaseNamed } from '#rules/campaigns/phases.ts'
import { findingsOf, type Attached, type Finding } from '#rules/campaigns/plausible.ts'
import { laidOver, type Campaign } from '#rules/campaigns/policy.ts'
import { windowsIn } from '#rules/campaigns/windows.ts'
import { parsePolicy, policySchema } from '#rules/policies/catalogue.ts'
import type { InputProblem } from '#rules/policies/problems.ts'

export type CampaignChecked =
  | { readonly ok: true; readonly findings: readonly Finding[] }
  | {
      readonly ok: false
      readonly refusal: 'policies/invalid'
      readonly problems: readonly InputProblem[]
    }

type CheckContext = { readonly policies: PolicyBook; readonly market: Market }

/**
 * Looks whether a campaign in its JSON form is plausible, and changes nothing (CP-6): by itself, and
 * beside the policies that are approved and drafted. Refused: what is no campaign.
 */
export async function checkCampaign(
  db: Reader,
  { policies, market }: CheckContext,
  body: unknown,
  at: Temporal.Instant,
): Promise<CampaignChecked> {
  const parsed = parsePolicy('campaign:checked', body)
  if (!parsed.ok) {
    const problems = parsed.refusal === 'policies/invalid' ? parsed.problems : []
    return { ok: false, refusal: 'policies/invalid', problems }
  }
  const campaign = parsed.policy as Campaign
  const { zone } = market
  const beginsAt = phaseNamed(campaign, 'day')?.window.from ?? at
  const attached: Attached[] = []
  for (const name of campaign.attached) {
    const known = (await policyVersions(db, { name })).filter(
      ({ status }) => status !== 'withdrawn',
    )
    attached.push(attachedOf(name, known, policies.at(name, beginsAt) !== undefined, zone))
  }
  const own = Object.keys(campaign.policies)
  const names = laidOver.filter(
    (name) => own.includes(name) || policies.at(name, beginsAt) !== undefined,
  )
  return {
    ok: true,
    findings: findingsOf(campaign, {
      zone,
      attached,
      policies: new Set(names),
      unfit: unfit(body, (name) => policies.at(name, at)?.body),
    }),
  }
}

function attachedOf(
  name: string,
  known: readonly PolicyRow[],
  isInForce: boolean,
  zone: string,
): Attached {
  const last = known.at(-1)
  return {
    name,
    isNamed: policySchema(name) !== undefined,
    isKnown: last !== undefined,
    isInForce,
    windows: last === undefined ? [] : windowsIn(JSON.parse(last.body), zone),
  }
}
