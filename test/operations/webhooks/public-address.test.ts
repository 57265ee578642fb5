import { deepEqual, equal } from 'node:assert/strict'
import { after, test } from 'node:test'
import { isPublicAddress } from '#operations/webhooks/public-address.ts'
import { openSender } from '#operations/webhooks/send.ts'
import { openReceiver } from '#test/support/receiver.ts'

const notPublic = [
  '127.0.0.1',
  '127.255.255.254',
  '0.0.0.0',
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '192.0.2.1',
  '198.18.0.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '::1',
  '::',
  'fe80::1',
  'fe80::1%eth0',
  'fc00::1',
  'fd12:3456::1',
  'ff02::1',
  '::ffff:127.0.0.1',
  '::ffff:a9fe:a9fe',
  '::127.0.0.1',
  '64:ff9b::7f00:1',
  '2002:7f00:1::1',
  '2001:db8::1',
  'no address',
  '',
]

test('WH-7 only addresses of the general use of the internet are public', () => {
  for (const address of notPublic) equal(isPublicAddress(address), false, address)
  for (const address of [
    '8.8.8.8',
    '1.1.1.1',
    '93.184.216.34',
    '2606:4700:4700::1111',
    '64:ff9b::808:808',
  ]) {
    equal(isPublicAddress(address), true, address)
  }
})

test('WH-7 nothing is sent to a target that is not public, however it is written', async () => {
  const receiver = await openReceiver()
  after(() => receiver.close())
  const { port } = new URL(receiver.url('/'))
  const targets = [
    'localhost',
    'localhost.',
    'LOCALHOST',
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '0.0.0.0',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[0:0:0:0:0:ffff:7f00:1]',
    '10.0.0.1',
    '192.168.0.1',
    '172.16.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '[fe80::1]',
    '[fc00::1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::1]',
    '224.0.0.1',
    '255.255.255.255',
    '[ff02::1]',
    '127.0.0.1.',
  ]
  const sender = openSender({ allowPrivate: false, timeoutMs: 1_000 })
  after(() => sender.close())
  const at = Temporal.Now.instant()
  for (const protocol of ['https', 'http']) {
    for (const target of targets) {
      const url = `${protocol}://${target}:${port}/`
      const tried = await sender.send({ url, messageId: 'msg_1', body: '{}', secrets: [], at })
      equal(tried.ok, false, url)
    }
  }
  deepEqual(receiver.received, [])

  const open = openSender({ allowPrivate: true })
  after(() => open.close())
  const url = receiver.url('/')
  equal((await open.send({ url, messageId: 'msg_2', body: '{}', secrets: [], at })).ok, true)
  equal(receiver.received.length, 1)
})
