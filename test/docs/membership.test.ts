import { after, before, test } from 'node:test'
import {
  cannotFollow as skip,
  startPageMarket,
  type PageMarket,
} from '#test/support/page-market.ts'

/** In this order: the last one moves the clock. */
const pages = [
  'membership',
  'score',
  'tiers',
  'benefits',
  'paid-membership',
  'instant-refund',
  'badges',
  'ending',
  'invitation',
]
const given = `
export JIFEN_HOME=.jifen-2017
api=http://127.0.0.1:8080/v1`

let market: PageMarket | undefined

before(async () => {
  if (skip === false) market = await startPageMarket({ startPage: 'membership', given })
})
after(async () => {
  await market?.stop()
})

for (const page of pages) {
  test(`the commands of docs/${page}.md answer as it says`, { skip }, async () => {
    await market?.follow(page, plain)
  })
}

/**
 * Without spaces, and without what differs from run to run (minutes, speeds, amounts that are drawn) or
 * with every member of the demo.
 */
function plain(written: string): string {
  return written
    .replaceAll(/\s/g, '')
    .replaceAll(/T10:\d\d:[\d.]+(?=\+08:00)/g, 'T10:00:00')
    .replaceAll(/[\d.]+s,\d+rowsasecond/g, '')
    .replaceAll(/(?<=score@1:)\d+(?=members)/g, '')
    .replaceAll(/(?<=purchase|review)(?:[\d%]|\.(?=\d))+/g, '')
    .replaceAll(/"kind":"draw","amountFen":\d+/g, '"kind":"draw"')
    .replaceAll(/\([^()]*anchor[^()]*\)/g, '')
}
