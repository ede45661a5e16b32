import type { AccountSection } from "./section.js"
import { activitySection } from "./sections/activity.js"
import { dataSection } from "./sections/data.js"
import { deletionSection } from "./sections/deletion.js"
import { emailSection } from "./sections/email.js"
import { methodsSection } from "./sections/methods.js"
import { profileSection } from "./sections/profile.js"
import { sessionsSection } from "./sections/sessions.js"

/** The sections of the account page, in its order. */
export const sections: readonly AccountSection[] = [
  profileSection,
  emailSection,
  methodsSection,
  sessionsSection,
  activitySection,
  dataSection,
  deletionSection,
]
