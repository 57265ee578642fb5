import { assert } from '#rules/assert.ts'
import type { KnownPolicy, PolicyBook } from '#operations/policies/policy-book.ts'
import type { Campaign, LaidOver } from '#rules/campaigns/policy.ts'
import { parsePolicy, type PolicyBody, type PolicyName } from '#rules/policies/catalogue.ts'
import { overlay } from '#rules/policies/overlay.ts'

/** A campaign as it is in force. */
export type KnownCampaign = {
  /** What it is called everywhere: `double11-2017`. */
  readonly campaign: string
  readonly version: number
  readonly terms: Campaign
}

/** The campaign of a name as it is in force at an instant; `undefined`: there is none. */
export function campaignAt(
  policies: PolicyBook,
  campaign: string,
  at: Temporal.Instant,
): KnownCampaign | undefined {
  const known = policies.at(`${prefix}${campaign}`, at)
  return known === undefined ? undefined : campaignOf(known)
}

/** All campaigns that are in force as policies at an instant, by name. */
export function campaignsAt(policies: PolicyBook, at: Temporal.Instant): readonly KnownCampaign[] {
  return [...policies.family('campaign').keys()]
    .sort()
    .map((name) => policies.at(name, at))
    .filter((known) => known !== undefined)
    .map(campaignOf)
}

/** A policy as a campaign has it, and by which versions: `price@3 campaign:double11-2017@1`. */
export type PolicyInCampaign<Name extends LaidOver> = {
  readonly policy: BodyOf<Name>
  readonly versions: string
}

type BodyOf<Name extends LaidOver> = Name extends PolicyName ? PolicyBody<Name> : never

/**
 * The market's policy of a name with what the campaign lays over it (PO-6, CP-3); `undefined`: the
 * market has none, and the campaign none of its own.
 */
export function policyInCampaign<Name extends LaidOver>(
  policies: PolicyBook,
  name: Name,
  campaign: KnownCampaign | undefined,
  at: Temporal.Instant,
): PolicyInCampaign<Name> | undefined {
  const known = policies.at(name, at)
  const laid = campaign?.terms.policies[name]
  if (laid === undefined) {
    if (known === undefined) return undefined
    return { policy: known.policy as BodyOf<Name>, versions: versionOf(known) }
  }
  const own = `${prefix}${campaign?.campaign}@${campaign?.version}`
  const versions = known === undefined ? own : `${versionOf(known)} ${own}`
  return { policy: laidOver(name, known?.body, laid) as BodyOf<Name>, versions }
}

const prefix = 'campaign:'

function campaignOf({ name, version, policy }: KnownPolicy): KnownCampaign {
  return { campaign: name.slice(prefix.length), version, terms: policy as Campaign }
}

function versionOf({ name, version }: KnownPolicy): string {
  return `${name}@${version}`
}

/** What a campaign lays over is an object of one of its versions; what results is kept by both. */
const laidBefore = new WeakMap<object, WeakMap<object, unknown>>()

function laidOver(name: LaidOver, base: unknown, laid: unknown): unknown {
  const baseKey = isObject(base) ? base : noBase
  if (!isObject(laid)) return parsed(name, laid)
  const byBase = laidBefore.get(laid) ?? new WeakMap<object, unknown>()
  laidBefore.set(laid, byBase)
  const known = byBase.get(baseKey)
  if (known !== undefined) return known
  const made = parsed(name, overlay(base, laid))
  byBase.set(baseKey, made)
  return made
}

const noBase = {}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** A campaign whose overlay does not fit is refused when it is drafted (CP-3). */
function parsed(name: LaidOver, form: unknown): unknown {
  const read = parsePolicy(name, form)
  assert(read.ok, `what the campaign lays over ${name} fits`)
  return read.policy
}
