/** A number kept exactly: `over / under`, `under` above zero. */
export type Ratio = { readonly over: bigint; readonly under: bigint }

const decimalText = /^(-?)(0|[1-9][0-9]{0,29})(?:\.([0-9]{1,18}))?$/

/** Reads a decimal text, `4.75`; `undefined` when it is none. */
export function ratioFromText(text: string): Ratio | undefined {
  const match = decimalText.exec(text)
  if (match === null) return undefined
  const [, sign = '', whole = '', fraction = ''] = match
  const over = BigInt(`${whole}${fraction}`)
  return { over: sign === '-' ? -over : over, under: 10n ** BigInt(fraction.length) }
}

/** Reads a number or a decimal text. */
export function ratioOf(written: unknown): Ratio | undefined {
  if (Number.isSafeInteger(written)) return { over: BigInt(written as number), under: 1n }
  return typeof written === 'number' || typeof written === 'string'
    ? ratioFromText(String(written))
    : undefined
}

/** `a / b`; `undefined` where `b` is not above zero. */
export function quotientOf(a: Ratio, b: Ratio): Ratio | undefined {
  if (b.over <= 0n) return undefined
  return { over: a.over * b.under, under: a.under * b.over }
}

export function addRatios(a: Ratio, b: Ratio): Ratio {
  if (a.under === b.under) return { over: a.over + b.over, under: a.under }
  return { over: a.over * b.under + b.over * a.under, under: a.under * b.under }
}

/** Below, at or above zero as `a` is less than, equal to or more than `b`. */
export function compareRatios(a: Ratio, b: Ratio): number {
  const [left, right] = [a.over * b.under, b.over * a.under]
  return left < right ? -1 : left > right ? 1 : 0
}

/** As a decimal text with at most so many digits after the point, the others dropped. */
export function ratioToText({ over, under }: Ratio, digits: number): string {
  const scale = 10n ** BigInt(digits)
  const scaled = (over * scale) / under
  const [sign, size] = scaled < 0n ? ['-', -scaled] : ['', scaled]
  const text = String(size).padStart(digits + 1, '0')
  const whole = text.slice(0, text.length - digits)
  const fraction = text.slice(text.length - digits).replace(/0+$/, '')
  return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`
}
