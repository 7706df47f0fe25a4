import Foundation
import SAML

/// What a logout at the IdP needs: the NameID with its qualifiers, and the session's name there.
///
/// Sealed by the engine.
struct UpstreamHandle: Codable, Sendable {
    let nameID: NameID
    let sessionIndex: String?

    init(nameID: NameID, sessionIndex: String?) {
        self.nameID = nameID
        self.sessionIndex = sessionIndex
    }

    /// Reads a handle; nil where there is none.
    init?(_ octets: Data) {
        guard let handle = try? JSONDecoder().decode(Self.self, from: octets) else { return nil }
        self = handle
    }

    var octets: Data { (try? JSONEncoder().encode(self)) ?? Data() }
}
