/** The program cannot start, for a reason its owner can change. The message is one sentence saying what to do. */
export class StartError extends Error {
  override readonly name = 'StartError'
}

/** Turns a failure of the file system at `path` into a sentence; anything else is passed on as it is. */
export function startErrorOf(error: unknown, path: string): unknown {
  switch (codeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new StartError(`The disk that holds ${path} is full: free some space and start again.`)
    case 'EACCES':
    case 'EPERM':
      return new StartError(
        `jifen may not write to ${path}: give this user the right to, or set DATABASE_URL to a PostgreSQL of your own.`,
      )
    case 'EROFS':
      return new StartError(
        `${path} is on a read-only disk: start jifen elsewhere, or set DATABASE_URL to a PostgreSQL of your own.`,
      )
    default:
      return error
  }
}

/** The system's error code, such as `ENOENT`, or undefined. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
