import { readBooks, walkBooks } from '#test/accept/support/books.ts'
import type { Client, Reply } from '#test/accept/support/client.ts'
import { deploy, type Deployment } from '#test/accept/support/deployment.ts'
import { noReplay } from '#test/accept/support/faults.ts'
import type { Findings } from '#test/accept/support/findings.ts'
import { joinMembers, mustPost, requestOf, toldBy } from '#test/accept/support/postings.ts'
import type { Posting } from '#test/accept/support/postings.ts'
import type { Random } from '#test/accept/support/random.ts'
import type { Trial, TrialContext } from '#test/accept/support/trial.ts'
import { mustVerify } from '#test/accept/support/verify.ts'

/** Requests that come again, changed or not, at once or much later. */
export const replay: Trial = {
  name: 'replay',
  about: 'operations sent three times in any order: one effect each, the same answer to the byte',
  full: { operations: 10_000, members: 50, crowds: 40 },
  quick: { operations: 500, members: 20, crowds: 4 },
  controls: { 'no-replay': noReplay },
  run,
}

const atOnce = 32
const plenty = 100_000_000

type Stage = {
  readonly client: Client
  readonly token: string
  readonly otherToken: string
  readonly random: Random
  readonly findings: Findings
}

async function run(context: TrialContext): Promise<void> {
  const { folder, random, size, findings } = context
  const deployment = await deploy({ folder })
  const client = deployment.client(atOnce * 2)
  const token = await deployment.service('first')
  const otherToken = await deployment.service('second')
  const stage: Stage = { client, token, otherToken, random, findings }

  const memberIds = Array.from({ length: size('members') }, (_, n) => `member-${n}`)
  await joinMembers(client, token, memberIds)
  for (const memberId of memberIds) {
    const body = { amount: plenty, ref: 'plenty', expiresAt: null }
    await mustPost(client, { memberId, verb: 'earns', key: 'plenty', body, token })
  }
  const operations = makeOperations(random, memberIds, size('operations'), token)
  const answers = await sendThrice(stage, operations)
  const share = Math.ceil(operations.length / 10)
  const changed = random.shuffle(operations).slice(0, share)
  const foreign = random.shuffle(operations).slice(0, share)
  await sendChanged(stage, changed)
  await sendForeign(stage, foreign)
  await sendRefs(stage, random.shuffle(operations).slice(0, share), answers)

  const crowded = await sendCrowds(stage, memberIds, size('crowds'))

  await countEffects(deployment, memberIds, operations, [...foreign, ...crowded], findings)
  await askAgainAfterGrowth(stage, memberIds, Math.ceil(share / 2))
  await mustVerify(deployment.home, findings)
  await deployment.close()
}

function makeOperations(
  random: Random,
  memberIds: readonly string[],
  count: number,
  token: string,
): Posting[] {
  return Array.from({ length: count }, (_, n) => ({
    memberId: random.pick(memberIds),
    verb: random.pick(['earns', 'spends', 'holds'] as const),
    key: `operation-${n}`,
    body: { amount: random.int(1, 1_000), ref: `ref-${n}` },
    token,
  }))
}

/** Sends each three times; a third of them twice at once. All three answers must be one. */
async function sendThrice(
  { client, random, findings }: Stage,
  operations: readonly Posting[],
): Promise<ReadonlyMap<string, Reply>> {
  const tasks = operations.flatMap((operation, n) =>
    n % 3 === 0
      ? [
          { operation, twice: true },
          { operation, twice: false },
        ]
      : [1, 2, 3].map(() => ({ operation, twice: false })),
  )
  const firstOf = new Map<string, Reply>()
  const take = (operation: Posting, reply: Reply): void => {
    findings.count('sent')
    const first = firstOf.get(operation.key)
    if (first === undefined) firstOf.set(operation.key, reply)
    if (reply.status !== 201) {
      findings.fault(`${operation.key} was answered ${reply.status} ${reply.text}`)
    } else if (first !== undefined && first.text !== reply.text) {
      findings.fault(`${operation.key} was answered ${reply.text}, at first ${first.text}`)
    }
  }
  await inParallel(random.shuffle(tasks), async ({ operation, twice }) => {
    const copies = twice ? [operation, operation] : [operation]
    await Promise.all(copies.map(async (copy) => take(copy, await client.send(requestOf(copy)))))
  })
  return firstOf
}

/** The same key with another body, or on another route, is refused. */
async function sendChanged(stage: Stage, operations: readonly Posting[]): Promise<void> {
  const { client, random, findings } = stage
  await inParallel(operations, async (operation) => {
    const amount = Number(operation.body['amount']) + 1
    const otherVerb = operation.verb === 'earns' ? ('spends' as const) : ('earns' as const)
    const change = random.pick<Partial<Posting>>([
      { body: { ...operation.body, amount } },
      { body: { ...operation.body, ref: `${operation.key}-changed` } },
      { verb: otherVerb },
    ])
    const reply = await client.send(requestOf({ ...operation, ...change }))
    findings.count('changed')
    if (reply.status === 422 && toldBy(reply)?.code === 'requests/key-reused') return
    findings.fault(`${operation.key} changed was answered ${reply.status} ${reply.text}`)
  })
}

/** The same key of another caller is another key. */
async function sendForeign(stage: Stage, operations: readonly Posting[]): Promise<void> {
  const { client, otherToken, findings } = stage
  await inParallel(operations, async (operation) => {
    const body = { ...operation.body, ref: `${operation.key}-foreign` }
    const reply = await client.send(requestOf({ ...operation, body, token: otherToken }))
    findings.count('of another caller')
    if (reply.status === 201) return
    findings.fault(`${operation.key} of another caller was answered ${reply.status} ${reply.text}`)
  })
}

