/** The controller of the table in the words of Nest, the same over Express and over Fastify. */
import "reflect-metadata";
import {
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  Module,
  Param,
  Post,
  Query,
  Redirect,
  type Type,
} from "@nestjs/common";
import { LONG, planned } from "./subject.js";

/** What both platforms answer alike; called without decorator syntax, which the project's compiler settings leave out. */
class Pages {
  thing(id: string, q: string): object {
    return { id, q };
  }

  echo(body: unknown): unknown {
    return body;
  }

  fail(): never {
    throw planned();
  }

  async reject(): Promise<never> {
    throw planned();
  }

  away(): void {}

  long(): string {
    return LONG;
  }
}

type Name = Exclude<keyof Pages, symbol>;

function route(name: Name, ...decorators: readonly MethodDecorator[]): void {
  const descriptor = Object.getOwnPropertyDescriptor(Pages.prototype, name)!;
  for (const decorate of decorators) decorate(Pages.prototype, name, descriptor);
}

Param("id")(Pages.prototype, "thing", 0);
Query("q")(Pages.prototype, "thing", 1);
Body()(Pages.prototype, "echo", 0);
route("thing", Get("things/:id"));
route("echo", Post(["json", "form", "limited"]), HttpCode(200));
route("fail", Get("throw"));
route("reject", Get("reject"));
route("away", Get("redirect"), Redirect("/elsewhere", 302));
route("long", Get("squeezed"), Header("content-type", "text/plain; charset=utf-8"));
Controller()(Pages);

class Root {
  readonly name = "root";
}
Module({ controllers: [Pages] })(Root);

/** The module to make an application of. */
export const NestRoot: Type = Root;
