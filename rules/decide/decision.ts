import type { z } from 'zod'
import { assert } from '#rules/assert.ts'
import type { PolicyBody, PolicyName } from '#rules/policies/catalogue.ts'

/** What a decision is made in: the market's zone and its policies, read. */
export type DecisionContext = {
  readonly zone: string
  readonly policies: { readonly [Name in PolicyName]?: PolicyBody<Name> }
}

/** A pure decision that can be asked for by name: JSON in, JSON out (DE-1). */
export type Decision = {
  readonly name: string
  /** What it decides, in a few words. */
  readonly summary: string
  /** The policy it decides by; `null`: none. */
  readonly policy: PolicyName | null
  readonly inputSchema: z.ZodType
  readonly outputSchema: z.ZodType
  /** Decides by input that has passed the schema. */
  readonly decide: (input: unknown, context: DecisionContext) => unknown
}

/** Gives a decision its own types; the registry keeps many of them alike. */
export function decision<Input extends z.ZodType, Output extends z.ZodType>(of: {
  readonly name: string
  readonly summary: string
  readonly policy: PolicyName | null
  readonly inputSchema: Input
  readonly outputSchema: Output
  readonly decide: (input: z.output<Input>, context: DecisionContext) => z.input<Output>
}): Decision {
  return { ...of, decide: (input, context) => of.decide(input as z.output<Input>, context) }
}

/** The policy that a decision said it decides by. */
export function policyOf<Name extends PolicyName>(
  context: DecisionContext,
  name: Name,
): PolicyBody<Name> {
  const policy = context.policies[name]
  assert(policy !== undefined, `the policy ${name} was loaded`)
  return policy
}
