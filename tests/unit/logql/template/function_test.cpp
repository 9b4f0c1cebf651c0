#include "unit/logql/template/fixture.h"

using namespace sleipnir::logql;

TEST_CASE("template: case and replacement") {
  const auto f = [](std::string_view input, std::string_view want) { CHECK(render(input) == want); };
  f(R"({{ lower "HELLO ÉÀ" }} {{ upper "hello é ß" }} {{ ToUpper "abc" }}{{ ToLower "DEF" }})", "hello éà HELLO É ß ABCdef");
  f(R"({{ title "ab-cd eF" }} {{ title "hello wide world" }} {{ title "éa_b c1d" }})", "Ab-Cd EF Hello Wide World Éa_b C1d");
  f(R"({{ Replace "hello world" "l" "L" 2 }} {{ Replace "aaa" "a" "b" -1 }} {{ Replace "aaa" "a" "b" 0 }})", "heLLo world bbb aaa");
  f(R"({{ replace "l" "L" "hello" }} {{ "aaa" | replace "" "-" }} {{ Replace "é" "" "-" 5 }})", "heLLo -a-a-a- -é-");
}

TEST_CASE("template: trimming and cutting") {
  const auto f = [](std::string_view input, std::string_view want) { CHECK(render(input) == want); };
  f(R"({{ Trim "xxaxx" "x" }}|{{ TrimLeft "abcdef" "abc" }}|{{ TrimRight "xxaxx" "x" }})", "a|def|xxa");
  f(R"({{ Trim "éaé" "é" }})", "a");
  f(R"({{ TrimPrefix "abc" "a" }}{{ TrimSuffix "abc" "c" }}{{ trimPrefix "-" "-hello-" }}{{ trimSuffix "-" "-hello-" }})", "bcabhello--hello");
  f(R"([{{ trim "  a b \n" }}][{{ TrimSpace "\t x " }}] {{ trimAll "$" "$5.00$" }})", "[a b][x] 5.00");
  f("{{ trunc 5 .msg }} {{ trunc -5 .msg }} {{ substr 0 5 .msg }} {{ substr -1 3 .msg }} {{ substr 3 -1 .msg }}", "hello world hello hel lo world");
  f(R"({{ trunc 3 "héllo" }}|{{ trunc 0 "x" }}|{{ trunc 99 "x" }}|{{ trunc -99 "x" }})", "hé||x|x");
  f(R"({{ substr 3 99 "hello" }})", "lo");
  f(R"({{ substr 5 2 "hello" }})", R"(template: line:1:3: executing "line" at <substr 5 2 "hello">: error calling substr: runtime error: slice bounds out of range [5:2])");
  f(R"({{ substr 9 -1 "hello" }})", R"(template: line:1:3: executing "line" at <substr 9 -1 "hello">: error calling substr: runtime error: slice bounds out of range [9:5])");
  f(R"({{ substr -1 9 "hello" }})", R"(template: line:1:3: executing "line" at <substr -1 9 "hello">: error calling substr: runtime error: slice bounds out of range [:9] with length 5)");
  f(R"({{ substr -1 -1 "hello" }})", R"(template: line:1:3: executing "line" at <substr -1 -1 "hello">: error calling substr: runtime error: slice bounds out of range [:-1])");
}

TEST_CASE("template: tests, indents, alignment") {
  const auto f = [](std::string_view input, std::string_view want) { CHECK(render(input) == want); };
  f(R"({{ contains "he" .msg }}{{ hasPrefix "x" .msg }}{{ hasSuffix "world" .msg }})", "truefalsetrue");
  f(R"({{ indent 2 "a\nb" }})", "  a\n  b");
  f(R"({{ nindent 3 "a\nb" }})", "\n   a\n   b");
  f(R"({{ indent -1 "a" }})", R"(template: line:1:3: executing "line" at <indent -1 "a">: error calling indent: strings: negative Repeat count)");
  f(R"({{ repeat 3 "ab" }}|{{ repeat 0 "x" }})", "ababab|");
  f(R"({{ repeat -1 "x" }})", R"(template: line:1:3: executing "line" at <repeat -1 "x">: error calling repeat: strings: negative Repeat count)");
  f(R"({{ alignLeft 8 "abc" }}|{{ alignRight 8 "abc" }}|{{ alignLeft 2 "abc" }}|{{ alignRight 2 "abc" }})", "abc     |     abc|ab|bc");
  f(R"(|{{ "日本語" | alignLeft 2 }}|{{ "日本語" | alignRight 5 }}|{{ alignLeft -1 "x" }}|)", "|日本|  日本語|x|");
}

