import { readBooks, sameBalance, walkBooks } from '#test/accept/support/books.ts'
import type { Client, Reply } from '#test/accept/support/client.ts'
import type { Deployment } from '#test/accept/support/deployment.ts'
import type { Findings } from '#test/accept/support/findings.ts'
import { requestOf, type Posting, type Told } from '#test/accept/support/postings.ts'
import type { Random } from '#test/accept/support/random.ts'

/** A posting that was answered for good, with a number in its wallet. */
export type Acknowledged = { readonly posting: Posting; readonly reply: Reply; readonly told: Told }

const clockKinds = new Set(['activate', 'expire', 'timeOut'])

/**
 * Everything acknowledged is in the books as it was told, once, and nothing else is, but perhaps what was
 * never answered.
 */
export async function checkKept(
  deployment: Deployment,
  memberIds: readonly string[],
  acknowledged: readonly Acknowledged[],
  findings: Findings,
  givenUp: readonly Posting[] = [],
): Promise<void> {
  const database = await deployment.database()
  const byMember = Map.groupBy(acknowledged, (each) => each.posting.memberId)
  for (const memberId of memberIds) {
    const entries = await readBooks(database, memberId)
    walkBooks(memberId, entries, findings)
    const own = byMember.get(memberId) ?? []
    for (const { posting, told } of own) {
      const entry = entries[(told.seq ?? 0) - 1]
      const isKept =
        entry?.ref === posting.body['ref'] &&
        entry?.answer.ok === told.ok &&
        told.after !== undefined &&
        sameBalance(entry.answer.after, told.after)
      if (!isKept) findings.fault(`${posting.key} was acknowledged as seq ${told.seq} and is lost`)
    }
    const operations = entries.filter((entry) => !clockKinds.has(entry.kind)).length
    const keys = new Set(own.map((each) => each.posting.key)).size
    const unknown = givenUp.filter((posting) => posting.memberId === memberId).length
    if (operations < keys || operations > keys + unknown) {
      findings.fault(`${memberId}: ${operations} operations of ${keys} keys`)
    }
  }
}

/** What was acknowledged is answered the same, to the byte, after all that happened. */
export async function askAgain(
  client: Client,
  random: Random,
  acknowledged: readonly Acknowledged[],
  findings: Findings,
): Promise<void> {
  for (const { posting, reply: first } of random.shuffle(acknowledged).slice(0, 500)) {
    const reply = await client.send(requestOf(posting))
    findings.count('asked again')
    if (reply.text !== first.text) {
      findings.fault(`${posting.key} was answered ${reply.text}, at first ${first.text}`)
    }
  }
}
