/*
 * The upper bound: an epoll loop that knows three answers by heart and echoes bodies. It is no HTTP server;
 * it shows what the kernel and the load generator allow. Built by the bench with `cc -O2`.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define CAPACITY (128 * 1024)
#define MAX_FD 20000
#define DATE "Date: Thu, 01 Jan 2026 00:00:00 GMT\r\n"

struct connection {
  char *buffer;
  size_t used;
};

static struct connection connections[MAX_FD];
static char output[CAPACITY];
static size_t pending;
static char hello[256], json[2048];
static size_t hello_length, json_length;

static size_t canned(char *into, const char *type, const char *body) {
  return (size_t)sprintf(into, "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %zu\r\n" DATE "\r\n%s",
                         type, strlen(body), body);
}

static void drop(int fd) {
  free(connections[fd].buffer);
  connections[fd].buffer = NULL;
  close(fd);
}

/* Returns the bytes taken from `head`, 0 when the request is not whole yet; adds the answer to `output`. */
static size_t answer(char *head, size_t length) {
  char *end = memmem(head, length, "\r\n\r\n", 4);
  if (end == NULL) return 0;
  size_t head_length = (size_t)(end - head) + 4;
  if (head[0] == 'G') {
    int wants_json = memcmp(head + 5, "json", 4) == 0;
    size_t size = wants_json ? json_length : hello_length;
    memcpy(output + pending, wants_json ? json : hello, size);
    pending += size;
    return head_length;
  }
  char *field = memmem(head, head_length, "Content-Length: ", 16);
  size_t body = field == NULL ? 0 : strtoul(field + 16, NULL, 10);
  if (length < head_length + body) return 0;
  pending += (size_t)sprintf(output + pending,
                             "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n"
                             "Content-Length: %zu\r\n" DATE "\r\n", body);
  memcpy(output + pending, head + head_length, body);
  pending += body;
  return head_length + body;
}

static void serve(int fd) {
  struct connection *connection = &connections[fd];
  if (connection->buffer == NULL) connection->buffer = malloc(CAPACITY / 2);
  ssize_t count = read(fd, connection->buffer + connection->used, CAPACITY / 2 - connection->used);
  if (count <= 0) {
    if (count == 0 || errno != EAGAIN) drop(fd);
    return;
  }
  connection->used += (size_t)count;
  size_t taken = 0, step;
  pending = 0;
  while (taken < connection->used && pending < CAPACITY / 2) {
    step = answer(connection->buffer + taken, connection->used - taken);
    if (step == 0) break;
    taken += step;
  }
  connection->used -= taken;
  if (connection->used > 0) memmove(connection->buffer, connection->buffer + taken, connection->used);
  if (pending > 0 && write(fd, output, pending) != (ssize_t)pending) {
    drop(fd);
    return;
  }
  if (connection->used == 0) {
    free(connection->buffer);
    connection->buffer = NULL;
  }
}

static int listen_on(int port) {
  int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 511) != 0) {
    perror("listen");
    exit(1);
  }
  return fd;
}

static void accept_all(int poll, int listener) {
  for (;;) {
    int one = 1, fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
    if (fd < 0) return;
    if (fd >= MAX_FD) {
      close(fd);
      continue;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    connections[fd].used = 0;
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event);
  }
}

int main(void) {
  hello_length = canned(hello, "text/plain", "Hello, World!");
  json_length = canned(json, "application/json", getenv("BENCH_JSON"));
  int listener = listen_on(atoi(getenv("BENCH_PORT"))), poll = epoll_create1(0);
  struct epoll_event events[256], event = {.events = EPOLLIN, .data.fd = listener};
  epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
  for (;;) {
    int count = epoll_wait(poll, events, 256, -1);
    for (int index = 0; index < count; index++) {
      if (events[index].data.fd == listener) accept_all(poll, listener);
      else serve(events[index].data.fd);
    }
  }
}
