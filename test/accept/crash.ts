import type { Client } from '#test/accept/support/client.ts'
import { deploy, type Deployment } from '#test/accept/support/deployment.ts'
import { noSync } from '#test/accept/support/faults.ts'
import type { Findings } from '#test/accept/support/findings.ts'
import { askAgain, checkKept, type Acknowledged } from '#test/accept/support/kept.ts'
import { joinMembers, requestOf, toldBy, type Posting } from '#test/accept/support/postings.ts'
import { signalAll } from '#test/accept/support/processes.ts'
import { isReady, pause } from '#test/accept/support/program.ts'
import type { Random } from '#test/accept/support/random.ts'
import { openTraffic, shareMembers, type Shared } from '#test/accept/support/traffic.ts'
import type { Trial, TrialContext } from '#test/accept/support/trial.ts'
import { mustVerify } from '#test/accept/support/verify.ts'

/** Processes are killed and stopped under load; nothing that was acknowledged may be lost. */
export const crash: Trial = {
  name: 'crash',
  about:
    'kill -9 and SIGSTOP of PostgreSQL and the program under load: nothing acknowledged is lost',
  full: { rounds: 20, stopped: 30 },
  quick: { rounds: 1, stopped: 3 },
  controls: { 'no-sync': noSync },
  run,
}

const clients = 16
const members = 20
const readyInMs = 10_000
const readyWithStaleFileInMs = 40_000
const giveUpAfterMs = 120_000

type Disaster = {
  readonly name: string
  /** Makes it happen, and starts the program again where a person would. */
  readonly strike: (deployment: Deployment, stoppedMs: number) => Promise<void>
  /** Whether time counts from the end of it: nothing can serve while it is stopped. */
  readonly countsAfter: boolean
}

const disasters: readonly Disaster[] = [
  {
    name: 'kill -9 of PostgreSQL',
    countsAfter: false,
    strike: async (deployment) => signalAll(deployment.postmaster() ?? 0, 'SIGKILL'),
  },
  {
    name: 'kill -9 of the program',
    countsAfter: false,
    strike: async (deployment) => {
      deployment.program().kill('SIGKILL')
      await deployment.program().ended
      await deployment.restart()
    },
  },
  {
    name: 'kill -9 of both',
    countsAfter: false,
    strike: async (deployment) => {
      signalAll(deployment.postmaster() ?? 0, 'SIGKILL')
      deployment.program().kill('SIGKILL')
      await deployment.program().ended
      await deployment.restart()
    },
  },
  {
    name: 'SIGSTOP of the program',
    countsAfter: true,
    strike: async (deployment, stoppedMs) => {
      deployment.program().kill('SIGSTOP')
      await pause(stoppedMs)
      deployment.program().kill('SIGCONT')
    },
  },
  {
    name: 'SIGSTOP of PostgreSQL',
    countsAfter: true,
    strike: async (deployment, stoppedMs) => {
      const postmaster = deployment.postmaster() ?? 0
      signalAll(postmaster, 'SIGSTOP')
      await pause(stoppedMs)
      signalAll(postmaster, 'SIGCONT')
    },
  },
]

async function run({ folder, random, size, findings }: TrialContext): Promise<void> {
  const deployment = await deploy({ folder })
  const token = await deployment.service('crash')
  const client = deployment.client(clients)
  const memberIds = Array.from({ length: members }, (_, n) => `member-${n}`)
  await joinMembers(client, token, memberIds)
  const shared = shareMembers(memberIds)
  const acknowledged: Acknowledged[] = []
  const givenUp: Posting[] = []

  for (let round = 0; round < size('rounds') * disasters.length; round += 1) {
    const disaster = disasters[round % disasters.length]
    if (disaster === undefined) break
    let isOver = false
    const load = Array.from({ length: clients }, async (_, n) => {
      const own = random.fork(`${round}/${n}`)
      const name = `r${round}c${n}`
      const pressure = { client, own, shared, name, token, acknowledged, givenUp, findings }
      await press(pressure, () => isOver)
    })
    await pause(random.int(500, 2_500))
    await survive(deployment, disaster, size('stopped') * 1_000, findings)
    await pause(500)
    isOver = true
    await Promise.all(load)
    findings.count(disaster.name)
  }
  await checkKept(deployment, memberIds, acknowledged, findings, givenUp)
  await askAgain(client, random, acknowledged, findings)
  await mustVerify(deployment.home, findings)
  await deployment.close()
}

/** Lets a disaster happen and waits until the program can serve again, by itself and in time. */
async function survive(
  deployment: Deployment,
  disaster: Disaster,
  stoppedMs: number,
  findings: Findings,
): Promise<void> {
  const logBefore = deployment.postgresLog().length
  const beforeMs = performance.now()
  await disaster.strike(deployment, stoppedMs)
  const sinceMs = disaster.countsAfter ? performance.now() : beforeMs
  const deadlineMs = sinceMs + readyWithStaleFileInMs
  while (!(await isReady(deployment.port)) && performance.now() < deadlineMs) await pause(50)
  const readyMs = performance.now() - sinceMs
  const log = deployment.postgresLog().slice(logBefore)
  const wasStale = /lock file "postmaster\.pid" already exists|pre-existing shared memory/.test(log)
  const limitMs = wasStale ? readyWithStaleFileInMs : readyInMs
  findings.note(`${disaster.name}: ready again after ${(readyMs / 1_000).toFixed(1)} s`)
  if (readyMs > limitMs) {
    const said = deployment.program().said().slice(-1_000)
    findings.fault(`${disaster.name}: not ready after ${(readyMs / 1_000).toFixed(1)} s: ${said}`)
  }
}

type Pressure = {
  readonly client: Client
  readonly own: Random
  readonly shared: Shared
  readonly name: string
  readonly token: string
  readonly acknowledged: Acknowledged[]
  /** Never answered: they may have been done or not. */
  readonly givenUp: Posting[]
  readonly findings: Findings
}

/** Posts until it is over; what was not answered is asked again under the same key until it is. */
async function press(pressure: Pressure, isOver: () => boolean): Promise<void> {
  const { client, own, shared, name, token, acknowledged, givenUp, findings } = pressure
  const traffic = openTraffic(own, shared, name, token)
  while (!isOver()) {
    const posting = traffic.next()
    const begunMs = performance.now()
    for (;;) {
      const reply = await client.send(requestOf(posting))
      const told = toldBy(reply)
      if (told?.seq !== undefined) {
        traffic.learn(posting, told)
        acknowledged.push({ posting, reply, told })
        findings.count('acknowledged')
        break
      }
      findings.count(reply.status === 0 ? 'not answered' : `answered ${reply.status}`)
      if (reply.status !== 0 && reply.status < 500) {
        findings.fault(`${posting.verb} was answered ${reply.status} ${reply.text}`)
        break
      }
      if (performance.now() - begunMs > giveUpAfterMs) {
        findings.fault(`${posting.key} was not answered in ${giveUpAfterMs / 1_000} s`)
        givenUp.push(posting)
        break
      }
      await pause(own.int(50, 150))
    }
  }
}
