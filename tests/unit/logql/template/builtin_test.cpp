#include "unit/logql/template/fixture.h"

using namespace sleipnir::logql;

TEST_CASE("template: and, or, not") {
  const auto f = [](std::string_view input, std::string_view want) { CHECK(render(input) == want); };
  f("{{ and .msg .nope }}|{{ or .nope .msg }}|{{ not .nope }}", "|hello world|true");
  f(R"({{ and 1 0 2 }}{{ or 0 "" 3 }})", "03");
  f("{{ or 1 (div 1 0) }}{{ and 0 (div 1 0) }}", "10");
  f("{{ 1 | or 0 }}", "1");
}

TEST_CASE("template: comparisons") {
  const auto f = [](std::string_view input, std::string_view want) { CHECK(render(input) == want); };
  f(R"({{ eq .n "5" }}{{ eq 1 2 3 1 }}{{ ne 1 2 }})", "truetruetrue");
  f("{{ eq .n 5 }}", R"(template: line:1:3: executing "line" at <eq .n 5>: error calling eq: incompatible types for comparison: string and int)");
  f("{{ eq 1 1.0 }}", R"(template: line:1:3: executing "line" at <eq 1 1.0>: error calling eq: incompatible types for comparison: int and float64)");
  f("{{ eq 1 true }}", R"(template: line:1:3: executing "line" at <eq 1 true>: error calling eq: incompatible types for comparison: int and bool)");
  f("{{ eq 1 }}", R"(template: line:1:3: executing "line" at <eq 1>: error calling eq: missing argument for comparison)");
  f("{{ lt 1 2 }}{{ le 2 2 }}{{ gt 1 2 }}{{ ge 2.5 2.5 }}", "truetruefalsetrue");
  f(R"({{ lt "a" "b" }})", "true");
  f("{{ lt true false }}", R"(template: line:1:3: executing "line" at <lt true false>: error calling lt: invalid type for comparison)");
  f("{{ eq nil nil }}{{ eq 1 nil }}", "truefalse");
  f("{{ eq . . }}", R"(template: line:1:3: executing "line" at <eq . .>: error calling eq: non-comparable type map[f:2.5 js:{"k":[1,2],"o":{"b":"x","a":true},"n":null,"big":12345678} msg:hello world n:5 neg:-3]: map[string]string)");
  f("{{ eq . 1 }}", R"(template: line:1:3: executing "line" at <eq . 1>: error calling eq: incompatible types for comparison: map[string]string and int)");
  f("{{ eq (index .msg 0) 104 }}", "true");
  f("{{ eq __timestamp__ __timestamp__ }}", "true");
  f("{{ eq . __timestamp__ }}", R"(template: line:1:3: executing "line" at <eq . __timestamp__>: error calling eq: non-comparable types map[f:2.5 js:{"k":[1,2],"o":{"b":"x","a":true},"n":null,"big":12345678} msg:hello world n:5 neg:-3]: map[string]string, time.Time: 2026-03-13 10:01:15.000000075 +0000 UTC)");
}

TEST_CASE("template: index, slice, len") {
  const auto f = [](std::string_view input, std::string_view want) { CHECK(render(input) == want); };
  f("{{ index .msg 0 }}", "104");
  f("{{ index .msg 99 }}", R"(template: line:1:3: executing "line" at <index .msg 99>: error calling index: index out of range: 99)");
  f("{{ index .msg 11 }}", R"(template: line:1:3: executing "line" at <index .msg 11>: error calling index: reflect: string index out of range)");
  f(R"({{ index .msg "a" }})", R"(template: line:1:3: executing "line" at <index .msg "a">: error calling index: cannot index slice/array with type string)");
  f(R"({{ index (fromJson .js) "k" 1 }})", "2");
  f("{{ index (fromJson .js).k 2 }}", R"(template: line:1:3: executing "line" at <index (fromJson .js).k 2>: error calling index: reflect: slice index out of range)");
  f(R"({{ index . "nope" }}|)", "|");
  f("{{ index . 1 }}", R"(template: line:1:3: executing "line" at <index . 1>: error calling index: value has type int; should be string)");
  f("{{ index nil 1 }}", R"(template: line:1:3: executing "line" at <index nil 1>: error calling index: index of untyped nil)");
  f("{{ index 5 1 }}", R"(template: line:1:3: executing "line" at <index 5 1>: error calling index: can't index item of type int)");
  f(R"({{ index (fromJson .js) "nope" }})", "<no value>");
  f("{{ slice .msg 1 3 }}", "el");
  f("{{ slice .msg 2 }}", "llo world");
  f("{{ slice .msg 3 1 }}", R"(template: line:1:3: executing "line" at <slice .msg 3 1>: error calling slice: invalid slice index: 3 > 1)");
  f("{{ slice .msg 1 100 }}", R"(template: line:1:3: executing "line" at <slice .msg 1 100>: error calling slice: index out of range: 100)");
  f("{{ slice .msg 1 2 3 }}", R"(template: line:1:3: executing "line" at <slice .msg 1 2 3>: error calling slice: cannot 3-index slice a string)");
  f("{{ slice (fromJson .js).k 1 }}", "[2]");
  f("{{ slice 5 }}", R"(template: line:1:3: executing "line" at <slice 5>: error calling slice: can't slice item of type int)");
  f(R"({{ len "héllo wörld" }} {{ len . }} {{ len (fromJson .js).k }})", "13 5 2");
}

