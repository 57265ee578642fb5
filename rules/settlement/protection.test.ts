import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { protectionRows } from '#rules/settlement/protection.ts'

const paid = [
  { campaign: 'b', shop: 'A', payments: 2, paidFen: 700, takenBackFen: 200 },
  { campaign: 'a', shop: 'B', payments: 1, paidFen: 100, takenBackFen: 0 },
  { campaign: 'a', shop: 'A', payments: 0, paidFen: 0, takenBackFen: 50 },
]

test('ST-10 price protection is a line of its shop: paid in the period less what was taken back', () => {
  const costs = (of: object) =>
    protectionRows(paid, of).map(({ campaign, shop, costFen }) => [campaign, shop, costFen])
  deepEqual(costs({}), [
    ['a', 'A', -50],
    ['a', 'B', 100],
    ['b', 'A', 500],
  ])
  deepEqual(costs({ campaign: 'a', shop: 'B' }), [['a', 'B', 100]])
  deepEqual(costs({ funder: 'shop:A', campaign: 'b' }), [['b', 'A', 500]])
  deepEqual(costs({ funder: 'platform' }), [])
})
