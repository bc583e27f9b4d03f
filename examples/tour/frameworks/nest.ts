/** A Nest application, unchanged. Nobody calls `listen`; the server's startup is its `init`, its stop `close`. */
import "reflect-metadata";
import { Controller, Get, type INestApplication, Module, Query } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";

@Controller()
class HelloController {
  @Get("hello")
  hello(@Query("name") name: string): object {
    return { hello: name ?? "stranger", from: "Nest" };
  }

  @Get("broken")
  broken(): never {
    throw new Error("Nest has thrown");
  }
}

@Module({ controllers: [HelloController] })
class AppModule {}

const app: INestApplication = await NestFactory.create(AppModule, { logger: false });

export default app;
