// pm2 start ecosystem.config.cjs; later, without downtime: pm2 reload ecosystem.config.cjs --update-env
module.exports = {
  apps: [
    {
      name: "my-app",
      script: "app.js",
      exec_mode: "cluster",
      instances: 2,
      wait_ready: true, // until process.send("ready")
      kill_timeout: 15_000,
      env: { NODE_ENV: "production" },
    },
  ],
}
