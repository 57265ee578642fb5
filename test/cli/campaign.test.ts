import { deepEqual, equal, match } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { connect, type Database } from '#db/connection.ts'
import { policyVersions } from '#db/policies.ts'
import { shopsOfMerchant } from '#db/shops/shops.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'

let database: TestDatabase
let db: Database
let home = ''

before(async () => {
  database = await testDatabase()
  db = connect(database.url, { as: 'application', size: 2 })
  home = mkdtempSync(join(tmpdir(), 'jifen-campaign-'))
})
after(async () => {
  await db.destroy()
  await database.drop()
  rmSync(home, { recursive: true, force: true })
})

async function jifen(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const env = { ...process.env, DATABASE_URL: database.url, JIFEN_HOME: home }
  return await new Promise((resolve) => {
    execFile(process.execPath, ['cli/main.ts', ...words], { env }, (error, out, err) => {
      resolve({ code: error === null ? 0 : 1, out, err })
    })
  })
}

const at = ['--at', '2017-09-05T15:00:00+08:00']

test('jifen campaign timeline tells what is open and what is next', async () => {
  const told = await jifen('campaign', 'timeline', 'double11-2017', ...at)
  equal(told.code, 0, told.err)
  match(told.out, /open: allowanceSetup \(approved\): 2017-09-05T14:00:00/)
  match(told.out, /next: presaleDeclaration/)
  const json = await jifen('campaign', 'timeline', '--json', ...at)
  const [line = ''] = json.out.split('\n')
  equal((JSON.parse(line) as { campaign: string }).campaign, 'double11-2017')
  const none = await jifen('campaign', 'timeline', 'none')
  deepEqual([none.code, none.err.trim()], [1, 'There is no campaign "none" in force.'])
})

test('jifen campaign check finds what a file has wrong, and nothing in the preset', async () => {
  const right = await jifen('campaign', 'check', 'double11-2017', ...at)
  deepEqual([right.code, right.out], [0, 'Nothing about it is implausible.\n'], right.err)
  const [known] = await policyVersions(db, { name: 'campaign:double11-2017' })
  const body = JSON.parse(known?.body ?? '{}') as object
  const file = join(home, 'odd.json')
  writeFileSync(file, JSON.stringify({ ...body, attached: ['wish:x'] }))
  const odd = await jifen('campaign', 'check', file, ...at)
  deepEqual([odd.code, odd.out], [1, 'error  attached[0]: There is no policy called "wish:x".\n'])
})

test('jifen campaign copy drafts next year’s campaign once', async () => {
  const words = ['campaign', 'copy', 'double11-2017', '--as', 'double11-2018']
  const told = await jifen(...words, '--year', '2018', '--by', 'mei', ...at)
  equal(told.code, 0, told.err)
  const [draft] = await policyVersions(db, { name: 'campaign:double11-2018' })
  deepEqual([draft?.status, draft?.author], ['draft', 'mei'])
  const again = await jifen(...words, '--year', '2018', '--by', 'mei', ...at)
  equal(again.code, 1)
  match(again.err, /^There is already: campaign:double11-2018, /)
})

test('jifen shops registers the shops of a file, rejects what does not fit, and is the same again', async () => {
  const file = join(home, 'shops.csv')
  const columns =
    'shop_id,merchant_id,merchant_name,legal_entity,title,type,main_category,categories,opened_on'
  writeFileSync(
    file,
    [
      columns,
      's-1,m-1,Lily,Lily Ltd.,Lily flagship,flagship,clothes,clothes|shoes,2014-11-11',
      's-2,m-1,Lily,Lily Ltd.,Lily shoes,specialty,shoes,shoes,2015-01-01',
      's-3,m-1,Lily,Lily Ltd.,Odd,palace,shoes,shoes,2015-01-01',
      's-1,m-2,Rose,Rose Ltd.,Taken,flagship,clothes,clothes,2014-11-11',
      '',
    ].join('\n'),
  )
  for (let run = 0; run < 2; run += 1) {
    const told = await jifen('shops', file, ...at)
    match(told.out, /^2 shops registered, 2 rejected/, told.err)
  }
  const shops = await shopsOfMerchant(db, 'm-1')
  deepEqual(
    shops.map(({ shopId, categories }) => `${shopId} ${categories.join('|')}`),
    ['s-1 clothes|shoes', 's-2 shoes'],
  )
  const rejects = readFileSync(join(home, 'shops-rejects.csv'), 'utf8')
  match(rejects, /shops\/of-another-merchant/)
  match(rejects, /type: /)
})
