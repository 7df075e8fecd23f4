/** What no schema can say. */
export const POLICY_PAGE_HEAD: string = `# Policy

<!-- Generated from packages/core-policy/src/config/schema. Change it there, then: pnpm --filter @refward/core-policy generate -->

One file, \`refward.yaml\`, says what a gateway serves and what agents may do. Unknown keys and impossible combinations stop the start, and
every problem is listed at once. Editors that know YAML complete it when its first line names the schema, which \`refward init\` writes beside it:

\`\`\`yaml
# yaml-language-server: $schema=refward.schema.json
version: 1
forges:
  gitea:
    kind: gitea
    url: https://git.example.org
    credential: { env: GITEA_TOKEN }
repositories:
  gitea/acme/widget:
    read: ['*']
    push: ['*']
\`\`\`

With this file, agents whose session was granted the repository may clone it, and may push branches below \`agent/<their name>/\`. All else is denied.

## How it is decided

1. **The entry.** One entry is for a repository: the one that names it, or else the first one with a wildcard that fits. What an entry does not say
   is taken from \`defaults\`; lists are replaced, not added to. A repository without an entry does not exist for agents.
2. **Access.** The session must have been granted the repository, \`read\` must name the agent, and for a push \`push\` as well.
3. **Each ref.** The name must be valid and in a namespace that is open. A branch must not be protected: the default branch of the upstream always is, and where
   the upstream does not tell it, so are the usual names of one. It must belong to the agent: it matches \`branches.own\`, or the agent made
   it through the gateway. \`create\` may open more names; \`rewrite\` and \`delete\` only narrow what an agent may do to its own. A new name
   must not differ only by case from another, stand above or below one, or be shared by a branch and a tag.
4. **The content** of every new object: secrets, changed paths, links, submodules, commits, limits.

If one ref is refused, the whole push is. \`refward explain\` shows every rule for a case, and what it says.

## Patterns

\`*\` stands for any characters within a part between slashes, \`**\` as a whole part for any number of parts, \`{agent}\` as a whole part for the
name of the agent. Nothing else is special. Branches and tags are written without \`refs/heads/\` and \`refs/tags/\`. Text with \`*\`, \`{\` or \`}\` needs quotes in YAML.

Sizes are written \`500 MiB\` or as a number of bytes, times \`90s\`, \`5m\`, \`24h\`, \`7d\` or as a number of seconds.
`
