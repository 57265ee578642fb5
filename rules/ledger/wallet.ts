import type { Points } from '#rules/money/points.ts'

/** Whose value, in which program and unit: the key of a wallet. */
export type WalletKey = {
  readonly memberId: string
  /** `platform`, or a brand's program. */
  readonly program: string
  /** `points`, `coins`, `allowance`, `redEnvelope` ... */
  readonly unit: string
}

export type Balance = {
  readonly available: Points
  readonly pending: Points
  readonly held: Points
  readonly debt: Points
}

export type WalletStatus = 'open' | 'sealed'

/** The wallet's own row: balances, the number of its last posting, and when it was. */
export type Wallet = Balance & {
  readonly seq: number
  /** The highest lot id ever used here. */
  readonly lastLotId: number
  readonly status: WalletStatus
  readonly lastAt: Temporal.Instant | null
  /** The earliest instant at which something here activates, lapses or times out. */
  readonly nextDue: Temporal.Instant | null
}

/** Value with one origin and one expiry. Lot ids are dense within a wallet. */
export type Lot = {
  readonly lotId: number
  readonly origin: 'earn' | 'grace'
  /** The business reference of the first posting into the lot; an envelope's id. */
  readonly ref: string
  /** Who pays for it: `platform`, `shop:ID`, `brand:ID`. */
  readonly funder: string
  /** What the lot is kept for (an envelope's restriction); drawn only when named. */
  readonly target: string | null
  /** All that was ever put in. */
  readonly amount: Points
  readonly available: Points
  readonly pending: Points
  readonly held: Points
  readonly expired: Points
  readonly activeAt: Temporal.Instant
  /** The first instant at which it can no longer be spent; `null`: never. */
  readonly expiresAt: Temporal.Instant | null
  /** May take in, or be taken in by, lots alike (LE-14). */
  readonly mergeable: boolean
  /** The lot that took this one in at activation. */
  readonly mergedInto: number | null
}

/** An open reservation and what it still pins of each lot. */
export type Hold = {
  readonly ref: string
  readonly amount: Points
  readonly left: Points
  readonly expiresAt: Temporal.Instant | null
  readonly lots: readonly HoldLot[]
}

export type HoldLot = { readonly lotId: number; readonly amount: Points; readonly left: Points }

export type Account =
  'issued' | 'pending' | 'available' | 'held' | 'spent' | 'expired' | 'clawed' | 'debt'

/** One movement: from `debit` to `credit`. `toLotId` differs from `lotId` only where lots meet. */
export type Transfer = {
  readonly lotId: number | null
  readonly toLotId: number | null
  readonly debit: Account
  readonly credit: Account
  readonly amount: Points
}

export type PostingKind = CommandKind | 'activate' | 'expire' | 'timeOut'

export type CommandKind =
  'earn' | 'spend' | 'hold' | 'capture' | 'release' | 'giveBack' | 'clawBack' | 'forfeit' | 'unseal'

/** What a command, and the entry it becomes, say of themselves besides what they do. */
export type Meta = {
  /** A digest of what the command asks for; two commands with one ref must agree in it (LE-13). */
  readonly fingerprint: string
  readonly actor: string
  /** When it happened in the business; the clock of the posting is an argument of its own. */
  readonly occurredAt: Temporal.Instant
  /** Why: the fact and the rules that decided, as JSON text. */
  readonly cause: string
  /** The policy versions used, as `name@version`. */
  readonly policies: readonly string[]
}

export type DrawOrder = 'soonestExpiry' | 'oldest'

