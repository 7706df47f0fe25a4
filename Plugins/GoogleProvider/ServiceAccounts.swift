import Broker
import OpenIDConnect

/// The tokens of this connection's service accounts, kept while they count.
struct ServiceAccounts: Sendable {
    let endpoints: Endpoints
    let context: ProviderContext
    private let tokens = AccessTokenCache()

    init(endpoints: Endpoints, context: ProviderContext) {
        self.endpoints = endpoints
        self.context = context
    }

    /// A token that acts for an administrator, in one scope.
    ///
    /// The key file is read when a token is due, so that a rotated one needs no restart.
    func accessToken(
        of reference: SecretReference, named path: String, actingFor subject: String, scope: String
    ) async throws(LoginError) -> Secret<String> {
        try await tokens.token(
            for: Self.purpose(reference, subject, scope), now: context.time.now
        ) { () async throws(LoginError) -> AccessGrant in
            let keyFile: Secret<String>
            do throws(SettingsError) {
                keyFile = try context.secrets.value(of: reference)
            } catch {
                throw LoginError(.configurationInvalid, detail: "\(path): \(error)", underlying: error)
            }
            return try await ServiceAccount(keyFile: keyFile).grant(
                actingFor: subject, scope: scope, at: endpoints.token, context: context)
        }
    }

    /// Drops a token that Google refused.
    func forget(_ reference: SecretReference, actingFor subject: String, scope: String) {
        tokens.forget(Self.purpose(reference, subject, scope))
    }

    private static func purpose(_ reference: SecretReference, _ subject: String, _ scope: String) -> String {
        "\(reference)\n\(subject)\n\(scope)"
    }
}
