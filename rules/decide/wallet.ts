import { z } from 'zod'
import { decision, policyOf, type DecisionContext } from '#rules/decide/decision.ts'
import { AmountSchema, InstantOutSchema, PointsOutSchema, RefSchema } from '#rules/decide/fields.ts'
import { postAll, type Posting, type TimedCommand } from '#rules/ledger/post.ts'
import type { Account, Answer, Lot, WalletState } from '#rules/ledger/wallet.ts'
import { noPoints } from '#rules/money/points.ts'
import { activeFrom, expiryOf } from '#rules/points/expiry.ts'
import type { PointsPolicy } from '#rules/points/policy.ts'
import { InstantSchema } from '#rules/fields.ts'
import { instantToText, isBefore } from '#rules/time/instants.ts'

const happened = { at: InstantSchema, ref: RefSchema }
const undoes = { ...happened, of: RefSchema }

const EventSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('earn'),
    ...happened,
    amount: AmountSchema,
    /** Left out: by the policy, from `at`; `null`: never. */
    expiresAt: InstantSchema.nullable().optional(),
    activeAt: InstantSchema.optional(),
  }),
  z.strictObject({ type: z.literal('spend'), ...happened, amount: AmountSchema }),
  z.strictObject({
    type: z.literal('hold'),
    ...happened,
    amount: AmountSchema,
    /** Left out or `null`: it does not time out. */
    expiresAt: InstantSchema.nullable().optional(),
  }),
  z.strictObject({ type: z.literal('capture'), ...undoes, amount: AmountSchema.optional() }),
  z.strictObject({ type: z.literal('release'), ...undoes, amount: AmountSchema.optional() }),
  z.strictObject({ type: z.literal('giveBack'), ...undoes, amount: AmountSchema }),
  z.strictObject({ type: z.literal('clawBack'), ...undoes, amount: AmountSchema }),
  z.strictObject({ type: z.literal('forfeit'), ...happened }),
])

const InputSchema = z.strictObject({
  events: z.array(EventSchema).max(10_000).superRefine(addsUp),
  asOf: InstantSchema,
})

const BalanceSchema = z.strictObject({
  available: PointsOutSchema,
  pending: PointsOutSchema,
  held: PointsOutSchema,
  debt: PointsOutSchema,
})

const AnswerSchema = z.looseObject({
  ok: z.boolean(),
  refusal: z.string().optional(),
  amount: PointsOutSchema.optional(),
  after: BalanceSchema.optional(),
  lots: z.array(z.strictObject({ ref: z.string(), amount: PointsOutSchema })).optional(),
})

const OutputSchema = z.strictObject({
  ok: z.literal(true),
  ...BalanceSchema.shape,
  lots: z.array(
    z.strictObject({
      ref: z.string(),
      left: PointsOutSchema,
      available: PointsOutSchema,
      pending: PointsOutSchema,
      held: PointsOutSchema,
      expiresAt: InstantOutSchema.nullable(),
    }),
  ),
  answers: z.array(AnswerSchema),
  expired: PointsOutSchema,
  clawedBack: PointsOutSchema,
  spent: PointsOutSchema,
})

type Event = z.output<typeof EventSchema>
type Output = z.input<typeof OutputSchema>
type Told = z.input<typeof AnswerSchema>

/** Folds a history of one wallet by the ledger's own rules (LE-1 to LE-15), lots never merged. */
export const walletDecision = decision({
  name: 'wallet',
  summary: 'what a wallet holds after a history of earns, spends, holds and refunds',
  policy: 'points',
  inputSchema: InputSchema,
  outputSchema: OutputSchema,
  decide: ({ events, asOf }, context): Output => {
    const policy = policyOf(context, 'points')
    const byThen = events.filter((event) => !isBefore(asOf, event.at))
    const commands = byThen.map((event) => commandOf(event, policy, context))
    const posting = postAll(emptyWallet, commands, asOf)

    const told = new Map(byThen.map((event, index) => [event, posting.answers[index]]))
    const refOf = new Map(posting.after.lots.map((lot) => [lot.lotId, lot.ref]))
    const { available, pending, held, debt } = posting.wallet
    return {
      ok: true,
      available,
      pending,
      held,
      debt,
      lots: posting.after.lots.filter(hasSomethingLeft).map((lot) => lotOut(lot, context)),
      answers: events.map((event) => answerOut(told.get(event), refOf, context)),
      expired: balanceOf('expired', posting),
      clawedBack: balanceOf('clawed', posting),
      spent: balanceOf('spent', posting),
    }
  },
})

