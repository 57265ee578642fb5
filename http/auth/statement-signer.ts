import { randomUUID } from 'node:crypto'
import { calculateJwkThumbprint, importJWK, SignJWT, type JWK } from 'jose'

/** Signs what we state of a member to a partner, and tells the key to check it with. */
export type StatementSigner = {
  readonly sign: (statement: SignedStatement) => Promise<string>
  readonly publicKey: Readonly<Record<string, string>>
}

export type SignedStatement = {
  readonly memberId: string
  readonly partner: string
  readonly tier: string
  readonly partnerTier: string
  readonly at: Temporal.Instant
  readonly until: Temporal.Instant
}

/**
 * Who signs statements is named otherwise than who signs tokens, and so is whom they are for: none is
 * ever taken for a token of this server, though the key is the same.
 */
const statementIssuer = 'urn:jifen:statements'

/** Makes the signer of a private key (Ed25519). */
export async function statementSigner(jwk: JWK): Promise<StatementSigner> {
  const { d: _secret, ...publicPart } = jwk
  const kid = await calculateJwkThumbprint(publicPart)
  const privateKey = await importJWK(jwk, 'EdDSA')

  const sign = async (statement: SignedStatement): Promise<string> => {
    const { memberId, partner, tier, partnerTier, at, until } = statement
    return await new SignJWT({ tier, partnerTier })
      .setProtectedHeader({ alg: 'EdDSA', kid, typ: 'tier-statement+jwt' })
      .setIssuer(statementIssuer)
      .setAudience(`urn:jifen:partner:${partner}`)
      .setSubject(memberId)
      .setJti(randomUUID())
      .setIssuedAt(secondsOf(at))
      .setExpirationTime(secondsOf(until))
      .sign(privateKey)
  }
  const { kty = '', crv = '', x = '' } = publicPart
  return { sign, publicKey: { kty, crv, x, kid, alg: 'EdDSA', use: 'sig' } }
}

function secondsOf(instant: Temporal.Instant): number {
  return Math.floor(instant.epochMilliseconds / 1_000)
}
