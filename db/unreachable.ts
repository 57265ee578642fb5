/** What the system or PostgreSQL says when the server is not there, is stopping or is full. */
const unreachableCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  // admin_shutdown, crash_shutdown, cannot_connect_now, too_many_connections
  '57P01',
  '57P02',
  '57P03',
  '53300',
  // query_canceled, lock_not_available, serialization_failure, deadlock_detected
  '57014',
  '55P03',
  '40001',
  '40P01',
])

const unreachableSentence =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|The server closed the connection)/

/** Whether an error says that the database could not serve for now: the same may succeed when tried again. */
export function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return (
    unreachableCodes.has(code) || /^08...$/.test(code) || unreachableSentence.test(error.message)
  )
}
