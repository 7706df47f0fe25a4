import CXMLSec

/// A hash inside RSA-OAEP, where SHA-1 is no weakness.
package enum DigestName: String, Sendable, Hashable, CaseIterable {
    case sha1, sha256, sha384, sha512

    init?(uri: String) {
        switch uri {
        case "http://www.w3.org/2000/09/xmldsig#sha1": self = .sha1
        case "http://www.w3.org/2001/04/xmlenc#sha256": self = .sha256
        case "http://www.w3.org/2001/04/xmldsig-more#sha384": self = .sha384
        case "http://www.w3.org/2001/04/xmlenc#sha512": self = .sha512
        default: return nil
        }
    }

    init?(maskURI: String) {
        let prefix = "http://www.w3.org/2009/xmlenc11#mgf1"
        guard maskURI.hasPrefix(prefix), let digest = DigestName(rawValue: String(maskURI.dropFirst(prefix.count)))
        else { return nil }
        self = digest
    }

    /// The URI as a digest method.
    package var uri: String {
        switch self {
        case .sha1: "http://www.w3.org/2000/09/xmldsig#sha1"
        case .sha256: "http://www.w3.org/2001/04/xmlenc#sha256"
        case .sha384: "http://www.w3.org/2001/04/xmldsig-more#sha384"
        case .sha512: "http://www.w3.org/2001/04/xmlenc#sha512"
        }
    }

    var number: Int32 {
        switch self {
        case .sha1: Int32(VX_DIGEST_SHA1)
        case .sha256: Int32(VX_DIGEST_SHA256)
        case .sha384: Int32(VX_DIGEST_SHA384)
        case .sha512: Int32(VX_DIGEST_SHA512)
        }
    }
}
