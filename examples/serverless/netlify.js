// How do I run the app on Netlify? As netlify/functions/app.js.
import serverless from "serverless-http"
import app from "./app.js"

export const handler = serverless(app, {
  request(req, event) {
    req.ip = event.headers["x-nf-client-connection-ip"]
  },
})
