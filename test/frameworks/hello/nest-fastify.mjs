import "reflect-metadata";
import { Controller, Get, Module, Query } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { FastifyAdapter } from "@nestjs/platform-fastify";

class HelloController {
  hello(name = "stranger") {
    return { hello: name, from: "Nest on Fastify" };
  }
}
Query("name")(HelloController.prototype, "hello", 0);
Get("hello")(
  HelloController.prototype,
  "hello",
  Object.getOwnPropertyDescriptor(HelloController.prototype, "hello"),
);
Controller()(HelloController);

class AppModule {}
Module({ controllers: [HelloController] })(AppModule);

export default await NestFactory.create(AppModule, new FastifyAdapter(), { logger: ["error"] });
