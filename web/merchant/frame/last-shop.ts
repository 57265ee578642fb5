const storageKey = 'jifen.shop'

/** The shop looked at last in this browser. */
export function lastShop(): string | undefined {
  try {
    return localStorage.getItem(storageKey) ?? undefined
  } catch {
    return undefined
  }
}

/** Remembers a shop, where the browser keeps anything. */
export function rememberShop(shopId: string): void {
  try {
    localStorage.setItem(storageKey, shopId)
  } catch {
    // Then the first shop is shown next time.
  }
}
