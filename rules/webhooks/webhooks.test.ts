import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { EndpointUrlSchema, isWanted, WantedTypeSchema } from '#rules/webhooks/endpoint.ts'
import { disabledBy, nextTry } from '#rules/webhooks/retry.ts'

const at = Temporal.Instant.from('2017-11-11T00:00:00Z')
const noAnswer = { ok: false, error: 'timeout' } as const

test('WH-1 an endpoint is a URL without credentials, and wants types or beginnings of them', () => {
  const isUrl = (text: string) => EndpointUrlSchema.safeParse(text).success
  equal(isUrl('https://example.com/hooks?a=1'), true)
  for (const bad of [
    'example.com',
    'ftp://example.com',
    'file:///etc/passwd',
    'https://u:p@example.com',
    'https://user@example.com',
    'https://example.com/#part',
    `https://example.com/${'a'.repeat(1_000)}`,
  ]) {
    equal(isUrl(bad), false, bad)
  }
  const isType = (text: string) => WantedTypeSchema.safeParse(text).success
  for (const good of ['*', 'jifen.*', 'jifen.tier.changed.v1', 'jifen.badge-level.changed.v1']) {
    equal(isType(good), true, good)
  }
  for (const bad of ['', 'jifen.', '*.v1', 'jifen.t*', 'Jifen.x', 'jifen..x', '.*']) {
    equal(isType(bad), false, bad)
  }
})

test('WH-2 an endpoint of a shop is sent what concerns that shop alone', () => {
  const of = (subject: 'member' | 'shop', subjectId: string) => {
    return { of: subject, subjectId, type: 'jifen.enrolment.decided.v1' }
  }
  const own = { types: ['*'], shopId: 'lily' }
  deepEqual(
    [of('shop', 'lily'), of('shop', 'rose'), of('member', 'lily')].map((event) =>
      isWanted(own, event),
    ),
    [true, false, false],
  )
  const market = (types: string[]) => isWanted({ types, shopId: null }, of('member', 'lin'))
  deepEqual(
    [['*'], ['jifen.*'], ['jifen.enrol.*'], ['jifen.enrolment.decided.v1'], []].map(market),
    [true, true, false, true, false],
  )
})

test('WH-4 what failed is tried again later and later, then set aside', () => {
  const waits = [...Array(10).keys()].map((tries) => {
    const next = nextTry(noAnswer, tries + 1, at)
    return next === undefined ? undefined : at.until(next).total('seconds')
  })
  deepEqual(waits, [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400, undefined])
  const asked = nextTry({ ...noAnswer, status: 429, retryAfterMs: 60_000 }, 1, at)
  equal(asked?.toString(), at.add({ seconds: 60 }).toString())
  const tooMuch = nextTry({ ...noAnswer, status: 503, retryAfterMs: 1e12 }, 1, at)
  equal(tooMuch?.toString(), at.add({ hours: 24 }).toString())
})

test('WH-5 an endpoint that is gone is disabled at once, one that fails for five days then', () => {
  equal(disabledBy({ ...noAnswer, status: 410 }, undefined, at), 'gone')
  equal(disabledBy({ ...noAnswer, status: 500 }, undefined, at), undefined)
  const since = (days: number) => at.subtract({ hours: 24 * days })
  equal(disabledBy(noAnswer, since(5).add({ milliseconds: 1 }), at), undefined)
  equal(disabledBy(noAnswer, since(5), at), 'failing')
})
