import Foundation
import SAML

/// What is kept of an AuthnRequest that passed its checks, while a person signs in.
struct SignOnRequest: Codable, Sendable, Hashable {
    /// Its identifier, which the answer names and which is answered once.
    let id: String
    /// What goes back with the answer.
    let relayState: RelayState?
    /// Whether a session that is there already does not count.
    let forceAuthn: Bool
    /// Whether the person may not be asked anything.
    let isPassive: Bool
    /// Authentication context classes, one of which the sign-in must have; any where there is none.
    let contextClasses: [String]

    init(_ received: AuthnRequestReader.Received) {
        id = received.request.id
        relayState = received.relayState
        forceAuthn = received.request.forceAuthn
        isPassive = received.request.isPassive
        contextClasses = received.request.contextClasses
    }
}
