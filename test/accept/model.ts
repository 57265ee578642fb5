import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { sendPatiently } from '#test/accept/support/client.ts'
import type { Client, Reply, Request } from '#test/accept/support/client.ts'
import { deploy } from '#test/accept/support/deployment.ts'
import { compareEnd } from '#test/accept/support/model-end.ts'
import { postingOf } from '#test/accept/support/model-postings.ts'
import { histories, type Post, type Step } from '#test/accept/support/model-steps.ts'
import { eventOf, joinMembers, requestOf } from '#test/accept/support/postings.ts'
import * as told from '#test/accept/support/told-member.ts'
import type { ToldMember } from '#test/accept/support/told-member.ts'
import type { Trial, TrialContext } from '#test/accept/support/trial.ts'
import { mustVerify } from '#test/accept/support/verify.ts'

/** Random histories through HTTP, answer for answer the same as a model of single units. */
export const model: Trial = {
  name: 'model',
  about: 'random commands over HTTP, compared with a small model; a difference shrinks',
  full: { commands: 40_000, longest: 60 },
  quick: { commands: 1_500, longest: 60 },
  controls: {
    // Whoever spends takes from the lot that lapses last.
    'wrong-order': [
      {
        file: 'rules/ledger/book.ts',
        find: 'if (left !== right) return left < right ? -1 : 1',
        replace: 'if (left !== right) return left < right ? 1 : -1',
      },
    ],
  },
  run,
}

const firstDay = Temporal.Instant.from('2017-11-01T00:00:00+08:00')
const mostShrinks = 60
const historiesAtOnce = 50

/** The server and what is common to all histories. */
type Stage = {
  readonly client: Client
  readonly service: string
  readonly operator: string
  today: Temporal.Instant
  members: number
  commands: number
  readonly count: (what: string) => void
}

/** One history under way. */
type Walk = {
  readonly stage: Stage
  readonly memberId: string
  readonly member: ToldMember
  readonly sent: { readonly request: Request; readonly reply: Reply }[]
  /** References that were done, by what they can be used for. */
  readonly done: Readonly<Record<Use, string[]>>
}

type Use = 'clawBack' | 'giveBack' | 'hold'

async function run({ folder, seed, size, findings }: TrialContext): Promise<void> {
  const deployment = await deploy({ folder, clock: firstDay.toString() })
  const stage: Stage = {
    client: deployment.client(2),
    service: await deployment.service('model'),
    operator: await deployment.issuer.sign({
      role: 'operator',
      subject: 'time keeper',
      lifeSeconds: 24 * 3_600,
    }),
    today: firstDay,
    members: 0,
    commands: 0,
    count: findings.count,
  }
  let failures = 0
  const property = fc.asyncProperty(histories(size('longest')), async (steps) => {
    // Shrinking costs a member each time: after a while the smallest history so far must do.
    if (failures > mostShrinks) return
    const difference = await walk(stage, steps)
    if (difference === undefined) return
    failures += 1
    throw new Error(difference)
  })
  for (let batch = 0; stage.commands < size('commands'); batch += 1) {
    const checked = await fc.check(property, { seed: seed + batch, numRuns: historiesAtOnce })
    if (!checked.failed) continue
    const why = checked.errorInstance instanceof Error ? checked.errorInstance.message : ''
    const [steps] = checked.counterexample ?? []
    const lines = (steps ?? []).map((step) => `      ${JSON.stringify(step)}`)
    findings.fault(
      `${why}\n    shrunk (fast-check seed ${checked.seed}, path ${checked.counterexamplePath}):\n${lines.join('\n')}`,
    )
    break
  }
  findings.count('commands', stage.commands)
  findings.count('histories', stage.members)
  await mustVerify(deployment.home, findings)
  await deployment.close()
}

/** Walks one history with a new member; tells the first difference. */
async function walk(stage: Stage, steps: readonly Step[]): Promise<string | undefined> {
  stage.members += 1
  const memberId = `member-${stage.members}`
  await joinMembers(stage.client, stage.service, [memberId], stage.today.toString())
  const at: Walk = { stage, memberId, member: told.newMember(stage.today), ...fresh() }
  for (const [index, step] of steps.entries()) {
    stage.commands += 1
    const difference = await take(at, step, index)
    if (difference !== undefined) return `step ${index + 1}, ${step.do}: ${difference}`
  }
  return await compareEnd(stage.client, stage.service, memberId, at.member)
}

function fresh(): Pick<Walk, 'sent' | 'done'> {
  return { sent: [], done: { clawBack: [], giveBack: [], hold: [] } }
}

async function take(at: Walk, step: Step, index: number): Promise<string | undefined> {
  switch (step.do) {
    case 'order':
      return await tellFacts(at, told.tellOrder(at.member, step), factsOfOrder(at, step, index))
    case 'refund': {
      const id = `refund-${at.memberId}-${index}`
      const expected = told.tellRefund(at.member, step, `refund:trial/${id}`)
      if (expected === 'unknown') return undefined
      const lines = [{ id: '1', amount: step.amountFen }]
      const data = { orderId: step.order, lines }
      return await tellFacts(at, expected, [fact(at, 'refund.succeeded', id, data)])
    }
    case 'seal':
    case 'unseal': {
      const id = `${step.do}-${at.memberId}-${index}`
      const expected = told.tellSealing(at.member, step.do === 'seal', `${step.do}:trial/${id}`)
      return await tellFacts(at, expected, [fact(at, `member.${step.do}ed`, id, {})])
    }
    case 'forward':
      return await moveOn(at, step.days)
    case 'again':
      return await sendAgain(at, step)
    default:
      return await send(at, step, index)
  }
}

