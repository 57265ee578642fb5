import { deepEqual, equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { postAll, type TimedCommand } from '#rules/ledger/post.ts'
import type { WalletState } from '#rules/ledger/wallet.ts'
import { asPoints } from '#rules/money/points.ts'
import { atMs, histories, timed } from '#test/rules/ledger/any-commands.ts'
import { checkHistory, commandOf } from '#test/rules/ledger/told-history.ts'
import { emptyWallet } from '#test/rules/ledger/wallets.ts'

// Columns everywhere: millisecond | command | answer | available/pending/held/debt afterwards.

test('LE-1 every unit that was issued is in exactly one account', () => {
  const state = checkHistory(`
     0 | earn a 50 till 100   | a:50           | 50/0/0/0
     0 | earn b 20 from 9     | b:20           | 50/20/0/0
     1 | hold h 30 till 50    | a:30           | 20/20/30/0
     2 | capture c h 10       | a:10           | 20/20/20/0
     3 | clawBack k a 45      | a:20 owed 25   | 0/20/20/25
     9 | .                    |                | 0/0/20/5
  `)
  equal(state.wallet.seq, 6)
})

test('LE-1 a posting that would move less than nothing is a bug', () => {
  const spend = { kind: 'spend' as const, ref: 's', amount: asPoints(-1) }
  const { after } = postAll(emptyWallet, [timed(commandOf('earn a 5'), atMs(0))])
  throws(() => postAll(after, [timed(spend, atMs(1))]), /positive/)
})

test('LE-2 what is due is settled in the order of its instants, activations first, expiries last', () => {
  const state = checkHistory(`
     0 | earn a 10 till 20         | a:10 | 10/0/0/0
     0 | earn b 10 from 20 till 40 | b:10 | 10/10/0/0
     0 | earn c 10 from 5 till 20  | c:10 | 10/20/0/0
     1 | hold h 4 till 20          | a:4  | 6/20/4/0
     1 | hold i 4 till 10          | a:4  | 2/20/8/0
    90 | spend s 1                 | ledger/insufficient short 1 | 0/0/0/0
  `)
  const { entries } = postAll(emptyWallet, [
    ...['earn a 10 till 20', 'earn b 10 from 20 till 40', 'earn c 10 from 5 till 20'].map((each) =>
      timed(commandOf(each), atMs(0)),
    ),
    ...['hold h 4 till 20', 'hold i 4 till 10'].map((each) => timed(commandOf(each), atMs(1))),
    timed(commandOf('spend s 1'), atMs(90)),
  ])
  deepEqual(
    entries
      .slice(5)
      .map((each) => `${each.kind} ${each.ref} ${each.bookedAt.toString().slice(-5)}`),
    [
      'activate 3 .005Z',
      'timeOut i 0.01Z',
      'activate 2 0.02Z',
      'timeOut h 0.02Z',
      'expire 1 0.02Z',
      'expire 3 0.02Z',
      'expire 2 0.04Z',
      'spend s 0.09Z',
    ],
  )
  equal(state.wallet.nextDue, null)
})

test('LE-3 an expired lot is never spent, whatever has been swept', () => {
  checkHistory(`
     0 | earn a 10 till 20 | a:10                        | 10/0/0/0
    19 | spend s 1         | a:1                         | 9/0/0/0
    20 | spend t 1         | ledger/insufficient short 1 | 0/0/0/0
  `)
  checkHistory(`
     0 | earn a 10 till 20 | a:10                        | 10/0/0/0
    20 | hold h 1          | ledger/insufficient short 1 | 0/0/0/0
    21 | earn b 3 till 90  | b:3                         | 3/0/0/0
    22 | spend s 3 of a    | ledger/unknown-lot          | 3/0/0/0
  `)
})

test('LE-3 an expired lot is never spent, even if the wallet does not know that it is due', () => {
  const { after } = postAll(emptyWallet, [timed(commandOf('earn a 10 till 20'), atMs(0))])
  const unaware = { ...after, wallet: { ...after.wallet, nextDue: null } }
  const [answer] = postAll(unaware, [timed(commandOf('spend s 1'), atMs(20))]).answers
  deepEqual(answer?.ok === false && answer.refusal, 'ledger/insufficient')
})

test('LE-3 time never goes back: a posting of a late clock is booked at the last posting', () => {
  const late = checkHistory(`
    30 | earn a 10 till 90 | a:10                        | 10/0/0/0
     5 | spend s 4         | a:4                         | 6/0/0/0
     5 | earn b 2 till 20  | b:2 expired 2               | 6/0/0/0
     9 | hold h 1 till 25  | ledger/hold-already-over    | 6/0/0/0
  `)
  equal(late.wallet.lastAt?.equals(atMs(30)), true)
})

test('LE-4 an earn is available, pending until it is active, or expired when it comes too late', () => {
  checkHistory(`
     0 | earn a 10 till 90         | a:10                             | 10/0/0/0
     0 | earn b 10 from 5          | b:10                             | 10/10/0/0
     0 | earn c 10 from -9 till 0  | c:10 expired 10                  | 10/10/0/0
     0 | earn d 10 from 9 till 9   | ledger/expiry-before-activation  | 10/10/0/0
     0 | earn e 0                  |                                  | 10/10/0/0
     4 | spend s 11                | ledger/insufficient short 1      | 10/10/0/0
     5 | spend t 11                | a:10 b:1                         | 9/0/0/0
  `)
})

test('LE-4 an earn that would make the wallet uncountable is refused, whatever is held', () => {
  const most = 2 ** 52
  checkHistory(`
     0 | earn a ${most}   | a:${most}                | ${most}/0/0/0
     0 | earn b 1         | ledger/balance-too-large | ${most}/0/0/0
     0 | hold h ${most}   | a:${most}                | 0/0/${most}/0
     0 | earn c 1         | ledger/balance-too-large | 0/0/${most}/0
     0 | release r h      | a:${most}                | ${most}/0/0/0
  `)
})

test('LE-5 the soonest to expire is drawn first, never-expiring last, then the lower lot', () => {
  checkHistory(`
     0 | earn a 10         | a:10                        | 10/0/0/0
     0 | earn b 10 till 90 | b:10                        | 20/0/0/0
     0 | earn c 10 till 40 | c:10                        | 30/0/0/0
     0 | earn d 10 till 40 | d:10                        | 40/0/0/0
     1 | spend s 25        | c:10 d:10 b:5               | 15/0/0/0
     1 | hold h 10         | b:5 a:5                     | 5/0/10/0
     1 | spend t 6         | ledger/insufficient short 1 | 5/0/10/0
     1 | spend u 5         | a:5                         | 0/0/10/0
  `)
})

test('LE-5 where the policy says so, the oldest lot is drawn first', () => {
  checkHistory(`
     0 | earn a 10            | a:10     | 10/0/0/0
     0 | earn b 10 till 90    | b:10     | 20/0/0/0
     0 | earn c 10 till 40    | c:10     | 30/0/0/0
     1 | spend s 15 oldest    | a:10 b:5 | 15/0/0/0
  `)
})

test('LE-5 a lot with a target is drawn only when it is named', () => {
  checkHistory(`
     0 | earn a 10 till 40 for shoes | a:10                        | 10/0/0/0
     0 | earn b 10 till 90           | b:10                        | 20/0/0/0
     1 | spend s 12                  | ledger/insufficient short 2 | 20/0/0/0
     1 | spend t 8 of a              | a:8                         | 12/0/0/0
     1 | spend u 3 of a              | ledger/insufficient short 1 | 12/0/0/0
     1 | spend v 3 of b a            | a:2 b:1                     | 9/0/0/0
     1 | spend w 1 of a              | ledger/unknown-lot          | 9/0/0/0
     1 | spend x 1 of nobody         | ledger/unknown-lot          | 9/0/0/0
  `)
})

test('LE-6 a capture takes the soonest to expire and leaves the rest held', () => {
  checkHistory(`
     0 | earn a 10 till 90 | a:10                            | 10/0/0/0
     0 | earn b 10 till 40 | b:10                            | 20/0/0/0
     1 | hold h 18         | b:10 a:8                        | 2/0/18/0
     2 | capture c h 12    | b:10 a:2                        | 2/0/6/0
     2 | capture d h 7     | ledger/more-than-held left 6    | 2/0/6/0
     3 | capture e h       | a:6                             | 2/0/0/0
     3 | capture f h       | ledger/hold-closed              | 2/0/0/0
     3 | release r h       | ledger/hold-closed              | 2/0/0/0
     3 | release q nobody  | ledger/unknown-hold             | 2/0/0/0
  `)
})

test('LE-6 a release gives back the latest to expire first; what lapsed meanwhile is expired', () => {
  checkHistory(`
     0 | earn a 10 till 90 | a:10               | 10/0/0/0
     0 | earn b 10 till 40 | b:10               | 20/0/0/0
     1 | hold h 18         | b:10 a:8           | 2/0/18/0
     2 | release r h 5     | a:5                | 7/0/13/0
    50 | release q h 5     | a:3 b:2 expired 2  | 10/0/8/0
    50 | capture c h       | b:8                | 10/0/0/0
  `)
})

test('LE-6, LE-7 what is held does not lapse; a hold that times out gives back once what has not', () => {
  checkHistory(`
     0 | earn a 10 till 40    | a:10                | 10/0/0/0
     0 | earn b 10 till 90    | b:10                | 20/0/0/0
     1 | hold h 15 till 50    | a:10 b:5            | 5/0/15/0
     1 | hold i 1 till 1      | ledger/hold-already-over | 5/0/15/0
    49 | capture c h 2        | a:2                 | 5/0/13/0
    50 | .                    |                     | 10/0/0/0
    50 | capture d h 1        | ledger/hold-closed  | 10/0/0/0
    60 | .                    |                     | 10/0/0/0
  `)
})

test('LE-7 what times out before its lot lapses is available until then', () => {
  const state = checkHistory(`
     0 | earn a 10 till 40    | a:10 | 10/0/0/0
     1 | hold h 10 till 30    | a:10 | 0/0/10/0
    90 | .                    |      | 0/0/0/0
  `)
  equal(state.wallet.seq, 4)
  deepEqual(state.lots[0]?.expired, 10)
})

test('LE-13 the same again is answered as the first time; other content is refused', () => {
  checkHistory(`
     0 | earn a 10    | a:10                        | 10/0/0/0
     1 | spend s 12   | ledger/insufficient short 2 | 10/0/0/0
     2 | earn b 10    | b:10                        | 20/0/0/0
     3 | spend s 12   | ledger/insufficient short 2 | 20/0/0/0
     4 | spend s 11   | ledger/ref-reused           | 20/0/0/0
     5 | hold s 12    | a:10 b:2                    | 8/0/12/0
     6 | earn a 10    | a:10                        | 8/0/12/0
     7 | earn a 11    | ledger/ref-reused           | 8/0/12/0
  `)
})

test('LE-13 telling a whole history again changes nothing and answers the same', () => {
  fc.assert(
    fc.property(histories(), (history) => {
      const once = postAll(emptyWallet, history)
      const again = postAll(once.after, history)
      equal(again.entries.length, 0)
      equal(JSON.stringify(again.answers), JSON.stringify(once.answers))
    }),
    { numRuns: 500 },
  )
})

test('LE-14 lots alike are merged at once or at their activation; others are not', () => {
  const state = checkHistory(`
     0 | earn a 10 till 90 merge           | a:10  | 10/0/0/0
     0 | earn b 5 till 90 merge            | a:5   | 15/0/0/0
     0 | earn c 5 from 20 till 90 merge    | c:5   | 15/5/0/0
     0 | earn d 5 till 80 merge            | d:5   | 20/5/0/0
     0 | earn e 5 till 90 by shop:x merge  | e:5   | 25/5/0/0
     0 | earn f 5 till 90 for tea merge    | f:5   | 30/5/0/0
     0 | earn g 5 till 90                  | g:5   | 35/5/0/0
    20 | .                                 |       | 40/0/0/0
    21 | clawBack k c 5                    | a:5   | 35/0/0/0
    22 | clawBack l b 5                    | a:5   | 30/0/0/0
    23 | clawBack m a 10                   | a:10  | 20/0/0/0
  `)
  deepEqual(
    state.lots.map((lot) => [lot.ref, lot.amount, lot.mergedInto]),
    [
      ['a', 20, null],
      ['c', 5, 1],
      ['d', 5, null],
      ['e', 5, null],
      ['f', 5, null],
      ['g', 5, null],
    ],
  )
})

test('LE-14 of several lots alike the lowest takes in, however they were loaded', () => {
  const history = ['earn a 5 merge', 'spend s 5', 'earn b 5 merge', 'giveBack g s 5']
  const { after } = postAll(
    emptyWallet,
    history.map((each, ms) => timed(commandOf(each), atMs(ms))),
  )
  const earn = [timed(commandOf('earn c 1 merge'), atMs(9))]
  for (const lots of [after.lots, after.lots.toReversed()]) {
    const [answer] = postAll({ ...after, lots }, earn).answers
    deepEqual(answer?.ok && answer.lots, [{ lotId: 1, amount: 1 }])
  }
})

test('LE-15 every posting has the next number, refusals and settlements too', () => {
  fc.assert(
    fc.property(histories(), (history: readonly TimedCommand[]) => {
      let state: WalletState = emptyWallet
      let seq = 0
      for (const command of history) {
        const posting = postAll(state, [command])
        state = posting.after
        for (const entry of posting.entries) equal(entry.seq, (seq += 1))
        equal(state.wallet.seq, seq)
      }
    }),
    { numRuns: 300 },
  )
})
