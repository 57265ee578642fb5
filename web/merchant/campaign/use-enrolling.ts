import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { freshKey, postOnce } from '#web/kit/api.ts'
import { EnrolmentSchema } from '#web/merchant/campaign/resources.ts'
import { useShopId } from '#web/merchant/frame/shop-context.ts'

/** Asks for something about an application, once however often it is sent; what it changes is read again. */
export function useEnrolling(path: string) {
  const shopId = useShopId()
  const queries = useQueryClient()
  const [key, setKey] = useState(freshKey)
  return useMutation({
    mutationFn: async (body?: object) =>
      await postOnce(path, EnrolmentSchema, body === undefined ? { key } : { key, body }),
    onSuccess: () => {
      setKey(freshKey())
      return queries.invalidateQueries({ queryKey: ['shop', shopId] })
    },
    // What was refused may be asked for again in other words.
    onError: () => setKey(freshKey()),
  })
}
