import Broker
import BrokerEngine
import BrokerModel
import Foundation
import HTTPTypes
import Testing

/// A JSM that answers by path what a test says.
private struct ScriptedJSM: HTTPTransport {
    var answers: [String: OutboundResponse] = [:]
    var standard = OutboundResponse(status: .found, headerFields: [.location: "/plugins/servlet/samlsso"])

    func send(_ request: OutboundRequest) async throws(TransportError) -> OutboundResponse {
        let path = request.url.path + (request.url.query.map { "?\($0)" } ?? "")
        guard request.url.host == "jsm.example" else { throw TransportError(.unreachable, detail: "nobody is there") }
        return answers[path] ?? standard
    }
}

private func page(_ text: String) -> OutboundResponse { OutboundResponse(status: .ok, body: Data(text.utf8)) }

@Suite struct PostureTests {
    private func verdicts(
        _ jsm: ScriptedJSM, kind: Site.Kind = .dataCenter, at base: String = "https://jsm.example"
    ) async throws -> [String: String] {
        let here = try await TestInstallation { wanted in
            wanted.sites = [
                Site(
                    id: "portal", kind: kind, origin: "https://portal.example",
                    portals: [Portal(id: 3, name: "Help"), Portal(id: 7, name: "Legal")])
            ]
        }
        let engine = try await here.otherEngine { $0.siteTransport = { _ in jsm } }
        let findings = try #require(try await engine.posture.findings(of: "portal", at: base))
        return Dictionary(uniqueKeysWithValues: findings.map { ($0.check.name, $0.verdict.rawValue) })
    }

    @Test func `a JSM that sends everybody to sign in passes, and what it tells nobody stays unknown`() async throws {
        #expect(
            try await verdicts(ScriptedJSM()) == [
                "login-free": "pass", "sign-up": "pass", "password-form": "pass", "fallback": "pass",
                "email-channel": "unknown", "widget": "unknown",
            ])
    }

    @Test(arguments: [
        ("/servicedesk/customer/portals", "<h1>Help centre</h1>", "login-free"),
        ("/servicedesk/customer/portal/7", "<h1>Legal</h1>", "login-free"),
        ("/servicedesk/customer/user/signup", "<form><input name=email></form>", "sign-up"),
        ("/servicedesk/customer/user/login", "<input TYPE=\"password\">", "password-form"),
        ("/login.jsp?auth_fallback", "<input type=\"password\">", "fallback"),
    ])
    func `one door that is open fails its check and no other`(
        _ path: String, _ body: String, _ check: String
    ) async throws {
        let found = try await verdicts(ScriptedJSM(answers: [path: page(body)]))
        #expect(found.filter { $0.value == "fail" }.map(\.key) == [check])
    }

    @Test func `an answer that says nothing is unknown and never a pass`() async throws {
        let broken = ScriptedJSM(standard: OutboundResponse(status: .internalServerError))
        #expect(Set(try await verdicts(broken).values) == ["unknown"])
        #expect(Set(try await verdicts(ScriptedJSM(), at: "https://elsewhere.example").values) == ["unknown"])
    }

    @Test func `a Cloud site has no fallback to probe`() async throws {
        #expect(try await verdicts(ScriptedJSM(), kind: .cloud)["fallback"] == "unknown")
    }

    @Test func `every check says what to click, for both kinds`() {
        for check in PostureCheck.all {
            for kind in Site.Kind.allCases { #expect(check.advice(kind).count > 40) }
        }
    }
}
