import { useEffect } from 'react'

/** Titles the page while the caller is shown; what it covered gets its own title back. */
export function useTitle(title: string): void {
  useEffect(() => {
    const before = document.title
    document.title = title
    return () => {
      document.title = before
    }
  }, [title])
}
