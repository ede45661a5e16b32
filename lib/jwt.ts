export * from "@auth/core/jwt"
