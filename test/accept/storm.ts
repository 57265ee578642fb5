import { readBooks, sameBalance, walkBooks } from '#test/accept/support/books.ts'
import type { Client } from '#test/accept/support/client.ts'
import { deploy, type Deployment } from '#test/accept/support/deployment.ts'
import { noLock } from '#test/accept/support/faults.ts'
import type { Findings } from '#test/accept/support/findings.ts'
import { factsOfOrder, factsOfSealing, type Event } from '#test/accept/support/order-facts.ts'
import { checkOrder, type Answered } from '#test/accept/support/order-of-answers.ts'
import { joinMembers, requestOf, toldBy } from '#test/accept/support/postings.ts'
import type { Posting, Told } from '#test/accept/support/postings.ts'
import type { Random } from '#test/accept/support/random.ts'
import { openTraffic, shareMembers, usualRefusals } from '#test/accept/support/traffic.ts'
import type { Shared, Traffic } from '#test/accept/support/traffic.ts'
import type { Trial, TrialContext } from '#test/accept/support/trial.ts'
import { mustVerify } from '#test/accept/support/verify.ts'

/** Everything at once, for a while; then the books must be right. */
export const storm: Trial = {
  name: 'storm',
  about: 'many clients do everything to few members, with repeats; then the books are verified',
  full: { seconds: 120, members: 40, clients: 24 },
  quick: { seconds: 20, members: 40, clients: 24 },
  controls: { 'no-lock': noLock },
  run,
}

/** What was answered, to be compared with the books at the end. */
type Log = Map<string, (Answered & { readonly told: Told })[]>

/** A request that was answered, to be sent again. */
type Done = { readonly posting: Posting; readonly status: number; readonly text: string }

async function run({ folder, random, size, findings }: TrialContext): Promise<void> {
  const deployment = await deploy({ folder })
  const token = await deployment.service('storm')
  const client = deployment.client(size('clients'))
  const memberIds = Array.from({ length: size('members') }, (_, n) => `member-${n}`)
  await joinMembers(client, token, memberIds)

  const logBefore = deployment.postgresLog().length
  const shared = shareMembers(memberIds)
  const log: Log = new Map(memberIds.map((each) => [each, []]))
  const endMs = performance.now() + size('seconds') * 1_000
  const clients = Array.from({ length: size('clients') }, async (_, n) => {
    const own = random.fork(n)
    const traffic = openTraffic(own, shared, `c${n}`, token)
    await blow({ client, token, random: own, traffic, shared, log, findings, name: `c${n}` }, endMs)
  })
  await Promise.all(clients)

  await checkBooks(deployment, log, findings)
  checkPostgres(deployment.postgresLog().slice(logBefore), findings)
  await mustVerify(deployment.home, findings)
  await deployment.close()
}

type Wind = {
  readonly name: string
  readonly client: Client
  readonly token: string
  readonly random: Random
  readonly traffic: Traffic
  readonly shared: Shared
  readonly log: Log
  readonly findings: Findings
}

async function blow(wind: Wind, endMs: number): Promise<void> {
  const { random } = wind
  const done: Done[] = []
  const facts: Event[] = []
  for (let count = 0; performance.now() < endMs; count += 1) {
    const past = done.length === 0 ? undefined : random.pick(done)
    if (random.chance(0.06)) await tellFacts(wind, facts, count)
    else if (random.chance(0.1) && past !== undefined) await sendAgain(wind, past)
    else await sendNew(wind, done)
  }
}

async function sendNew(wind: Wind, done: Done[]): Promise<void> {
  const { client, traffic, findings, log } = wind
  const posting = traffic.next()
  const reply = await client.send(requestOf(posting))
  const told = toldBy(reply)
  findings.count('postings')
  if (told === undefined || (!told.ok && !usualRefusals.has(told.code ?? ''))) {
    findings.fault(`${posting.verb} was answered ${reply.status} ${reply.text}`)
    return
  }
  findings.count(told.ok ? 'done' : 'refused')
  traffic.learn(posting, told)
  done.push({ posting, status: reply.status, text: reply.text })
  if (told.seq !== undefined) log.get(posting.memberId)?.push({ ...reply, seq: told.seq, told })
}

async function sendAgain({ client, findings }: Wind, past: Done): Promise<void> {
  const reply = await client.send(requestOf(past.posting))
  findings.count('repeats')
  if (reply.status === past.status && reply.text === past.text) return
  findings.fault(
    `${past.posting.verb} again was answered ${reply.status} ${reply.text}, at first ${past.status} ${past.text}`,
  )
}

/** Tells the next facts of some orders, shuffled, some of them twice, of several members at once. */
async function tellFacts(wind: Wind, facts: Event[], count: number): Promise<void> {
  const { random, client, token, findings, name } = wind
  const memberIds = [...wind.shared.keys()]
  for (let more = random.int(1, 4); more > 0; more -= 1) {
    facts.push(...factsOfOrder(random, random.pick(memberIds), `${name}-order-${count}-${more}`))
  }
  if (random.chance(0.02)) {
    facts.push(...factsOfSealing(random.pick(memberIds.slice(0, 2)), `${name}-${count}`))
  }
  const batch = random.shuffle(facts.splice(0, random.int(1, 12)))
  const twice = batch.filter(() => random.chance(0.1))
  const reply = await client.send({ path: '/v1/events', token, json: [...batch, ...twice] })
  findings.count('batches of facts')
  if (reply.status !== 200) {
    findings.fault(`a batch of facts was answered ${reply.status} ${reply.text}`)
    return
  }
  const { results } = JSON.parse(reply.text) as { results: { status: string; refusal?: string }[] }
  for (const { status } of results) findings.count(`facts ${status}`)
}

/** Every answer must be in the books as it was told, and in the order in which it was told. */
async function checkBooks(deployment: Deployment, log: Log, findings: Findings): Promise<void> {
  const database = await deployment.database()
  for (const [memberId, answered] of log) {
    const entries = await readBooks(database, memberId)
    walkBooks(memberId, entries, findings)
    checkOrder(memberId, answered, findings)
    for (const { told, seq } of answered) {
      const entry = entries[seq - 1]
      const isKept =
        entry !== undefined &&
        told.after !== undefined &&
        sameBalance(entry.answer.after, told.after) &&
        entry.answer.ok === told.ok
      if (!isKept) findings.fault(`${memberId}: the answer with seq ${seq} is not in the books`)
    }
  }
}

/** No deadlock, and no other error either. */
function checkPostgres(log: string, findings: Findings): void {
  for (const line of log.split('\n').filter((each) => /deadlock|ERROR|FATAL|PANIC/.test(each))) {
    findings.fault(`PostgreSQL: ${line}`)
  }
}
