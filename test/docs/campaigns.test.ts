import { after, before, test } from 'node:test'
import {
  cannotFollow as skip,
  startPageMarket,
  type PageMarket,
} from '#test/support/page-market.ts'

/** In this order: each moves the clock on, from August to the end of November. */
const pages = [
  'campaigns',
  'merchant-metrics',
  'enrolment',
  'event-entry',
  'price-verification',
  'declarations',
  'time-outs',
  'price-protection',
  'delivery',
  'governance',
  'webhooks',
]
/** What docs/campaigns.md has its readers type first. */
const given = `
export JIFEN_HOME=.jifen-campaign
api=http://127.0.0.1:8080/v1
as() { echo "Authorization: Bearer $(npx jifen token --role "$@")"; }
json='Content-Type: application/json'`

let market: PageMarket | undefined

before(async () => {
  if (skip === false) market = await startPageMarket({ startPage: 'campaigns', given })
})
after(async () => {
  await market?.stop()
})

for (const page of pages) {
  test(`the commands of docs/${page}.md answer as it says`, { skip }, async () => {
    await market?.follow(page, plain)
  })
}

function plain(written: string): string {
  return written.replaceAll(/\s/g, '')
}
