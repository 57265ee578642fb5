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
  /** All versions of the policies of one family (`offer`), by name, each in the order of effect. */
  readonly family: (family: string) => ReadonlyMap<string, readonly KnownPolicy[]>
  /** How many approvals are known: what is derived from the policies holds as long as it stays. */
  readonly changes: () => number
  /** Reads the versions approved since the last time; what was approved before the call is known then. */
  readonly refresh: () => Promise<void>
  readonly close: () => void
}

/** How often a process asks whether a version was approved: known everywhere within a second. */
const pollMs = 400

/**
 * Loads the approved policies and keeps them up to date by a cheap read several times a second: of
 * what was approved since, only that is read. An approved version is effective at the earliest 5 s
 * after its approval, so that every process knows it before it counts.
 */
export async function openPolicyBook(db: Database): Promise<PolicyBook> {
  const known: Shelf = { changes: unread, versions: new Map(), families: new Map() }
  await learn(db, known)
  let begun: Promise<void> = Promise.resolve()
  let next: Promise<void> | undefined

  const reload = async (): Promise<void> => {
    if ((await policyChanges(db)) !== known.changes) await learn(db, known)
  }
  const begin = async (): Promise<void> => {
    next = undefined
    begun = reload()
    await begun
  }
  // A read that has begun may have missed an approval: who asks meanwhile waits for the one after.
  const refresh = async (): Promise<void> => {
    next ??= begun.catch(() => undefined).then(begin)
    await next
  }
  // A poll that fails leaves what is known; postings need the same database and fail by themselves.
  const timer = setInterval(() => void refresh().catch(() => undefined), pollMs)
  timer.unref()

  return {
    at: (name, instant) => inForce(known.versions.get(name) ?? [], instant),
    version: (name, version) => known.versions.get(name)?.find((each) => each.version === version),
    names: () => [...known.versions.keys()],
    family: (family) => known.families.get(family) ?? none,
    changes: () => known.changes,
    refresh,
    close: () => clearInterval(timer),
  }
}

type Versions = Map<string, readonly KnownPolicy[]>

/** What is known, by name; those of a family by the family besides. */
type Shelf = {
  changes: number
  readonly versions: Versions
  readonly families: Map<string, Versions>
}

/** Policies of the founding were the approval number 0. */
const unread = -1

const none: ReadonlyMap<string, readonly KnownPolicy[]> = new Map()

function inForce(
  versions: readonly KnownPolicy[],
  instant: Temporal.Instant,
): KnownPolicy | undefined {
  return versions.findLast((each) => !isBefore(instant, each.effectiveAt))
}

/** Adds the versions that were approved since the shelf was filled. */
async function learn(db: Database, shelf: Shelf): Promise<void> {
  // The count is read first: an approval in between is then read again, never missed.
  const changes = await policyChanges(db)
  const fresh = await policyVersions(db, { status: 'approved', sinceChange: shelf.changes })
  for (const [name, rows] of Map.groupBy(fresh, (row) => row.name)) {
    const byVersion = new Map((shelf.versions.get(name) ?? []).map((each) => [each.version, each]))
    for (const row of rows) byVersion.set(row.version, knownOf(row))
    put(shelf, name, [...byVersion.values()].sort(byEffectiveThenVersion))
  }
  shelf.changes = changes
}

function put(shelf: Shelf, name: string, versions: readonly KnownPolicy[]): void {
  shelf.versions.set(name, versions)
  const colon = name.indexOf(':')
  if (colon < 0) return
  const family = name.slice(0, colon)
  const members = shelf.families.get(family) ?? new Map<string, readonly KnownPolicy[]>()
  shelf.families.set(family, members.set(name, versions))
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
