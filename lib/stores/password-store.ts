/** The password of a user, as stored. */
export interface StoredPassword {
  /** Its hash, with salt and cost. */
  readonly hash: string
  /** Changes with every change of the password or its hash. */
  readonly revision: string
  /** When the password or its hash last changed. */
  readonly updatedAt: Date
}

/** What a mailed link about a password stands for. */
export interface PasswordToken {
  /** A hash of the token in the link: 64 hexadecimal digits. */
  readonly token: string
  /** The address that the link was mailed to. */
  readonly identifier: string
  /** What the link does. An opaque string: store it and return it unchanged. */
  readonly record: string
  /** When the link ends. */
  readonly expires: Date
}

/**
 * Stores users' passwords and the mailed links about them. `database()` brings one. `deleteUser` of the same adapter
 * also deletes the user's password, and the links mailed to the user's address.
 */
export interface PasswordStore {
  /** Returns a user's password, or `undefined` if the user has none. */
  get(userId: string): Promise<StoredPassword | undefined>
  /**
   * Stores the first password of a user. Of several concurrent calls, one stores its own.
   *
   * @returns `false` if the user has a password, which stays as it is
   */
  add(userId: string, hash: string): Promise<boolean>
  /**
   * Replaces a user's password, unless it has changed since it was read. Of several concurrent calls, one succeeds.
   *
   * @param revision of the password that was read
   * @returns whether it was replaced
   */
  replace(userId: string, hash: string, revision: string): Promise<boolean>
  /** Deletes a user's password, if there is one. */
  remove(userId: string): Promise<void>
  /** Stores what a mailed link stands for. */
  addToken(token: PasswordToken): Promise<void>
  /** Returns what a link stands for, or `undefined` if it was used or has expired. */
  findToken(token: string): Promise<PasswordToken | undefined>
  /** Deletes a link and returns it as `findToken` does. Of several concurrent calls, one gets it. */
  takeToken(token: string): Promise<PasswordToken | undefined>
  /** Deletes the links that were mailed to an address. */
  forgetTokens(identifier: string): Promise<void>
}