TEST_CASE("template: regular expressions") {
  const auto f = [](std::string_view input, std::string_view want) { CHECK(render(input) == want); };
  f(R"({{ .msg | count "o" }} {{ count "a|b" "abab" }} {{ count "" "ab" }} {{ count "x*" "axb" }})", "2 4 3 3");
  f(R"({{ count "(" "x" }})", R"(template: line:1:3: executing "line" at <count "(" "x">: error calling count: error parsing regexp: missing closing ): `(`)");
  f(R"~({{ regexReplaceAll "(l+)" "hello" "<$1>" }})~", "he<ll>o");
  f(R"({{ regexReplaceAll "(a*)bc" "aabc xbc" "${1}z" }})", "aaz xz");
  f(R"~({{ regexReplaceAll "(a)" "a" "$1x|${1}x|$$|$|${|$2" }})~", "|ax|$|$|${|");
  f(R"~({{ regexReplaceAll "(?P<x>b)" "abc" "<$x>" }})~", "a<b>c");
  f(R"({{ regexReplaceAll "" "é1" "-" }})", "-é-1-");
  f(R"({{ regexReplaceAll "x*" "axxb" "-" }})", "-a-b-");
  f(R"({{ regexReplaceAll "[" "a" "b" }})", R"(template: line:1:3: executing "line" at <regexReplaceAll "[" "a" "b">: error calling regexReplaceAll: error parsing regexp: missing closing ]: `[`)");
  f(R"~({{ regexReplaceAllLiteral "(e)" "hello" "$1" }})~", "h$1llo");
}

TEST_CASE("template: encodings") {
  const auto f = [](std::string_view input, std::string_view want) { CHECK(render(input) == want); };
  f(R"({{ urlencode "a b/c?d=é" }} {{ urldecode "a%20b+c%C3%A9" }})", "a+b%2Fc%3Fd%3D%C3%A9 a b cé");
  f(R"({{ urldecode "%zz" }})", R"(template: line:1:3: executing "line" at <urldecode "%zz">: error calling urldecode: invalid URL escape "%zz")");
  f(R"({{ urldecode "%a" }})", R"(template: line:1:3: executing "line" at <urldecode "%a">: error calling urldecode: invalid URL escape "%a")");
  f(R"({{ b64enc "hello wörld" }} {{ b64enc "a" }} {{ b64enc "" }})", "aGVsbG8gd8O2cmxk YQ== ");
  f(R"({{ b64dec "aGVsbG8=" }} {{ b64dec "!!!" }} {{ b64dec "abcde" }} {{ b64dec "YQ==x" }})", "hello illegal base64 data at input byte 0 illegal base64 data at input byte 4 illegal base64 data at input byte 4");
}

TEST_CASE("template: default") {
  const auto f = [](std::string_view input, std::string_view want) { CHECK(render(input) == want); };
  f(R"({{ .nope | default "d" }}{{ default "x" .n }}{{ default "x" 0 }}{{ default "y" nil }}{{ default "z" false }}{{ default "only" }})", "d5xyzonly");
}

TEST_CASE("template: fromJson") {
  const auto f = [](std::string_view input, std::string_view want) { CHECK(render(input) == want); };
  f(R"({{ (fromJson "{\"a\":{\"b\":[1,2.5,true,null]}}").a.b }})", "[1 2.5 true <nil>]");
  f(R"({{ fromJson "{\"a\":1,\"a\":2}" }})", "map[a:2]");
  f(R"({{ fromJson "\"\\ud83d\\ude00\\ud800\\n\"" }})", "😀�\n");
  f(R"({{ fromJson "[1,]" }})", "<no value>");
  f(R"({{ fromJson "01" }})", "<no value>");
  f(R"({{ fromJson " [1e400] " }})", "[<nil>]");
  f(R"({{ fromJson "1 2" }})", "<no value>");
  f(R"({{ fromJson "{\"a\" 1}" }})", "<no value>");
}

