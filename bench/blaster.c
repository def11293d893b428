/* A broker that only sends: PUBLISH packets made beforehand, as fast as the socket takes them or at a rate, so that
 * the client under test is what limits. One client; MQTT 3.1.1 or 5, whichever it asks for; QoS 0 or 1, and no waiting
 * for acknowledgements. Built and started by bench/blaster.py. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const char USAGE[] =
    "usage: blaster [OPTION]...\n"
    "\n"
    "Listen on a free port of 127.0.0.1, print it, and send to the first client that subscribes.\n"
    "When it has gone, print one JSON object.\n"
    "\n"
    "  --count N       packets to send (200000)\n"
    "  --topics N      distinct topics (1000)\n"
    "  --payload N     bytes of each payload (60)\n"
    "  --qos N         0 or 1 (0)\n"
    "  --properties N  0 to 3 properties a packet, where the client speaks MQTT 5 (0)\n"
    "  --rate N        packets a second (as fast as possible)\n"
    "  --steered       ignore count and rate: send every topic once and print 'loaded'; then each line on\n"
    "                  stdin is a rate, below 0 as fast as possible, answered with how many were sent\n"
    "                  so far; its end is the end\n"
    "  --publish PORT  send to the broker at this port of 127.0.0.1, as its client\n";

struct options {
    long count, topics, payload, qos, properties, publish;
    double rate;
    int steered;
};

struct bytes {
    uint8_t *at;
    size_t size, room;
};

/* Packets back to back; ends[n] is where packet n begins and packet n - 1 ends. */
struct cycle {
    struct bytes packets;
    size_t *ends;
    long length;
};

struct peer {
    int socket, version, is_connected, is_subscribed, has_gone;
    long acknowledged;
    uint8_t inbox[1 << 20];
    size_t received;
};

/* How many packets may be sent: all, or those that are due since the rate was set. */
struct pace {
    double rate, since;
    long before;
};

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec * 1e-9;
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

/* Packets */

static void put(struct bytes *to, const void *from, size_t size) {
    if (to->size + size > to->room) {
        to->room = (to->size + size) * 2;
        to->at = realloc(to->at, to->room);
        if (!to->at) fail("memory");
    }
    memcpy(to->at + to->size, from, size);
    to->size += size;
}

static void put_byte(struct bytes *to, uint8_t value) { put(to, &value, 1); }

static void put_two(struct bytes *to, unsigned value) {
    put_byte(to, value >> 8);
    put_byte(to, value & 255);
}

static void put_variable(struct bytes *to, size_t value) {
    for (; value > 127; value >>= 7) put_byte(to, (value & 127) | 128);
    put_byte(to, value);
}

static struct bytes properties(long number) {
    static const struct { const char *bytes; size_t size; } KNOWN[] = {
        {"\x03\x00\x10" "application/json", 19},         /* Content Type */
        {"\x26\x00\x06" "source\x00\x09" "gateway-1", 20}, /* User Property */
        {"\x02\x00\x00\x0e\x10", 5},                     /* Message Expiry Interval */
    };
    struct bytes made = {0};
    for (long n = 0; n < number && n < 3; n++) put(&made, KNOWN[n].bytes, KNOWN[n].size);
    return made;
}

static size_t write_payload(char *to, long size, long number) {
    char start[80];
    int length = snprintf(start, sizeof start, "{\"seq\": %07ld, \"value\": %06.2f, \"unit\": \"C\", \"ok\": true",
                          1000000 + number % 9000000, 100 + (number % 10000) / 100.0); /* JSON has no leading zeros */
    memset(to, ' ', size);
    memcpy(to, start, length < size ? length : size);
    if (size) to[size - 1] = '}';
    return size;
}

static struct cycle make_cycle(const struct options *wanted, int version) {
    long length = wanted->topics;
    if (wanted->qos) length = 65000 / length * length;         /* packet identifiers go round with it */
    if (length < 1000) length = 1000 / wanted->topics * wanted->topics; /* few short packets make small writes */
    if (length < wanted->topics) length = wanted->topics;
    if (!wanted->steered && length > wanted->count) length = wanted->count;
    struct cycle cycle = {.ends = malloc((length + 1) * sizeof(size_t)), .length = length};
    struct bytes extra = properties(version == 5 ? wanted->properties : 0);
    size_t fixed = (wanted->qos ? 2 : 0) + (version == 5 ? 1 + extra.size : 0);
    char topic[96], *payload = malloc(wanted->payload + 1);
    if (!cycle.ends || !payload) fail("memory");
    for (long n = 0; n < length; n++) {
        long name = n % wanted->topics;
        int topic_size = snprintf(topic, sizeof topic, "site%02ld/line%02ld/dev%04ld/temperature", name % 10,
                                  name / 10 % 10, name / 100);
        size_t payload_size = write_payload(payload, wanted->payload, n);
        cycle.ends[n] = cycle.packets.size;
        put_byte(&cycle.packets, 0x30 | wanted->qos << 1);
        put_variable(&cycle.packets, 2 + topic_size + fixed + payload_size);
        put_two(&cycle.packets, topic_size);
        put(&cycle.packets, topic, topic_size);
        if (wanted->qos) put_two(&cycle.packets, 1 + n % 65000);
        if (version == 5) {
            put_byte(&cycle.packets, extra.size);
            put(&cycle.packets, extra.at, extra.size);
        }
        put(&cycle.packets, payload, payload_size);
    }
    cycle.ends[length] = cycle.packets.size;
    free(payload);
    free(extra.at);
    return cycle;
}

