import { z } from 'zod'
import type { DeclarationChange } from '#db/declarations/changes.ts'
import type { DeclarationFile } from '#db/declarations/files.ts'
import { ShopCampaignParamsSchema, SkuSchema } from '#http/prices/schemas.ts'
import { InstantTextSchema } from '#http/wallets/schemas.ts'
import type { DeclarationShown } from '#operations/declarations/read-declarations.ts'
import { declarationKinds } from '#rules/campaigns/declarations/declaration.ts'
import { instantToText } from '#rules/time/instants.ts'

export const KindSchema = z.enum(declarationKinds, {
  error: 'A kind of goods is presale or spot.',
})

export const DeclarationParamsSchema = ShopCampaignParamsSchema.extend({
  kind: KindSchema.meta({ examples: ['spot'] }),
  sku: SkuSchema,
})

export const FileParamsSchema = ShopCampaignParamsSchema.extend({
  fileId: z
    .string()
    .regex(/^[A-Za-z0-9_-]{22}$/, { error: 'A file is named by 22 characters.' })
    .meta({ examples: ['0123456789abcdefghijkl'] }),
})

const explained = z.record(z.string(), z.unknown())

const figures = {
  category: z.string(),
  priceFen: z.int().meta({ description: 'Of one unit.' }),
  quantity: z.int().meta({ description: 'Locked for the campaign.' }),
  depositFen: z.int().nullable().meta({ description: 'Of presale goods, of one unit.' }),
  worthFen: z.int().nullable().meta({ description: 'What the deposit counts for.' }),
  instantOffFen: z.int().nullable(),
  ceiling: explained.nullable().meta({ description: 'What the price was checked against last.' }),
  cause: explained.nullable().meta({ description: 'Why it is suspended.' }),
}

export const DeclarationSchema = z
  .object({
    campaign: z.string(),
    shopId: z.string(),
    sku: z.string(),
    kind: KindSchema,
    status: z.enum(['declared', 'suspended', 'withdrawn']),
    number: z.int().meta({ description: 'How many changes there were.' }),
    ...figures,
    sold: z.int(),
    left: z.int(),
    declaredAt: InstantTextSchema,
    changedAt: InstantTextSchema,
  })
  .meta({ id: 'Declaration', description: 'A SKU that a shop declares for a campaign.' })

export const DeclarationChangeSchema = z
  .object({
    number: z.int(),
    what: z.enum(['declared', 'changed', 'suspended', 'withdrawn']),
    at: InstantTextSchema,
    actor: z.string(),
    policies: z.string(),
    ...figures,
  })
  .meta({
    id: 'DeclarationChange',
    description: 'A change of a declaration, and what it was then.',
  })

export const DeclarationFileSchema = z
  .object({
    fileId: z.string(),
    campaign: z.string(),
    status: z.enum(['waiting', 'working', 'done', 'unreadable']),
    problem: explained.nullable().meta({ description: 'Why the file cannot be read.' }),
    rowsFound: z.int().nullable(),
    rowsDone: z.int(),
    declared: z.int(),
    changed: z.int(),
    unchanged: z.int(),
    refused: z.int(),
    receivedAt: InstantTextSchema,
    endedAt: InstantTextSchema.nullable(),
  })
  .meta({ id: 'DeclarationFile', description: 'A file of declarations, and how far it has come.' })

export function declarationText(
  declaration: DeclarationShown,
  zone: string,
): z.input<typeof DeclarationSchema> {
  const { campaign, shopId, sku, kind, status, number, sold, quantity } = declaration
  return {
    campaign,
    shopId,
    sku,
    kind,
    status,
    number,
    ...figuresText(declaration),
    sold,
    left: quantity - sold,
    declaredAt: instantToText(declaration.declaredAt, zone),
    changedAt: instantToText(declaration.changedAt, zone),
  }
}

export function changeText(
  change: Pick<DeclarationChange, 'number' | 'what' | 'at' | 'actor' | 'policies'> & Figures,
  zone: string,
): z.input<typeof DeclarationChangeSchema> {
  const { number, what, at, actor, policies } = change
  return { number, what, at: instantToText(at, zone), actor, policies, ...figuresText(change) }
}

export function fileText(
  file: DeclarationFile,
  zone: string,
): z.input<typeof DeclarationFileSchema> {
  const { fileId, campaign, status, problem, rowsFound, rowsDone } = file
  const { declared, changed, unchanged, refused, receivedAt, endedAt } = file
  return {
    fileId,
    campaign,
    status,
    problem: problem === null ? null : { ...problem },
    rowsFound,
    rowsDone,
    declared,
    changed,
    unchanged,
    refused,
    receivedAt: instantToText(receivedAt, zone),
    endedAt: endedAt === null ? null : instantToText(endedAt, zone),
  }
}

type Figures = Pick<
  DeclarationShown,
  'category' | 'priceFen' | 'quantity' | 'terms' | 'ceiling' | 'cause'
>

function figuresText({ category, priceFen, quantity, terms, ceiling, cause }: Figures) {
  return {
    category,
    priceFen,
    quantity,
    depositFen: terms?.deposit ?? null,
    worthFen: terms?.worth ?? null,
    instantOffFen: terms?.instantOff ?? null,
    ceiling: ceiling === null ? null : { ...ceiling },
    cause: cause === null ? null : { ...cause },
  }
}
