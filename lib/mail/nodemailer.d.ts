/**
 * The part of Nodemailer that we use. With Nodemailer's own types, core's provider does not satisfy
 * `exactOptionalPropertyTypes`.
 */
declare module "nodemailer" {
  interface Mail {
    from?: string | undefined
    to: { name: string; address: string }
    subject: string
    text: string
    html: string
    headers?: Record<string, string>
  }

  interface Sent {
    rejected?: unknown[]
    pending?: unknown[]
  }

  export function createTransport(server: unknown): { sendMail(mail: Mail): Promise<Sent> }
}
