public import Broker
import Foundation

/// Drives one connection as the engine does: settings through the registry, secrets per round, state kept, rounds
/// counted.
public struct LoginDriver: Sendable {
    /// A login that has begun.
    public struct Begun: Sendable {
        /// What the module asks of the browser.
        public var step: LoginStep
        /// The engine's secrets of this round.
        public var secrets: LoginSecrets
        /// The round.
        public var round: Int
        /// When it began.
        public var startedAt: Timestamp
        /// What the login must meet.
        public var requirements: AuthenticationRequirements
    }

    /// The row.
    public let row: ProviderUnderTest
    /// The bench.
    public let bench: KitBench
    /// The IdP.
    public let upstream: any ScriptedUpstream
    /// The connection.
    public let provider: any IdentityProvider

    /// Makes the connection of a row, or of one of its cases.
    public init(_ row: ProviderUnderTest, _ vendorCase: VendorCase? = nil) throws(KitFailure) {
        var bench = Self.bench(row)
        var settings = row.settings
        if let vendorCase {
            vendorCase.settings(&settings)
            vendorCase.prepare(&bench)
        }
        do {
            upstream = try (vendorCase?.upstream ?? row.upstream)(bench)
        } catch {
            throw KitFailure("the upstream cannot be made: \(error)")
        }
        provider = try Self.provider(row, settings, bench: bench)
        self.row = row
        self.bench = bench
    }

    /// The bench of a row, without an IdP.
    public static func bench(_ row: ProviderUnderTest) -> KitBench {
        var bench = KitBench()
        bench.secrets = row.secrets
        row.prepare(&bench)
        return bench
    }

    /// Makes a connection through the registry, so that settings are checked as they are in service.
    public static func provider(
        _ row: ProviderUnderTest, _ settings: Claims, bench: KitBench
    ) throws(KitFailure) -> any IdentityProvider {
        do throws(SettingsError) {
            return try make(row, settings, bench: bench)
        } catch {
            throw KitFailure("the settings are refused: \(error)")
        }
    }

    /// The same, with the module's own words where it refuses.
    public static func make(
        _ row: ProviderUnderTest, _ settings: Claims, version: Int? = nil, bench: KitBench
    ) throws(SettingsError) -> any IdentityProvider {
        try ProviderRegistry([row.type]).makeProvider(
            row.type.kind, id: bench.connection, settings: .object(settings),
            version: version ?? row.type.settingsVersion, context: bench.context)
    }

    // MARK: Logins

    /// Begins a login.
    public func begin(_ requirements: AuthenticationRequirements = .none) async throws(LoginError) -> Begun {
        let secrets = LoginSecrets.marked(bench.randomness)
        let step = try await provider.beginLogin(
            LoginRequest(
                callbackURL: bench.callbackURL, secrets: secrets, loginHint: row.loginHint, requirements: requirements,
                reference: "r"))
        return Begun(
            step: step, secrets: secrets, round: 1, startedAt: bench.clock.now, requirements: requirements)
    }

    /// A whole login: begin, the IdP, complete, and further rounds where the module asks for them.
    ///
    /// - Parameters:
    ///   - visit: who comes, and what they do at the IdP.
    ///   - spoil: what an attacker makes of the browser's way back.
    public func login(
        _ visit: KitVisit = .honest, spoil: @Sendable (inout KitArrival) -> Void = { _ in }
    ) async throws(KitFailure) -> LoginEnd {
        let begun: Begun
        do throws(LoginError) {
            begun = try await begin()
        } catch {
            return .refused(error)
        }
        return try await complete(begun, visit, spoil: spoil)
    }

    /// Completes a login that has begun.
    public func complete(
        _ begun: Begun, _ visit: KitVisit = .honest, spoil: @Sendable (inout KitArrival) -> Void = { _ in }
    ) async throws(KitFailure) -> LoginEnd {
        let end: Result<LoginEnd, KitFailure>
        do throws(LoginError) {
            end = try await rounds(begun, visit, spoil)
        } catch {
            return .refused(error)
        }
        return try end.get()
    }

    /// The IdP's failure comes out as a failure, the module's refusal as an error.
    private func rounds(
        _ begun: Begun, _ visit: KitVisit, _ spoil: @Sendable (inout KitArrival) -> Void
    ) async throws(LoginError) -> Result<LoginEnd, KitFailure> {
        var begun = begun
        while begun.round <= PendingLogin.maximumRounds {
            let fresh = LoginSecrets.marked(bench.randomness)
            var arrival: KitArrival
            do throws(KitFailure) {
                arrival = try await upstream.visit(begun.step.action, visit)
            } catch {
                return .failure(KitFailure("the IdP does not let the browser back: \(error)"))
            }
            spoil(&arrival)
            switch try await resume(arrival, begun, fresh) {
            case .identity(let identity): return .success(.identity(identity))
            case .denied(let denial): return .success(.denied(denial))
            case .next(let step):
                begun.step = step
                begun.secrets = fresh
                begun.round += 1
            }
        }
        return .failure(KitFailure("the login has more than \(PendingLogin.maximumRounds) rounds"))
    }

    /// One call of `completeLogin`.
    public func resume(
        _ arrival: KitArrival, _ begun: Begun, _ fresh: LoginSecrets? = nil
    ) async throws(LoginError) -> LoginOutcome {
        try await provider.completeLogin(
            try arrival.callback(),
            resuming: PendingLogin(
                sent: begun.secrets, fresh: fresh ?? LoginSecrets.marked(bench.randomness), state: begun.step.state,
                round: begun.round, callbackURL: bench.callbackURL, requirements: begun.requirements,
                startedAt: begun.startedAt))
    }

    // MARK: Sessions

    /// Asks whether a session still has access; nil where the module cannot.
    public func refresh(_ identity: VerifiedIdentity) async throws(LoginError) -> RefreshOutcome? {
        guard let refresher = provider as? any SessionRefresher, let session = identity.upstream else { return nil }
        return try await refresher.refresh(session, of: identity.subject)
    }

    /// Signs a session out at the IdP; nil where the module cannot.
    public func logout(_ identity: VerifiedIdentity) async throws(LoginError) -> LogoutStep? {
        guard let logout = provider as? any UpstreamLogout, let session = identity.upstream else { return nil }
        return try await logout.beginLogout(
            LogoutRequest(
                subject: identity.subject, session: session, returnURL: bench.signedOutURL, state: "L0GOUT-state",
                requestID: "_logout-1"))
    }

    /// Hands a logout message to the module; nil where it receives none.
    public func receive(_ arrival: KitArrival) async throws(LoginError) -> LogoutNotice? {
        guard let receiver = provider as? any LogoutReceiver else { return nil }
        return try await receiver.receiveLogout(try arrival.callback())
    }
}
