import type { Client, Reply } from '#test/accept/support/client.ts'
import { deploy, type Deployment } from '#test/accept/support/deployment.ts'
import { blindClaims } from '#test/accept/support/faults.ts'
import type { Findings } from '#test/accept/support/findings.ts'
import { joinMembers, mustPost } from '#test/accept/support/postings.ts'
import { pause } from '#test/accept/support/program.ts'
import {
  amountOf,
  bodyOf,
  contestOf,
  countingOf,
  leastAmount,
  mostAmount,
  perMember,
  requestFor,
  type Contest,
} from '#test/accept/support/quota-contests.ts'
import { disasters, strike } from '#test/accept/support/quota-kills.ts'
import type { Random } from '#test/accept/support/random.ts'
import { judgeSoldOut, type Told } from '#test/accept/support/sold-out.ts'
import type { Trial, TrialContext } from '#test/accept/support/trial.ts'
import { mustVerify } from '#test/accept/support/verify.ts'

/** Quantities that too many want, while processes are killed: never more than there is, never less. */
export const oversell: Trial = {
  name: 'oversell',
  about: 'more members than units claim at once, under kills: exactly as many get one as there are',
  full: { rounds: 20, units: 1_000, members: 3_000 },
  quick: { rounds: 3, units: 300, members: 600 },
  controls: { 'read-then-write': blindClaims },
  run,
}

const clients = 64
const startOfTime = '2017-11-01T00:00:00+08:00'
const giveUpAfterMs = 120_000

type Stage = {
  readonly deployment: Deployment
  readonly client: Client
  readonly service: string
  readonly memberIds: readonly string[]
  readonly random: Random
  readonly findings: Findings
}

async function run({ folder, random, size, findings }: TrialContext): Promise<void> {
  const deployment = await deploy({ folder, clock: startOfTime })
  const client = deployment.client(clients)
  const service = await deployment.service('oversell')
  const memberIds = Array.from({ length: size('members') }, (_, n) => `member-${n}`)
  for (let from = 0; from < memberIds.length; from += 500) {
    await joinMembers(client, service, memberIds.slice(from, from + 500), startOfTime)
  }
  // Books without any entry could not be verified.
  const first = { memberId: 'member-0', verb: 'earns', key: 'first', body: { amount: 1 } } as const
  await mustPost(client, { ...first, token: service })
  const contests = Array.from({ length: size('rounds') }, (_, round) =>
    contestOf(round, size('units')),
  )
  await openContests(deployment, client, contests, size('units'))

  const stage: Stage = { deployment, client, service, memberIds, random, findings }
  for (const [round, contest] of contests.entries()) {
    await hold(stage, contest, round)
    findings.count(contest.name)
  }
  await mustVerify(deployment.home, findings)
  await deployment.close()
}

/** Drafts and approves the policies of all rounds, and waits until they are in force. */
async function openContests(
  deployment: Deployment,
  client: Client,
  contests: readonly Contest[],
  units: number,
): Promise<void> {
  const operator = async (subject: string) =>
    await deployment.issuer.sign({ role: 'operator', subject, lifeSeconds: 3_600 })
  const [author, approver] = [await operator('ann'), await operator('bob')]
  for (const contest of contests) {
    const name = `${contest.family}:${contest.slug}`
    const body = { body: bodyOf(contest, units) }
    await must(client, { path: `/v1/policies/${name}/drafts`, token: author, json: body })
    const path = `/v1/policies/${name}/versions/1/approval`
    await must(client, { path, token: approver, json: {} })
  }
  await pause(6_000)
}

/** All members claim, while something is killed; then what was had is counted where it is kept. */
async function hold(stage: Stage, contest: Contest, round: number): Promise<void> {
  const { memberIds, random, findings } = stage
  const told: Told = { given: new Map(), soldOut: [], changes: [] }
  const order = random.fork(`order/${round}`).shuffle(memberIds)
  const waiting = [...order]
  let left = waiting.length
  const load = Array.from({ length: clients }, async (_, n) => {
    const own = random.fork(`${round}/${n}`)
    for (let memberId = waiting.shift(); memberId !== undefined; memberId = waiting.shift()) {
      await claim(stage, contest, memberId, own, told)
      left -= 1
    }
  })
  const disaster = disasters[round % disasters.length]
  const struck = disaster === undefined ? Promise.resolve() : strike(stage, contest, disaster)
  await Promise.all([...load, struck])
  if (left !== 0) findings.fault(`${left} members of ${contest.slug} were never answered`)
  await fillUp(stage, contest, told)
  await judge(stage, contest, told)
}

