import Broker
package import BrokerModel

extension LoginFlow {
    /// Begins the login that a facade asked for; the browser comes back to the facade.
    package func start(
        _ signIn: FacadeSignIn, for address: FacadeAddress, locales: [String], priorHandle: String?,
        network: ClientNetwork? = nil
    ) async throws -> StartedLogin {
        var request = LoginStart(
            site: address.site, returnTarget: "", loginHint: signIn.loginHint, locales: locales,
            priorHandle: priorHandle, requirements: signIn.requirements, network: network)
        request.resumeURL = "\(environment.settings.publicURL)/\(address)/\(signIn.resume)"
        return try await start(request)
    }
}
