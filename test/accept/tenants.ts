import type { Role } from '#http/auth/caller.ts'
import { apiOperations, describedOperations } from '#test/accept/support/api-operations.ts'
import type { Operation } from '#test/accept/support/api-operations.ts'
import type { Client, Reply, Request } from '#test/accept/support/client.ts'
import { deploy, type Deployment } from '#test/accept/support/deployment.ts'
import type { Findings } from '#test/accept/support/findings.ts'
import { forgedTokens } from '#test/accept/support/forged-tokens.ts'
import { eventOf, mustPost } from '#test/accept/support/postings.ts'
import { pause } from '#test/accept/support/program.ts'
import type { Trial, TrialContext } from '#test/accept/support/trial.ts'

/** Everybody tries every operation of the API, with every right and wrong proof of who they are. */
export const tenants: Trial = {
  name: 'tenants',
  about: 'every operation with own, foreign, missing and forged credentials: nothing leaks',
  full: {},
  quick: {},
  controls: {
    // A member may ask about any other.
    'open-doors': [
      {
        file: 'http/auth/authenticate.ts',
        find: '  return memberId !== undefined && memberId !== caller.memberId\n',
        replace: '  return memberId !== undefined && memberId === caller.role\n',
      },
    ],
  },
  run,
}

const own = 'own-member'
const other = 'other-member'
const unknown = 'unknown-member'
/** Stands in everything that is the other member's. */
const marker = 'MARKER'
const roles = ['operator', 'merchant', 'member', 'service'] as const

/** Failed proofs are limited by address: each operation is asked from another one. */
type Stage = {
  readonly deployment: Deployment
  readonly findings: Findings
  readonly tokens: ReadonlyMap<Role, string>
  readonly forged: ReadonlyMap<string, string>
}

async function run({ folder, findings }: TrialContext): Promise<void> {
  const deployment = await deploy({ folder })
  const token = (role: Role) =>
    deployment.issuer.sign({
      role,
      subject: role === 'member' ? own : role,
      memberId: role === 'member' ? own : undefined,
      lifeSeconds: 3_600,
    })
  const tokens = new Map<Role, string>()
  for (const role of roles) tokens.set(role, await token(role))
  await prepare(deployment, tokens.get('service') ?? '')
  const forged = await forgedTokens(deployment, 'operator')
  const forgedMembers = await forgedTokens(deployment, 'member', other)
  await pause(1_000)
  const all = new Map([
    ...forged,
    ...[...forgedMembers].map(([k, v]) => [`${k}, as a member`, v] as const),
  ])
  const stage: Stage = { deployment, findings, tokens, forged: all }

  await checkComplete(deployment.client(1), findings)
  let address = 1
  for (const [name, operation] of Object.entries(apiOperations)) {
    address += 1
    const client = deployment.client(1, `127.0.1.${address}`)
    if (operation.roles === 'anyone') continue
    await tryProofs(stage, client, name, operation)
    await tryRoles(stage, client, name, operation)
    if (operation.ofMember) await tryForeign(stage, client, name, operation)
    client.close()
    findings.count('operations')
  }
  await tryPaths(stage, deployment.client(1, '127.0.2.1'))
  await deployment.close()
}

async function prepare(deployment: Deployment, token: string): Promise<void> {
  const client = deployment.client(1)
  const time = '2017-11-01T00:00:00Z'
  const joined = [own, other].map((memberId) => ({
    ...eventOf(memberId, 'member.joined', `joined-${memberId}`, time),
    data: { nickname: memberId === other ? marker : 'Lin' },
  }))
  await client.send({ path: '/v1/events', token, json: joined })
  for (const memberId of [own, other]) {
    const base = { memberId, token }
    const reason = memberId === other ? marker : 'own'
    const body = { amount: 1_000, ref: 'got', reason }
    await mustPost(client, { ...base, verb: 'earns', key: 'got', body })
    await mustPost(client, {
      ...base,
      verb: 'spends',
      key: 'p',
      body: { amount: 100, ref: 'paid' },
    })
    await mustPost(client, { ...base, verb: 'holds', key: 'h', body: { amount: 100, ref: 'cart' } })
  }
  client.close()
}

/** Every operation that the program describes is tried here, and lets in whom this trial thinks it does. */
async function checkComplete(client: Client, findings: Findings): Promise<void> {
  const described = await describedOperations(client)
  for (const [name, access] of described) {
    const operation = apiOperations[name]
    if (operation === undefined) {
      findings.fault(`the operation ${name} is not tried`)
      continue
    }
    const { roles: wanted } = operation
    const text = wanted === 'anyone' ? wanted : wanted.toSorted().join(' ')
    if (text !== access) findings.fault(`${name} is open to ${access}, not to ${text}`)
  }
  const gone = Object.keys(apiOperations).find((name) => !described.has(name))
  if (gone !== undefined) findings.fault(`there is no operation ${gone} any more`)
}

/** Without a proof, or with a forged one, everything is 401. */
async function tryProofs(
  { findings, forged }: Stage,
  client: Client,
  name: string,
  operation: Operation,
): Promise<void> {
  const request = operation.request(other)
  const tries: [string, Request][] = [
    ['no token', request],
    ['an empty token', { ...request, token: '' }],
    ['a password', withHeaders(request, { authorization: 'Basic b3BlcmF0b3I6' })],
    ['a forged cookie', withHeaders(request, { cookie: 'jifen_session=abc.def.ghi' })],
    [
      'forwarded headers',
      withHeaders(request, { 'x-forwarded-user': 'operator', 'x-role': 'operator' }),
    ],
    ...[...forged].map(([what, token]): [string, Request] => [what, { ...request, token }]),
    ...[...forged].map(([what, token]): [string, Request] => [
      `${what}, as a cookie`,
      withHeaders(request, { cookie: `jifen_session=${token}`, 'sec-fetch-site': 'same-origin' }),
    ]),
  ]
  for (const [what, attempt] of tries) {
    const reply = await client.send(attempt)
    findings.count('proofs tried')
    if (reply.status !== 401) findings.fault(`${name} with ${what}: ${said(reply)}`)
    mustNotLeak(`${name} with ${what}`, reply, findings)
  }
}