/** One member claims, again under the same key until it is answered, and sometimes once more. */
async function claim(
  stage: Stage,
  contest: Contest,
  memberId: string,
  own: Random,
  told: Told,
): Promise<void> {
  const { findings } = stage
  const amount = contest.family === 'allowance' ? own.int(leastAmount, mostAmount) : 1
  const tries = own.chance(0.1) ? 2 : 1
  for (let nth = 0; nth < tries; nth += 1) {
    const key = `${contest.slug}/${memberId}/${nth}`
    const begunMs = performance.now()
    const reply = await ask(stage, requestFor(contest, stage.service, memberId, key, amount))
    const code = codeOf(reply)
    if (reply.status === 201) {
      const given = amountOf(reply, contest)
      told.given.set(memberId, (told.given.get(memberId) ?? 0) + given)
      told.changes.push({ atMs: begunMs, amount: -given })
      findings.count('given')
      await mayGiveBack(stage, contest, memberId, own, told)
    } else if (code === 'issuing/sold-out') {
      told.soldOut.push({
        atMs: reply.receivedAtMs,
        amount: contest.family === 'allowance' ? amount : 1,
      })
      findings.count('sold out')
    } else if (code === 'issuing/member-limit-reached') findings.count('over the limit')
    else findings.fault(`a claim was answered ${reply.status} ${reply.text}`)
  }
}

/** Some give their coupon back: another one can have it. */
async function mayGiveBack(
  stage: Stage,
  contest: Contest,
  memberId: string,
  own: Random,
  told: Told,
): Promise<void> {
  if (contest.family !== 'coupon-batch' || !own.chance(0.1)) return
  const path = `/v1/members/${memberId}/coupons/${contest.slug}.1/return`
  const reply = await ask(stage, { method: 'POST', path, token: stage.service })
  if (reply.status === 200) {
    told.given.delete(memberId)
    told.changes.push({ atMs: reply.receivedAtMs, amount: 1 })
    stage.findings.count('given back')
  } else stage.findings.fault(`giving back was answered ${reply.status} ${reply.text}`)
}

type Sent = Parameters<Client['send']>[0]

/** Sends until there is an answer that counts: none, and 5xx, are asked again. */
async function ask({ client, findings }: Stage, request: Sent): Promise<Reply> {
  const begunMs = performance.now()
  for (;;) {
    const reply = await client.send(request)
    if (reply.status !== 0 && reply.status < 500) return reply
    if (reply.status === 500) findings.fault(`${request.path} was answered ${reply.text}`)
    findings.count(reply.status === 0 ? 'not answered' : `answered ${reply.status}`)
    if (performance.now() - begunMs > giveUpAfterMs) {
      findings.fault(`${request.path} was not answered in ${giveUpAfterMs / 1_000} s`)
      return reply
    }
    await pause(100)
  }
}

/**
 * Once all members had their turn, whoever was turned away by mistake, or for what came back since, is
 * let in: newcomers claim until nothing is left, a second after the last "sold out" was remembered.
 */
async function fillUp(stage: Stage, contest: Contest, told: Told): Promise<void> {
  await pause(1_100)
  for (let newcomer = 0; newcomer < 1_000; newcomer += 1) {
    const memberId = `late-${contest.slug}-${newcomer}`
    await joinMembers(stage.client, stage.service, [memberId], startOfTime)
    const amount = contest.family === 'allowance' ? leftTo(contest, told) : 1
    if (amount === 0) return
    const request = requestFor(
      contest,
      stage.service,
      memberId,
      memberId,
      Math.min(amount, mostAmount),
    )
    const reply = await ask(stage, request)
    if (codeOf(reply) === 'issuing/sold-out') return
    if (reply.status !== 201) {
      stage.findings.fault(`a newcomer was answered ${reply.status} ${reply.text}`)
      return
    }
    told.given.set(memberId, amountOf(reply, contest))
    stage.findings.count('given to newcomers')
  }
}

function leftTo({ total }: Contest, { given }: Told): number {
  return Math.max(0, total - sumOf(given.values()))
}

/** Counts what was given, where it is kept and by the answers: exactly what there was. */
async function judge({ deployment, findings }: Stage, contest: Contest, told: Told): Promise<void> {
  const database = await deployment.database()
  const kept = await database.query<{ member_id: string; had: number; most: number }>(
    countingOf[contest.family],
    [contest.slug],
  )
  await database.end()

  const had = sumOf(kept.rows.map((row) => Number(row.had)))
  if (had !== contest.total) {
    findings.fault(`${had} of ${contest.total} were given: ${contest.family}:${contest.slug}`)
  }
  for (const row of kept.rows) {
    if (Number(row.most) > perMember && contest.family !== 'allowance') {
      findings.fault(`${row.member_id} has ${row.most} of ${contest.slug}`)
    }
    if (Number(row.had) !== (told.given.get(row.member_id) ?? 0)) {
      findings.fault(
        `${row.member_id} has ${row.had} of ${contest.slug}, but was told ${told.given.get(row.member_id)}`,
      )
    }
  }
  judgeSoldOut(contest, told, findings)
}

function codeOf(reply: Reply): string | undefined {
  try {
    return (JSON.parse(reply.text) as { code?: string }).code
  } catch {
    return undefined
  }
}

function sumOf(amounts: Iterable<number>): number {
  let sum = 0
  for (const amount of amounts) sum += amount
  return sum
}

async function must(client: Client, request: Sent): Promise<void> {
  const reply = await client.send(request)
  if (reply.status >= 300) throw new Error(`${request.path} was answered ${reply.text}`)
}
