/**
 * Lesson 3: anything with a `fetch` is an app: Hono, h3, or an object of your own.
 *
 *     npx tackup examples/03-hello-fetch.ts
 *     curl http://127.0.0.1:8225/
 */
export default {
  fetch(request: Request): Response {
    return new Response(`Hello from fetch: ${request.method} ${new URL(request.url).pathname}\n`);
  },
};
