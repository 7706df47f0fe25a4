import Broker
import BrokerEngine
import BrokerModel
import Foundation
import JOSE
import Testing

/// Every accept and every refusal is on record, once, and says no secret (M53, M59).
@Suite struct LoginRecordTests {
    /// One way for a login to be refused.
    struct Refusal: Sendable, CustomTestStringConvertible {
        var testDescription: String { code.rawValue }
        var code: LoginError.Code
        var kind = AuditKind.loginFailed
        var provoke: @Sendable (TestInstallation, TestBrowser) async throws -> Void
    }

    private static func throwing(_ error: LoginError) -> Refusal {
        Refusal(code: error.code) { here, browser in
            here.script.onComplete { _, _ throws(LoginError) in throw error }
            try await browser.complete(here.engine, browser.go(here.engine, "ann@globex.example"))
        }
    }

    static let refusals: [Refusal] = [
        Refusal(code: .stateMismatch) { here, browser in
            let waiting = try await browser.go(here.engine, "ann@globex.example")
            _ = try await here.engine.login.complete(browser.arrival(waiting, state: "unknown"))
        },
        Refusal(code: .browserMismatch) { here, browser in
            let waiting = try await browser.go(here.engine, "ann@globex.example")
            _ = try await here.engine.login.complete(TestBrowser().arrival(waiting))
        },
        Refusal(code: .loginExpired) { here, browser in
            let waiting = try await browser.go(here.engine, "ann@globex.example")
            here.clock.advance(by: .seconds(601))
            _ = try await here.engine.login.complete(browser.arrival(waiting))
        },
        Refusal(code: .emailMalformed) { here, browser in _ = try await browser.go(here.engine, "ann") },
        Refusal(code: .notConfigured) { here, browser in _ = try await browser.start(here.engine) { $0.site = "gone" }
        },
        Refusal(code: .emailDomainNotOwned) { here, _ in
            try await here.signIn("ann@globex.example") {
                $0.email = Email(.address("eve@evil.example"), evidence: .idpVerified)
            }
        },
        Refusal(code: .emailUnverified) { here, _ in
            try await here.signIn("ann@globex.example") { $0.email?.evidence = .none }
        },
        Refusal(code: .emailMissing) { here, _ in try await here.signIn("ann@globex.example") { $0.email = nil } },
        Refusal(code: .providerMisbehaved) { here, _ in
            try await here.signIn("ann@globex.example") { $0.claims = [Claim("a", values: ["b"], from: .assertion)] }
        },
        Refusal(code: "cancelled", kind: .loginDenied) { here, browser in
            here.script.onComplete { _, _ throws(LoginError) in .denied(Denial(.cancelled)) }
            try await browser.complete(here.engine, browser.go(here.engine, "ann@globex.example"))
        },
        throwing(LoginError(.signatureInvalid, detail: "key k1")),
        throwing(
            LoginError(
                .upstreamInvalid, detail: "not JSON",
                underlying: DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "at SECRETTOKEN")))),
        throwing(LoginError(.algorithmNotAllowed, detail: "HS256", underlying: JOSEError(.algNotAllowed))),
        Refusal(code: .upstreamUnavailable) { here, browser in
            here.script.onBegin { _ throws(LoginError) in throw LoginError(.upstreamUnavailable, detail: "down") }
            _ = try await browser.go(here.engine, "ann@globex.example")
        },
    ]

    @Test(arguments: refusals) func `a refusal writes one record with its code and the reference`(
        refusal: Refusal
    ) async throws {
        let here = try await TestInstallation()
        let failure = try await here.refusal { try await refusal.provoke(here, TestBrowser()) }
        #expect(failure.code == refusal.code)
        #expect("\(failure)" == refusal.code.rawValue)
        let records = try await here.records(.loginFailed, .loginDenied)
        #expect(records.map(\.kind) == [refusal.kind])
        let body = try JSONObject.parse(Array(try #require(records.first).body.utf8))
        #expect(body.string("code") == refusal.code.rawValue)
        #expect(body.string("reference") == failure.reference.rawValue)
        #expect(!records[0].body.contains("SECRETTOKEN"))
        #expect(here.metrics.labels.contains("login \(refusal.code)"))
        #expect(try await here.sessionCount() == 0)
    }

    @Test func `a login that ends well is on record with every step`() async throws {
        let here = try await TestInstallation()
        let signedIn = try await here.signIn("ann@globex.example")
        let records = try await here.store.read {
            try $0.auditRecords(AuditFilter(reference: signedIn.reference), limit: 100)
        }
        #expect(
            records.map(\.kind) == [
                .loginStarted, .loginRouted, .customerCreated, .customerLinked, .loginSucceeded,
            ])
        #expect(records.last?.customer == signedIn.customer.id)
    }

    @Test func `no secret is in any record, log line or error`() async throws {
        let here = try await TestInstallation()
        let browser = TestBrowser()
        let login = try await browser.start(here.engine)
        let turn = try await here.engine.login.identify("ann@globex.example", browser.visit(login))
        let waiting = try browser.waiting(turn, login)
        here.script.vouch(
            for: here.identity("ann@globex.example") {
                $0.upstream = UpstreamSession(sessionID: "up", handle: Data("UPSTREAMREFRESHTOKEN".utf8))
            })
        let signedIn = try await browser.complete(here.engine, waiting)
        let replay = try await here.refusal { try await browser.complete(here.engine, waiting) }
        let stolen = try await here.refusal { try await TestBrowser().complete(here.engine, waiting) }
        _ = await here.engine.gate.decide(browser.request())
        try await here.engine.maintain()
        let sent = try #require(here.script.pending.first?.sent)
        let secrets = [
            waiting.state, sent.nonce, sent.codeVerifier, sent.requestID, login.handle, login.binding.reveal(),
            signedIn.credentials.handle.reveal(), signedIn.credentials.token.reveal(), "SECRETCODE123",
            "UPSTREAMREFRESHTOKEN",
        ]
        let written =
            try await here.records().map(\.body) + here.log.lines
            + ["\(replay)", "\(stolen)", "\(signedIn.credentials)", "\(waiting.reference)"]
        for secret in secrets {
            #expect(!written.contains { $0.contains(secret) }, "a secret of \(secret.count) characters was written")
        }
        #expect(!written.contains { $0.contains("ann@globex") })
        // Nor does the file hold one of them as it is.
        let file = try [here.path, here.path + "-wal"].map { try Data(contentsOf: URL(filePath: $0)) }
        for secret in secrets { #expect(!file.contains { $0.range(of: Data(secret.utf8)) != nil }) }
    }
}
