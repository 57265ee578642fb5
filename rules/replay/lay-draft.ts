import { parsePolicy, type ParsedPolicy } from '#rules/policies/catalogue.ts'
import { overlay } from '#rules/policies/overlay.ts'

/** A policy with a draft laid over it: its body in the JSON form, and as the rules read it. */
export type LaidDraft = { readonly body: unknown; readonly parsed: ParsedPolicy }

/**
 * Lays a draft over the body in force (RP-7): a policy that is there once is merged, so that a draft
 * says only what it changes; one of a family is replaced by a draft that is whole, else merged too.
 */
export function layDraft(name: string, inForce: unknown, draft: unknown): LaidDraft {
  if (draft === undefined) return { body: inForce, parsed: parsePolicy(name, inForce) }
  const alone = { body: draft, parsed: parsePolicy(name, draft) }
  if (inForce === undefined || (alone.parsed.ok && name.includes(':'))) return alone

  const body = overlay(inForce, draft)
  return { body, parsed: parsePolicy(name, body) }
}