/* What the peer says */

static void answer(struct peer *peer, const void *packet, size_t size) {
    const uint8_t *at = packet;
    while (size && !peer->has_gone) {
        ssize_t written = write(peer->socket, at, size);
        if (written >= 0) {
            at += written;
            size -= written;
        } else if (errno == EAGAIN) {
            poll(&(struct pollfd){peer->socket, POLLOUT, 0}, 1, 1000);
        } else {
            peer->has_gone = 1;
        }
    }
}

static void take_packet(struct peer *peer, int type, const uint8_t *body) {
    switch (type) {
    case 1: /* CONNECT: the version follows the protocol's name */
        peer->version = body[6];
        answer(peer, peer->version == 5 ? "\x20\x03\x00\x00\x00" : "\x20\x02\x00\x00", peer->version == 5 ? 5 : 4);
        break;
    case 2: /* CONNACK */
        peer->is_connected = 1;
        break;
    case 4: /* PUBACK */
        peer->acknowledged++;
        break;
    case 8: { /* SUBSCRIBE */
        uint8_t of_5[] = {0x90, 4, body[0], body[1], 0, 1}, of_311[] = {0x90, 3, body[0], body[1], 1};
        answer(peer, peer->version == 5 ? of_5 : of_311, peer->version == 5 ? 6 : 5);
        peer->is_subscribed = 1;
        break;
    }
    case 12: /* PINGREQ */
        answer(peer, "\xd0\x00", 2);
        break;
    case 14: /* DISCONNECT */
        peer->has_gone = 1;
        break;
    }
}

static void receive(struct peer *peer) {
    ssize_t size = read(peer->socket, peer->inbox + peer->received, sizeof peer->inbox - peer->received);
    if (size == 0 || (size < 0 && errno != EAGAIN)) peer->has_gone = 1;
    if (size <= 0) return;
    peer->received += size;
    size_t at = 0;
    for (;;) {
        size_t length = 0, next = at + 1;
        int shift = 0, is_whole = 0;
        while (next < peer->received && shift <= 21 && !is_whole) {
            length |= (size_t)(peer->inbox[next] & 127) << shift;
            shift += 7;
            is_whole = !(peer->inbox[next++] & 128);
        }
        if (!is_whole || peer->received - next < length) break;
        take_packet(peer, peer->inbox[at] >> 4, peer->inbox + next);
        at = next + length;
    }
    memmove(peer->inbox, peer->inbox + at, peer->received - at);
    peer->received -= at;
}

static void wait_for(struct peer *peer, const int *flag) {
    while (!*flag && !peer->has_gone) {
        poll(&(struct pollfd){peer->socket, POLLIN, 0}, 1, -1);
        receive(peer);
    }
}

static void make_ready(struct peer *peer, int connected) {
    int on = 1;
    peer->socket = connected;
    setsockopt(connected, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(connected, F_SETFL, O_NONBLOCK);
}

static void serve(struct peer *peer) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (void *)&address, size) || listen(listener, 1)) fail("listen");
    if (getsockname(listener, (void *)&address, &size)) fail("getsockname");
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    int accepted = accept(listener, 0, 0);
    if (accepted < 0) fail("accept");
    close(listener); /* a client that comes back finds nobody */
    make_ready(peer, accepted);
    wait_for(peer, &peer->is_subscribed);
    nanosleep(&(struct timespec){.tv_nsec = 50000000}, 0); /* it may still be busy with the SUBACK */
}

static void visit(struct peer *peer, long port, int version) {
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int connected = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(connected, (void *)&address, sizeof address)) fail("connect");
    make_ready(peer, connected);
    peer->version = version;
    if (version == 5)
        answer(peer, "\x10\x14\x00\x04MQTT\x05\x02\x00\x00\x00\x00\x07" "blaster", 22);
    else
        answer(peer, "\x10\x13\x00\x04MQTT\x04\x02\x00\x00\x00\x07" "blaster", 21);
    wait_for(peer, &peer->is_connected);
}

/* Sending */

