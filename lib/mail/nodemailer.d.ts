/** The little of Nodemailer that is used: with its own types, core's provider fits no `exactOptionalPropertyTypes`. */
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
