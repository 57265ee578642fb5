import { z } from 'zod'
import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem } from '#http/problems.ts'
import { answers } from '#http/route.ts'
import { MemberParamsSchema, WalletParamsSchema, WalletSchema } from '#http/wallets/schemas.ts'
import { walletText } from '#http/wallets/wallet-text.ts'
import { viewWallets } from '#operations/ledger/view-wallets.ts'

const access = ['member', 'service', 'operator'] as const

const walletsSchema = {
  operationId: 'listWallets',
  summary: 'The wallets of a member',
  tags: ['Wallets'],
  params: MemberParamsSchema,
  response: answers(
    {
      200: {
        description: 'By program and unit.',
        schema: z.object({ wallets: z.array(WalletSchema) }),
      },
    },
    ['members/unknown'],
  ),
}

const walletSchema = {
  operationId: 'getWallet',
  summary: 'One wallet',
  description: 'As of now: what is due to lapse or to become available counts as done.',
  tags: ['Wallets'],
  params: WalletParamsSchema,
  response: answers({ 200: { description: 'The wallet.', schema: WalletSchema } }, [
    'members/unknown',
    'wallets/unknown',
  ]),
}

export function readWalletsRoutes(http: Http, { db, market }: HttpContext): void {
  http.get(
    '/members/:memberId/wallets',
    { schema: walletsSchema, config: { access } },
    async (request, reply) => {
      const { receivedAt, params } = request
      const view = await viewWallets(db, params.memberId, receivedAt)
      if (view === undefined) return sendProblem(reply, { refusal: 'members/unknown' })

      const wallets = view.wallets.map((each) => walletText(each, receivedAt, market.zone))
      return reply.send({ wallets })
    },
  )

  http.get(
    '/members/:memberId/wallets/:program/:unit',
    { schema: walletSchema, config: { access } },
    async (request, reply) => {
      const { receivedAt, params } = request
      const view = await viewWallets(db, params.memberId, receivedAt, params)
      if (view === undefined) return sendProblem(reply, { refusal: 'members/unknown' })
      const [wallet] = view.wallets
      if (wallet === undefined) return sendProblem(reply, { refusal: 'wallets/unknown' })

      return reply.send(walletText(wallet, receivedAt, market.zone))
    },
  )
}
