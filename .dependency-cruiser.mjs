// The table of layers: who may import whom. tools/check-layers.ts runs it; ARCHITECTURE.md explains it.

/** What each layer may import besides itself, npm packages and Node. */
const layers = {
  db: ['rules'],
  operations: ['rules', 'db', 'presets'],
  http: ['rules', 'db', 'operations'],
  jobs: ['rules', 'db', 'operations'],
  cli: ['rules', 'db', 'operations', 'http', 'jobs', 'presets'],
}

const product = '^(rules|db|operations|http|jobs|cli|web)/'
const test = '[.]test[.]tsx?$'
const npmPackage = '(^|/)node_modules/'

const layerRules = Object.entries(layers).map(([layer, below]) => ({
  name: `${layer}-imports-only-what-is-below`,
  severity: 'error',
  comment: `${layer}/ may import ${below.join('/, ')}/, npm packages and Node.`,
  from: { path: `^${layer}/`, pathNot: test },
  to: {
    pathNot: [`^(${[layer, ...below].join('|')})/`, npmPackage],
    dependencyTypesNot: ['core'],
    couldNotResolve: false,
  },
}))

/** A file whose name begins with _ is for its own folder and the folders in it. */
const privateRules = [1, 2, 3, 4].map((depth) => {
  const parents = Array.from({ length: depth }, (_, index) => `$${index + 1}`)
  const ownFolders = parents.map((_, index) => `^${parents.slice(0, index + 1).join('/')}/_[^/]+$`)
  return {
    name: `private-files-stay-in-their-folder-${depth}`,
    severity: 'error',
    comment: 'A file whose name begins with _ is imported only from its own folder or below it.',
    from: { path: `^${parents.map(() => '([^/]+)').join('/')}/[^/]+$`, pathNot: '^(test|bench)/' },
    to: { path: '^[^.].*/_[^/]+[.]tsx?$', pathNot: [...ownFolders, npmPackage] },
  }
})

export const forbidden = [
  {
    name: 'rules-import-only-rules-and-zod',
    severity: 'error',
    comment: 'rules/ is pure and runs in the browser: nothing but zod, no Node.',
    from: { path: '^rules/', pathNot: test },
    to: { pathNot: ['^rules/', `${npmPackage}zod/`], couldNotResolve: false },
  },
  {
    name: 'web-imports-only-rules',
    severity: 'error',
    comment:
      'web/ runs in the browser: it may import rules/ and npm packages, no other layer, no Node.',
    from: { path: '^web/', pathNot: [test, '[.]config[.]ts$'] },
    to: { pathNot: ['^(web|rules)/', npmPackage], couldNotResolve: false },
  },
  ...layerRules,
  ...privateRules,
  {
    name: 'no-cycles',
    severity: 'error',
    comment: 'Two files that need each other are one file, or a third is missing.',
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  },
  {
    name: 'nothing-unresolved',
    severity: 'error',
    comment: 'The import leads nowhere.',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'no-development-packages-in-the-product',
    severity: 'error',
    comment: 'What the product runs on is in dependencies.',
    from: { path: product, pathNot: [test, '^web/.*[.]config[.]ts$'] },
    to: { dependencyTypes: ['npm-dev', 'npm-no-pkg'], dependencyTypesNot: ['type-only'] },
  },
]

export const options = {
  doNotFollow: { path: 'node_modules' },
  exclude: { path: '(^|/)(dist|coverage)/' },
  tsPreCompilationDeps: true,
  enhancedResolveOptions: {
    exportsFields: ['exports'],
    conditionNames: ['import', 'node', 'default', 'types'],
    extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.d.ts'],
  },
}
