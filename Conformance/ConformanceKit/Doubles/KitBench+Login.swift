public import Broker
public import Foundation

/// One login at the bench's connection, its two halves apart, for tests that script every answer themselves.
///
/// The secrets are `LoginSecrets.kit`, the same in every login. `LoginDriver` is the whole way through an IdP.
extension KitBench {
    /// A context with an empty memory, for a connection that must not believe what another one remembers.
    public var freshContext: ProviderContext {
        var context = context
        context.memory = KitMemory(clock: clock)
        return context
    }

    /// What a login begins with.
    public func request(
        hint: String? = nil, _ requirements: AuthenticationRequirements = .none
    ) -> LoginRequest {
        LoginRequest(
            callbackURL: callbackURL, secrets: .kit, loginHint: hint, requirements: requirements, reference: "r")
    }

    /// A login that has begun just now.
    public func pending(_ requirements: AuthenticationRequirements = .none) -> PendingLogin {
        PendingLogin(
            sent: .kit, fresh: .kit, state: .empty, round: 1, callbackURL: callbackURL, requirements: requirements,
            startedAt: clock.now)
    }

    /// What the browser brings back; the parameters stand in the query of a GET and in the body of a POST.
    public func callback(
        _ parameters: String = "code=C0DE-value&state=STAT3-value", method: LoginCallback.Method = .get,
        endpoint: CallbackEndpoint = .login
    ) throws(LoginError) -> LoginCallback {
        let octets = Data(parameters.utf8)
        return try LoginCallback(
            method: method, endpoint: endpoint, rawQuery: method == .get ? octets : Data(),
            rawBody: method == .post ? octets : Data())
    }

    /// The second half of a login: what comes of what the browser brought back.
    public func outcome(
        _ provider: some IdentityProvider, _ callback: LoginCallback? = nil,
        _ requirements: AuthenticationRequirements = .none
    ) async throws(LoginError) -> LoginOutcome {
        // Not `??`: its second operand would throw any error.
        let arrival = if let callback { callback } else { try self.callback() }
        return try await provider.completeLogin(arrival, resuming: pending(requirements))
    }

    /// The identity of a login that proves one.
    public func login(
        _ provider: some IdentityProvider, _ callback: LoginCallback? = nil,
        _ requirements: AuthenticationRequirements = .none
    ) async throws -> VerifiedIdentity {
        let outcome = try await outcome(provider, callback, requirements)
        guard case .identity(let identity) = outcome else { throw KitFailure("the login ends without an identity") }
        return identity
    }

    /// Why a login is denied; nil where it is not.
    public func denial(
        _ provider: some IdentityProvider, _ callback: LoginCallback? = nil,
        _ requirements: AuthenticationRequirements = .none
    ) async throws(LoginError) -> Denial? {
        guard case .denied(let denial) = try await outcome(provider, callback, requirements) else { return nil }
        return denial
    }

    /// What a login is refused with; nil where it is not.
    public func refusal(_ provider: some IdentityProvider, _ callback: LoginCallback? = nil) async -> LoginError? {
        do throws(LoginError) {
            _ = try await outcome(provider, callback)
            return nil
        } catch {
            return error
        }
    }

    /// Where the browser is sent at the beginning of a login.
    public func authorizationURL(_ provider: some IdentityProvider, _ request: LoginRequest? = nil) async throws -> URL
    {
        let step = try await provider.beginLogin(request ?? self.request())
        guard case .redirect(let url) = step.action else { throw KitFailure("the browser is not sent by a redirect") }
        return url
    }

    /// The parameters that it is sent with.
    public func authorizationParameters(
        _ provider: some IdentityProvider, _ request: LoginRequest? = nil
    ) async throws -> CallbackParameters {
        let url = try await authorizationURL(provider, request)
        return try CallbackParameters(formEncoded: Data((url.query() ?? "").utf8))
    }
}
