/**
 * An old Express app on its way out, route by route. What has moved is mounted in front of it, one line each; what has
 * not is still answered by Express. Nobody who links to the shop notices.
 */
import express, { type Express } from "express";
import { fromPsgi, mount, reply, type App, type PsgiApp } from "tack";

const old: Express = express();
old.get("/", (_, response) => void response.json({ page: "the shop", answeredBy: "Express" }));
old.get("/basket", (request, response) => {
  response.json({ page: "the basket", answeredBy: "Express", at: request.originalUrl });
});
old.get("/stock", (_, response) => void response.json({ page: "the stock", answeredBy: "Express, once" }));
old.get("/prices", (_, response) => void response.json({ page: "the prices", answeredBy: "Express, once" }));

/** Step one: the stock became an app in the message form. */
const stock: App = reply(
  200,
  { "content-type": "application/json" },
  JSON.stringify({ page: "the stock", answeredBy: "an app in the message form" }),
);

/** Step two: the prices became a PSGI app. */
const prices: PsgiApp = (env) => {
  const page = { page: "the prices", answeredBy: "a PSGI app", at: `${env.SCRIPT_NAME}${env.PATH_INFO}` };
  return [200, ["Content-Type", "application/json"], [JSON.stringify(page)]];
};

/** The last step, some day: the line of the old app goes. */
const app: App = mount({ "/stock": stock, "/prices": fromPsgi(prices), "/": old });

export default app;
