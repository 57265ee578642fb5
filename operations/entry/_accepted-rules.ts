import type { Writer } from '#db/connection.ts'
import type { EventEntry } from '#db/entry/entries.ts'
import { deleteOptIn, insertOptIn, type OptIn } from '#db/members.ts'
import { eventVersion } from '#operations/entry/entry-book.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'

/**
 * Puts the temporary rules that an entry accepts into force for its member, from the beginning of the
 * event on (EE-10). What the member joined before stays as it is.
 */
export async function joinRules(
  tx: Writer,
  policies: PolicyBook,
  entry: EventEntry,
): Promise<void> {
  const joined = optInOf(policies, entry)
  if (joined !== undefined) await insertOptIn(tx, joined)
}

/** Takes back what `joinRules` did, for an entry that ends before the event begins. */
export async function leaveRules(
  tx: Writer,
  policies: PolicyBook,
  entry: EventEntry,
): Promise<void> {
  const joined = optInOf(policies, entry)
  if (joined !== undefined) await deleteOptIn(tx, joined)
}

/** A joining counts for what is received after it: the last instant before the event is joined at. */
function optInOf(policies: PolicyBook, entry: EventEntry): OptIn | undefined {
  if (entry.rules === null) return undefined
  const known = eventVersion(policies, entry.policy)
  if (known === undefined) return undefined
  const event = entry.rules.slice(entry.rules.indexOf(':') + 1, entry.rules.lastIndexOf('@'))
  const optedAt = known.terms.event.from.subtract({ milliseconds: 1 })
  return { memberId: entry.memberId, event, optedAt }
}