async function send(at: Walk, post: Post, index: number): Promise<string | undefined> {
  const of = meantBy(at, post)
  const request = requestOf({
    ...postingOf(at.member, post, of),
    memberId: at.memberId,
    key: `key-${index}`,
    token: at.stage.service,
  })
  const { client } = at.stage
  if (post.dropAfterMs !== undefined) {
    await client.send({ ...request, dropAfterMs: post.dropAfterMs })
  }
  const reply = await sendPatiently(client, request)
  at.sent.push({ request, reply })
  if (reply.status === 201) listFor(at, post)?.push(post.ref)
  at.stage.count(reply.status === 201 ? `${post.do} done` : `${post.do} refused`)
  return compare(told.tellPost(at.member, post, of), reply)
}

/** The reference that a step's `of` stands for: of something done before, or of nothing. */
function meantBy(at: Walk, post: Post): string {
  if (!('of' in post)) return ''
  const use = post.do === 'capture' || post.do === 'release' ? 'hold' : post.do
  return at.done[use].at(-1 - post.of) ?? 'nothing'
}

function listFor(at: Walk, post: Post): string[] | undefined {
  switch (post.do) {
    case 'earn':
      return at.done.clawBack
    case 'spend':
    case 'capture':
      return at.done.giveBack
    case 'hold':
      return at.done.hold
    default:
      return undefined
  }
}

/** Compares what the model says with an answer of HTTP, both as JSON. */
function compare(expected: object, reply: Reply): string | undefined {
  const wanted = JSON.parse(JSON.stringify(expected)) as unknown
  const got = answerIn(reply)
  if (isDeepStrictEqual(wanted, got)) return undefined
  return `answered ${reply.status} ${JSON.stringify(got)}, by the model ${JSON.stringify(wanted)}`
}

function answerIn(reply: Reply): unknown {
  const body = JSON.parse(reply.text) as Record<string, unknown>
  if (reply.status === 201) {
    const { ref: _, ...answer } = body
    return answer
  }
  const { code, seq, short, left, after } = body
  return JSON.parse(JSON.stringify({ ok: false, refusal: code, seq, short, left, after }))
}

/** The same request is answered to the byte as before; the same key with another body is refused. */
async function sendAgain(
  at: Walk,
  step: Extract<Step, { do: 'again' }>,
): Promise<string | undefined> {
  const earlier = at.sent[at.sent.length - 1 - step.back]
  if (earlier === undefined) return undefined
  const { request, reply: first } = earlier
  const json = step.changed ? { ...(request.json as object), amount: 1_000 } : request.json
  const reply = await sendPatiently(at.stage.client, { ...request, json })
  if (step.changed) return compare({ ok: false, refusal: 'requests/key-reused' }, reply)

  const isKept = first.text.includes('"seq"')
  const same = isKept
    ? reply.text === first.text
    : compare(answerIn(first) as object, reply) === undefined
  return same ? undefined : `answered ${reply.text}, at first ${first.text}`
}

async function moveOn(at: Walk, days: number): Promise<string | undefined> {
  at.member.day += days
  at.stage.today = told.nowOf(at.member)
  const reply = await sendPatiently(at.stage.client, {
    path: '/v1/clock',
    token: at.stage.operator,
    json: { to: at.stage.today.toString() },
  })
  return reply.status === 200 ? undefined : `the clock answered ${reply.status} ${reply.text}`
}

async function tellFacts(
  at: Walk,
  expected: string,
  facts: readonly object[],
): Promise<string | undefined> {
  const { client, service: token } = at.stage
  const reply = await sendPatiently(client, { path: '/v1/events', token, json: facts })
  if (reply.status !== 200) return `events were answered ${reply.status} ${reply.text}`
  const { results } = JSON.parse(reply.text) as { results: { status: string; refusal?: string }[] }
  const got = results[0]?.refusal ?? results[0]?.status
  return got === expected ? undefined : `was ${got}, by the model ${expected}`
}

function factsOfOrder(
  at: Walk,
  step: Extract<Step, { do: 'order' }>,
  index: number,
): readonly object[] {
  const about = { orderId: step.order }
  const lines = [{ id: '1', sku: 'sku-1', category: 'ordinary', paid: step.paidFen }]
  const id = `order-${at.memberId}-${index}`
  return [
    fact(at, 'order.placed', `${id}-placed`, { ...about, shopId: 's-1', lines }),
    fact(at, 'order.paid', `${id}-paid`, about),
    fact(at, 'order.received', `${id}-received`, about),
  ]
}

function fact(at: Walk, type: string, id: string, data: object): object {
  return { ...eventOf(at.memberId, type, id, told.nowOf(at.member).toString()), data }
}
