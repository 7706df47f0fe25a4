import Broker
import ConformanceKit
import Foundation
import OIDCProvider

/// One module of the OpenID Foundation's test plans for relying parties, under its name there.
///
/// Each names the defect that it is there to catch: a client with that defect must fail it.
package struct RelyingPartyCase: Sendable, CustomStringConvertible {
    /// A test plan.
    package enum Plan: String, Sendable, CaseIterable {
        /// Code flow.
        case basic
        /// Discovery and keys.
        case config
        /// The basic plan with the answer in a posted form.
        case formPost = "form_post"
        /// Of the hybrid plan, what the code flow knows too.
        case hybridChecks = "hybrid-check"
        /// Logout from either side.
        case logout
        /// Refresh tokens and further signatures.
        case other
    }

    /// The plan.
    package let plan: Plan
    /// The module's name, without the `oidcc-client-test-` that they all begin with.
    package let name: String
    /// What is shown.
    package let title: String
    /// What the broken client does.
    let defect: CarelessClient.Defect
    private let body: @Sendable (RelyingPartyRun) async throws -> Void

    init(
        _ plan: Plan, _ name: String, _ title: String, catches defect: CarelessClient.Defect,
        body: @escaping @Sendable (RelyingPartyRun) async throws -> Void
    ) {
        (self.plan, self.name, self.title, self.defect, self.body) = (plan, name, title, defect, body)
    }

    /// A login with an OP that does this, and how it must end.
    static func login(
        _ plan: Plan, _ name: String, _ title: String, catches defect: CarelessClient.Defect, _ verdict: Verdict,
        _ changes: OpenIDChange..., shape: @escaping @Sendable (inout OpenIDShape) -> Void = { _ in }
    ) -> RelyingPartyCase {
        RelyingPartyCase(plan, name, title, catches: defect) { run in
            try verdict.check(try await run.driver(changes, shape).login())
        }
    }

    /// The same case with the answer in a posted form.
    var posted: RelyingPartyCase {
        RelyingPartyCase(
            .formPost, name, title, catches: defect == .wrongRedirectURI ? .readsQueryOnly : defect
        ) { run in try await body(run.posting) }
    }

    /// Runs the case against the house's own client.
    package func check() async throws { try await body(RelyingPartyRun(client: .own)) }

    /// Runs it against the careless one, with a defect or with none.
    func check(careless defect: CarelessClient.Defect?) async throws {
        try await body(RelyingPartyRun(client: .careless(defect)))
    }

    /// Whether the client with the defect fails, and the one without passes: what makes the case worth having.
    package func isSeenRed() async -> Bool {
        guard (try? await check(careless: nil)) != nil else { return false }
        return (try? await check(careless: defect)) == nil
    }

    /// Plan and name.
    package var description: String { "\(plan.rawValue) oidcc-client-test-\(name)" }

    /// Every case.
    package static let all: [RelyingPartyCase] =
        basic + config + basic.map(\.posted) + formPost + hybridChecks + logout + frontChannel + other
}

/// What a case is run against: a client, and an OP whose endpoints cannot be guessed.
struct RelyingPartyRun: Sendable {
    enum Client: Sendable {
        case own
        case careless(CarelessClient.Defect?)
    }

    static let issuer = "https://op.example"
    let client: Client
    var posts = false
    var settings: Claims = [:]

    init(client: Client) { self.client = client }

    /// The same with the answer in a posted form.
    var posting: RelyingPartyRun {
        var run = self
        run.posts = true
        return run
    }

    /// The same with further settings.
    func with(_ settings: Claims) -> RelyingPartyRun {
        var run = self
        run.settings = settings
        return run
    }

    /// A login with an OP that does this.
    func driver(
        _ changes: [OpenIDChange] = [], _ change: @Sendable (inout OpenIDShape) -> Void = { _ in }
    ) throws -> LoginDriver {
        var shape = OpenIDShape(issuer: Self.issuer, base: Self.issuer + "/protocol", clientID: "vestibule")
        shape.idToken = { ["sid": .string($0.sessionID)] }
        change(&shape)
        let (type, defect) = module
        var settings: Claims = [
            "issuer": .string(Self.issuer), "clientID": "vestibule", "clientSecret": "env:OP", "userInfo": "always",
        ]
        if posts { settings["responseMode"] = "form_post" }
        if let defect { settings["defect"] = .string(defect.rawValue) }
        settings.merge(self.settings) { $1 }
        return try LoginDriver(
            ProviderUnderTest(
                "relying party", type, .openIDConnect, settings: settings, abilities: [], expected: ExpectedIdentity(),
                upstream: { [shape] bench throws(KitFailure) in try ScriptedOpenIDProvider(bench, shape, changes) }))
    }

    private var module: (any IdentityProvider.Type, CarelessClient.Defect?) {
        switch client {
        case .own: (OIDCProvider.self, nil)
        case .careless(let defect): (CarelessClient.self, defect)
        }
    }
}

extension LoginDriver {
    /// The scripted OP.
    var op: ScriptedOpenIDProvider {
        get throws { try unwrap(upstream as? ScriptedOpenIDProvider, "another upstream") }
    }
}
