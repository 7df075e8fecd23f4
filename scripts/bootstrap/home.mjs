import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * The environment for package managers. They keep their caches under HOME; where there is none, or none that can be written,
 * the toolchain folder stands in for it. The person's own registry settings are used either way.
 * @param {NodeJS.ProcessEnv} env
 * @param {string} folder the toolchain folder
 * @returns {NodeJS.ProcessEnv}
 */
export function packageManagerEnvironment(env, folder) {
  const home = env.HOME ? env.HOME : undefined
  const patient = { npm_config_fetch_retries: '2', npm_config_fetch_retry_mintimeout: '1000', npm_config_update_notifier: 'false' }
  if (home !== undefined && isWritableFolder(home)) return { ...env, ...patient }

  const standIn = join(folder, 'home')
  mkdirSync(standIn, { recursive: true })
  const settings = join(home ?? homedir(), '.npmrc')
  return {
    ...withoutXdg(env),
    ...patient,
    HOME: standIn,
    ...(isReadable(settings) ? { npm_config_userconfig: settings } : {}),
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
