import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeProtectedHeader, generateKeyPair, importJWK, SignJWT, UnsecuredJWT } from 'jose'
import type { CryptoKey, JWK, KeyObject } from 'jose'
import type { Role } from '#http/auth/caller.ts'
import type { Deployment } from '#test/accept/support/deployment.ts'
import { runJifen } from '#test/accept/support/verify.ts'

type Key = CryptoKey | KeyObject | Uint8Array

/** What a token says, and whose key signs it. All is genuine unless it is said otherwise. */
type Claims = {
  readonly role?: string
  readonly issuer?: string
  readonly audience?: string
  readonly expiresInSeconds?: number | undefined
  readonly alg?: string
  readonly key?: Key
}

/** Tokens and keys that prove nothing, by what is wrong with them. They claim a role, or a member. */
export async function forgedTokens(
  deployment: Deployment,
  role: Role,
  memberId?: string,
): Promise<ReadonlyMap<string, string>> {
  const text = readFileSync(join(deployment.home, 'issuer-key.json'), 'utf8')
  const { d: _secret, ...open } = JSON.parse(text) as JWK
  const key = (await importJWK(JSON.parse(text) as JWK, 'EdDSA')) as Key
  const { privateKey: other } = await generateKeyPair('EdDSA', { crv: 'Ed25519' })
  const subject = memberId ?? 'forger'
  const genuine = await deployment.issuer.sign({ role, subject, memberId, lifeSeconds: 60 })
  const { kid } = decodeProtectedHeader(genuine)
  const now = Math.floor(Temporal.Now.instant().epochMilliseconds / 1_000)

  const payload = (claims: Claims) => ({
    role: claims.role ?? role,
    iss: claims.issuer ?? deployment.issuer.issuer,
    aud: claims.audience ?? deployment.issuer.audience,
    sub: subject,
    iat: now,
    ...(memberId === undefined ? {} : { member_id: memberId }),
    ...('expiresInSeconds' in claims ? {} : { exp: now + 600 }),
    ...(claims.expiresInSeconds === undefined ? {} : { exp: now + claims.expiresInSeconds }),
  })
  const sign = async (claims: Claims): Promise<string> =>
    await new SignJWT(payload(claims))
      .setProtectedHeader({ alg: claims.alg ?? 'EdDSA', typ: 'JWT', kid: kid ?? '' })
      .sign(claims.key ?? key)

  const [head, body, signature] = genuine.split('.')
  const asSecret = (secret: Buffer): Claims => ({ alg: 'HS256', key: secret })
  return new Map<string, string>([
    ['garbage', 'abc.def.ghi'],
    ['expired', await sign({ expiresInSeconds: -60 })],
    ['no end', await sign({ expiresInSeconds: undefined })],
    ['another audience', await sign({ audience: 'somebody-else' })],
    ['another issuer', await sign({ issuer: 'urn:evil' })],
    ['another key under the same name', await sign({ key: other })],
    ['an unknown role', await sign({ role: 'root' })],
    ['HS256 with the public key', await sign(asSecret(Buffer.from(open.x ?? '', 'base64url')))],
    ['HS256 with the public key as text', await sign(asSecret(Buffer.from(JSON.stringify(open))))],
    ['alg none', new UnsecuredJWT(payload({})).encode()],
    ['no signature', `${head}.${body}.`],
    ['a changed signature', `${head}.${body}.${flipped(signature ?? '')}`],
    ['a key that does not exist', `jf_0123456789ab_${'A'.repeat(43)}`],
    ['a revoked key', await revokedKey(deployment, role, subject)],
  ])
}

function flipped(signature: string): string {
  return `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
}

/** Made, used by nobody, and revoked: within a second it must be worth nothing. */
async function revokedKey({ home }: Deployment, role: Role, subject: string): Promise<string> {
  const named = ['--role', role, '--subject', subject]
  const made = await runJifen(['key', 'create', ...named, '--home', home])
  const key = made.stdout.trim()
  const revoked = await runJifen(['key', 'revoke', key, '--home', home])
  if (!key.startsWith('jf_') || revoked.code !== 0) {
    throw new Error(`no key to revoke: ${made.stderr}${revoked.stderr}`)
  }
  return key
}