/** The same reference under a new key: the same is answered as before, other content is refused. */
async function sendRefs(
  { client, findings }: Stage,
  operations: readonly Posting[],
  answers: ReadonlyMap<string, Reply>,
): Promise<void> {
  await inParallel(operations, async (operation) => {
    const same = { ...operation, key: `${operation.key}-again` }
    const reply = await client.send(requestOf(same))
    findings.count('same reference, new key')
    if (reply.text !== answers.get(operation.key)?.text) {
      findings.fault(`${same.key} was answered ${reply.status} ${reply.text}`)
    }
    const body = { ...operation.body, amount: Number(operation.body['amount']) + 1 }
    const other = { ...operation, key: `${operation.key}-other`, body }
    const refused = await client.send(requestOf(other))
    findings.count('same reference, changed')
    if (refused.status === 422 && toldBy(refused)?.code === 'ledger/ref-reused') return
    findings.fault(`${other.key} was answered ${refused.status} ${refused.text}`)
  })
}

const crowd = 64

/**
 * The same key 64 times at once, half of them with another body: one body wins, all who sent it are answered
 * alike, all others are refused. Tells what won.
 */
async function sendCrowds(
  { client, token, findings }: Stage,
  memberIds: readonly string[],
  crowds: number,
): Promise<Posting[]> {
  const won: Posting[] = []
  for (let n = 0; n < crowds; n += 1) {
    const memberId = memberIds[n % memberIds.length] ?? ''
    const base = { memberId, verb: 'earns', key: `crowd-${n}`, token } as const
    const bodies = [
      { amount: 7, ref: `crowd-${n}` },
      { amount: 8, ref: `crowd-${n}` },
    ] as const
    const postings = Array.from({ length: crowd }, (_, place): Posting => {
      return { ...base, body: bodies[place % 2] ?? bodies[0] }
    })
    const replies = await Promise.all(
      postings.map(async (posting) => ({ posting, reply: await client.send(requestOf(posting)) })),
    )
    findings.count('in crowds', crowd)
    const first = replies.find(({ reply }) => reply.status === 201)
    if (first === undefined) {
      findings.fault(`nobody of the crowd ${n} was answered well: ${replies[0]?.reply.text}`)
      continue
    }
    won.push(first.posting)
    for (const { posting, reply } of replies) {
      const isSame = posting.body === first.posting.body
      const isRefused = reply.status === 422 && toldBy(reply)?.code === 'requests/key-reused'
      if (isSame ? reply.text === first.reply.text : isRefused) continue
      findings.fault(`one of the crowd ${n} was answered ${reply.status} ${reply.text}`)
    }
  }
  return won
}

/** One effect for each operation, and the balances are what they come to. */
async function countEffects(
  deployment: Deployment,
  memberIds: readonly string[],
  operations: readonly Posting[],
  others: readonly Posting[],
  findings: Findings,
): Promise<void> {
  const database = await deployment.database()
  const all = Map.groupBy([...operations, ...others], (each) => each.memberId)
  let effects = 0
  for (const memberId of memberIds) {
    const entries = await readBooks(database, memberId)
    const balance = walkBooks(memberId, entries, findings)
    const own = all.get(memberId) ?? []
    effects += entries.length - 1
    const sum = (verb: string): number =>
      own
        .filter((each) => each.verb === verb)
        .reduce((total, each) => total + Number(each.body['amount']), 0)
    const available = plenty + sum('earns') - sum('spends') - sum('holds')
    if (balance.available !== available || balance.held !== sum('holds')) {
      findings.fault(
        `${memberId} has ${balance.available} and ${balance.held} held, not ${available} and ${sum('holds')}`,
      )
    }
  }
  findings.count('effects', effects)
  const wanted = operations.length + others.length
  if (effects !== wanted) findings.fault(`${effects} effects of ${wanted} operations`)
}

/** A no stays a no, also when a yes would be possible by now. */
async function askAgainAfterGrowth(
  { client, token, random, findings }: Stage,
  memberIds: readonly string[],
  count: number,
): Promise<void> {
  const tooMuch = Array.from({ length: count }, (_, n): Posting => {
    const verb = random.pick(['spends', 'holds'] as const)
    const body = { amount: plenty * 10 + n }
    return { memberId: random.pick(memberIds), verb, key: `too-much-${n}`, body, token }
  })
  const firstOf = new Map<string, Reply>()
  await inParallel(tooMuch, async (posting) => {
    const reply = await client.send(requestOf(posting))
    firstOf.set(posting.key, reply)
    if (reply.status === 409 && toldBy(reply)?.code === 'ledger/insufficient') return
    findings.fault(`${posting.key} was answered ${reply.status} ${reply.text}`)
  })
  for (const memberId of memberIds) {
    const body = { amount: plenty * 1_000, ref: 'grown' }
    await mustPost(client, { memberId, verb: 'earns', key: 'grown', body, token })
  }
  await inParallel(tooMuch, async (posting) => {
    const reply = await client.send(requestOf(posting))
    findings.count('refusals asked again')
    if (reply.text !== firstOf.get(posting.key)?.text) {
      findings.fault(`${posting.key} after growth was answered ${reply.status} ${reply.text}`)
    }
    const anew = await client.send(requestOf({ ...posting, key: `${posting.key}-anew` }))
    if (anew.status !== 201) findings.fault(`${posting.key} anew was answered ${anew.text}`)
  })
}

async function inParallel<Task>(
  tasks: readonly Task[],
  work: (task: Task) => Promise<void>,
): Promise<void> {
  const rest = tasks.values()
  const worker = async (): Promise<void> => {
    for (const task of rest) await work(task)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}
