// Listener, connection and protocol together, over real sockets.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "api/http/listener.h"
#include "api/http/protocol.h"
#include "zlib.h"

using namespace sleipnir::api;

namespace {

class TestServer {
 public:
  explicit TestServer(std::chrono::seconds head_time = std::chrono::seconds(1)) {
    router_.add({"GET|POST", "/echo", [](Request& request, Response& response) {
                   std::string text = request.method + " " + std::to_string(request.body.size());
                   for (const auto& [name, value] : request.params) text += " " + name + "=" + value;
                   response.set("text/plain", text);
                 }, 1000});
    router_.add({"GET", "/large", [](Request& request, Response& response) {
                   response.content_type = "text/plain";
                   response.body.assign(30, std::string(100'000, request.param("c")[0]));
                 }});
    router_.add({"GET", "/throw", [](Request&, Response&) { throw std::runtime_error("boom"); }});
    router_.add({"GET", "/wait", [this](Request& request, Response& response) {
                   waits = true;
                   for (int i = 0; i < 6000 && !request.cancellation->cancelled; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
                   cancelled = request.cancellation->cancelled.load();
                   response.set("text/plain", "done");
                 }});
    router_.add({"GET", "/chat", [](Request&, Response& response) {
                   response.take_over = [](Connection& connection) {
                     const std::string_view text = "HTTP/1.1 101 Switching Protocols\r\n\r\nhello";
                     connection.write(text.data(), text.size());
                     connection.flush();
                   };
                 }});
    protocol_.emplace(router_, nullptr);
    ConnectionBounds bounds;
    bounds.head = 200'000;
    bounds.head_time = head_time;
    listener_ = std::move(*Listener::open("127.0.0.1", 0, bounds));
    port_ = listener_->port();
    thread_ = std::thread([this] { listener_->run([this](Connection& c, bool last) { return protocol_->serve(c, last); }, stop_); });
  }
  ~TestServer() { stop(); }
  void stop() {
    if (!thread_.joinable()) return;
    const uint64_t one = 1;
    CHECK(::write(stop_, &one, sizeof one) == sizeof one);
    thread_.join();
    ::close(stop_);
  }
  int connect() const {
    const int s = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in to{.sin_family = AF_INET, .sin_port = htons(static_cast<uint16_t>(port_)), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    REQUIRE(::connect(s, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0);
    return s;
  }
  std::atomic<bool> waits{false}, cancelled{false};

 private:
  Router router_;
  std::optional<Protocol> protocol_;
  std::unique_ptr<Listener> listener_;
  int port_ = 0, stop_ = eventfd(0, 0);
  std::thread thread_;
};

void send_all(int s, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::send(s, text.data(), text.size(), MSG_NOSIGNAL);
    if (n <= 0) return;
    text.remove_prefix(static_cast<size_t>(n));
  }
}

/// All until the server closes.
std::string receive_all(int s) {
  std::string out;
  char block[65536];
  for (ssize_t n; (n = ::recv(s, block, sizeof block, 0)) > 0;) out.append(block, static_cast<size_t>(n));
  ::close(s);
  return out;
}

std::string body_of(const std::string& response) { return response.substr(response.find("\r\n\r\n") + 4); }

std::string gunzip(std::string_view in) {
  z_stream z{};
  inflateInit2(&z, 15 + 16);
  std::string out(1 << 20, 0);
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
  z.avail_in = static_cast<uInt>(in.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  const int e = inflate(&z, Z_FINISH);
  inflateEnd(&z);
  return e == Z_STREAM_END ? out.substr(0, z.total_out) : "bad gzip";
}

}  // namespace

TEST_CASE("requests and answers") {
  TestServer server;
  const auto f = [&](std::string_view request, std::string_view status, std::string_view body) {
    const int s = server.connect();
    send_all(s, request);
    const std::string response = receive_all(s);
    CHECK(response.substr(9, 3) == status);
    CHECK(body_of(response) == body);
  };
  f("GET /echo?a=1%202 HTTP/1.1\r\nConnection: close\r\n\r\n", "200", "GET 0 a=1 2");
  f("GET /echo?a=1 HTTP/1.0\r\n\r\n", "200", "GET 0 a=1");
  f("POST /echo?a=1 HTTP/1.1\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\na=2", "200", "POST 3 a=2 a=1");
  f("POST /echo HTTP/1.1\r\nConnection: close\r\n\r\n", "200", "POST 0");
  f("POST /echo HTTP/1.1\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", "200", "POST 5");
  f("POST /echo HTTP/1.1\r\nConnection: close\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", "200", "POST 3");
  f("POST /echo HTTP/1.1\r\nConnection: close\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 3\r\n\r\nabc", "200", "POST 3");
  f("GET /nosuch HTTP/1.1\r\nConnection: close\r\n\r\n", "404", "404 page not found\n");
  f("PUT /echo HTTP/1.1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", "405", "");
  f("GET //echo HTTP/1.1\r\nConnection: close\r\n\r\n", "301", "Moved Permanently\n");
  f("GET /throw HTTP/1.1\r\nConnection: close\r\n\r\n", "500", "internal error: boom");
  f("GET /echo?a=%zz HTTP/1.1\r\nConnection: close\r\n\r\n", "400", "invalid URL escape \"%zz\"");
  f("GET http://a.b:3100/echo?a=http://c/d HTTP/1.1\r\nConnection: close\r\n\r\n", "200", "GET 0 a=http://c/d");
  f("GET http://a.b HTTP/1.1\r\nConnection: close\r\n\r\n", "404", "404 page not found\n");
  f("nonsense\r\n\r\n", "400", "400 Bad Request");
  f("GET /echo HTTP/1.1\r\nContent-Length: x\r\n\r\n", "400", "400 Bad Request\n");
  for (const auto* bad : {"bad header", ": no name", "Name : blank", " folded: line", "A: b\r\n folded"}) f("GET /echo HTTP/1.1\r\n" + std::string(bad) + "\r\n\r\n", "400", "400 Bad Request");
  f("GET /echo?a=1 HTTP/1.1\r\nConnection: close\r\nEmpty:\r\nTight:x\r\nColons: a:b: c\r\n\r\n", "200", "GET 0 a=1");
  f("POST /echo HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc", "400", "400 Bad Request\n");
  f("POST /echo HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc", "400", "400 Bad Request\n");
  f("GET /echo HTTP/1.1\r\nX: " + std::string(300'000, 'x') + "\r\n\r\n", "431", "431 Request Header Fields Too Large");
  f("GET /echo HTTP/1.1\r\nX: unfinished", "408", "408 Request Timeout");
}

TEST_CASE("a body over the limit is refused unread, and the client can read why") {
  TestServer server;
  const auto f = [&](std::string_view framing, std::string_view want) {
    const int s = server.connect();
    send_all(s, "POST /echo HTTP/1.1\r\n" + std::string(framing) + "\r\n\r\n");
    send_all(s, std::string(5000, 'x'));
    ::shutdown(s, SHUT_WR);
    const std::string response = receive_all(s);
    CHECK(response.substr(9, 3) == "413");
    CHECK(body_of(response) == want);
  };
  f("Content-Length: 5000", "request body too large: message size too large than max (5000 vs 1000)\n");
  const int s = server.connect();
  send_all(s, "POST /echo HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1000000000000\r\n\r\n");
  ::shutdown(s, SHUT_WR);
  CHECK(receive_all(s).substr(9, 3) == "413");
}

TEST_CASE("an answer says when the connection ends with it") {
  TestServer server;
  const auto f = [&](std::string_view request, bool want) {
    const int s = server.connect();
    send_all(s, request);
    ::shutdown(s, SHUT_WR);
    const std::string response = receive_all(s), head = response.substr(0, response.find("\r\n\r\n"));
    CHECK((head.find("\r\nConnection: close") != head.npos) == want);
    CHECK((head.find("\r\nKeep-Alive: ") != head.npos) != want);
  };
  f("GET /echo HTTP/1.1\r\n\r\n", false);
  f("GET /nosuch HTTP/1.1\r\nConnection: keep-alive\r\n\r\n", false);
  f("GET /echo HTTP/1.1\r\nConnection: close\r\n\r\n", true);
  f("POST /nosuch HTTP/1.1\r\nConnection: keep-alive\r\nContent-Length: 3\r\n\r\nabc", true);
  f("POST /echo HTTP/1.1\r\nContent-Length: x\r\n\r\n", true);
}

TEST_CASE("a long query passes in the URL") {
  TestServer server;
  const int s = server.connect();
  const std::string query(150'000, 'q');
  send_all(s, "GET /echo?query=" + query + " HTTP/1.1\r\nConnection: close\r\n\r\n");
  CHECK(body_of(receive_all(s)) == "GET 0 query=" + query);
}

TEST_CASE("several requests on one connection, at once") {
  TestServer server;
  const int s = server.connect();
  send_all(s, "GET /echo?n=1 HTTP/1.1\r\n\r\nPOST /echo HTTP/1.1\r\nContent-Length: 4\r\n\r\nbodyGET /echo?n=3 HTTP/1.1\r\nConnection: close\r\n\r\n");
  const std::string all = receive_all(s);
  CHECK(all.find("GET 0 n=1") != all.npos);
  CHECK(all.find("POST 4") != all.npos);
  CHECK(all.find("GET 0 n=3") != all.npos);
}

TEST_CASE("large answers come in chunks or compressed") {
  TestServer server;
  int s = server.connect();
  send_all(s, "GET /large?c=x HTTP/1.1\r\nConnection: close\r\n\r\n");
  std::string response = receive_all(s);
  CHECK(response.find("Transfer-Encoding: chunked") != response.npos);
  CHECK(std::count(response.begin(), response.end(), 'x') >= 3'000'000);
  CHECK(response.ends_with("0\r\n\r\n"));

  s = server.connect();
  send_all(s, "GET /large?c=x HTTP/1.1\r\nConnection: close\r\nAccept-Encoding: br, gzip\r\n\r\n");
  response = receive_all(s);
  CHECK(response.find("Content-Encoding: gzip") != response.npos);
  CHECK(response.size() < 100'000);

  s = server.connect();
  send_all(s, "GET /echo?a=" + std::string(5000, 'a') + " HTTP/1.1\r\nConnection: close\r\nAccept-Encoding: gzip\r\n\r\n");
  response = receive_all(s);
  CHECK(gunzip(body_of(response)) == "GET 0 a=" + std::string(5000, 'a'));
}

TEST_CASE("a client that goes away cancels its query") {
  TestServer server;
  const int s = server.connect();
  send_all(s, "GET /wait HTTP/1.1\r\n\r\n");
  for (int i = 0; i < 6000 && !server.waits; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  ::close(s);
  server.stop();
  CHECK(server.cancelled);
}

TEST_CASE("idle connections stop nobody") {
  TestServer server;
  std::vector<int> idle;
  for (int i = 0; i < 400; ++i) idle.push_back(server.connect());
  const int s = server.connect();
  send_all(s, "GET /echo HTTP/1.1\r\nConnection: close\r\n\r\n");
  CHECK(body_of(receive_all(s)) == "GET 0");
  for (const int i : idle) ::close(i);
}

TEST_CASE("clients that send half a request stop nobody") {
  TestServer server(std::chrono::seconds(20));
  std::vector<int> slow;
  for (int i = 0; i < 200; ++i) {
    slow.push_back(server.connect());
    send_all(slow.back(), "GET /ec");
  }
  const auto start = std::chrono::steady_clock::now();
  const int s = server.connect();
  send_all(s, "GET /echo HTTP/1.1\r\nConnection: close\r\n\r\n");
  CHECK(body_of(receive_all(s)) == "GET 0");
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(10));  // before the heads time out
  for (const int i : slow) ::close(i);
}

TEST_CASE("a handler may take the connection over") {
  TestServer server;
  const int s = server.connect();
  send_all(s, "GET /chat HTTP/1.1\r\nUpgrade: x\r\n\r\n");
  CHECK(receive_all(s) == "HTTP/1.1 101 Switching Protocols\r\n\r\nhello");
}
