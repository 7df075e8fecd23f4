import { type TestProjectInlineConfiguration, type ViteUserConfig, configDefaults, defineConfig } from 'vitest/config'

// Tests read the sources of every workspace package, so no build stands between an edit and a test.
const source = 'refward-source'
const conditions = [source, 'node']

/** Whole gateways and real forges: they want the machine for themselves. */
function alone(name: string, include: string[], exclude: string[] = []): TestProjectInlineConfiguration {
  return {
    extends: true,
    test: { name, include, exclude: [...exclude, '**/node_modules/**'], fileParallelism: false, testTimeout: 120_000, hookTimeout: 120_000 },
  }
}

const config: ViteUserConfig = defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: [source] } },
  test: {
    exclude: [...configDefaults.exclude, '**/dist/**', '.toolchain/**'],
    pool: 'forks',
    retry: 0,
    allowOnly: false,
    unstubEnvs: true,
    unstubGlobals: true,
    restoreMocks: true,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{packages,apps,testing,bench}/**/src/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: ['testing/gitea/**', '**/node_modules/**'],
          testTimeout: 60_000, // a bound on hanging, not on speed: build servers are slow
          hookTimeout: 60_000,
        },
      },
      alone('e2e', ['e2e/**/*.test.ts'], ['e2e/**/*.gitea.test.ts']),
      alone('gitea', ['e2e/**/*.gitea.test.ts', 'testing/gitea/**/*.test.ts']),
    ],
  },
})

export default config
