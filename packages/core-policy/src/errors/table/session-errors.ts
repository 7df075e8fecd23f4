/** Who is asking. */
export const sessionErrors = {
  RW_SESSION_MISSING: {
    status: 401,
    title: 'no session token',
    message: 'this gateway needs a session token as the password',
    hint: 'use the git configuration that refward agent add printed for this agent',
    doc: 'The request has no credentials. git asks for them after this answer and sends them from its configuration.',
  },
  RW_SESSION_UNKNOWN: {
    status: 401,
    title: 'the session token is not known',
    message: 'the session token is not known',
    hint: 'ask the operator for a new session: refward agent add',
    doc: 'The token is not one that this gateway issued. Tokens are stored hashed and cannot be looked up for you.',
  },
  RW_SESSION_EXPIRED: {
    status: 401,
    title: 'the session has expired',
    message: 'the session has expired',
    hint: 'ask the operator for a new session: refward agent add',
    doc: 'Sessions end after the lifetime that the operator set.',
  },
  RW_SESSION_REVOKED: {
    status: 401,
    title: 'the session was revoked',
    message: 'the session was revoked',
    hint: 'ask the operator; a revoked session does not come back',
    doc: 'The operator ended this session or its agent. It takes effect at once, on the next request.',
  },
  RW_SESSION_PEER: {
    status: 401,
    title: 'the session is for another address',
    message: 'the session is not for the address that it was used from',
    hint: 'use it in the sandbox that it was made for; the operator can make another one',
    doc: 'Whoever made the session bound it to one address. A token that was carried elsewhere is of no use there.',
  },
  RW_SESSION_SOCKET: {
    status: 401,
    title: 'the session is for its own socket',
    message: 'the session is not for the way on which it was used',
    hint: 'a session that is bound to a user is used over its own Unix socket, and nothing else is used over that one',
    doc: 'Whoever made the session bound it to one user of the machine. Its socket can be opened by that user alone, takes the token of that session alone, and the token is of no use elsewhere.',
  },
  RW_SESSION_SOCKET_UNAVAILABLE: {
    status: 409,
    title: 'no socket can be made for the session',
    message: 'no socket can be made for user {uid}: {detail:text}',
    hint: '{remedy:text}',
    doc: 'A session that is bound to a user needs a socket that belongs to that user. Only a gateway that runs as root, or as that user, can make one.',
  },
} as const