const emptyWallet: WalletState = {
  wallet: {
    available: noPoints,
    pending: noPoints,
    held: noPoints,
    debt: noPoints,
    seq: 0,
    lastLotId: 0,
    status: 'open',
    lastAt: null,
    nextDue: null,
  },
  lots: [],
  holds: [],
  posted: new Map(),
}

function commandOf(event: Event, policy: PointsPolicy, { zone }: DecisionContext): TimedCommand {
  const { at, ref } = event
  const meta = {
    fingerprint: JSON.stringify({ ...event, at: undefined }),
    actor: 'decide',
    occurredAt: at,
    cause: '{}',
    policies: [],
  }
  const order = policy.spend
  switch (event.type) {
    case 'earn': {
      const { amount, activeAt = activeFrom(at, policy, zone) } = event
      const expiresAt = event.expiresAt === undefined ? expiryOf(at, policy, zone) : event.expiresAt
      const { funder } = policy
      return { kind: 'earn', at, ref, meta, amount, activeAt, expiresAt, funder, merge: false }
    }
    case 'spend':
      return { kind: 'spend', at, ref, meta, amount: event.amount, order }
    case 'hold': {
      const expiresAt = event.expiresAt ?? undefined
      return { kind: 'hold', at, ref, meta, amount: event.amount, order, expiresAt }
    }
    case 'capture':
    case 'release':
      return { kind: event.type, at, ref, meta, of: event.of, amount: event.amount }
    case 'giveBack':
      return { kind: 'giveBack', at, ref, meta, of: event.of, amount: event.amount }
    case 'clawBack': {
      const { shortfall } = policy.clawBack
      return {
        kind: 'clawBack',
        at,
        ref,
        meta,
        of: event.of,
        amount: event.amount,
        shortfall,
        order,
      }
    }
    case 'forfeit':
      return { kind: 'forfeit', at, ref, meta, reason: 'decide' }
  }
}

/** What was told of an event; one after `asOf` has not happened yet. */
function answerOut(
  answer: Answer | undefined,
  refOf: ReadonlyMap<number, string>,
  { zone }: DecisionContext,
): Told {
  if (answer === undefined) return { ok: false, refusal: 'wallet/after-as-of' }
  const { seq: _, ...figures } = answer
  if (!figures.ok) return { ...figures }

  const { lots, expiresAt, ...rest } = figures
  return {
    ...rest,
    lots: lots.map(({ lotId, amount }) => ({ ref: refOf.get(lotId) ?? '', amount })),
    ...(expiresAt === undefined ? {} : { expiresAt: inZone(expiresAt, zone) }),
  }
}

function lotOut(lot: Lot, { zone }: DecisionContext): Output['lots'][number] {
  const { ref, available, pending, held, expiresAt } = lot
  const left = available + pending + held
  const lapses = expiresAt === null ? null : instantToText(expiresAt, zone)
  return { ref, left, available, pending, held, expiresAt: lapses }
}

function inZone(instant: string | null, zone: string): string | null {
  return instant === null ? null : instantToText(Temporal.Instant.from(instant), zone)
}

function hasSomethingLeft(lot: Lot): boolean {
  return lot.available + lot.pending + lot.held > 0
}

/** What came into an account less what left it, over the whole history. */
function balanceOf(account: Account, { entries }: Posting): number {
  let balance = 0
  for (const { debit, credit, amount } of entries.flatMap((entry) => entry.transfers)) {
    if (credit === account) balance += amount
    if (debit === account) balance -= amount
  }
  return balance
}

/** No figure of a wallet is larger than all that was ever earned: that sum must be countable. */
function addsUp(events: readonly Event[], context: z.RefinementCtx): void {
  let earned = 0
  events.forEach((event, index) => {
    if (event.type !== 'earn') return
    earned += event.amount
    if (Number.isSafeInteger(earned)) return
    const message = 'All that is earned adds up to more than can be counted.'
    context.addIssue({ code: 'custom', path: [index, 'amount'], input: event.amount, message })
  })
}
