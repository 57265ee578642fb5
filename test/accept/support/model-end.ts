import { sendPatiently, type Client } from '#test/accept/support/client.ts'
import { walletPath, type Balance } from '#test/accept/support/postings.ts'
import { nowOf, type ToldMember } from '#test/accept/support/told-member.ts'
import { balancesOf, settleModel } from '#test/rules/ledger/model-wallet.ts'

type Page = {
  readonly entries: readonly { seq: number; kind: string; ref: string; outcome: string }[]
  readonly nextCursor?: string
}

/**
 * Compares the end of a history: the wallet as of now, and the list of its entries. What is due by now counts
 * as done in both, whether or not it has been booked.
 */
export async function compareEnd(
  client: Client,
  token: string,
  memberId: string,
  member: ToldMember,
): Promise<string | undefined> {
  const { wallet } = member
  const booked = wallet.entries.length
  settleModel(wallet, nowOf(member).epochMilliseconds)
  if (wallet.entries.length === 0) return undefined

  const reply = await sendPatiently(client, { path: walletPath(memberId), token })
  const { available, pending, held, debt } = JSON.parse(reply.text) as Balance
  const got = JSON.stringify({ available, pending, held, debt })
  const wanted = JSON.stringify(balancesOf(wallet))
  if (got !== wanted) return `the wallet has ${got}, by the model ${wanted}`

  const entries = await allEntries(client, token, memberId)
  const isPrefix = entries.every((entry, index) => entry === wallet.entries[index])
  if (isPrefix && entries.length >= booked) return undefined
  return `the entries are ${JSON.stringify(entries)}, by the model ${JSON.stringify(wallet.entries)}`
}

/** All entries, oldest first, in the model's words; read in small pages. */
async function allEntries(client: Client, token: string, memberId: string): Promise<string[]> {
  const found: string[] = []
  let cursor = ''
  for (;;) {
    const path = `${walletPath(memberId)}/entries?limit=17${cursor}`
    const page = JSON.parse((await sendPatiently(client, { path, token })).text) as Page
    found.push(...page.entries.map((entry) => `${entry.kind} ${entry.ref} ${entry.outcome}`))
    if (page.nextCursor === undefined) return found.reverse()
    cursor = `&cursor=${page.nextCursor}`
  }
}
