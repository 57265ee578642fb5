import { dayFromText, instantFromText, startOfDay, type Window } from '#rules/time/instants.ts'

/** A window in the JSON form of a policy, and where in it. */
export type FoundWindow = { readonly path: string; readonly window: Window }

/**
 * Every window in a policy's JSON form, whatever the policy: `{ from, to }` and `[from, to]` of instants
 * or of days, whose last is in it as a whole (CP-6).
 */
export function windowsIn(body: unknown, zone: string, path = ''): FoundWindow[] {
  if (typeof body !== 'object' || body === null) return []
  const window = windowOf(body, zone)
  if (window !== undefined) return [{ path, window }]
  return Object.entries(body).flatMap(([key, value]) => {
    const at = Array.isArray(body) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`
    return windowsIn(value, zone, at)
  })
}

function windowOf(value: object, zone: string): Window | undefined {
  const [from, to] = Array.isArray(value)
    ? (value as readonly unknown[])
    : [(value as { from?: unknown }).from, (value as { to?: unknown }).to]
  if (typeof from !== 'string' || typeof to !== 'string') return undefined
  if (Array.isArray(value) && value.length !== 2) return undefined
  const [begins, lastDay] = [dayFromText(from), dayFromText(to)]
  if (begins !== undefined && lastDay !== undefined) {
    return { from: startOfDay(begins, zone), to: startOfDay(lastDay.add({ days: 1 }), zone) }
  }
  const [opens, closes] = [instantFromText(from), instantFromText(to)]
  return opens === undefined || closes === undefined ? undefined : { from: opens, to: closes }
}
