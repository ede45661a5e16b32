export { diagnosticId } from "../diagnostics/diagnostic-id.js"
export type {
  DiagnosticFacts,
  DiagnosticMessages,
  DiagnosticSteps,
  LimitReachedMessage,
  MailMessage,
  MigrationMessage,
  RefusedMessage,
  SessionEndedMessage,
  SessionReadMessage,
  SessionRefusedMessage,
  SessionRenewedMessage,
  SignedInMessage,
  SignInMessage,
  SignInStartMessage,
  TokenRefreshMessage,
} from "../diagnostics/messages.js"
export { onDiagnostic } from "../diagnostics/on-diagnostic.js"
