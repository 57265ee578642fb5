import { useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'

/** Sends whoever is not signed in to the sign-in page, and from there back to the page they asked for. */
export function ToSignIn() {
  const router = useRouter()
  // Once: the address changes while the way is being walked, and must not be asked for again.
  useEffect(() => {
    const { pathname, href } = router.state.location
    if (pathname === '/sign-in') return
    void router.navigate({ to: '/sign-in', search: { next: href }, replace: true })
  }, [router])
  return null
}
