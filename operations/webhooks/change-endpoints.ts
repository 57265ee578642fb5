import { randomBytes, randomUUID } from 'node:crypto'
import type { Database } from '#db/connection.ts'
import { shopById } from '#db/shops/shops.ts'
import {
  deleteEndpoint,
  lockEndpoint,
  rotateSecret,
  upsertEndpoint,
  type Endpoint,
} from '#db/webhooks/endpoints.ts'
import { transact } from '#operations/_transact.ts'
import { oldSecretLasts } from '#rules/webhooks/retry.ts'

/** What a person says of an endpoint. */
export type EndpointTerms = Pick<Endpoint, 'url' | 'types' | 'note'>

export type EndpointMade =
  | { readonly ok: true; readonly endpoint: Endpoint; readonly secret: string }
  | { readonly ok: false; readonly refusal: 'shops/unknown' }

export type EndpointChanged =
  | { readonly ok: true; readonly endpoint: Endpoint }
  | { readonly ok: false; readonly refusal: 'webhooks/unknown' }

/** Makes an endpoint of the market, or of a shop; its secret is told this once. */
export async function makeEndpoint(
  db: Database,
  made: {
    readonly shopId: string | null
    readonly terms: EndpointTerms
    readonly at: Temporal.Instant
  },
): Promise<EndpointMade> {
  const { shopId, terms, at } = made
  return await transact(db, async (tx) => {
    if (shopId !== null && (await shopById(tx, shopId)) === undefined) {
      return { ok: false, refusal: 'shops/unknown' }
    }
    const endpoint: Endpoint = {
      endpointId: `we_${randomUUID()}`,
      shopId,
      ...terms,
      status: 'enabled',
      disabledFor: null,
      failingSince: null,
      createdAt: at,
      changedAt: at,
    }
    await upsertEndpoint(tx, endpoint)
    const secret = await addSecret(tx, endpoint.endpointId, at)
    return { ok: true, endpoint, secret }
  })
}

/** Which endpoint, and whose: one of somebody else is unknown. */
export type OwnEndpoint = { readonly shopId: string | null; readonly endpointId: string }

/** Changes what is said of an endpoint, or enables or disables it. */
export async function changeEndpoint(
  db: Database,
  own: OwnEndpoint,
  changes: Partial<EndpointTerms> & { readonly enabled?: boolean },
  at: Temporal.Instant,
): Promise<EndpointChanged> {
  return await transact(db, async (tx) => {
    const known = await lockEndpoint(tx, own.endpointId)
    if (known === undefined || known.shopId !== own.shopId) return unknown
    const { enabled = known.status === 'enabled', ...terms } = changes
    const wasEnabled = known.status === 'enabled'
    const state = enabled
      ? { status: 'enabled', disabledFor: null }
      : { status: 'disabled', disabledFor: known.disabledFor ?? 'asked' }
    const failingSince = enabled && !wasEnabled ? null : known.failingSince
    const endpoint = { ...known, ...terms, ...state, failingSince, changedAt: at } as Endpoint
    await upsertEndpoint(tx, endpoint)
    return { ok: true, endpoint }
  })
}

export type EndpointRemoved =
  { readonly ok: true } | { readonly ok: false; readonly refusal: 'webhooks/unknown' }

/** Removes an endpoint with its secrets and what it was to be sent. */
export async function removeEndpoint(db: Database, own: OwnEndpoint): Promise<EndpointRemoved> {
  return await transact(db, async (tx) => {
    const known = await lockEndpoint(tx, own.endpointId)
    if (known === undefined || known.shopId !== own.shopId) return unknown
    await deleteEndpoint(tx, own.endpointId)
    return { ok: true }
  })
}

export type SecretRotated =
  | { readonly ok: true; readonly secret: string; readonly oldEndsAt: Temporal.Instant }
  | { readonly ok: false; readonly refusal: 'webhooks/unknown' }

/** Makes a new secret, told this once; the one before signs besides for a day (WH-6). */
export async function rotateEndpointSecret(
  db: Database,
  own: OwnEndpoint,
  at: Temporal.Instant,
): Promise<SecretRotated> {
  return await transact(db, async (tx) => {
    const known = await lockEndpoint(tx, own.endpointId)
    if (known === undefined || known.shopId !== own.shopId) return unknown
    const secret = await addSecret(tx, own.endpointId, at)
    return { ok: true, secret, oldEndsAt: at.add(oldSecretLasts) }
  })
}

const unknown = { ok: false, refusal: 'webhooks/unknown' } as const

const secretBytes = 32

async function addSecret(
  tx: Parameters<typeof rotateSecret>[0],
  endpointId: string,
  at: Temporal.Instant,
): Promise<string> {
  const secret = `whsec_${randomBytes(secretBytes).toString('base64')}`
  const oldEndsAt = at.add(oldSecretLasts)
  await rotateSecret(tx, { endpointId, secretId: randomUUID(), secret, at, oldEndsAt })
  return secret
}
