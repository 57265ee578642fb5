import type { z } from 'zod'

/** What is wrong with a value and where: `lines[0].paid`, or the empty path for the whole. */
export type InputProblem = { readonly path: string; readonly message: string }

/** The problems that a schema found, in the order of the input; an unknown key is named itself. */
export function problemsOf(error: z.ZodError): readonly InputProblem[] {
  return error.issues.flatMap((issue) => problemsIn(issue, []))
}

/** Writes the way to a value as `lines[0].paid`; a key that is no plain name as `["a b"]`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`
    const name = String(key)
    if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(name)) return `${text}[${JSON.stringify(name)}]`
    return text === '' ? name : `${text}.${name}`
  }, '')
}

function problemsIn(issue: z.core.$ZodIssue, above: readonly PropertyKey[]): InputProblem[] {
  const path = [...above, ...issue.path]
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: pathText([...path, key]),
      message: `There is no key ${JSON.stringify(key)} here.`,
    }))
  }
  if (issue.code === 'invalid_union') {
    const deeper = deepest(issue.errors)
    if (deeper !== undefined) return deeper.flatMap((each) => problemsIn(each, path))
  }
  return [{ path: pathText(path), message: messageOf(issue) }]
}

/** What the library says of a key that is not there is about types; we say that it is missing. */
function messageOf(issue: z.core.$ZodIssue): string {
  const missing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined')
  return missing ? 'This is missing.' : issue.message
}

/** The one alternative that fitted as far as its keys, when it says more than the union itself. */
function deepest(
  errors: readonly (readonly z.core.$ZodIssue[])[],
): readonly z.core.$ZodIssue[] | undefined {
  const inside = errors.filter((issues) => issues.every((issue) => issue.path.length > 0))
  return inside.length === 1 ? inside[0] : undefined
}
