import type { Http } from '#http/context.ts'
import { event } from '#test/support/api.ts'

/** One operation of the description, with a request of it that would be right. */
export type Operation = {
  readonly id: string
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** With `{memberId}` still in it. */
  readonly path: string
  readonly access: readonly string[]
  readonly body: unknown
  readonly isPosting: boolean
}

type Described = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>
}
type DescribedOperation = {
  readonly operationId: string
  readonly 'x-access': readonly string[]
  readonly requestBody?: unknown
}

/** A right body for every operation that takes one. */
const bodies: Readonly<Record<string, unknown>> = {
  signIn: { token: 'x' },
  signInToDemo: { account: 'lin' },
  moveClock: { to: '2017-11-20T10:00:00+08:00' },
  optIn: { event: 'singles-day' },
  earn: { amount: 1 },
  spend: { amount: 1 },
  hold: { amount: 1 },
  captureHold: {},
  releaseHold: {},
  giveBack: { of: 'x', amount: 1 },
  clawBack: { of: 'x', amount: 1 },
  draftPolicy: { body: {}, note: '' },
  approvePolicy: {},
  tellEvents: event('lin', 'member.joined', 'again', '2017-01-02T00:00:00+08:00'),
}

const parameters: Readonly<Record<string, string>> = {
  program: 'platform',
  unit: 'points',
  seq: '1',
  ref: 'cart-1',
  name: 'points',
  version: '1',
}

/** Every operation that the server describes. One that takes a body none is known for is an error here. */
export function operationsOf(http: Http): Operation[] {
  const { paths } = http.swagger() as unknown as Described
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]): Operation => {
      const id = described.operationId
      if (described.requestBody !== undefined && !(id in bodies)) {
        throw new Error(`no body is known for ${id}`)
      }
      return {
        id,
        method: method.toUpperCase() as Operation['method'],
        path: path.replaceAll(/\{(\w+)\}/g, (whole, name: string) => parameters[name] ?? whole),
        access: described['x-access'],
        body: bodies[id],
        isPosting: path.includes('/wallets/') && method === 'post',
      }
    }),
  )
}

/** The path of an operation for a member. */
export function pathFor(operation: Operation, memberId: string): string {
  return operation.path.replace('{memberId}', memberId)
}
