import Broker
package import Foundation
package import XMLSecurity

/// Where what we know of an IdP comes from, and why it is believed.
package enum TrustPolicy: Sendable {
    /// The operator has put it there; nothing is fetched, and a change is the operator's.
    case manual(IdentityProviderDescription)
    /// Metadata from this https URL: whoever serves it may replace the IdP's keys, never its entityID.
    case tls(URL)
    /// Metadata from this URL, signed as a whole by this key, with an end no more than 14 days ahead.
    case pinnedSignature(URL, PublicKey)

    /// Where metadata is fetched.
    package var source: URL? {
        switch self {
        case .manual: nil
        case .tls(let url), .pinnedSignature(let url, _): url
        }
    }

    /// Reads metadata as this policy believes it.
    func read(
        _ octets: [UInt8], as entityID: String, now: Timestamp
    ) throws(SAMLError) -> IdentityProviderDescription {
        switch self {
        case .manual(let description): description
        case .tls: try MetadataReader(entityID: entityID, now: now).read(octets)
        case .pinnedSignature(_, let key):
            try MetadataReader(entityID: entityID, now: now, lifetime: .signed).read(octets, signedBy: key)
        }
    }
}
