import { readBooks, sameBalance, walkBooks } from '#test/accept/support/books.ts'
import type { BookEntry } from '#test/accept/support/books.ts'
import type { Client, Reply } from '#test/accept/support/client.ts'
import { disciplines, type Contest } from '#test/accept/support/contests.ts'
import { deploy, type Deployment } from '#test/accept/support/deployment.ts'
import { noGuard, noLock } from '#test/accept/support/faults.ts'
import type { Findings } from '#test/accept/support/findings.ts'
import { checkOrder } from '#test/accept/support/order-of-answers.ts'
import { joinMembers, requestOf, toldBy } from '#test/accept/support/postings.ts'
import type { Told } from '#test/accept/support/postings.ts'
import { pause } from '#test/accept/support/program.ts'
import type { Random } from '#test/accept/support/random.ts'
import type { Trial, TrialContext } from '#test/accept/support/trial.ts'
import { mustVerify } from '#test/accept/support/verify.ts'

/** Races of 64 for something that only one can have. */
export const race: Trial = {
  name: 'race',
  about: 'rounds of 64 requests for what one can have: one winner, in one order that everybody saw',
  full: { rounds: 200 },
  quick: { rounds: 20 },
  controls: { 'no-lock': noLock, 'no-guard': noGuard },
  run,
}

const width = 64
const startOfTime = '2017-11-01T00:00:00+08:00'
/** Half of the rounds are spread over so long, so that some end before others begin. */
const spreadMs = 25

async function run({ folder, random, size, findings }: TrialContext): Promise<void> {
  const deployment = await deploy({ folder, clock: startOfTime })
  const client = deployment.client(width + 1)
  const service = await deployment.service('races')
  const operator = await deployment.issuer.sign({
    role: 'operator',
    subject: 'time keeper',
    lifeSeconds: 24 * 3_600,
  })
  const now = () => timeOf(client, service)
  const time = (await now()).toString()

  for (let round = 0; round < size('rounds'); round += 1) {
    const discipline = disciplines[round % disciplines.length]
    if (discipline === undefined) break
    const memberId = `racer-${round}`
    await joinMembers(client, service, [memberId], time)
    const stage = { client, memberId, service, operator, now }
    const contest = await discipline.prepare(stage)
    const replies = await hold(client, contest, random, findings)
    await judge(deployment, memberId, discipline.name, contest, replies, findings)
    findings.count(discipline.name)
  }
  await mustVerify(deployment.home, findings)
  await deployment.close()
}

/** Sends all at once, or spread a little; what happens meanwhile happens somewhere among them. */
async function hold(
  client: Client,
  contest: Contest,
  random: Random,
  findings: Findings,
): Promise<readonly Reply[]> {
  const spread = random.chance(0.5) ? 0 : spreadMs
  const { meanwhile } = contest
  const sends = contest.postings.map(async (posting) => {
    await pause(random.next() * spread)
    return await client.send(requestOf(posting))
  })
  const other = pause(random.next() * spreadMs).then(async () => await meanwhile?.())
  const [replies, said] = await Promise.all([Promise.all(sends), other])
  if (said !== undefined && said.status !== 200) {
    findings.fault(`what happens meanwhile was answered ${said.status} ${said.text}`)
  }
  return replies
}

async function judge(
  deployment: Deployment,
  memberId: string,
  name: string,
  contest: Contest,
  replies: readonly Reply[],
  findings: Findings,
): Promise<void> {
  const database = await deployment.database()
  const entries = await readBooks(database, memberId)
  await database.end()
  walkBooks(memberId, entries, findings)

  let winners = entries.filter(
    (entry) => entry.kind === contest.otherWinner && entry.amount > 0,
  ).length
  const answered: { sentAtMs: number; receivedAtMs: number; seq: number }[] = []
  for (const reply of replies) {
    const told = toldBy(reply)
    const at = `${name} of ${memberId}`
    if (told?.ok === true) winners += 1
    else if (told?.code === undefined || !contest.refusals.includes(told.code)) {
      findings.fault(`${at} was answered ${reply.status} ${told?.code ?? reply.text}`)
    }
    if (told?.seq === undefined) continue
    answered.push({ ...reply, seq: told.seq })
    compare(at, told, entries[told.seq - 1], findings)
  }
  if (winners !== contest.winners) {
    findings.fault(`${winners} winners, not ${contest.winners}: ${name} of ${memberId}`)
  }
  checkOrder(memberId, answered, findings)
}

/** An answer must be the entry that its number names. */
function compare(at: string, told: Told, entry: BookEntry | undefined, findings: Findings): void {
  const { after } = told
  const isKept =
    entry !== undefined &&
    after !== undefined &&
    sameBalance(entry.answer.after, after) &&
    entry.answer.ok === told.ok
  if (!isKept)
    findings.fault(`${at}: the answer with seq ${told.seq} is not the entry of that number`)
}

async function timeOf(client: Client, token: string): Promise<Temporal.Instant> {
  const reply = await client.send({ path: '/v1/market', token })
  return Temporal.Instant.from((JSON.parse(reply.text) as { now: string }).now)
}
