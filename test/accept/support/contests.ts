import type { Client, Reply } from '#test/accept/support/client.ts'
import { eventOf, mustPost, type Posting, type Verb } from '#test/accept/support/postings.ts'

/** Where a contest is held: one new member, and those who may ask. */
export type Stage = {
  readonly client: Client
  readonly memberId: string
  readonly service: string
  readonly operator: string
  /** The business time of the program. */
  readonly now: () => Promise<Temporal.Instant>
}

/** Postings that are sent together, and what may come of them. */
export type Contest = {
  readonly postings: readonly Posting[]
  /** What happens meanwhile: it may win too. */
  readonly meanwhile?: () => Promise<Reply>
  /** How many win: postings, or one of `otherWinner` in their place. */
  readonly winners: number
  /** The kind of entry, moving something, by which nobody of the contest wins. */
  readonly otherWinner?: 'expire' | 'forfeit'
  /** What losers are told. */
  readonly refusals: readonly string[]
}

export type Discipline = {
  readonly name: string
  readonly prepare: (stage: Stage) => Promise<Contest>
}

const width = 64
const whole = 1_000

/** What is raced for, in turn. */
export const disciplines: readonly Discipline[] = [
  {
    name: 'spend/spend',
    prepare: async (stage) => {
      await mustPost(stage.client, posting(stage, 'earns', 'earn', { amount: whole }))
      return {
        postings: many((n) => posting(stage, 'spends', n, { amount: whole })),
        winners: 1,
        refusals: ['ledger/insufficient'],
      }
    },
  },
  {
    name: 'spend a tenth',
    prepare: async (stage) => {
      await mustPost(stage.client, posting(stage, 'earns', 'earn', { amount: whole }))
      return {
        postings: many((n) => posting(stage, 'spends', n, { amount: whole / 10 })),
        winners: 10,
        refusals: ['ledger/insufficient'],
      }
    },
  },
  {
    name: 'hold/hold',
    prepare: async (stage) => {
      await mustPost(stage.client, posting(stage, 'earns', 'earn', { amount: whole }))
      return {
        postings: many((n) => posting(stage, 'holds', n, { amount: whole })),
        winners: 1,
        refusals: ['ledger/insufficient'],
      }
    },
  },
  {
    name: 'capture/capture',
    prepare: async (stage) => {
      await prepareHold(stage)
      return {
        postings: many((n) => ofHold(stage, 'captures', n)),
        winners: 1,
        refusals: ['ledger/hold-closed'],
      }
    },
  },
  {
    name: 'capture/release',
    prepare: async (stage) => {
      await prepareHold(stage)
      return {
        postings: many((n) => ofHold(stage, isEven(n) ? 'captures' : 'releases', n)),
        winners: 1,
        refusals: ['ledger/hold-closed'],
      }
    },
  },
  {
    name: 'refund/refund of an earn',
    prepare: async (stage) => {
      await mustPost(stage.client, posting(stage, 'earns', 'earn', { amount: whole, ref: 'got' }))
      await mustPost(stage.client, posting(stage, 'spends', 'spend', { amount: 1 }))
      return {
        postings: many((n) => posting(stage, 'claw-backs', n, { of: 'got', amount: whole })),
        winners: 1,
        refusals: ['ledger/more-than-left-to-undo'],
      }
    },
  },
  {
    name: 'refund/refund of a spend',
    prepare: async (stage) => {
      await mustPost(stage.client, posting(stage, 'earns', 'earn', { amount: whole }))
      await mustPost(stage.client, posting(stage, 'spends', 's', { amount: whole, ref: 'paid' }))
      return {
        postings: many((n) => posting(stage, 'give-backs', n, { of: 'paid', amount: whole })),
        winners: 1,
        refusals: ['ledger/more-than-left-to-undo'],
      }
    },
  },
  {
    name: 'spend/expire',
    prepare: async (stage) => {
      const expiresAt = (await stage.now()).add({ seconds: 30 }).toString()
      await mustPost(stage.client, posting(stage, 'earns', 'earn', { amount: whole, expiresAt }))
      return {
        postings: many((n) => posting(stage, 'spends', n, { amount: whole })),
        meanwhile: () => moveClock(stage, expiresAt),
        winners: 1,
        otherWinner: 'expire',
        refusals: ['ledger/insufficient'],
      }
    },
  },
  {
    name: 'seal/spend',
    prepare: async (stage) => {
      await mustPost(stage.client, posting(stage, 'earns', 'earn', { amount: whole }))
      const time = (await stage.now()).toString()
      return {
        postings: many((n) => posting(stage, 'spends', n, { amount: whole })),
        meanwhile: () => seal(stage, time),
        winners: 1,
        otherWinner: 'forfeit',
        refusals: ['ledger/insufficient', 'ledger/wallet-sealed'],
      }
    },
  },
  {
    name: 'first earn of a wallet',
    prepare: async (stage) => ({
      postings: many((n) => posting(stage, 'earns', n, { amount: 1 })),
      winners: width,
      refusals: [],
    }),
  },
]

async function prepareHold(stage: Stage): Promise<void> {
  await mustPost(stage.client, posting(stage, 'earns', 'earn', { amount: whole }))
  await mustPost(stage.client, posting(stage, 'holds', 'hold', { amount: whole, ref: 'cart' }))
}

function posting(
  stage: Stage,
  verb: Verb,
  name: string | number,
  body: Readonly<Record<string, unknown>>,
): Posting {
  const { memberId, service: token } = stage
  return { memberId, verb, key: `${verb}-${name}`, body, token }
}

function ofHold(stage: Stage, verb: 'captures' | 'releases', name: number): Posting {
  return { ...posting(stage, verb, name, {}), hold: 'cart' }
}

function many(make: (n: number) => Posting): Posting[] {
  return Array.from({ length: width }, (_, n) => make(n))
}

function isEven(n: number): boolean {
  return n % 2 === 0
}

async function moveClock(stage: Stage, to: string): Promise<Reply> {
  return await stage.client.send({ path: '/v1/clock', token: stage.operator, json: { to } })
}

async function seal(stage: Stage, time: string): Promise<Reply> {
  const { client, service: token, memberId } = stage
  const event = { ...eventOf(memberId, 'member.sealed', `seal-${memberId}`, time), data: {} }
  return await client.send({ path: '/v1/events', token, json: event })
}
