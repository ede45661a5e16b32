/**
 * The texts of the built-in pages and mails in English, by key. Each is a pattern of ICU MessageFormat: `{name}` is a
 * value, `{count, plural, one {# item} other {# items}}` a number with its plural forms. A text with tags (`<b>`,
 * `<a>`, `<code>`) is one for `rich()` in the views; all others are plain.
 *
 * The other languages are JSON files beside this one.
 *
 * @see https://unicode-org.github.io/icu/userguide/format_parse/messages/
 */
export const en = {
  // Buttons and links
  "action.anotherMethod": "Use another method",
  "action.continue": "Continue",
  "action.goBack": "Go back",
  "action.goOn": "Go on without signing in",
  "action.home": "Home page",
  "action.leave": "Leave this page",
  "action.newLink": "Get a new link",
  "action.otherAccount": "Use another account",
  "action.otherWay": "Sign in another way",
  "action.otherWays": "Other ways to sign in",
  "action.signIn": "Sign in",
  "action.signOut": "Sign out",
  "action.startAgain": "Start again",
  "action.tryAgain": "Try again",

  // Times, as parts of other texts
  "duration.for":
    "{unit, select, minutes {for {count, plural, one {# minute} other {# minutes}}} hours {for {count, plural, one {# hour} other {# hours}}} other {for {count, plural, one {# day} other {# days}}}}",
  "duration.in":
    "{unit, select, minutes {in {count, plural, =1 {a minute} one {# minute} other {# minutes}}} hours {in {count, plural, one {# hour} other {# hours}}} other {in {count, plural, one {# day} other {# days}}}}",

  // Fields
  "field.code": "Code from the email",
  "field.email": "Email address",
  "field.emailExample": "you@example.com",
  "field.emailShort": "Email",
  "field.password": "Password",
  "field.remember": "Keep me signed in",
  "field.showPassword": "Show password",
  "field.username": "Username",

  // Every page
  "page.errorTitle": "Error: {title}",
  "page.privacy": "Privacy",
  "page.support": "Help",
  "page.terms": "Terms",

  // Names of ways to sign in
  "provider.email": "email",
  "provider.passkey": "a passkey",

  // The sign-in page
  "signIn.confirm": "Confirm that it is you",
  "signIn.createPasskey": "Create a passkey",
  "signIn.heading": "Sign in",
  "signIn.lead": "to continue to <b>{host}</b>",
  "signIn.lastUsed": "Last used",
  "signIn.leadConfirm": "You are signed in to <b>{host}</b> as <b>{user}</b>",
  "signIn.leadSignedIn": "to <b>{host}</b>, as <b>{user}</b>",
  "signIn.leadSingle": "to sign in to <b>{host}</b>",
  "signIn.newAccount": "New account",
  "signIn.noAccount": "No account yet? A passkey is all it takes.",
  "signIn.noWay": "No way to sign in has been set up here yet.",
  "signIn.or": "or",
  "signIn.orAnother": "or use another account",
  "signIn.passkeyNeedsScript": "A passkey needs JavaScript, which is off in this browser.",
  "signIn.signedIn": "You are signed in",
  "signIn.signUpWith": "Sign up with {provider}",
  "signIn.toProvider": "Continue to {provider}",
  "signIn.with": "Sign in with {provider}",
  "signIn.withEmail": "Continue with email",
  "signIn.withPasskey": "Continue with a passkey",
  "signIn.withProvider": "Continue with {provider}",

  // Messages on the sign-in page
  "signInError.accessDenied": "This account has no access. Try another account.",
  "signInError.anotherWay": "That did not work. Try again, or choose another way to sign in.",
  "signInError.cancelled": "You cancelled. Try again, or choose another way to sign in.",
  "signInError.cancelledAt": "You cancelled at {provider}. Try again, or choose another way to sign in.",
  "signInError.credentials": "Those details do not match. Check them and try again.",
  "signInError.csrf": "This form was open for too long. Please try again.",
  "signInError.email": "The email could not be sent. Check the address and try again.",
  "signInError.limited": "There were too many attempts. Wait a few minutes, then try again.",
  "signInError.limitedFor": "There were too many attempts. Try again {duration}.",
  "signInError.otherAccount":
    "You have signed in another way before. Sign in the same way again to confirm that it is you.",
  "signInError.reauthenticate": "Sign in again, to confirm that it is you.",
  "signInError.sessionRequired": "Sign in to continue.",
  "signInError.unproven":
    "That sign-in did not confirm that it is you. Sign in again, or choose another way.",
  "signInError.verification": "That link has expired or was already used. Ask for a new one.",

  // Passkeys, refused by the server
  "passkeyError.address":
    "Passkeys do not work at this address. Choose another way to sign in, and tell the people who run this site.",
  "passkeyError.copied":
    "This passkey may have been copied, so it is not accepted. Choose another way to sign in, and remove it from your account.",
  "passkeyError.expired": "That took too long, or it was started in another browser. Please try again.",
  "passkeyError.failed": "Your passkey could not be verified. Try again, or choose another way to sign in.",
  "passkeyError.registered": "This passkey is registered already. Sign in with it.",
  "passkeyError.sessionChanged": "You have signed in or out in the meantime. Please try again.",
  "passkeyError.unknown":
    "This passkey is not registered here any more. Choose another way to sign in; you can delete it from your device.",
  "passkeyError.unverified":
    "Your device did not confirm that it is you. Try again with your fingerprint, your face or its PIN.",

  // Passkeys, in the browser: the same as in views/assets/passkey.js
  "passkey.address": "Passkeys do not work at this address. Tell the people who run this site.",
  "passkey.cancelled": "No passkey was used. Try again, or choose another way.",
  "passkey.denied": "This account may not do that.",
  "passkey.email": "This is not an email address. Check it and try again.",
  "passkey.expired": "This page was open for too long. Reload it and try again.",
  "passkey.failed": "That did not work. Please try again.",
  "passkey.limited": "Too many attempts. Wait a few minutes, then try again.",
  "passkey.offline": "The site cannot be reached. Check your connection and try again.",
  "passkey.refused": "A passkey can only be added to your account while you are signed in.",
  "passkey.registered": "This device has a passkey for your account already.",
  "passkey.taken": "There is an account with this address already. Sign in to it first, then add a passkey.",
  "passkey.timeout": "That took too long. Please try again.",
  "passkey.unfit": "This device cannot keep a passkey. Set up a screen lock for it, or use another device.",
  "passkey.unsupported": "This browser cannot use passkeys. Choose another way, or another browser.",
  "passkey.unverified":
    "Your device did not confirm that it is you. Use your fingerprint, your face or its PIN.",

  // The page "Check your email"
  "verify.codeExpired": "This code no longer works. Open the link in the email, or ask for a new one.",
  "verify.codeWrong": "That is not the code in the newest email. Check it and try again.",
  "verify.heading": "Check your email",
  "verify.lead":
    "We sent an email to <b>{email}</b>. Open its link to sign in to <b>{host}</b>, or type its code here.",
  "verify.leadAnother":
    "We sent another email to <b>{email}</b>. Open its link to sign in to <b>{host}</b>, or type its code here.",
  "verify.leadLink": "We sent you a link. Open it to sign in to <b>{host}</b>.",
  "verify.leadNoCode": "We sent an email to <b>{email}</b>. Open its link to sign in to <b>{host}</b>.",
  "verify.nothing": "Nothing after a minute? Check your spam folder, or <a>try again</a>.",
  "verify.otherAddress": "Use another address",
  "verify.sendAgain": "Send again",
  "verify.spam": "Nothing after a minute? Check your spam folder, or have the email sent again.",
  "verify.wait":
    "Nothing after a minute? Check your spam folder. You can have another email sent {duration}.",

  // The page that a mailed link opens
  "confirmEmail.heading": "Sign in",
  "confirmEmail.lead": "to <b>{host}</b>",
  "confirmEmail.leadAs": "to <b>{host}</b> as <b>{email}</b>",
  "confirmEmail.note": "Did you not ask for this email? Then close this page, and no one will be signed in.",

  // The page that asks whether to send a form that was kept
  "confirmForm.discard": "Do not send",
  "confirmForm.heading": "Send it now?",
  "confirmForm.hidden": "not shown here",
  "confirmForm.lead": "to <b>{place}</b>",
  "confirmForm.leadAs": "to <b>{place}</b> as <b>{user}</b>",
  "confirmForm.more": "{count, plural, one {and # more} other {and # more}}",
  "confirmForm.note": "Your form was kept while you signed in again. It has not been sent yet.",
  "confirmForm.send": "Send",

  // The sign-out page
  "signOut.cancel": "Stay signed in",
  "signOut.heading": "Sign out?",
  "signOut.lead": "You are about to sign out of <b>{host}</b>",
  "signOut.leadProvider": "You are about to sign out of <b>{host}</b>, and of the account you signed in with",
  "signOut.leadSignedOut": "There is nothing left to sign out of at <b>{host}</b>",
  "signOut.signedOut": "You are signed out",
  "signOut.title": "Sign out",

  // On the way to a provider and back
  "continue.heading": "Continuing…",
  "continue.headingTo": "Continuing to {provider}…",
  "continue.lead": "If nothing happens, use the link.",
  "continue.link": "Continue",
  "continue.linkTo": "Continue to {provider}",
  "postOn.heading": "Coming back from {provider}…",
  "postOn.lead": "If nothing happens, use the button.",

  // The error page
  "error.accessDenied.heading": "No access",
  "error.accessDenied.text":
    "This account is not allowed to sign in here. Use another account, or ask the people who run this site.",
  "error.clockSkew.heading": "The clocks do not agree",
  "error.clockSkew.text":
    "Sign-in was refused because the time is wrong, here or at the service you chose. Nothing is wrong with your account. Try again in a while, or tell the people who run this site.",
  "error.configuration.heading": "Sign-in is not working",
  "error.configuration.text":
    "The fault is on our side, not yours. Try again in a while, or tell the people who run this site.",
  "error.csrf.heading": "This form has expired",
  "error.csrf.text":
    "It was open for too long, or your browser does not keep cookies for this site. Please try again.",
  "error.developmentOnly.heading": "Only for the developer",
  "error.developmentOnly.text":
    "This way to sign in works only in a browser on the computer that runs the app, without a tunnel or proxy.",
  "error.expired.heading": "This sign-in has expired",
  "error.expired.text":
    "It took too long, or it was started in another tab or browser. Start again from here.",
  "error.forbidden.heading": "No access",
  "error.forbidden.text": "You are signed in, but this page is not open to your account.",
  "error.formGone.heading": "No form is waiting here",
  "error.formGone.text":
    "It was already sent or discarded, it was left for more than 15 minutes, or it was filled in in another browser. Nothing has been sent now.",
  "error.formNotSent.heading": "Your form was not sent",
  "error.formNotSent.text": "It needs a fresh sign-in. Sign in, then go back to the form and send it again.",
  "error.formOfAnother.heading": "This form is not yours",
  "error.formOfAnother.text":
    "It was filled in by someone else before you signed in. It has been discarded, and nothing was sent.",
  "error.id": "Error id <code>{id}</code>",
  "error.lastMethod.heading": "This is your only way to sign in",
  "error.lastMethod.text": "Add another one first. Then this one can be removed.",
  "error.limited.heading": "Too many attempts",
  "error.limited.text": "To keep accounts safe we have to pause here. Wait a few minutes, then try again.",
  "error.linkRefused.heading": "The account was not added",
  "error.linkRefused.text":
    "You have signed out or in again since you started. Start again where you manage your account.",
  "error.provider.heading": "The sign-in service is not responding",
  "error.provider.text":
    "The service you chose is not responding right now. Try again in a minute, or choose another way to sign in.",
  "error.taken.heading": "This account is taken",
  "error.taken.retry": "Sign in with it",
  "error.taken.text": "It belongs to another user here. Sign in with it, and remove it there first.",
  "error.unavailable.heading": "Back in a moment",
  "error.unavailable.text": "Sign-in is not available right now. Nothing is lost: try again in a minute.",
  "error.unknown.heading": "You are not signed in",
  "error.unknown.text": "Something went wrong on the way. Please try again.",
  "error.untrusted.heading": "Another site sent this",
  "error.untrusted.text":
    "The site you came from is not allowed to do that here. Nothing has changed. Continue from our own sign-in page.",
  "error.verification.heading": "This link no longer works",
  "error.verification.text": "It has expired or was already used. Ask for a new one to sign in.",

  // The account page
  "account.activity.accountLinked": "Account linked",
  "account.activity.accountUnlinked": "Account unlinked",
  "account.activity.emailChanged": "Email address changed",
  "account.activity.heading": "Recent activity",
  "account.activity.linkRefused": "Linking an account refused",
  "account.activity.passkeyAdded": "Passkey added",
  "account.activity.passkeyRemoved": "Passkey removed",
  "account.activity.rateLimited": "Too many attempts to sign in",
  "account.activity.revokedSessionUsed": "Attempt to use a session that was ended",
  "account.activity.sessionRevoked": "Session ended",
  "account.activity.signedIn": "Signed in",
  "account.activity.signedOut": "Signed out",
  "account.activity.signInRefused": "Attempt to sign in refused",
  "account.activity.time": "{time, date, long}",
  "account.activity.timeAndDevice": "{time, date, long}, {device}",
  "account.confirm.button": "Confirm the address",
  "account.confirm.heading": "Confirm your new address",
  "account.confirm.text": "{email} becomes the address of your account.",
  "account.data.heading": "Your data",
  "account.data.hint": "Everything that is stored about you here, as a JSON file.",
  "account.data.submit": "Download my data",
  "account.deleted.button": "Continue",
  "account.deleted.heading": "Your account is deleted",
  "account.deleted.text": "Everything that belonged to it is gone, and you are signed out.",
  "account.deletion.heading": "Delete your account",
  "account.deletion.hint":
    "Your account and everything that belongs to it is deleted at once. This cannot be undone. You may be asked to sign in again first.",
  "account.deletion.label": "To confirm, type “{phrase}”",
  "account.deletion.phrase": "delete my account",
  "account.deletion.submit": "Delete my account",
  "account.done.email":
    "We sent a link to your new address. The address changes when you open it in this browser.",
  "account.done.emailChanged": "Your address is changed.",
  "account.done.linked": "The account is linked.",
  "account.done.passkeyRemoved": "The passkey is removed.",
  "account.done.passkeyRenamed": "The passkey is renamed.",
  "account.done.profile": "Your profile is saved.",
  "account.done.sessionEnded": "The session is ended.",
  "account.done.sessionsEnded": "All other sessions are ended.",
  "account.done.unlinked": "The account is unlinked.",
  "account.email.heading": "Email address",
  "account.email.hint":
    "We send a link to the new address. Your current one is told, and can undo the change for a week.",
  "account.email.label": "New email address",
  "account.email.proven": "confirmed",
  "account.email.submit": "Change the address",
  "account.email.unproven": "not confirmed",
  "account.error.emailTaken": "This address belongs to another account.",
  "account.error.invalidEmail": "That is not an email address. Enter one like you@example.com.",
  "account.error.invalidImage": "That is not the address of a picture. Enter one that starts with https://.",
  "account.error.invalidName": "That name cannot be used. Enter a shorter one.",
  "account.error.lastSignInMethod": "This is your only way to sign in. Add another one first.",
  "account.error.mailNotSent": "The email could not be sent. Try again in a minute.",
  "account.error.notConfirmed": "Your account is not deleted. Type the text as shown to confirm.",
  "account.error.notFound": "That was not found. It may be gone already.",
  "account.error.other": "That did not work. Please try again.",
  "account.error.rateLimited": "Too many emails were sent. Wait a few minutes, then try again.",
  "account.error.refused": "Your account cannot be deleted now. Ask the people who run this site.",
  "account.error.sameEmail": "That is your address already.",
  "account.heading": "Your account",
  "account.lead": "at <b>{host}</b>",
  "account.linkGone.button": "Go to your account",
  "account.linkGone.heading": "This link does not work",
  "account.linkGone.text":
    "It has expired, it was already used, or it is not for the account that is signed in here. Nothing has changed.",
  "account.methods.addPasskey": "Add a passkey",
  "account.methods.heading": "Ways to sign in",
  "account.methods.link": "Link {provider}",
  "account.methods.mail": "A link by email to {email}",
  "account.methods.newName": "New name",
  "account.methods.passkey": "Passkey {number}",
  "account.methods.passkeyHere": "Passkey on one device",
  "account.methods.passkeySynced": "Passkey on all your devices",
  "account.methods.remove": "Remove",
  "account.methods.removeLabel": "Remove {name}",
  "account.methods.rename": "Rename {name}",
  "account.methods.unlink": "Unlink",
  "account.methods.unlinkLabel": "Unlink {name}",
  "account.profile.heading": "Profile",
  "account.profile.image": "Address of your picture",
  "account.profile.name": "Name",
  "account.save": "Save",
  "account.sessions.current": "this browser",
  "account.sessions.end": "Sign out",
  "account.sessions.endLabel": "Sign out {device}",
  "account.sessions.endOthers": "Sign out everywhere else",
  "account.sessions.heading": "Where you are signed in",
  "account.sessions.lastUsed": "Last used {time, date, long}",
  "account.sessions.lastUsedAt": "Last used {time, date, long} in {place}",
  "account.sessions.started": "Signed in {time, date, long}",
  "account.sessions.unknown": "Unknown browser",
  "account.undo.button": "Undo the change",
  "account.undo.heading": "Undo the change of your address",
  "account.undo.text":
    "The account gets its former address back, and is signed out everywhere. Then sign in and check the ways to sign in.",
  "account.undone.button": "Sign in",
  "account.undone.heading": "The change is undone",
  "account.undone.text":
    "{email} is the address of the account again, and all sessions are ended. Sign in and check the ways to sign in.",

  // Mails about an address
  "addressMail.changed.button": "Go to sign-in",
  "addressMail.changed.heading": "Your address is changing",
  "addressMail.changed.lead":
    "The address of your account at {host} is being changed from {address} to another one.",
  "addressMail.changed.note":
    "If you did not do this, sign in and check how your account can be signed in to.",
  "addressMail.changed.subject": "Your address at {host} is changing",
  "addressMail.confirm.button": "Confirm the address",
  "addressMail.confirm.heading": "Confirm your new address",
  "addressMail.confirm.lead":
    "Confirm that {address} is to be the address of your account at {host}. Open the link in a browser where you are signed in. It works once, for an hour.",
  "addressMail.confirm.note": "If you did not ask for this, ignore this email: nothing changes.",
  "addressMail.confirm.subject": "Confirm your new address for {host}",
  "addressMail.taken.button": "Sign in with this address",
  "addressMail.taken.heading": "This address already has an account",
  "addressMail.taken.lead":
    "A user of {host} asked to use {address} for their account. It already belongs to an account, so nothing has changed.",
  "addressMail.taken.note":
    "If that was you, sign in with this address, or remove it from the other account first. If not, you need not do anything.",
  "addressMail.taken.subject": "Your address at {host}",
  "addressMail.undo.button": "Undo the change",
  "addressMail.undo.heading": "Your address is changing",
  "addressMail.undo.lead":
    "The address of your account at {host} is being changed from {address} to another one. If you did not do this, undo it within a week: the account gets this address back and is signed out everywhere.",
  "addressMail.undo.note": "If you did this yourself, you can ignore this email.",
  "addressMail.undo.subject": "Your address at {host} is changing",

  // The sign-in mail
  "mail.button": "Sign in",
  "mail.code": "Or type this code on the page where you asked for this email:",
  "mail.heading": "Sign in to {host}",
  "mail.ignore": "If you did not ask to sign in to {origin}, ignore this email and do not share the code.",
  "mail.lead": "This button signs you in. It works once, {duration}.",
  "mail.linkHelp": "If the button does nothing, copy this address into your browser:",
  "mail.subject": "Sign in to {host}",
  "mail.textLead": "Open this link to sign in to {host}. It works once, {duration}:",

  // Mails that tell of changes to an account. {device} is e.g. "Firefox on Windows", {time} a date with its time.
  "notice.accountLinked.lead": "An account at {provider} can now sign in to your account at {host}.",
  "notice.accountLinked.subject": "A new way to sign in to your account at {host}",
  "notice.accountUnlinked.lead": "An account at {provider} can no longer sign in to your account at {host}.",
  "notice.accountUnlinked.subject": "A way to sign in was removed from your account at {host}",
  "notice.button": "Check your account",
  "notice.detail": "From {device}, on {time}.",
  "notice.detailPlace": "From {device} in {place}, on {time}.",
  "notice.newDevice.lead": "Your account at {host} was signed in to on a new device.",
  "notice.newDevice.subject": "New sign-in to your account at {host}",
  "notice.note":
    "If this was you, you need not do anything. If not, check your account: end the sessions you do not recognise, and remove the ways to sign in that are not yours.",
  "notice.passkeyAdded.lead": "A passkey was added. It can now sign in to your account at {host}.",
  "notice.passkeyAdded.subject": "A passkey was added to your account at {host}",
  "notice.passkeyRemoved.lead": "A passkey was removed. It can no longer sign in to your account at {host}.",
  "notice.passkeyRemoved.subject": "A passkey was removed from your account at {host}",
  "notice.unknownDevice": "an unknown device",
}

/** The key of a text, e.g. `"signIn.heading"`. */
export type TextKey = keyof typeof en