export type Command = { readonly ref: string; readonly meta: Meta } & (
  | {
      readonly kind: 'earn'
      readonly amount: Points
      readonly activeAt?: Temporal.Instant | undefined
      readonly expiresAt: Temporal.Instant | null
      readonly funder: string
      readonly target?: string | undefined
      readonly merge?: boolean | undefined
    }
  | {
      readonly kind: 'spend'
      readonly amount: Points
      /** References of the lots to draw on; absent: all, in drawing order. */
      readonly lots?: readonly string[] | undefined
      readonly order?: DrawOrder | undefined
    }
  | {
      readonly kind: 'hold'
      readonly amount: Points
      readonly lots?: readonly string[] | undefined
      readonly order?: DrawOrder | undefined
      readonly expiresAt?: Temporal.Instant | undefined
    }
  /** `of` is the hold's reference; without `amount`, all that is left. */
  | { readonly kind: 'capture'; readonly of: string; readonly amount?: Points | undefined }
  | { readonly kind: 'release'; readonly of: string; readonly amount?: Points | undefined }
  /** `of` is the spend or capture that is undone. */
  | {
      readonly kind: 'giveBack'
      readonly of: string
      readonly amount: Points
      /** Grants a lapsed share until this instant instead of letting it lapse (LE-8). */
      readonly graceUntil?: Temporal.Instant | undefined
    }
  /** `of` is the earn that is undone. */
  | {
      readonly kind: 'clawBack'
      readonly of: string
      readonly amount: Points
      /** Where less is left to undo, takes that instead of being refused (LE-11). */
      readonly orLess?: boolean | undefined
      readonly shortfall: 'debt' | 'stopAtZero'
      readonly order?: DrawOrder | undefined
    }
  | { readonly kind: 'forfeit'; readonly reason: string; readonly seal?: boolean | undefined }
  | {
      readonly kind: 'unseal'
      /** The forfeit whose value comes back as far as it has not lapsed (LE-16). */
      readonly of?: string | undefined
    }
)

export type Draw = { readonly lotId: number; readonly amount: Points }

export type LedgerRefusal =
  | 'ledger/insufficient'
  | 'ledger/wallet-sealed'
  | 'ledger/unknown-hold'
  | 'ledger/hold-closed'
  | 'ledger/more-than-held'
  | 'ledger/unknown-reference'
  | 'ledger/more-than-left-to-undo'
  | 'ledger/unknown-lot'
  | 'ledger/expiry-before-activation'
  | 'ledger/hold-already-over'
  | 'ledger/balance-too-large'
  | 'ledger/ref-reused'

/** What a command is told. Kept with its entry, as JSON; a replay gets the same again. */
export type Answer =
  | {
      readonly ok: true
      readonly seq: number
      readonly amount: Points
      readonly after: Balance
      readonly lots: readonly Draw[]
      readonly expiresAt?: string | null
      /** Went to EXPIRED because its lot had lapsed. */
      readonly expired?: Points
      readonly debtPaid?: Points
      readonly debtMade?: Points
      readonly forgiven?: Points
    }
  | {
      readonly ok: false
      readonly refusal: LedgerRefusal
      readonly seq?: number
      /** How much too little there was. */
      readonly short?: Points
      /** How much could still be undone or taken. */
      readonly left?: Points
      readonly after?: Balance
    }

/** An entry to be recorded: a posting that happened, or a refusal that is kept. */
export type Entry = {
  readonly seq: number
  readonly kind: PostingKind
  readonly ref: string
  /** The `postedKey` of the posting that this one captures, releases or undoes. */
  readonly of: string | null
  readonly amount: Points
  readonly outcome: 'done' | 'refused'
  readonly answer: Answer
  readonly meta: Meta
  readonly bookedAt: Temporal.Instant
  readonly transfers: readonly Transfer[]
}

/** What was recorded under a reference before, as far as a command needs it. */
export type Posted = {
  readonly kind: CommandKind
  readonly ref: string
  readonly fingerprint: string
  readonly amount: Points
  readonly outcome: 'done' | 'refused'
  readonly answer: Answer
  /** The sum of what later postings asked to undo of it (LE-11). */
  readonly undone: Points
  /** Of a spend or capture: what it drew from each lot, less what was given back. Of a forfeit: all it took. */
  readonly drawn: readonly Draw[]
  /** Of an earn: the lot it went to. */
  readonly lotId: number | null
}

/** A wallet as loaded: its row, its open lots and those a command undoes, its open holds. */
export type WalletState = {
  readonly wallet: Wallet
  readonly lots: readonly Lot[]
  readonly holds: readonly Hold[]
  /** Earlier postings that the commands repeat, capture or undo, by `postedKey`. */
  readonly posted: ReadonlyMap<string, Posted>
}

/** The key of `WalletState.posted`. */
export function postedKey(kind: CommandKind, ref: string): string {
  return `${kind}:${ref}`
}
