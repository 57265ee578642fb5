import type pg from 'pg'
import { Webhook } from 'standardwebhooks'
import type { Client } from '#test/accept/support/client.ts'
import { deploy, type Deployment } from '#test/accept/support/deployment.ts'
import type { Findings } from '#test/accept/support/findings.ts'
import { openHookReceiver, type HookReceiver } from '#test/accept/support/hook-receiver.ts'
import { pause } from '#test/accept/support/program.ts'
import type { Trial, TrialContext } from '#test/accept/support/trial.ts'

/** Events are sent to receivers of every kind while the program is killed and secrets change. */
export const hooks: Trial = {
  name: 'hooks',
  about: 'webhooks reach good and bad receivers at least once, signed, whatever is killed',
  full: { events: 10_000 },
  quick: { events: 400 },
  controls: {
    // A failure counts as a receipt.
    'believe-failures': [
      {
        file: 'operations/webhooks/send.ts',
        find: 'if (status >= 200 && status < 300)',
        replace: 'if (status >= 200 && status < 600)',
      },
    ],
    // One endpoint is served at a time: one that does not answer keeps the others waiting.
    'one-queue': [
      {
        file: 'jobs/webhooks.ts',
        find: 'const mostEndpoints = 64',
        replace: 'const mostEndpoints = 1',
      },
    ],
  },
  run,
}

const batch = 50
const patienceMs = 120_000
/** How late an event may reach a good receiver while others do not answer. */
const latestMs = 5_000

async function run({ folder, size, findings, random }: TrialContext): Promise<void> {
  const deployment = await deploy({ folder, environment: { JIFEN_WEBHOOKS: 'private' } })
  const receiver = await openHookReceiver(() => random.int(0, 99))
  try {
    await sendAll(deployment, receiver, size('events'), findings)
  } finally {
    await receiver.close()
  }
  await deployment.close()
}

async function sendAll(
  deployment: Deployment,
  receiver: HookReceiver,
  events: number,
  findings: Findings,
): Promise<void> {
  const client = deployment.client(8)
  const token = await deployment.issuer.sign({
    role: 'operator',
    subject: 'hooks',
    lifeSeconds: 24 * 3_600,
  })
  const secrets = new Map<string, string[]>()
  const ids = new Map<string, string>()
  for (const kind of receiver.kinds) {
    const made = await ask(client, token, '/v1/webhooks', { url: receiver.url(kind), types: ['*'] })
    ids.set(kind, made.endpoint.endpointId)
    secrets.set(kind, [made.secret])
  }
  await checkTargets(client, token, findings)

  let database = await deployment.database()
  const toldAtMs = new Map<string, number>()
  const killedAt = Math.floor(events / batch / 2) * batch
  let killedMs = 0
  for (let told = 0; told < events; told += batch) {
    await tell(database, told, Math.min(batch, events - told), toldAtMs)
    await pause(40)
    if (told !== killedAt) continue

    const before = performance.now()
    deployment.program().kill('SIGKILL')
    await deployment.program().ended
    await deployment.restart()
    database = await deployment.database()
    killedMs = performance.now() - before
    for (const kind of receiver.kinds) {
      const path = `/v1/webhooks/${ids.get(kind)}/secrets`
      const rotated = await ask(deployment.client(1), token, path)
      secrets.get(kind)?.push(rotated.secret)
    }
  }
  await untilReceived(database, receiver, events, findings)
  checkReceived(receiver, { events, secrets, toldAtMs, killedMs }, findings)
  const gone = await database.query<{ status: string; disabled_for: string | null }>(
    'select status, disabled_for from jifen.webhook_endpoint where endpoint_id = $1',
    [ids.get('gone')],
  )
  const [row] = gone.rows
  if (row?.disabled_for !== 'gone') findings.fault(`410 did not disable: ${JSON.stringify(row)}`)
}

/** Announces so many events in one transaction, as the program does. */
async function tell(
  database: pg.Client,
  from: number,
  count: number,
  toldAtMs: Map<string, number>,
): Promise<void> {
  const ids = Array.from({ length: count }, (_, n) => `event-${from + n}`)
  await database.query(
    `insert into jifen.announcement (member_id, announcement_id, type, at, data)
     select 'hooked', id, 'jifen.trial.told.v1', '2017-11-11T00:00:00Z', '{}'
     from unnest($1::text[]) as id`,
    [ids],
  )
  for (const id of ids) toldAtMs.set(`hooked/${id}`, performance.now())
}

