import { join } from 'node:path'
import { Command } from '@commander-js/extra-typings'
import { openDatabase } from '#cli/database.ts'
import { homeOption } from '#cli/home.ts'
import { startProgress } from '#cli/progress.ts'
import { verifyAreas } from '#cli/verify-areas.ts'
import { connect, type Database } from '#db/connection.ts'
import { readMarket } from '#db/market.ts'
import { checkAnchor, newestAnchor } from '#operations/ledger/check-anchor.ts'
import { replayDecisions } from '#operations/ledger/replay-decision.ts'
import { openPolicyBook } from '#operations/policies/policy-book.ts'
import { verifyBooks, type Verified } from '#operations/ledger/verify-books.ts'

/** At most so many faults are listed; all are counted. */
const faultsListed = 20

/** `jifen verify`: recomputes the books and says whether they are right; exit 1 when they are not. */
export function verifyCommand() {
  return new Command('verify')
    .description(
      'recompute the books: balances, chains, holds, outbox, decisions, limited quantities, advances, scores, tiers, benefits, badges, and the newest anchor',
    )
    .argument('[member]', 'only the wallets of this member')
    .option('--score-facts', 'read what all scores are computed from, not a sample of it')
    .option('--json', 'print the result as JSON')
    .addOption(homeOption())
    .action(async (member, options) => {
      const { home } = options
      const opened = await openDatabase(home)
      const db = connect(opened.url, { as: 'application', size: 4 })
      try {
        const faulty = await verify(db, join(home, 'anchors'), member, {
          asJson: options.json === true,
          allFacts: options.scoreFacts === true,
        })
        process.exitCode = faulty ? 1 : 0
      } finally {
        await db.destroy()
        await opened.close()
      }
    })
}

async function verify(
  db: Database,
  anchors: string,
  memberId: string | undefined,
  { asJson, allFacts }: { readonly asJson: boolean; readonly allFacts: boolean },
): Promise<boolean> {
  const begun = performance.now()
  const progress = startProgress('Verifying the books')
  const onProgress = (wallets: number, entries: number, of: number): void =>
    progress.update(
      of === 0 ? 100 : (100 * wallets) / of,
      `${wallets.toLocaleString('en')} wallets, ${entries.toLocaleString('en')} entries`,
    )
  const policies = await openPolicyBook(db)
  policies.close()
  const market = await readMarket(db)
  const replay = replayDecisions(policies, market)
  const books = await verifyBooks(db, { memberId, replay, onProgress })
  const anchor = memberId === undefined ? await newestAnchor(anchors) : undefined
  const cut = anchor === undefined ? [] : await checkAnchor(db, anchors, anchor)
  const seconds = (performance.now() - begun) / 1000
  const others = await verifyAreas({ db, policies, market }, { memberId, allFacts })
  const found: Verified = { ...books, faults: [...books.faults, ...cut, ...others] }
  const rate = Math.round(found.entries / seconds)
  progress.finish(
    `${found.wallets} wallets and ${found.entries} entries in ${seconds.toFixed(1)} s (${rate} entries/s)`,
  )

  if (asJson) {
    const against = anchor === undefined ? null : anchor.at
    process.stdout.write(`${JSON.stringify({ ...found, anchor: against })}\n`)
  } else process.stdout.write(reportOf(found, anchor?.at))
  return found.faults.length > 0
}

function reportOf(found: Verified, anchoredAt: string | undefined): string {
  const against =
    anchoredAt === undefined ? 'no anchor to compare with' : `the anchor of ${anchoredAt} holds`
  if (found.faults.length === 0) return `The books are right (${against}).\n`

  const lines = found.faults
    .slice(0, faultsListed)
    .map((each) => `${each.member_id} ${each.program}/${each.unit} seq ${each.seq}: ${each.what}`)
  const more = found.faults.length - lines.length
  if (more > 0) lines.push(`and ${more} more`)
  return `The books are wrong in ${found.faults.length} places; the first:\n${lines.join('\n')}\n`
}
