/** Loads EJS. Only apps that show our pages need it, so importing our package does not load it. */
declare function requireEjs(): typeof import("ejs")

export = requireEjs