static long allowed(const struct pace *pace, double at) {
    return pace->rate < 0 ? -1 : pace->before + (long)((at - pace->since) * pace->rate);
}

static int steer(struct pace *pace, long sent) {
    char line[64];
    ssize_t size = read(0, line, sizeof line - 1);
    if (size <= 0) return 0;
    line[size] = 0;
    *pace = (struct pace){.rate = atof(line), .since = now(), .before = sent};
    printf("%ld\n", sent);
    fflush(stdout);
    return 1;
}

static long send_all(struct peer *peer, const struct cycle *cycle, const struct options *wanted) {
    struct pace pace = {.rate = wanted->steered ? -1 : wanted->rate, .since = now()};
    long sent = 0, in_cycle = 0, is_loaded = 0;
    size_t at = 0;
    while (!peer->has_gone && (wanted->steered || sent < wanted->count)) {
        if (wanted->steered && !is_loaded && sent >= cycle->length) {
            is_loaded = 1;
            pace = (struct pace){.rate = 0, .since = now(), .before = sent};
            puts("loaded");
            fflush(stdout);
        }
        long may = allowed(&pace, now()), until = may < 0 ? cycle->length : in_cycle + may - sent;
        if (!wanted->steered && until > in_cycle + wanted->count - sent) until = in_cycle + wanted->count - sent;
        if (until > cycle->length) until = cycle->length;
        int is_due = until > in_cycle;
        if (!is_due) nanosleep(&(struct timespec){.tv_nsec = 500000}, 0);
        struct pollfd both[] = {{peer->socket, is_due ? POLLIN | POLLOUT : POLLIN, 0}, {0, POLLIN, 0}};
        poll(both, wanted->steered && is_loaded ? 2 : 1, is_due ? -1 : 0);
        if (both[1].revents && !steer(&pace, sent)) break;
        if (both[0].revents & ~POLLOUT) {
            if (at > cycle->ends[in_cycle]) { /* an answer must not stand in the midst of a packet */
                answer(peer, cycle->packets.at + at, cycle->ends[in_cycle + 1] - at);
                at = cycle->ends[++in_cycle];
                sent++;
            }
            receive(peer);
            if (in_cycle == cycle->length) in_cycle = at = 0;
            continue;
        }
        if (!(both[0].revents & POLLOUT)) continue;
        size_t size = cycle->ends[until] - at;
        ssize_t written = write(peer->socket, cycle->packets.at + at, size < 1 << 18 ? size : 1 << 18);
        if (written < 0 && errno != EAGAIN) break;
        if (written > 0) at += written;
        while (in_cycle < cycle->length && cycle->ends[in_cycle + 1] <= at) in_cycle++, sent++;
        if (in_cycle == cycle->length) in_cycle = at = 0;
    }
    return sent;
}

static struct options parse(int number, char **words) {
    struct options options = {.count = 200000, .topics = 1000, .payload = 60, .rate = -1};
    const struct { const char *name; long *value; } KNOWN[] = {
        {"--count", &options.count}, {"--topics", &options.topics},         {"--payload", &options.payload},
        {"--qos", &options.qos},     {"--properties", &options.properties}, {"--publish", &options.publish},
    };
    for (int n = 1; n < number; n++) {
        size_t known = 0, all = sizeof KNOWN / sizeof *KNOWN;
        while (known < all && strcmp(words[n], KNOWN[known].name)) known++;
        if (known < all && n + 1 < number) *KNOWN[known].value = atol(words[++n]);
        else if (!strcmp(words[n], "--rate") && n + 1 < number) options.rate = atof(words[++n]);
        else if (!strcmp(words[n], "--steered")) options.steered = 1;
        else {
            fputs(USAGE, strcmp(words[n], "--help") ? stderr : stdout);
            exit(strcmp(words[n], "--help") ? 2 : 0);
        }
    }
    return options;
}

int main(int number, char **words) {
    static struct peer peer;
    struct options wanted = parse(number, words);
    signal(SIGPIPE, SIG_IGN);
    if (wanted.publish) visit(&peer, wanted.publish, wanted.properties ? 5 : 4);
    else serve(&peer);
    struct cycle cycle = make_cycle(&wanted, peer.version);
    double began = now();
    long sent = send_all(&peer, &cycle, &wanted);
    double seconds = now() - began;
    if (wanted.publish) {
        answer(&peer, "\xe0\x00", 2);
        shutdown(peer.socket, SHUT_WR); /* the broker has read everything once it closes */
    }
    static const int NEVER;
    if (!wanted.steered) wait_for(&peer, &NEVER);
    printf("{\"sent\": %ld, \"send_seconds\": %.4f, \"seconds\": %.4f, \"acknowledged\": %ld}\n", sent, seconds,
           now() - began, peer.acknowledged);
    return 0;
}
