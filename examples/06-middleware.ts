/**
 * Lesson 6: middleware maps an app to an app. `guard` answers or lets pass, `editHead` changes the head on its way out.
 *
 *     npx tackup examples/06-middleware.ts
 *     curl -i http://127.0.0.1:8225/ -H 'authorization: Bearer lesson'
 */
import { editHead, guard, reply, wrap, type App, type Middleware } from "tack";
import { getHeader } from "tack/http/headers";
import hello from "./01-hello-pagi.ts";

const membersOnly: Middleware = (app) =>
  guard(app, (scope) => {
    const isMember = getHeader(scope.headers, "authorization") === "Bearer lesson";
    return isMember ? undefined : reply(401, { "www-authenticate": "Bearer" }, "Members only\n");
  });

const signed: Middleware = (app) => editHead(app, (head) => head.set("x-served-by", "tack"));

const app: App = wrap(hello, signed, membersOnly);

export default app;
