import Broker
import Foundation
import OpenIDConnect

extension CognitoProvider {
    /// The pool's endpoints are at its domain: the secret goes nowhere else, and a sign-out ends the session that the
    /// sign-in made, for Cognito keeps one per host.
    ///
    /// Without `domain` the pool's own metadata is believed, which TLS and AWS vouch for.
    func requireDomain(in metadata: ProviderMetadata) throws(LoginError) {
        if let problem = domainProblem(in: metadata) { throw LoginError(.configurationInvalid, detail: problem) }
    }

    /// Which endpoint is elsewhere.
    func domainProblem(in metadata: ProviderMetadata) -> String? {
        guard settings.endpoint == nil, let host = settings.domainHost else { return nil }
        let endpoints = [
            ("authorization_endpoint", metadata.authorizationEndpoint), ("token_endpoint", metadata.tokenEndpoint),
            ("userinfo_endpoint", metadata.userInfoEndpoint ?? metadata.tokenEndpoint),
        ]
        let stray = endpoints.first { _, url in
            url.scheme != "https" || url.host()?.lowercased() != host || (url.port ?? 443) != 443
        }
        return stray.map { name, url in
            "Cognito: \(name) is at \(Wire.quoted(url.host() ?? "")), domain is \(Wire.quoted(host))"
        }
    }
}
