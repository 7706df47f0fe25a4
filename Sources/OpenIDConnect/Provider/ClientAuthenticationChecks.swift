package import Broker
import JOSE

/// Credentials, and what they are held against.
package struct ClientAuthenticationContext: Sendable {
    package let credentials: ClientCredentials
    package let client: RegisteredClient
    /// The registered secret, where the client has one.
    package let secret: Secret<String>?

    package init(_ credentials: ClientCredentials, client: RegisteredClient, secret: Secret<String>?) {
        self.credentials = credentials
        self.client = client
        self.secret = secret
    }
}

/// What is asked of a client's credentials, in order; an assertion is then verified by `ClientAssertion`.
package enum ClientAuthenticationChecks {
    package typealias Check = ProviderCheck<ClientAuthenticationContext>

    /// Every check.
    package static let all: [Check] = [oneMethod, registeredMethod, clientNamed, secret]

    /// RFC 6749 2.3: with two, each of two readers could look at another.
    package static let oneMethod = Check("one method", clause: "RFC 6749 2.3", rule: "M51") { context in
        context.credentials.count > 1
            ? .init(.invalidRequest, "the client authenticates in more than one way") : nil
    }

    /// OpenID Connect Core 9: the method that was registered; a weaker one would be the attacker's choice.
    package static let registeredMethod = Check(
        "registered method", clause: "OpenID Connect Core 9", rule: "M51"
    ) { context in
        let (came, registered) = (context.credentials.method, context.client.authentication)
        guard came != registered else { return nil }
        return .init(.invalidClient, "the client authenticates by \(came.rawValue), not \(registered.rawValue)")
    }

    /// RFC 6749 3.2.1: every id that the request names is the client's, and there is one unless an assertion has it.
    package static let clientNamed = Check("client named", clause: "RFC 6749 3.2.1", rule: "M51") { context in
        let credentials = context.credentials
        if let id = credentials.id, !context.client.isNamed(id) {
            return .init(.invalidClient, "client_id is \(Wire.quoted(id))")
        }
        switch credentials.header {
        case .basic(let basic) where basic.ids.contains(where: context.client.isNamed): return nil
        case .basic: return .init(.invalidClient, "the user name is not the client's id")
        case .other: return .init(.invalidClient, "the Authorization header is no HTTP Basic")
        case nil:
            let hasName = credentials.id != nil || credentials.method == .privateKeyJWT
            return hasName ? nil : .init(.invalidClient, "client_id is absent")
        }
    }

    /// RFC 6749 2.3.1, compared in constant time.
    package static let secret = Check("secret", clause: "RFC 6749 2.3.1", rule: "M51") { context in
        let presented: [Secret<String>]
        switch (context.client.authentication, context.credentials.header) {
        case (.basic, .basic(let basic)): presented = basic.secrets
        case (.post, _): presented = [context.credentials.secret].compactMap { $0 }
        case (.privateKeyJWT, _), (.none, _): return nil
        case (.basic, _): presented = []
        }
        guard let secret = context.secret?.reveal(), !secret.isEmpty else {
            return .init(.invalidClient, "the client has no secret here")
        }
        let isKnown = presented.map { isSame($0.reveal(), secret) }.contains(true)
        return isKnown ? nil : .init(.invalidClient, "the secret is not the client's")
    }

    /// Over hashes, so that the time does not say how long the secret is.
    private static func isSame(_ left: String, _ right: String) -> Bool {
        Digests.constantTimeEquals(Digests.sha256(left), Digests.sha256(right))
    }
}
