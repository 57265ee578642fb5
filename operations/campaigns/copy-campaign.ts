import type { Database } from '#db/connection.ts'
import type { Market } from '#db/market.ts'
import { lockPolicies, policyVersions } from '#db/policies.ts'
import { undoRefused } from '#operations/_refused.ts'
import { transact } from '#operations/_transact.ts'
import { checkCampaign } from '#operations/campaigns/check-campaign.ts'
import { draftPolicyIn, type Drafted } from '#operations/policies/draft-policy.ts'
import type { KnownPolicy, PolicyBook } from '#operations/policies/policy-book.ts'
import { copyOf, type Copied } from '#rules/campaigns/copy.ts'
import { phaseNamed } from '#rules/campaigns/phases.ts'
import type { Finding } from '#rules/campaigns/plausible.ts'
import type { Campaign } from '#rules/campaigns/policy.ts'
import { policySchema } from '#rules/policies/catalogue.ts'
import type { InputProblem } from '#rules/policies/problems.ts'

export type CopyCampaign = {
  readonly campaign: string
  /** What the copy is called, and the year of its day. */
  readonly as: string
  readonly year: number
  /** Who drafts it: somebody else approves it. */
  readonly author: string
  readonly at: Temporal.Instant
}

export type CampaignCopied =
  | {
      readonly ok: true
      readonly drafts: readonly { readonly name: string; readonly version: number }[]
      /** Attached policies that are not of a year: attached as they are. */
      readonly shared: readonly string[]
      readonly findings: readonly Finding[]
    }
  | { readonly ok: false; readonly refusal: 'campaigns/unknown' | 'campaigns/same-year' }
  | {
      readonly ok: false
      readonly refusal: 'campaigns/name-taken'
      readonly names: readonly string[]
    }
  | {
      readonly ok: false
      readonly refusal: 'policies/invalid'
      readonly problems: readonly InputProblem[]
    }

type CopyContext = {
  readonly db: Database
  readonly policies: PolicyBook
  readonly market: Market
}

/**
 * Copies a campaign for another year, with the policies attached to it, as drafts that somebody else
 * approves (CP-7). Refused: the year it is of, names that are taken, what would not be a policy.
 */
export async function copyCampaign(
  context: CopyContext,
  { campaign, as, year, author, at }: CopyCampaign,
): Promise<CampaignCopied> {
  const { policies, market } = context
  const known = policies.at(`campaign:${campaign}`, at)
  if (known === undefined) return { ok: false, refusal: 'campaigns/unknown' }
  const fromYear = yearOf(known.policy as Campaign, market.zone)
  if (fromYear === year) return { ok: false, refusal: 'campaigns/same-year' }
  const asked = { campaign, as, fromYear, toYear: year, zone: market.zone }
  const copied = copyOf(known.body, attachedTo(known, policies, at), asked)
  if (policySchema(`campaign:${as}`) === undefined) {
    const message = 'A campaign is named with a-z, 0-9 and hyphens.'
    return { ok: false, refusal: 'policies/invalid', problems: [{ path: 'as', message }] }
  }
  return await undoRefused<CampaignCopied>(
    (operation) => transact(context.db, operation),
    async (tx) => {
      await lockPolicies(tx)
      const taken = (await policyVersions(tx)).filter(({ status }) => status !== 'withdrawn')
      const names = copied.policies.map(({ name }) => name)
      const both = names.filter((name) => taken.some((row) => row.name === name))
      if (both.length > 0) return { ok: false, refusal: 'campaigns/name-taken', names: both }

      const drafts: { readonly name: string; readonly version: number }[] = []
      for (const { name, body } of copied.policies.toReversed()) {
        const note = `Copied from campaign:${campaign}@${known.version} for ${year}.`
        const drafted = await draftPolicyIn(tx, { name, body, note, author, at })
        if (!drafted.ok) return invalid(name, drafted)
        drafts.unshift({ name, version: drafted.version })
      }
      const checked = await checkCampaign(tx, context, bodyOf(copied), at)
      const findings = checked.ok ? checked.findings : []
      return { ok: true, drafts, shared: copied.shared, findings }
    },
  )
}

function bodyOf({ policies: [campaign] }: Copied): unknown {
  return campaign?.body
}

/** A campaign is of the year of its day, or of its first phase. */
function yearOf(campaign: Campaign, zone: string): number {
  const phase = phaseNamed(campaign, 'day') ?? campaign.phases[0]!
  return phase.window.from.toZonedDateTimeISO(zone).year
}

function attachedTo(known: KnownPolicy, policies: PolicyBook, at: Temporal.Instant) {
  return (known.policy as Campaign).attached.flatMap((name) => {
    const found = policies.at(name, at)
    return found === undefined ? [] : [{ name, body: found.body }]
  })
}

function invalid(name: string, drafted: Extract<Drafted, { ok: false }>): CampaignCopied {
  const unknown = [{ path: '', message: `There is no policy called "${name}".` }]
  const problems = 'problems' in drafted ? drafted.problems : unknown
  const named = problems.map(({ path, message }) => ({ path: `${name}.${path}`, message }))
  return { ok: false, refusal: 'policies/invalid', problems: named }
}