/** Waits until every kind that answers at all has everything; tries that wait are made due at once. */
async function untilReceived(
  database: pg.Client,
  receiver: HookReceiver,
  events: number,
  findings: Findings,
): Promise<void> {
  const giveUpAtMs = performance.now() + patienceMs + events * 10
  const answering = ['good', 'flaky', 'resets', 'redirects']
  const isDone = () => answering.every((kind) => receiver.acknowledged(kind).size >= events)
  while (!isDone() && performance.now() < giveUpAtMs) {
    await pause(500)
    await database.query(
      `update jifen.webhook_delivery set next_try = now() - interval '1 minute'
       where status = 'waiting' and attempts > 0 and last_error is not null`,
    )
  }
  for (const kind of answering) {
    findings.count(`received by ${kind}`, receiver.acknowledged(kind).size)
  }
}

function checkReceived(
  receiver: HookReceiver,
  told: {
    readonly events: number
    readonly secrets: ReadonlyMap<string, readonly string[]>
    readonly toldAtMs: ReadonlyMap<string, number>
    readonly killedMs: number
  },
  findings: Findings,
): void {
  for (const kind of ['good', 'flaky', 'resets', 'redirects']) {
    const missing = told.events - receiver.acknowledged(kind).size
    if (missing > 0) findings.fault(`never received by ${kind}: ${missing} events`)
  }
  const idOf = new Map<string, string>()
  let latest = 0
  for (const { kind, headers, body, atMs, answered } of receiver.received) {
    findings.count('requests')
    const { id } = JSON.parse(body) as { readonly id: string }
    if (answered >= 200 && answered < 300) findings.count('receipts')
    const webhookId = String(headers['webhook-id'])
    if (idOf.get(id) !== undefined && idOf.get(id) !== webhookId)
      findings.fault(`id changed: ${id}`)
    idOf.set(id, webhookId)
    const isSigned = told.secrets.get(kind)?.some((secret) => isSignedBy(secret, headers, body))
    if (isSigned !== true) findings.fault(`wrong signature: ${kind} ${id}`)
    if (kind === 'good') latest = Math.max(latest, atMs - (told.toldAtMs.get(id) ?? atMs))
  }
  findings.note(
    `latest at the good receiver: ${Math.round(latest)} ms, killed for ${Math.round(told.killedMs)} ms`,
  )
  // What was taken when the program was killed is taken over a minute later.
  if (latest > 60_000 + told.killedMs + latestMs) findings.fault(`late: ${Math.round(latest)} ms`)
  const good = receiver.received.filter(({ kind }) => kind === 'good')
  const late = good.filter(({ body, atMs }) => {
    const { id } = JSON.parse(body) as { readonly id: string }
    return atMs - (told.toldAtMs.get(id) ?? atMs) > latestMs + told.killedMs
  })
  // At most what was under way at the kill.
  if (late.length > 16) findings.fault(`late at the good receiver: ${late.length} events`)
}

function isSignedBy(
  secret: string,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: string,
): boolean {
  try {
    const flat = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, String(value)]),
    )
    new Webhook(secret).verify(body, flat)
    return true
  } catch {
    return false
  }
}

/** What is no endpoint is refused when it is told. */
async function checkTargets(client: Client, token: string, findings: Findings): Promise<void> {
  for (const url of ['ftp://example.com', 'https://u:p@example.com', 'file:///etc/passwd', 'x']) {
    const reply = await client.send({ path: '/v1/webhooks', token, json: { url, types: ['*'] } })
    if (reply.status !== 400) findings.fault(`taken as an endpoint: ${url} (${reply.status})`)
  }
}

// Answers are looked into as they come.
// oxlint-disable-next-line typescript/no-explicit-any
async function ask(client: Client, token: string, path: string, json?: object): Promise<any> {
  const reply = await client.send({
    method: 'POST',
    path,
    token,
    ...(json === undefined ? {} : { json }),
  })
  if (reply.status !== 201) throw new Error(`${path}: ${reply.status} ${reply.text}`)
  return JSON.parse(reply.text)
}
