import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { post } from '#web/kit/api.ts'

/** Ends the session, here and at the server, and forgets everything that was shown. */
export function useSignOut() {
  const queries = useQueryClient()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: async () => await post('/v1/sign-out'),
    onSuccess: async () => {
      await navigate({ to: '/sign-in', search: {}, replace: true })
      queries.removeQueries({ type: 'inactive' })
    },
  })
}
