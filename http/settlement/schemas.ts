import { z } from 'zod'

const fen = z.int()
const campaign = z.string().nullable().meta({ description: '`null`: of no campaign.' })

export const StatementSchema = z
  .object({
    funding: z
      .array(
        z.object({
          campaign,
          shop: z.string(),
          funder: z.string().meta({ examples: ['platform', 'shop:A', 'brand:acme'] }),
          layer: z.string().meta({ examples: ['coupon'] }),
          allocatedFen: fen,
          reversedFen: fen,
          netFen: fen,
        }),
      )
      .meta({ description: 'What was taken off and what came back, by who bears it.' }),
    funders: z.array(
      z.object({ funder: z.string(), allocatedFen: fen, reversedFen: fen, netFen: fen }),
    ),
    shops: z
      .array(
        z.object({
          campaign,
          shop: z.string(),
          orders: z.int(),
          goodsFen: fen.meta({ description: 'At promo prices.' }),
          freightFen: fen.meta({ description: 'As charged, before anything was taken off.' }),
          extrasFen: fen.meta({ description: 'Tax and services.' }),
          paidFen: fen.meta({ description: 'By members.' }),
          refundedFen: fen,
          ownFundedFen: fen,
          othersFundedFen: fen,
          dueFen: fen.meta({ description: 'Paid, less refunded, plus what others fund.' }),
        }),
      )
      .meta({ description: 'What shops sold and are due, by the campaign of the trades.' }),
    points: z
      .array(z.object({ funder: z.string(), earned: z.int(), clawedBack: z.int(), costFen: fen }))
      .meta({ description: 'Points by who pays for them, one fen each; in no other section.' }),
    late: z
      .array(
        z.object({
          shop: z.string(),
          shipments: z.int(),
          paidFen: fen,
          takenBackFen: fen,
          costFen: fen,
        }),
      )
      .meta({
        description: 'What shops paid members for late shipments, in points; in no other section.',
      }),
    protections: z
      .array(
        z.object({
          campaign: z.string(),
          shop: z.string(),
          payments: z.int(),
          paidFen: fen,
          takenBackFen: fen,
          costFen: fen,
        }),
      )
      .meta({
        description:
          'What buyers of campaigns have back from shops in money, because prices fell; in no other section.',
      }),
    totals: z.object({
      allocatedFen: fen,
      reversedFen: fen,
      netFen: fen,
      paidFen: fen,
      refundedFen: fen,
      dueFen: fen,
      pointsFen: fen,
      lateFen: fen,
      protectionFen: fen,
    }),
  })
  .meta({ id: 'Settlement', description: 'Who paid which fen in a period.' })
