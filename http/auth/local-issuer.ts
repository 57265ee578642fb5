import { randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  importJWK,
  SignJWT,
  type JWK,
} from 'jose'
import type { Role } from '#http/auth/caller.ts'
import { statementSigner, type StatementSigner } from '#http/auth/statement-signer.ts'
import type { TokenIssuer } from '#http/auth/tokens.ts'

/** Our own issuer of tokens, for the first operator, for tests and for the demo. */
export type LocalIssuer = TokenIssuer & {
  readonly sign: (claims: LocalClaims) => Promise<string>
  /** For what partners are told of members. */
  readonly statements: StatementSigner
}

export type LocalClaims = {
  readonly role: Role
  readonly subject: string
  readonly memberId?: string | undefined
  readonly lifeSeconds: number
}

const issuer = 'urn:jifen:local'
const audience = 'jifen'
const keyFile = 'issuer-key.json'

/** Opens the issuer of a home folder; its private key is made the first time, for this user's eyes only. */
export async function openLocalIssuer(home: string): Promise<LocalIssuer> {
  mkdirSync(home, { recursive: true, mode: 0o700 })
  const path = join(home, keyFile)
  const kept = readKey(path)
  if (kept !== undefined) return await issuerOf(kept)

  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  keepFirst(path, JSON.stringify(await exportJWK(privateKey)))
  return await issuerOf(readKey(path) ?? (await exportJWK(privateKey)))
}

async function issuerOf(jwk: JWK): Promise<LocalIssuer> {
  const { d: _secret, ...publicPart } = jwk
  const kid = await calculateJwkThumbprint(publicPart)
  const privateKey = await importJWK(jwk, 'EdDSA')
  const keys = createLocalJWKSet({ keys: [{ ...publicPart, kid, alg: 'EdDSA', use: 'sig' }] })

  const sign = async (claims: LocalClaims): Promise<string> => {
    const nowSeconds = Math.floor(Temporal.Now.instant().epochMilliseconds / 1_000)
    const member = claims.memberId === undefined ? {} : { member_id: claims.memberId }
    return await new SignJWT({ role: claims.role, ...member })
      .setProtectedHeader({ alg: 'EdDSA', kid, typ: 'JWT' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(claims.subject)
      .setIssuedAt(nowSeconds)
      .setExpirationTime(nowSeconds + claims.lifeSeconds)
      .sign(privateKey)
  }
  return { issuer, audience, keys, sign, statements: await statementSigner(jwk) }
}

function readKey(path: string): JWK | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as JWK
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Writes the file whole and only if there is none: of two programs that begin at once, one wins. */
function keepFirst(path: string, text: string): void {
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  writeFileSync(draft, `${text}\n`, { mode: 0o600, flag: 'wx' })
  try {
    linkSync(draft, path)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    rmSync(draft)
  }
}
