import { type ViteUserConfig, configDefaults, defineConfig } from 'vitest/config'

const conditions = ['refward-source', 'node', 'import', 'module', 'default']

// Tests read the sources of every workspace package, so no build stands between an edit and a test.
// Processes and workers that a test starts inherit the same condition through execArgv.
const config: ViteUserConfig = defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'apps/*/src/**/*.test.ts',
      'testing/**/src/**/*.test.ts',
      'e2e/src/**/*.test.ts',
      'bench/src/**/*.test.ts',
      'scripts/**/*.test.ts',
    ],
    exclude: [...configDefaults.exclude, '**/dist/**', '.toolchain/**'],
    execArgv: ['--conditions=refward-source'],
    pool: 'forks',
    testTimeout: 15_000,
    hookTimeout: 30_000,
    retry: 0,
    allowOnly: false,
    sequence: { hooks: 'stack' },
    unstubEnvs: true,
    unstubGlobals: true,
    restoreMocks: true,
  },
})

export default config
