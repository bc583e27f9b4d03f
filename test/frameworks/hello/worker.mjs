export default {
  fetch(request) {
    const name = new URL(request.url).searchParams.get("name") ?? "stranger";
    return Response.json({ hello: name, from: "a Worker" });
  },
};
