import { test } from 'node:test'
import { checkHistory } from '#test/rules/ledger/told-history.ts'

// Columns everywhere: millisecond | command | answer | available/pending/held/debt afterwards.

test('LE-8 a spend is given back to its own lots, the latest to expire first', () => {
  checkHistory(`
     0 | earn a 10 till 90 | a:10     | 10/0/0/0
     0 | earn b 10 till 40 | b:10     | 20/0/0/0
     1 | spend s 15        | b:10 a:5 | 5/0/0/0
     2 | giveBack g s 7    | a:5 b:2  | 12/0/0/0
     3 | spend t 2         | b:2      | 10/0/0/0
     4 | giveBack i s 8    | b:8      | 18/0/0/0
  `)
})

test('LE-8 the share of a lapsed lot is expired, or granted anew until the end of its grace', () => {
  checkHistory(`
     0 | earn a 10 till 40        | a:10           | 10/0/0/0
     0 | earn b 10 till 90        | b:10           | 20/0/0/0
     1 | spend s 15               | a:10 b:5       | 5/0/0/0
    50 | giveBack g s 7           | b:5 a:2 expired 2 | 10/0/0/0
    50 | giveBack i s 3 grace 60  | i:3            | 13/0/0/0
    50 | giveBack j s 1 grace 50  | a:1 expired 1  | 13/0/0/0
    50 | spend t 11               | i:3 b:8        | 2/0/0/0
    50 | giveBack k t 11          | b:8 i:3        | 13/0/0/0
    60 | spend u 11               | ledger/insufficient short 1 | 10/0/0/0
  `)
})

test('LE-8 a capture is given back like a spend', () => {
  checkHistory(`
     0 | earn a 10 till 90 | a:10 | 10/0/0/0
     1 | hold h 8          | a:8  | 2/0/8/0
     2 | capture c h 5     | a:5  | 2/0/3/0
     3 | giveBack g c 4    | a:4  | 6/0/3/0
     3 | giveBack i c 2    | ledger/more-than-left-to-undo left 1 | 6/0/3/0
     3 | giveBack j h 1    | ledger/unknown-reference | 6/0/3/0
  `)
})

test('LE-9 an earn is clawed back from its own lot, then from others; what is missing is owed', () => {
  checkHistory(`
     0 | earn a 10 till 90         | a:10               | 10/0/0/0
     0 | earn b 10 from 20         | b:10               | 10/10/0/0
     0 | earn c 5 till 40          | c:5                | 15/10/0/0
     1 | hold h 4                  | c:4                | 11/10/4/0
     2 | clawBack k b 6            | b:6                | 11/4/4/0
     3 | clawBack l b 4            | b:4                | 11/0/4/0
     4 | spend s 8                 | c:1 a:7            | 3/0/4/0
     5 | clawBack m c 5            | a:3 owed 2         | 0/0/4/2
     6 | clawBack n a 9 stop       | forgiven 9         | 0/0/4/2
  `)
})

test('LE-9 what has expired of the lot counts as taken', () => {
  checkHistory(`
     0 | earn a 10 till 20 | a:10 | 10/0/0/0
     0 | earn b 10 till 90 | b:10 | 20/0/0/0
     1 | spend s 4         | a:4  | 16/0/0/0
    30 | clawBack k a 10   | a:6 b:4 | 6/0/0/0
  `)
})

test('LE-9, LE-10 lots with a target are clawed back last, so that none is available beside a debt', () => {
  checkHistory(`
     0 | earn a 10                | a:10           | 10/0/0/0
     0 | earn b 5 till 20 for tea | b:5            | 15/0/0/0
     0 | earn c 5                 | c:5            | 20/0/0/0
     1 | spend s 10               | a:10           | 10/0/0/0
     2 | clawBack k a 7           | c:5 b:2        | 3/0/0/0
     3 | clawBack l a 3           | b:3            | 0/0/0/0
     4 | clawBack m c 5           | owed 5         | 0/0/0/5
  `)
})

