"""Questions to a server that speaks Loki's HTTP API."""
import time
import urllib.parse

from runner.web import request


class Sleipnir:
    def __init__(self, url):
        self.url, self.began = url.rstrip("/"), time.time_ns()

    def ask(self, path, tenant=None, **parameters):
        answer = request("GET", "%s/loki/api/v1/%s?%s" % (self.url, path, urllib.parse.urlencode(parameters)),
                         headers={"X-Scope-OrgID": tenant} if tenant else {}, timeout=60)
        if answer.status != 200:
            raise RuntimeError("%s answered %d: %s" % (parameters.get("query", path), answer.status, answer.body[:500].decode(errors="replace")))
        return answer.json["data"]

    def window(self):
        """The time of this run: lines of earlier runs on the same server are outside. One clock of the examples is two seconds slow."""
        return {"start": self.began - 3 * 10**9, "end": time.time_ns() + 3 * 10**9}

    def streams(self, query, tenant=None, **parameters):
        """What a log query answers, one (labels, time in ns, line) an entry, in time order."""
        data = self.ask("query_range", tenant, query=query, **{"limit": 5000, "direction": "forward"} | self.window() | parameters)
        return sorted(((s["stream"], int(v[0]), v[1]) for s in data["result"] for v in s["values"]), key=lambda e: e[1])

    def lines(self, query, **parameters):
        return [line for _, _, line in self.streams(query, **parameters)]

    def vector(self, query, **parameters):
        """What an instant metric query answers: (labels, number)."""
        return [(s["metric"], float(s["value"][1])) for s in self.ask("query", query=query, **{"time": time.time_ns()} | parameters)["result"]]
