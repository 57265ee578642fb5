import { deepEqual, equal } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { policiesOfMarket, readMarketFile } from '#rules/policies/market-file.ts'
import { readPreset, type Preset } from '#rules/policies/preset.ts'
import { rowsOf } from '#test/support/table.ts'

// Columns: file | minor digits, or the path of the first problem.
const files = `
  {"currency":"CNY","zone":"Asia/Shanghai"}                       | 2
  {"currency":"BRL","zone":"America/Sao_Paulo"}                   | 2
  {"currency":"JPY","zone":"Asia/Tokyo"}                          | minorDigits
  {"currency":"KWD","zone":"Asia/Kuwait"}                         | minorDigits
  {"currency":"CNY","zone":"Asia/Shanghai","minorDigits":0}       | minorDigits
  {"currency":"CNY","zone":"Asia/Shanghai","minorDigits":5}       | minorDigits
  {"currency":"RMB","zone":"Asia/Shanghai"}                       | currency
  {"currency":"cny","zone":"Asia/Shanghai"}                       | currency
  {"currency":"CNY","zone":"Asia/Nowhere"}                        | zone
  {"currency":"CNY"}                                              | zone
  {"currency":"CNY","zone":"Asia/Shanghai","color":"red"}         | color
`

test('PO-7 a market is a currency, a zone and a preset', () => {
  for (const [file = '', expected = ''] of rowsOf(files)) {
    const read = readMarketFile(JSON.parse(file))
    equal(String(read.ok ? read.market.minorDigits : read.problems[0]?.path), expected, file)
    if (read.ok) equal(read.market.preset, 'tmall-2017')
  }
})

test('PO-7 what the file says of a policy is laid over the preset, and the result must fit', () => {
  const preset = presetOf('tmall-2017')
  const laid = policiesOfMarket(preset, { policies: { points: { ratios: { ordinary: '1' } } } })
  const points = laid.ok ? (laid.policies['points'] as { ratios: unknown }) : undefined
  deepEqual(points?.ratios, { ...ratiosOf(preset), ordinary: '1' })

  const wrong = { points: { ratios: { ordinary: 'x' }, colour: 1 }, prices: {} }
  const refused = policiesOfMarket(preset, { policies: wrong })
  deepEqual(refused.ok ? [] : refused.problems.map((each) => each.path), [
    'policies.points.ratios.ordinary',
    'policies.points.colour',
    'policies.prices',
  ])
})

test('PO-7 every preset that comes with the program fits', () => {
  for (const name of ['tmall-2017', 'tmall-2018-parallel', 'simple-points'])
    equal(presetOf(name).name, name)
})

test('PO-7 a preset with a policy that does not fit is refused by its path', () => {
  const preset = { ...presetOf('tmall-2017'), policies: { points: { expiry: 'never' } } }
  const read = readPreset(preset)
  deepEqual(read.ok ? [] : read.problems, [
    { path: 'policies.points.ratios', message: 'This is missing.' },
  ])
})

function presetOf(name: string): Preset {
  const file = new URL(`../../presets/${name}.json`, import.meta.url)
  const read = readPreset(JSON.parse(readFileSync(file, 'utf8')))
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  return read.preset
}

function ratiosOf(preset: Preset): object {
  return (preset.policies['points'] as { ratios: object }).ratios
}
