import "reflect-metadata";
import { Controller, Get, Module, Query } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";

@Controller()
class HelloController {
  @Get("hello")
  hello(@Query("name") name: string): object {
    return { hello: name ?? "stranger", from: "Nest" };
  }
}

@Module({ controllers: [HelloController] })
class AppModule {}

export default await NestFactory.create(AppModule, { logger: ["error"] });