test('LE-10 whatever becomes available pays an open debt first', () => {
  checkHistory(`
     0 | earn a 10         | a:10         | 10/0/0/0
     0 | earn b 6 from 20  | b:6          | 10/6/0/0
     1 | spend s 7         | a:7          | 3/6/0/0
     1 | hold h 3          | a:3          | 0/6/3/0
     2 | clawBack k a 10   | owed 10      | 0/6/3/10
     3 | earn c 2          | c:2 paid 2   | 0/6/3/8
     4 | release r h       | a:3 paid 3   | 0/6/0/5
    20 | .                 |              | 1/0/0/0
    21 | giveBack g s 7    | a:7          | 8/0/0/0
  `)
  checkHistory(`
     0 | earn a 10         | a:10         | 10/0/0/0
     1 | spend s 7         | a:7          | 3/0/0/0
     2 | clawBack k a 10   | a:3 owed 7   | 0/0/0/7
     3 | giveBack g s 4    | a:4 paid 4   | 0/0/0/3
     4 | giveBack i s 3    | a:3 paid 3   | 0/0/0/0
  `)
})

test('LE-11 all that undoes a posting never exceeds it', () => {
  checkHistory(`
     0 | earn a 10         | a:10 | 10/0/0/0
     1 | spend s 8         | a:8  | 2/0/0/0
     2 | giveBack g s 5    | a:5  | 7/0/0/0
     3 | giveBack i s 4    | ledger/more-than-left-to-undo left 3 | 7/0/0/0
     4 | giveBack j s 3    | a:3  | 10/0/0/0
     5 | clawBack k a 6    | a:6  | 4/0/0/0
     6 | clawBack l a 5    | ledger/more-than-left-to-undo left 4 | 4/0/0/0
     7 | clawBack m s 1    | ledger/unknown-reference | 4/0/0/0
     8 | giveBack n a 1    | ledger/unknown-reference | 4/0/0/0
  `)
})

test('LE-12 forfeiting empties the wallet and closes every hold', () => {
  checkHistory(`
     0 | earn a 10         | a:10                    | 10/0/0/0
     0 | earn b 5 from 20  | b:5                     | 10/5/0/0
     1 | hold h 4          | a:4                     | 6/5/4/0
     2 | forfeit f         | a:10 b:5 expired 15     | 0/0/0/0
     3 | capture c h       | ledger/hold-closed      | 0/0/0/0
     4 | earn d 3          | d:3                     | 3/0/0/0
    30 | clawBack k a 10   | a:10                    | 3/0/0/0
  `)
})

test('LE-16 an unsealing that names the forfeit gives back what has not lapsed, once', () => {
  checkHistory(`
     0 | earn a 10         | a:10                    | 10/0/0/0
     0 | earn b 5 from 20  | b:5                     | 10/5/0/0
     0 | earn c 7 till 5   | c:7                     | 17/5/0/0
     1 | hold h 4 of a     | a:4                     | 13/5/4/0
     2 | forfeit f seal    | c:7 a:10 b:5 expired 22 | 0/0/0/0
     3 | clawBack k a 4    | a:4                     | 0/0/0/0
     6 | unseal u f        | a:6 b:5                 | 6/5/0/0
     7 | unseal v f        |                         | 6/5/0/0
     8 | capture x h       | ledger/hold-closed      | 6/5/0/0
    21 | earn d 1          | d:1                     | 12/0/0/0
  `)
})

test('LE-16 what comes back pays an open debt first; a forfeit that is not known brings nothing', () => {
  checkHistory(`
     0 | earn a 10         | a:10                    | 10/0/0/0
     0 | earn b 5          | b:5                     | 15/0/0/0
     1 | spend s 10        | a:10                    | 5/0/0/0
     2 | forfeit f seal    | b:5 expired 5           | 0/0/0/0
     3 | clawBack k a 10   | owed 10                 | 0/0/0/10
     4 | unseal u f        | b:5 paid 5              | 0/0/0/5
     5 | unseal v x        |                         | 0/0/0/5
  `)
})

test('LE-12 a sealed wallet refuses to earn, spend and hold; what is given back expires', () => {
  checkHistory(`
     0 | earn a 10         | a:10                    | 10/0/0/0
     1 | spend s 4         | a:4                     | 6/0/0/0
     2 | forfeit f seal    | a:6 expired 6           | 0/0/0/0
     3 | earn b 5          | ledger/wallet-sealed    | 0/0/0/0
     3 | spend t 1         | ledger/wallet-sealed    | 0/0/0/0
     3 | hold h 1          | ledger/wallet-sealed    | 0/0/0/0
     4 | giveBack g s 4 grace 90 | a:4 expired 4     | 0/0/0/0
     5 | clawBack k a 10   | a:10                    | 0/0/0/0
     6 | unseal u          |                         | 0/0/0/0
     7 | earn c 5          | c:5                     | 5/0/0/0
  `)
})
