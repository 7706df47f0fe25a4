import Broker
import BrokerEngine
import BrokerModel
import Foundation
import Testing

/// How often somebody without a session may try.
@Suite struct LoginLimitTests {
    private static let network = ClientNetwork("192.0.2.1/32")

    private func code(_ work: () async throws -> Void) async throws -> LoginError.Code? {
        do {
            try await work()
            return nil
        } catch let failure as LoginFailure {
            return failure.code
        }
    }

    private func start(_ here: TestInstallation, from network: ClientNetwork?) async throws -> LoginError.Code? {
        try await code { _ = try await TestBrowser().start(here.engine) { $0.network = network } }
    }

    @Test func `one network begins two hundred logins, and another has its own`() async throws {
        let here = try await TestInstallation()
        for _ in 0..<200 { #expect(try await start(here, from: Self.network) == nil) }
        #expect(try await start(here, from: Self.network) == .rateLimited)
        #expect(try await start(here, from: ClientNetwork("192.0.2.2/32")) == nil)
        #expect(try await start(here, from: nil) == nil)
        here.clock.advance(by: .seconds(1))
        #expect(try await start(here, from: Self.network) == nil)
        #expect(try await start(here, from: Self.network) == .rateLimited)
    }

    @Test(arguments: ["globex.example", "nobody.example"])
    func `typed addresses are limited alike for a domain that is known and one that is not`(
        _ domain: String
    ) async throws {
        let here = try await TestInstallation()
        func type(_ number: Int) async throws -> LoginError.Code? {
            let browser = TestBrowser()
            let login = try await browser.start(here.engine)
            var visit = browser.visit(login)
            visit.network = Self.network
            return try await code { [visit] in _ = try await here.engine.login.identify("p\(number)@\(domain)", visit) }
        }
        for number in 0..<60 { #expect(try await type(number) == nil) }
        #expect(try await type(60) == .rateLimited)
    }

    @Test func `one login takes sixty addresses`() async throws {
        let here = try await TestInstallation()
        let browser = TestBrowser()
        let login = try await browser.start(here.engine)
        var codes: [LoginError.Code?] = []
        for _ in 0..<61 {
            codes.append(
                try await code { _ = try await here.engine.login.identify("no address", browser.visit(login)) })
        }
        #expect(codes.dropLast().allSatisfy { $0 == .emailMalformed } && codes.last == .rateLimited)
    }

    @Test func `a flood of messages that nobody waits for keeps nobody out who signs in`() async throws {
        let here = try await TestInstallation()
        let browser = TestBrowser()
        let login = try await browser.start(here.engine)
        _ = try await here.engine.login.identify("ann@globex.example", browser.visit(login))
        var last: LoginError.Code?
        for number in 0..<201 {
            last = try await code {
                _ = try await here.engine.login.complete(stranger(number, from: "198.51.100.\(number)/32"))
            }
        }
        #expect(last == .rateLimited)
        try await here.signIn("ann@globex.example", in: TestBrowser())
    }

    private func stranger(_ number: Int, from network: String) throws -> LoginReturn {
        LoginReturn(
            connection: "globex-oidc",
            callback: try LoginCallback(
                method: .get, rawQuery: Data("code=x&state=guess\(number)".utf8)),
            binding: { _ in nil }, site: "portal", network: ClientNetwork(network))
    }

    @Test func `a flood is one audit event at once, and then one with a count`() async throws {
        let here = try await TestInstallation()
        for _ in 0..<230 { _ = try await start(here, from: Self.network) }
        try await here.engine.maintain()
        let records = try await here.records(.loginThrottled)
        #expect((1...2).contains(records.count))
        let bodies = try records.map { try RecordedBody($0) }
        #expect(bodies.allSatisfy { $0.facts["rule"] == "logins_per_network" })
        #expect(bodies.compactMap { Int($0.facts["count"] ?? "") }.reduce(0, +) == 30)
    }

    @Test func `a browser that is sent round in a circle is stopped`() async throws {
        let here = try await TestInstallation()
        let browser = TestBrowser()
        var codes: [LoginError.Code?] = []
        for _ in 0..<10 {
            codes.append(try await code { try await here.signIn("ann@globex.example", in: browser) })
            here.clock.advance(by: .seconds(1))
        }
        #expect(codes.dropLast().allSatisfy { $0 == nil } && codes.last == .signInCircle)
        // The session of the last good sign-in lives on, and a person who comes back later signs in.
        #expect(try await here.sessionCount() == 1)
        here.clock.advance(by: .seconds(61))
        #expect(try await code { try await here.signIn("ann@globex.example", in: browser) } == nil)
    }
}
