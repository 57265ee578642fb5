import type { Database } from '#db/connection.ts'
import type { Market } from '#db/market.ts'
import { policyInCampaign, type KnownCampaign } from '#operations/campaigns/campaign-book.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import {
  DeclarationsPolicySchema,
  type DeclarationsPolicy,
} from '#rules/campaigns/declarations/policy.ts'
import type { DepositPolicy } from '#rules/presale/policy.ts'

/** What declarations are decided in. */
export type DeclarationContext = {
  readonly db: Database
  readonly policies: PolicyBook
  readonly market: Market
}

/** Who does something, and when by the clock of the business. */
export type Doing = { readonly actor: string; readonly at: Temporal.Instant }

/** The policies that a declaration is decided by, and their versions. */
export type DeclarationSetting = {
  readonly declarations: DeclarationsPolicy
  readonly deposit: DepositPolicy | undefined
  readonly notBelowPresale: boolean
  readonly versions: string
}

/** The policies of a campaign's declarations in force at an instant. */
export function declarationSetting(
  policies: PolicyBook,
  known: KnownCampaign,
  at: Temporal.Instant,
): DeclarationSetting {
  const price = policyInCampaign(policies, 'price', known, at)
  const deposit = policies.at('deposit', at)
  const declarations = policies.at('declarations', at)
  const versions = [
    `campaign:${known.campaign}@${known.version}`,
    ...[deposit, declarations].flatMap((each) => (each ? [`${each.name}@${each.version}`] : [])),
    ...(price === undefined ? [] : price.versions.split(' ')),
  ]
  return {
    declarations: declarationsPolicyAt(policies, at),
    deposit: deposit?.policy as DepositPolicy | undefined,
    notBelowPresale: price?.policy.notBelowPresale ?? false,
    versions: [...new Set(versions)].join(' '),
  }
}

/** The policy `declarations` in force; a market that has none has the usual one. */
export function declarationsPolicyAt(
  policies: PolicyBook,
  at: Temporal.Instant,
): DeclarationsPolicy {
  const known = policies.at('declarations', at)
  return known === undefined ? usual : (known.policy as DeclarationsPolicy)
}

const usual = DeclarationsPolicySchema.parse({})
