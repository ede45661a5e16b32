/**
 * Loads `nodemailer`.
 *
 * @param onError receives what `require` throws, and throws an error that names the fix
 */
declare function requireNodemailer(onError: (error: unknown) => never): typeof import("nodemailer")

export = requireNodemailer
