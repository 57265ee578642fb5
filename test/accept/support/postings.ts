import type { Client, Reply, Request } from '#test/accept/support/client.ts'

export type Verb =
  'earns' | 'spends' | 'holds' | 'captures' | 'releases' | 'give-backs' | 'claw-backs'

/** A posting that is asked for; sent again as it is, it is the same request. */
export type Posting = {
  readonly memberId: string
  readonly verb: Verb
  /** Of captures and releases: the hold. */
  readonly hold?: string
  readonly key: string
  readonly body: Readonly<Record<string, unknown>>
  readonly token: string
}

export type Balance = {
  readonly available: number
  readonly pending: number
  readonly held: number
  readonly debt: number
}

/** What an answer says: of what was posted, or why not. */
export type Told = {
  readonly ok: boolean
  /** `area/reason` of a refusal. */
  readonly code?: string
  readonly ref?: string
  readonly seq?: number
  readonly amount?: number
  readonly after?: Balance
  readonly short?: number
  readonly left?: number
}

/** The path of a member's points, or of another wallet. */
export function walletPath(memberId: string, wallet = 'platform/points'): string {
  return `/v1/members/${memberId}/wallets/${wallet}`
}

/** A posting as a request of HTTP. */
export function requestOf(posting: Posting): Request {
  const { memberId, verb, hold, key, body, token } = posting
  const of = hold === undefined ? '' : `/holds/${encodeURIComponent(hold)}`
  const headers = { 'idempotency-key': key }
  return { path: `${walletPath(memberId)}${of}/${verb}`, token, headers, json: body }
}

/** Reads the body of an answer; `undefined` when it is no JSON. */
export function toldBy(reply: Reply): Told | undefined {
  try {
    const body = JSON.parse(reply.text) as Omit<Told, 'ok'>
    return { ...body, ok: reply.status === 201 }
  } catch {
    return undefined
  }
}

/** Tells of members that joined, so that they exist. */
export async function joinMembers(
  client: Client,
  token: string,
  memberIds: readonly string[],
  time: string = Temporal.Now.instant().toString(),
): Promise<void> {
  const events = memberIds.map((memberId) => ({
    ...eventOf(memberId, 'member.joined', `joined-${memberId}`, time),
    data: {},
  }))
  const reply = await client.send({ path: '/v1/events', token, json: events })
  if (reply.status !== 200) throw new Error(`members could not join: ${reply.text}`)
}

/** A CloudEvent without its data. */
export function eventOf(memberId: string, type: string, id: string, time: string) {
  return {
    specversion: '1.0',
    source: 'trial',
    id,
    type: `jifen.${type}.v1`,
    time,
    partitionkey: memberId,
  }
}

/** Posts, and throws unless that was done: for what a trial needs before it begins. */
export async function mustPost(client: Client, posting: Posting): Promise<Told> {
  const reply = await client.send(requestOf(posting))
  const told = toldBy(reply)
  if (reply.status !== 201 || told === undefined) {
    throw new Error(`${posting.verb} was answered ${reply.status}: ${reply.text}`)
  }
  return told
}