/** Each role is let in or turned away as the table says. */
async function tryRoles(
  { findings, tokens }: Stage,
  client: Client,
  name: string,
  operation: Operation,
): Promise<void> {
  for (const [role, token] of tokens) {
    const reply = await client.send({ ...operation.request(own), token })
    findings.count('roles tried')
    const allowed = operation.roles.includes(role)
    const code = codeIn(reply)
    const isIn =
      reply.status < 500 && ![401, 403].includes(reply.status) && code !== 'members/unknown'
    const isOut = reply.status === 403 && code === 'requests/forbidden'
    if (allowed ? !isIn : !isOut) findings.fault(`${name} as ${role}: ${said(reply)}`)
  }
}

/** A member sees only itself; another one and none at all are answered alike. */
async function tryForeign(
  { findings, tokens, deployment }: Stage,
  client: Client,
  name: string,
  operation: Operation,
): Promise<void> {
  if (!operation.roles.includes('member')) return
  const token = tokens.get('member') ?? ''
  const asCookie = (request: Request, headers: Record<string, string>): Request =>
    withHeaders(request, { cookie: `jifen_session=${token}`, ...headers })
  const ways: [string, (request: Request) => Request][] = [
    ['token', (request) => ({ ...request, token })],
    ['cookie', (request) => asCookie(request, { 'sec-fetch-site': 'same-origin' })],
  ]
  for (const [way, prove] of ways) {
    const [foreign, none] = [
      await client.send(prove(operation.request(other))),
      await client.send(prove(operation.request(unknown))),
    ]
    findings.count('foreign members tried')
    if (foreign.status !== 404 || shape(foreign) !== shape(none)) {
      findings.fault(
        `${name} of another member by ${way}: ${said(foreign)}; of none: ${said(none)}`,
      )
    }
    mustNotLeak(`${name} of another member`, foreign, findings)
  }
  const isWriting = operation.request(own).json !== undefined
  if (!isWriting) return
  for (const headers of [
    {},
    { origin: 'https://evil.example' },
    { 'sec-fetch-site': 'cross-site' },
  ]) {
    const reply = await client.send(
      asCookie(operation.request(own), headers as Record<string, string>),
    )
    findings.count('pages of other sites tried')
    if (reply.status !== 403) {
      findings.fault(`${name} from ${JSON.stringify(headers)} by cookie: ${said(reply)}`)
    }
  }
  const origin = `http://127.0.0.1:${deployment.port}`
  const ours = await client.send(asCookie(operation.request(own), { origin }))
  if ([401, 403].includes(ours.status)) findings.fault(`${name} from our own page: ${said(ours)}`)
}

/** Spellings of another member's path. */
async function tryPaths({ findings, tokens }: Stage, client: Client): Promise<void> {
  const token = tokens.get('member') ?? ''
  const inWallet = '/wallets/platform/points'
  const paths = [
    `/v1/members/${own}%2F..%2F${other}${inWallet}`,
    `/v1/members/${own}/../${other}${inWallet}`,
    `/v1/members/${own}/..%2f${other}${inWallet}`,
    `/v1/members/%6Fther-member${inWallet}`,
    `/v1/members/OTHER-MEMBER${inWallet}`,
    `/v1//members/${other}${inWallet}`,
    `/v1/members/${other}/${inWallet}`,
    `/v1/members/${other}${inWallet}/`,
    `/v1/members/${other};a=b${inWallet}`,
    `/v1/members/${own}${inWallet}?memberId=${other}`,
    `/v1/members/${own}%00${other}${inWallet}`,
    `/v1/members/${own},${other}${inWallet}`,
    `/v1/members/*${inWallet}`,
    `/v1/members/${own}${inWallet}/entries?cursor=${Buffer.from('999').toString('base64url')}`,
    `/v1/members/${own}${inWallet}/entries?cursor=${Buffer.from('{"memberId":"other-member","seq":9}').toString('base64url')}`,
  ]
  for (const path of paths) {
    const reply = await client.send({ path, token })
    findings.count('paths tried')
    mustNotLeak(path, reply, findings)
    if (reply.status >= 500 || reply.status === 0) findings.fault(`${path}: ${said(reply)}`)
  }
}

function withHeaders(request: Request, headers: Record<string, string>): Request {
  return { ...request, headers: { ...request.headers, ...headers } }
}

function mustNotLeak(what: string, reply: Reply, findings: Findings): void {
  const head = JSON.stringify(reply.headers)
  if (`${head}${reply.text}`.includes(marker)) findings.fault(`${what} leaks: ${said(reply)}`)
}

function codeIn(reply: Reply): string {
  return /"code":"([^"]*)"/.exec(reply.text)?.[1] ?? ''
}

/** An answer without what differs from request to request. */
function shape(reply: Reply): string {
  return `${reply.status} ${reply.text.replace(/"instance":"[^"]*"/, '')}`
}

function said(reply: Reply): string {
  return `${reply.status} ${codeIn(reply) || reply.text.slice(0, 200)}`
}
