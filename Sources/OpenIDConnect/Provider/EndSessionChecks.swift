import Broker
import JOSE

/// A request to sign out (RP-Initiated Logout 1.0 section 2).
package enum EndSessionChecks {
    package typealias Check = ProviderCheck<AuthorizationContext>

    /// Every check; a refusal is a page of ours.
    package static let all: [Check] = [clientID, redirectURI, state]

    /// RP-Initiated Logout 2: where the client is named, it is this one.
    package static let clientID = Check("client id", clause: "RP-Initiated Logout 2") { context in
        guard let id = context.parameters["client_id"], !context.client.isNamed(id) else { return nil }
        return .init(.unknownClient, "client_id is \(Wire.quoted(id))")
    }

    /// RP-Initiated Logout 3: byte for byte, or a sign-out is an open redirect.
    package static let redirectURI = Check(
        "post-logout redirect URI", clause: "RP-Initiated Logout 3", rule: "M50"
    ) { context in
        guard let uri = context.parameters["post_logout_redirect_uri"],
            !context.client.registers(postLogoutRedirectURI: uri)
        else { return nil }
        return .init(.redirectURIMismatch, "post_logout_redirect_uri is \(Wire.quoted(uri)), which is not registered")
    }

    /// RP-Initiated Logout 2: what is given back has to be what came.
    package static let state = Check("state", clause: "RP-Initiated Logout 2") { context in
        let maximum = AuthorizationChecks.maximumState
        guard let state = context.parameters["state"], !Wire.isVisible(state, maximum: maximum) else { return nil }
        return .init(.malformedRequest, "state is not at most \(maximum) visible ASCII characters")
    }
}

/// A request to sign out that passed every check.
package struct EndSessionQuery: Sendable, Hashable, Codable {
    /// Where the browser goes in the end.
    package struct Target: Sendable, Hashable, Codable {
        /// Where, byte for byte as registered.
        package var redirectURI: String
        /// What is given back.
        package var state: String?
    }

    /// Where the browser goes in the end.
    package var target: Target?
    /// The session that the hint names.
    package var sessionID: String?

    /// Reads a request whose hint, if it has one, was verified.
    ///
    /// RP-Initiated Logout 2: without a hint and a client id nobody is sent anywhere.
    package static func process(
        _ context: AuthorizationContext, hint: IDTokenHint?
    ) throws(ProviderError) -> EndSessionQuery {
        try EndSessionChecks.Check.run(EndSessionChecks.all, on: context)
        let parameters = context.parameters
        let isClientKnown = hint != nil || parameters["client_id"] != nil
        let uri = isClientKnown ? parameters["post_logout_redirect_uri"] : nil
        return EndSessionQuery(
            target: uri.map { Target(redirectURI: $0, state: parameters["state"]) }, sessionID: hint?.sessionID)
    }
}
