import { styleText } from 'node:util'
import { demoAccounts } from '#cli/demo/accounts.ts'
import type { RunningMarket, StartSettings } from '#cli/run-market.ts'
import { instantToText } from '#rules/time/instants.ts'

/** What a person wants to read when the program runs: where things are, and what to try. */
export function welcomeText(running: RunningMarket, { home }: StartSettings): string {
  const { url, market, clock, hasDemo } = running
  const heading = (text: string): string => styleText('bold', text, { stream: process.stdout })
  const now = instantToText(clock.now(), market.zone)
  const time = clock.virtual ? `, virtual clock at ${now}` : ''
  const places = [
    ['Member page', `${url}/member`],
    ['Merchant page', `${url}/merchant`],
    ['Sign-in', `${url}/sign-in`],
    ['API, to browse', `${url}/docs`],
    ['Readiness', `${url}/readyz`],
    ['Metrics', `${url}/metrics`],
  ]
  return [
    '',
    heading(`jifen runs: ${market.currency}, ${market.zone}, preset ${market.preset}${time}`),
    '',
    ...places.map(([name = '', place = '']) => `  ${name.padEnd(16)}${place}`),
    '',
    ...(hasDemo ? demoLines(heading) : noDemoLines(home)),
    heading('Try next, in another terminal'),
    '',
    ...commands(url, hasDemo, home).map((line) => `  ${line}`),
    '',
    'Ctrl-C stops everything.',
    '',
  ].join('\n')
}

function demoLines(heading: (text: string) => string): string[] {
  return [
    heading('Demo accounts, without password: choose one at the sign-in page'),
    '',
    ...demoAccounts.map(
      ({ account, role, nickname, hint }) =>
        `  ${account.padEnd(6)}${role.padEnd(10)}${nickname}: ${hint.en}`,
    ),
    '',
  ]
}

function noDemoLines(home: string): string[] {
  return [
    '  There is no demo here: sign in with a token.',
    `    npx jifen token --role member --member ID${homeWords(home)}`,
    '',
  ]
}

function commands(url: string, hasDemo: boolean, home: string): string[] {
  const words = homeWords(home)
  const call = hasDemo
    ? `curl -H "Authorization: Bearer $(npx jifen token --role member --member lin${words})" ${url}/v1/members/lin/wallets`
    : `curl -H "Authorization: Bearer $(npx jifen token --role operator${words})" ${url}/v1/policies`
  const order =
    '{"receivedAt":"2017-11-15T09:00:00+08:00","lines":[{"id":"1","paid":"109.00","category":"ordinary"}]}'
  return [call, `echo '${order}' | npx jifen decide earn`, `npx jifen verify${words}`]
}

function homeWords(home: string): string {
  return home === '.jifen' ? '' : ` --home ${home}`
}
