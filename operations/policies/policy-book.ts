import { assert } from '#rules/assert.ts'
import type { Database } from '#db/connection.ts'
import { policyChanges, policyVersions, type PolicyRow } from '#db/policies.ts'
import { parsePolicy } from '#rules/policies/catalogue.ts'
import { byEffectiveThenVersion } from '#rules/policies/versions.ts'
import { isBefore } from '#rules/time/instants.ts'

/** A version of a policy that is, was or will be in force. */
export type KnownPolicy = {
  readonly name: string
  readonly version: number
  /** As it was drafted: JSON. */
  readonly body: unknown
  /** As the rules read it: what the schema of its name gives. */
  readonly policy: unknown
  readonly effectiveAt: Temporal.Instant
}

/** The approved policies as this process knows them. */
export type PolicyBook = {
  /** The version in force at an instant: the latest to become effective by then (PO-5). */
  readonly at: (name: string, instant: Temporal.Instant) => KnownPolicy | undefined
  /** A version by its number. */
  readonly version: (name: string, version: number) => KnownPolicy | undefined
  readonly names: () => readonly string[]
  /** Reads the approved versions anew if there are others than known. */
  readonly refresh: () => Promise<void>
  readonly close: () => void
}

/** How often a process asks whether a version was approved: known everywhere within a second. */
const pollMs = 400

/**
 * Loads the approved policies and keeps them up to date by a cheap read several times a second. An
 * approved version is effective at the earliest 5 s after its approval, so that every process knows
 * it before it counts.
 */
export async function openPolicyBook(db: Database): Promise<PolicyBook> {
  let known = await load(db)
  let reading: Promise<void> | undefined

  const reload = async (): Promise<void> => {
    if ((await policyChanges(db)) !== known.changes) known = await load(db)
  }
  const refresh = async (): Promise<void> => {
    reading ??= reload().finally(() => (reading = undefined))
    await reading
  }
  // A poll that fails leaves what is known; postings need the same database and fail by themselves.
  const timer = setInterval(() => void refresh().catch(() => undefined), pollMs)
  timer.unref()

  return {
    at: (name, instant) => inForce(known.versions.get(name) ?? [], instant),
    version: (name, version) => known.versions.get(name)?.find((each) => each.version === version),
    names: () => [...known.versions.keys()],
    refresh,
    close: () => clearInterval(timer),
  }
}

function inForce(
  versions: readonly KnownPolicy[],
  instant: Temporal.Instant,
): KnownPolicy | undefined {
  return versions.findLast((each) => !isBefore(instant, each.effectiveAt))
}

async function load(
  db: Database,
): Promise<{ changes: number; versions: ReadonlyMap<string, readonly KnownPolicy[]> }> {
  // The count is read first: an approval in between is then seen again, never missed.
  const changes = await policyChanges(db)
  const approved = await policyVersions(db, { status: 'approved' })
  const versions = Map.groupBy(approved.map(knownOf), (each) => each.name)
  for (const each of versions.values()) each.sort(byEffectiveThenVersion)
  return { changes, versions }
}

function knownOf(row: PolicyRow): KnownPolicy {
  const { name, version, effectiveAt } = row
  const body = JSON.parse(row.body) as unknown
  const parsed = parsePolicy(name, body)
  assert(parsed.ok, `approved policy ${name}@${version} fits the schema of its name`)
  return {
    name,
    version,
    body,
    policy: parsed.policy,
    effectiveAt: effectiveAt ?? Temporal.Instant.fromEpochMilliseconds(0),
  }
}
