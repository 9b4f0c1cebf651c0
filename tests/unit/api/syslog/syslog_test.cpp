#include <doctest/doctest.h>

#include "api/syslog/batch.h"
#include "api/syslog/frames.h"
#include "api/syslog/message.h"

using namespace sleipnir;
using namespace sleipnir::api;

TEST_CASE("messages") {
  const auto f = [](std::string_view text, std::string_view want) {
    const SyslogMessage m = parse_syslog(text);
    std::string got = std::string(m.facility) + "." + std::string(m.level) + " " + (m.time ? format_rfc3339(*m.time, true) : "-") + " " + std::string(m.host) + " " + std::string(m.app) + " ";
    for (const Label& l : m.metadata) got += l.name + "=" + l.value + " ";
    CHECK(got + "|" + std::string(m.line) == want);
  };
  // RFC 5424 §6.5
  f("<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - \xEF\xBB\xBF'su root' failed for lonvick on /dev/pts/8",
    "auth.critical 2003-10-11T22:14:15.003Z mymachine.example.com su msgid=ID47 |'su root' failed for lonvick on /dev/pts/8");
  f("<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time to make the do-nuts.", "local4.notice 2003-08-24T12:14:15.000003Z 192.0.2.1 myproc procid=8710 |%% It's time to make the do-nuts.");
  f(R"(<165>1 2003-10-11T22:14:15Z h evntslog - ID47 [exampleSDID@32473 iut="3" eventID="10\"1\]1"][x@1] An event)",
    R"(local4.notice 2003-10-11T22:14:15Z h evntslog msgid=ID47 exampleSDID@32473_iut=3 exampleSDID@32473_eventID=10"1]1 |An event)");
  f(R"(<13>1 - - - - - [a b="c"])", "user.notice -   a_b=c |");
  f("<13>1 - - - - - -", "user.notice -   |");
  f("<13>1 - h a - - [broken text", "user.notice - h a |[broken text");
  f("<13>1 - h a - -  two blanks stay", "user.notice - h a | two blanks stay");
  // RFC 3164 §5.4
  f("<34>Oct 11 22:14:15 mymachine su: 'su root' failed", "auth.critical - mymachine su syslog_time=Oct 11 22:14:15 |'su root' failed");
  f("<13>Feb  5 17:32:18 10.0.0.99 sshd[123]:  two", "user.notice - 10.0.0.99 sshd syslog_time=Feb  5 17:32:18 procid=123 | two");
  f("<30>Nov 21 13:42:00 systemd[1]: Started.", "daemon.info -  systemd syslog_time=Nov 21 13:42:00 procid=1 |Started.");
  f("<0>2026-11-21T13:42:00.5+01:00 web nginx: GET /", "kern.emergency 2026-11-21T12:42:00.5Z web nginx |GET /");
  f("<189>Nov 21 23:29:41  nginx: a host without a name", "local7.notice -  nginx syslog_time=Nov 21 23:29:41 |a host without a name");
  f("<189>Nov 21 23:29:41  a blank stays", "local7.notice -   syslog_time=Nov 21 23:29:41 | a blank stays");
  f("<34>Oct 11 22:14:15 host no tag here", "auth.critical - host  syslog_time=Oct 11 22:14:15 |no tag here");
  f("<191>app: text", "local7.debug -  app |text");
  // What is no syslog at all is a line.
  for (const auto* text : {"", "plain text", "<192>x y", "<>x", "<1234>x", "<1x>y", "{\"a\":1}"}) f(text, std::string("user.notice -   |") + text);
}

TEST_CASE("frames") {
  const auto f = [](const std::vector<std::string>& received, std::string_view want) {
    SyslogFrames frames;
    std::string got;
    std::string_view message;
    for (const std::string& bytes : received) {
      frames.add(bytes);
      while (frames.next(message)) (got += message) += ';';
    }
    if (frames.last(message)) (got += "last:") += message;
    CHECK(got + (frames.broken() ? "broken" : "") == want);
  };
  f({"<1>a\n<2>b\r\n\n<3>c"}, "<1>a;<2>b;last:<3>c");
  f({"4 <1>a6 <1>b\nc3 <2>"}, "<1>a;<1>b\nc;<2>;");
  f({"4 <1>a\n4 <1>b\n<1>c\n"}, "<1>a;<1>b;<1>c;");
  f({"5 <1>a\n6 <1>b\n\n4 <1>c"}, "<1>a;<1>b\n;<1>c;");
  f({"1", "0 <1>", "abcdef", "g<2>", "x\n"}, "<1>abcdefg;<2>x;");
  f({"<1>a", "b", "c\n"}, "<1>abc;");
  f({std::string("<1>a\0<2>b\0", 10)}, "<1>a;<2>b;");
  f({"10 <1>abc"}, "");
  f({"2026 things\n"}, "");
  f({"12:30 text\n"}, "12:30 text;");
  f({"99999999 x"}, "broken");
  f({"9999999 x"}, "broken");
  std::string longest;
  longest.resize(SyslogFrames::kMost, 'x');
  f({longest, "tail\n"}, longest + ";tail;");
}

TEST_CASE("any cut of a stream gives the same messages") {
  const std::string stream = "<1>first\n12 <2>counted\nx<3>third\r\n4 <4>d<5>last\n";
  for (size_t cut = 0; cut <= stream.size(); ++cut) {
    SyslogFrames frames;
    std::string got;
    std::string_view message;
    for (const auto& piece : {stream.substr(0, cut), stream.substr(cut)}) {
      frames.add(piece);
      while (frames.next(message)) (got += message) += ';';
    }
    CAPTURE(cut);
    CHECK(got == "<1>first;<2>counted\nx;<3>third;<4>d;<5>last;");
  }
}

TEST_CASE("batches") {
  SyslogBatch batch;
  batch.add("<34>Oct 11 22:14:15 h su: one", "10.0.0.1", 7);
  batch.add("<34>Oct 11 22:14:16 h su: two", "10.0.0.1", 8);
  batch.add("nothing", "10.0.0.1", 9);
  CHECK(batch.messages() == 3);
  const auto streams = batch.take();
  REQUIRE(streams.size() == 2);
  CHECK(streams[0].labels.to_string() == R"({app="su", facility="auth", host="h", level="critical"})");
  CHECK(streams[0].entries.size() == 2);
  CHECK(streams[0].entries[1].timestamp == 8);
  CHECK(streams[1].labels.to_string() == R"({facility="user", host="10.0.0.1", level="notice"})");
  CHECK(batch.empty());
  CHECK(batch.take().empty());
}
