import { Navigate } from '@tanstack/react-router'

/** The way from where a role has no page to where it has one. */
export function ToOwnSide({ role }: { readonly role: string }) {
  return <Navigate to={role === 'merchant' ? '/merchant' : '/member'} replace />
}