TEST_CASE("template: print and escapes") {
  const auto f = [](std::string_view input, std::string_view want) { CHECK(render(input) == want); };
  f(R"({{ print 1 2 "a" "b" 3 }})", "1 2ab3");
  f(R"({{ println "z" 1 }})", "z 1\n");
  f(R"({{ html "<a>&'\"" }} {{ js "it's <b> \\ =" }} {{ urlquery "a b&c" }})", R"(&lt;a&gt;&amp;&#39;&#34; it\'s \u003Cb\u003E \\ \u003D a+b%26c)");
  f(R"({{ js "\u2028é\n" }})", R"(\u2028é\u000A)");
  f("{{ html nil }} {{ html 1 2 }}", "&lt;no value&gt; 1 2");
}

TEST_CASE("template: printf") {
  const auto f = [](std::string_view input, std::string_view want) { CHECK(render(input) == want); };
  f(R"({{ printf "%s-%d-%5.2f-%q-%v" .msg 5 1.5 "q" true }})", R"(hello world-5- 1.50-"q"-true)");
  f(R"({{ printf "%05d|%-5s|%x" 42 "a" 255 }})", "00042|a    |ff");
  f(R"({{ printf "%d" .n }})", "%!d(string=5)");
  f(R"({{ printf "%s" 5 }})", "%!s(int=5)");
  f(R"({{ printf "%s %s" "only" }})", "only %!s(MISSING)");
  f(R"({{ printf "a" 1 }})", "a%!(EXTRA int=1)");
  f(R"({{ printf "%-6.3s|" "abcdef" }})", "abc   |");
  f(R"({{ printf "%%|%c|%U" 65 9731 }})", "%|A|U+2603");
  f(R"({{ printf "%v %T %T %T %T" 1.0 "s" 1 (add 1) . }})", "1 string int int64 map[string]string");
  f(R"({{ printf "%x %X %o %O %b %#x %#o" 255 255 8 8 5 255 8 }})", "ff FF 10 0o10 101 0xff 010");
  f(R"({{ printf "%e %g %G %.3g %10.2e|" 1234.5 1e7 1e-7 1234.5 1.5 }})", "1.234500e+03 1e+07 1E-07 1.23e+03   1.50e+00|");
  f(R"({{ printf "%+d % d %+.1f %08.3f %-8d| %+q" 5 5 1.5 -1.5 7 "é" }})", R"(+5  5 +1.5 -001.500 7       | "\u00e9")");
  f(R"({{ printf "%#x %#x %#x %#X" 1e3 -2.5 0.0 1e3 }})", "0x1.f400p+09 -0x1.4000p+01 0x0.0000p+00 0X1.F4P+09");
  f(R"({{ printf "%x % x %#x %X" "hello" "abc" "abc" "é" }})", "68656c6c6f 61 62 63 0x616263 C3A9");
  f(R"({{ printf "%[2]d %[1]d %[3]d" 1 2 }})", "2 1 %!d(BADINDEX)");
  f(R"({{ printf "%*d|%-*d|%.*f" 5 1 4 2 2 1.005 }})", "    1|2   |1.00");
  f(R"({{ printf "%!" }})", "%!!(MISSING)");
  f(R"({{ printf "%" }})", "%!(NOVERB)");
  f(R"({{ printf "%z" 1 }})", "%!z(int=1)");
  f(R"({{ printf "%100000001d" 1 }})", "%!(NOVERB)%!(EXTRA int=1)");
  f(R"({{ printf "%t %t" true 1 }})", "true %!t(int=1)");
  f(R"({{ printf "%q %q %#q" 65 "a\"b" "x" }})", R"('A' "a\"b" `x`)");
  f(R"({{ printf "%v %d %s" (fromJson "[1,null,\"a\"]") (fromJson "[1,null,\"a\"]") nil }})", "[1 <nil> a] [%!d(float64=1) <nil> %!d(string=a)] %!s(<nil>)");
  f(R"({{ printf "%#v" (fromJson .js) }})", R"(map[string]interface {}{"big":1.2345678e+07, "k":[]interface {}{1, 2}, "n":interface {}(nil), "o":map[string]interface {}{"a":true, "b":"x"}})");
  f(R"({{ printf "%6.2f|%.0f|%x|%b" 3.14159 2.5 1.5 1.5 }})", "  3.14|2|0x1.8p+00|6755399441055744p-52");
}
