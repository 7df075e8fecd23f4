import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * The environment for programs that keep caches under HOME. Where there is none, or none that can be written, a folder of ours stands in for it.
 * @param {NodeJS.ProcessEnv} env
 * @param {string} folder
 * @returns {NodeJS.ProcessEnv}
 */
export function environmentWithHome(env, folder) {
  if (env.HOME && isWritableFolder(env.HOME)) return env
  const standIn = join(folder, 'home')
  mkdirSync(standIn, { recursive: true })
  return { ...withoutXdg(env), HOME: standIn }
}

/** By default both try for minutes before they say that there is no network. Each reads its own names. */
const impatient = {
  npm_config_fetch_retries: '2',
  npm_config_fetch_retry_mintimeout: '1000',
  npm_config_update_notifier: 'false',
  pnpm_config_fetch_retries: '2',
  pnpm_config_fetch_retry_mintimeout: '500',
  pnpm_config_fetch_retry_maxtimeout: '2000',
}

/**
 * The same for npm and pnpm. The person's own registry settings are used either way.
 * @param {NodeJS.ProcessEnv} env
 * @param {string} folder
 * @returns {NodeJS.ProcessEnv}
 */
export function packageManagerEnvironment(env, folder) {
  const found = environmentWithHome(env, folder)
  if (found.HOME === env.HOME) return { ...found, ...impatient }
  const settings = join(env.HOME || homedir(), '.npmrc')
  return {
    ...found,
    ...impatient,
    npm_config_cache: join(folder, 'home', '.npm'), // `npm run` hands the unusable one down
    npm_config_userconfig: isReadable(settings) ? settings : join(folder, 'home', '.npmrc'),
  }
}

/** @param {string} path */
function isWritableFolder(path) {
  return isAllowed(path, constants.W_OK | constants.X_OK) && statSync(path).isDirectory()
}

/** @param {string} path */
function isReadable(path) {
  return existsSync(path) && isAllowed(path, constants.R_OK)
}

/**
 * @param {string} path
 * @param {number} mode
 */
function isAllowed(path, mode) {
  try {
    accessSync(path, mode)
    return true
  } catch {
    return false // the answer to the question, whatever the reason
  }
}

/**
 * A home that cannot be written makes its XDG folders suspect too.
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
function withoutXdg(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('XDG_')))
}
