import type { Client, Reply } from '#test/accept/support/client.ts'
import { sendBroken } from '#test/accept/support/broken-http.ts'
import { deploy } from '#test/accept/support/deployment.ts'
import type { Findings } from '#test/accept/support/findings.ts'
import { readDescription } from '#test/accept/support/openapi.ts'
import { joinMembers, mustPost } from '#test/accept/support/postings.ts'
import type { Trial, TrialContext } from '#test/accept/support/trial.ts'
import { mustVerify } from '#test/accept/support/verify.ts'
import { wildRequest, type Wild } from '#test/accept/support/wild.ts'

/** Requests from the description of the API and against it: none brings the program out of its calm. */
export const fuzz: Trial = {
  name: 'fuzz',
  about:
    'wild requests: no 5xx, every error a problem that gives nothing away, memory and loop calm',
  full: { requests: 20_000 },
  quick: { requests: 2_000 },
  controls: {
    // A body that is no JSON is nobody's fault but ours.
    'bad-json': [
      {
        file: 'http/errors.ts',
        find: 'if (error instanceof NotJson)',
        replace: 'if (error instanceof NotJson && error.wrong === undefined)',
      },
    ],
  },
  run,
}

const atOnce = 8
const brokenShare = 0.02
const mostGrowthBytes = 100 * 2 ** 20
const latestLoopSeconds = 0.1

/** Words of our own making that no caller should read. */
const givesAway =
  /node_modules|\.ts:\d+|\.js:\d+|\bat [\w.<>]+ \(|jifen\.(?:entry|wallet|transfer|lot|idempotency)\b|\bselect\b.*\bfrom\b|syntax error|violates|ECONN/i

async function run({ folder, random, size, findings }: TrialContext): Promise<void> {
  const deployment = await deploy({ folder })
  const client = deployment.client(atOnce)
  const service = await deployment.service('fuzz')
  const operator = await deployment.issuer.sign({
    role: 'operator',
    subject: 'fuzz',
    lifeSeconds: 3_600,
  })
  await joinMembers(client, service, ['lin', 'member-1'])
  const body = { amount: 1_000_000, ref: 'got' }
  await mustPost(client, { memberId: 'lin', verb: 'earns', key: 'got', body, token: service })
  const api = await readDescription(client)

  let before = await figures(client)
  const warm = Math.ceil(size('requests') / 10)
  let sent = 0
  const worker = async (_: unknown, number: number): Promise<void> => {
    const own = random.fork(number)
    while (sent < size('requests')) {
      sent += 1
      if (sent === warm) before = await figures(client)
      if (own.chance(brokenShare)) {
        checkBroken(await sendBroken(deployment.port, own), findings)
        continue
      }
      const wild = wildRequest(api, own)
      const token = own.pick([service, service, service, service, operator, undefined])
      const isProved = wild.request.headers?.['authorization'] !== undefined
      const reply = await client.send({ ...wild.request, token: isProved ? undefined : token })
      checkReply(wild, reply, findings)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))

  const after = await figures(client)
  const growth = after.memoryBytes - before.memoryBytes
  findings.note(
    `memory grew by ${Math.round(growth / 2 ** 20)} MB, event loop p99 ${Math.round(after.loopSeconds * 1_000)} ms`,
  )
  if (growth > mostGrowthBytes) findings.fault(`memory grew by ${growth} bytes`)
  if (after.loopSeconds > latestLoopSeconds) {
    findings.fault(`the event loop was late by ${after.loopSeconds} s (p99)`)
  }
  await mustVerify(deployment.home, findings)
  await deployment.close()
}

function checkReply(wild: Wild, reply: Reply, findings: Findings): void {
  const { what, request, isHuge } = wild
  const at = `${what} (${request.method ?? ''} ${request.path.slice(0, 80)})`
  findings.count(`answered ${reply.status === 0 ? 'not' : `${String(reply.status)[0]}xx`}`)
  if (reply.status === 0) {
    if (isHuge !== true) findings.fault(`not answered: ${at}: ${reply.text}`)
    return
  }
  if (reply.status >= 500) findings.fault(`${reply.status}: ${at}: ${reply.text}`)
  if (reply.status < 400 || request.method === 'HEAD') return
  checkProblem(at, String(reply.headers['content-type'] ?? ''), reply.text, findings)
}

function checkBroken(received: string, findings: Findings): void {
  findings.count('broken requests')
  // What follows the first answer is the answer to the rest of the bytes.
  const headEnd = received.indexOf('\r\n\r\n')
  const head = received.slice(0, headEnd)
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
  const status = Number(/^HTTP\/1\.1 (\d+)/.exec(received)?.[1] ?? 0)
  if (status === 0 || headEnd < 0) return
  if (status >= 500) findings.fault(`${status}: a broken request: ${received.slice(0, 300)}`)
  if (status < 400) return
  const type = /content-type: ([^\r]*)/i.exec(head)?.[1] ?? ''
  const body = received.slice(headEnd + 4, headEnd + 4 + length)
  checkProblem('a broken request', type, body, findings)
}

/** An error is a problem of RFC 9457, and says nothing of our insides. */
function checkProblem(at: string, type: string, text: string, findings: Findings): void {
  if (!type.startsWith('application/problem+json')) {
    findings.fault(`no problem: ${at}: answered ${type}: ${text.slice(0, 200)}`)
    return
  }
  const problem = parse(text)
  if (problem?.title === undefined || problem.code === undefined || problem.status === undefined) {
    findings.fault(`no problem: ${at}: ${text.slice(0, 200)}`)
  }
  if (givesAway.test(text)) findings.fault(`gives away: ${at}: ${text.slice(0, 400)}`)
}

function parse(
  text: string,
): { readonly title?: string; readonly code?: string; readonly status?: number } | undefined {
  try {
    return JSON.parse(text) as { readonly title?: string; readonly code?: string }
  } catch {
    return undefined
  }
}

/** What the program says of itself; the lateness of its loop counts from one reading to the next. */
async function figures(
  client: Client,
): Promise<{ readonly memoryBytes: number; readonly loopSeconds: number }> {
  const { text } = await client.send({ path: '/metrics' })
  const figure = (name: string): number =>
    Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN)
  return {
    memoryBytes: figure('process_resident_memory_bytes'),
    loopSeconds: figure('nodejs_eventloop_lag_p99_seconds'),
  }
}
