import { equal } from 'node:assert/strict'
import { postAll } from '#rules/ledger/post.ts'
import type { Answer, WalletState } from '#rules/ledger/wallet.ts'
import { asPoints, type Points } from '#rules/money/points.ts'
import { atMs, timed, type Asked } from '#test/rules/ledger/any-commands.ts'
import { emptyWallet } from '#test/rules/ledger/wallets.ts'

/**
 * Checks a history of one wallet, told as a table: millisecond | command | answer | what the wallet
 * then has. Commands are words:
 *
 *     earn a 50 from 5 till 100 for shoes by shop:x merge
 *     spend s 40 of a b oldest        hold h 40 till 9        capture c h 10        release r h
 *     giveBack g s 10 grace 90        clawBack k a 10 stop    forfeit f seal        unseal u
 *
 * An answer is the lots drawn on and other figures, or the refusal; what the wallet has is
 * available/pending/held/debt. A row with a point instead of a command only settles.
 */
export function checkHistory(table: string): WalletState {
  let state = emptyWallet
  for (const row of table.trim().split('\n')) {
    const [ms = '', command = '', wanted = '', balances = ''] = row
      .split('|')
      .map((each) => each.trim())
    const at = atMs(Number(ms))
    const told = command === '.' ? [] : [timed(commandOf(command), at)]
    const { after, answers } = postAll(state, told, command === '.' ? at : undefined)
    state = after
    equal(textOf(answers[0], state), wanted, row)
    const { available, pending, held, debt } = state.wallet
    equal([available, pending, held, debt].join('/'), balances, row)
  }
  return state
}

/** The command that words name. */
export function commandOf(words: string): Asked {
  const [kind = '', ref = '', ...rest] = words.split(' ')
  const first = rest[0] ?? ''
  const after = (word: string): string | undefined => {
    const place = rest.indexOf(word)
    return place < 0 ? undefined : rest[place + 1]
  }
  const instant = (word: string): Temporal.Instant | undefined => {
    const ms = after(word)
    return ms === undefined ? undefined : atMs(Number(ms))
  }
  const amount = wholeOf(first)
  const order = rest.includes('oldest') ? ('oldest' as const) : undefined
  const names = rest.slice(rest.indexOf('of') + 1).filter((word) => word !== 'oldest')
  const lots = rest.includes('of') ? names : undefined
  const part = wholeOf(rest[1] ?? '')
  switch (kind) {
    case 'earn': {
      const expiresAt = instant('till') ?? null
      const funder = after('by') ?? 'platform'
      const merge = rest.includes('merge')
      const activeAt = instant('from')
      return { kind, ref, amount, activeAt, expiresAt, funder, target: after('for'), merge }
    }
    case 'spend':
      return { kind, ref, amount, lots, order }
    case 'hold':
      return { kind, ref, amount, lots, order, expiresAt: instant('till') }
    case 'capture':
    case 'release':
      return { kind, ref, of: first, amount: rest.length < 2 ? undefined : part }
    case 'giveBack':
      return { kind, ref, of: first, amount: part, graceUntil: instant('grace') }
    case 'clawBack': {
      const shortfall = rest.includes('stop') ? 'stopAtZero' : 'debt'
      return { kind, ref, of: first, amount: part, shortfall, order }
    }
    case 'forfeit':
      return { kind, ref, reason: 'test', seal: rest.includes('seal') }
    default:
      equal(kind, 'unseal')
      return { kind: 'unseal', ref, of: rest.length === 0 ? undefined : first }
  }
}

/** A word as an amount; a word that is none stands where no amount is needed. */
function wholeOf(word: string): Points {
  return asPoints(/^[0-9]+$/.test(word) ? Number(word) : 0)
}

function textOf(answer: Answer | undefined, state: WalletState): string {
  if (answer === undefined) return ''
  if (!answer.ok) {
    const { refusal, short, left } = answer
    return [refusal, ...figure('short', short), ...figure('left', left)].join(' ')
  }
  const nameOf = new Map(state.lots.map((lot) => [lot.lotId, lot.ref]))
  return [
    ...answer.lots.map((draw) => `${nameOf.get(draw.lotId)}:${draw.amount}`),
    ...figure('expired', answer.expired),
    ...figure('paid', answer.debtPaid),
    ...figure('owed', answer.debtMade),
    ...figure('forgiven', answer.forgiven),
  ].join(' ')
}

function figure(name: string, amount: number | undefined): string[] {
  return amount === undefined ? [] : [`${name} ${amount}`]
}