TEST_CASE("template: integers") {
  const auto f = [](std::string_view input, std::string_view want) { CHECK(render(input) == want); };
  f(R"({{ int "abc" }} {{ int "0x1f" }} {{ int "007" }} {{ int "" }} {{ int true }} {{ int -7.9 }})", "0 31 7 0 1 -7");
  f(R"({{ add 1.7 1 }} {{ add 3 2 5 }} {{ add "x" 1 }} {{ add }} {{ sub 5 2 }} {{ mul 5 2 3 }} {{ mul 4 }})", "2 10 1 0 3 30 4");
  f("{{ add .n .neg }}|{{ sub .n .neg }}|{{ mod .neg 2 }}|{{ div -7 2 }}", "2|8|-1|-3");
  f("{{ mod 5 0 }}", R"(template: line:1:3: executing "line" at <mod 5 0>: error calling mod: runtime error: integer divide by zero)");
  f("{{ add 9223372036854775807 1 }}", "-9223372036854775808");
  f("{{ div -9223372036854775808 -1 }} {{ mod -9223372036854775808 -1 }}", "-9223372036854775808 0");
  f(R"({{ max 1 "3" 2 }} {{ min 1 -2 }} {{ max 4 }})", "3 -2 4");
}

TEST_CASE("template: floats") {
  const auto f = [](std::string_view input, std::string_view want) { CHECK(render(input) == want); };
  f(R"({{ float64 "3.5" }} {{ float64 "x" }} {{ float64 true }} {{ .f | float64 | mulf 2 | printf "%.1f" }})", "3.5 0 1 5.0");
  f("{{ addf 5 2.7 }} {{ addf 0.1 0.2 }} {{ addf }} {{ subf 5 1.5 1 }} {{ mulf 5.5 2 2.5 }} {{ divf 7 2 4 }} {{ divf 1 3 }} {{ divf 2 3 }} {{ divf -2 3 }}", "7.7 0.3 0 2.5 27.5 0.875 0.3333333333333333 0.6666666666666667 -0.6666666666666667");
  f("{{ divf 1 0 }}", R"(template: line:1:3: executing "line" at <divf 1 0>: error calling divf: decimal division by 0)");
  f(R"({{ divf 1 3 | printf "%.20f" }})", "0.33333333333333331483");
  f("{{ addf 1e300 1e-300 }} {{ mulf 1e200 1e200 }} {{ divf 1e-300 1e300 }}", "1e+300 +Inf 0");
  f(R"({{ addf "NaN" 1 }})", R"(template: line:1:3: executing "line" at <addf "NaN" 1>: error calling addf: Cannot create a Decimal from NaN)");
  f(R"({{ mulf "Inf" 1 }})", R"(template: line:1:3: executing "line" at <mulf "Inf" 1>: error calling mulf: Cannot create a Decimal from +Inf)");
  f(R"({{ maxf 1 2.5 3 }} {{ minf 1 2.5 3 }} {{ maxf "NaN" 1 }})", "3 1 NaN");
  f(R"({{ ceil "1.1" }} {{ floor -2.5 }} {{ ceil -0.5 }})", "2 -3 -0");
  f(R"({{ round 1.256 2 }} {{ round 123.5555 3 0.6 }} {{ round -2.5 0 }} {{ round "2.5" 0 }} {{ round -2.4 0 }} {{ round 1234.5 -2 }})", "1.26 123.555 -3 3 -3 1200");
}
