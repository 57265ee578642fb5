import type { Client } from '#test/accept/support/client.ts'
import { deploy, type Deployment } from '#test/accept/support/deployment.ts'
import type { Findings } from '#test/accept/support/findings.ts'
import { askAgain, checkKept, type Acknowledged } from '#test/accept/support/kept.ts'
import { joinMembers, requestOf, toldBy } from '#test/accept/support/postings.ts'
import { pause } from '#test/accept/support/program.ts'
import type { Random } from '#test/accept/support/random.ts'
import { openTraffic, shareMembers, type Shared } from '#test/accept/support/traffic.ts'
import type { Trial, TrialContext } from '#test/accept/support/trial.ts'
import { mustVerify } from '#test/accept/support/verify.ts'

/** The program is told to stop while it is used, and nobody is cut off. */
export const stop: Trial = {
  name: 'stop',
  about: 'SIGTERM under load: nothing acknowledged is lost, no request that was sent is cut off',
  full: { rounds: 20, perSecond: 200 },
  quick: { rounds: 2, perSecond: 200 },
  controls: {
    // Connections are closed as they stand.
    'no-drain': [
      { file: 'cli/run-market.ts', find: '    await http.drain()\n', replace: '' },
      {
        file: 'http/server.ts',
        find: "forceCloseConnections: 'idle'",
        replace: 'forceCloseConnections: true',
      },
    ],
  },
  run,
}

const clients = 16
const members = 20
const stopsInMs = 15_000

async function run({ folder, random, size, findings }: TrialContext): Promise<void> {
  const deployment = await deploy({ folder })
  const token = await deployment.service('stop')
  const client = deployment.client(clients)
  const memberIds = Array.from({ length: members }, (_, n) => `member-${n}`)
  await joinMembers(client, token, memberIds)
  const shared = shareMembers(memberIds)
  const acknowledged: Acknowledged[] = []

  for (let round = 0; round < size('rounds'); round += 1) {
    let isOver = false
    const load = Array.from({ length: clients }, async (_, n) => {
      const own = random.fork(`${round}/${n}`)
      const name = `r${round}c${n}`
      const everyMs = (clients * 1_000) / size('perSecond')
      const user = { client, own, shared, name, token, acknowledged, findings, everyMs }
      await use(user, () => isOver)
    })
    await pause(random.int(1_000, 2_500))
    await stopAndStart(deployment, findings)
    await pause(300)
    isOver = true
    await Promise.all(load)
  }
  await checkKept(deployment, memberIds, acknowledged, findings)
  await askAgain(client, random, acknowledged, findings)
  await mustVerify(deployment.home, findings)
  await deployment.close()
}

async function stopAndStart(deployment: Deployment, findings: Findings): Promise<void> {
  const begunMs = performance.now()
  const { code, signal } = await deployment.stop()
  const tookMs = performance.now() - begunMs
  findings.count('stops')
  if (code !== 0) {
    const said = deployment.program().said().slice(-1_500)
    findings.fault(
      `the program ended with ${code ?? signal} after ${Math.round(tookMs)} ms: ${said}`,
    )
  }
  if (tookMs > stopsInMs) findings.fault(`it took ${(tookMs / 1_000).toFixed(1)} s to stop`)

  const logBefore = deployment.postgresLog().length
  await deployment.restart()
  const log = deployment.postgresLog().slice(logBefore)
  if (/not properly shut down|automatic recovery/.test(log)) {
    findings.fault('PostgreSQL had to recover after a stop')
  }
}

type User = {
  readonly client: Client
  readonly own: Random
  readonly shared: Shared
  readonly name: string
  readonly token: string
  readonly acknowledged: Acknowledged[]
  readonly findings: Findings
  readonly everyMs: number
}

/** Posts at a steady pace; what the stopped program could not take is asked again until it is answered. */
async function use(user: User, isOver: () => boolean): Promise<void> {
  const { client, own, shared, name, token, acknowledged, findings, everyMs } = user
  const traffic = openTraffic(own, shared, name, token)
  while (!isOver()) {
    const nextAtMs = performance.now() + everyMs
    const posting = traffic.next()
    for (;;) {
      const reply = await client.send(requestOf(posting))
      const told = toldBy(reply)
      if (told?.seq !== undefined) {
        traffic.learn(posting, told)
        acknowledged.push({ posting, reply, told })
        findings.count('acknowledged')
        break
      }
      findings.count(reply.status === 0 ? `no answer: ${reply.text}` : `answered ${reply.status}`)
      // Nobody listens while it is stopped; everything else was taken and must be answered.
      if (reply.status === 0 && reply.text !== 'ECONNREFUSED') {
        findings.fault(`${posting.key} was cut off: ${reply.text}`)
      }
      if (reply.status !== 0 && reply.status !== 503) {
        findings.fault(`${posting.verb} was answered ${reply.status} ${reply.text}`)
        break
      }
      await pause(100)
    }
    await pause(Math.max(0, nextAtMs - performance.now()))
  }
}
